import { type Camera, type Frame, scaleOf } from './camera.ts'
import { emptyColour, type Scheme } from './colours.ts'
import type { Sight } from './overlay.ts'
import type { Painting } from './painting.ts'

/** Of so few cells each is drawn at least this large, in CSS pixels: a block of which little was touched does not look untouched. */
const few = 20_000
const leastCell = 3

/** What of the picture a camera sees on a canvas. */
export function sightOf(frame: Frame, camera: Camera, isSquare: boolean, ratio: number): Sight {
  const [scaleX, scaleY] = scaleOf(frame, camera, isSquare)
  return {
    left: camera.x - frame.across / scaleX / 2,
    top: camera.y - frame.down / scaleY / 2,
    scaleX,
    scaleY,
    across: frame.across,
    down: frame.down,
    ratio,
  }
}

/** Draws the cells. */
export function drawCells(context: CanvasRenderingContext2D, sight: Sight, painting: Painting, scheme: Scheme): void {
  const { left, top, scaleX, scaleY, across, down } = sight
  const { raster, shown } = painting
  // Cells between two screen pixels are blended: without it, whole rows would be left out.
  context.imageSmoothingEnabled = Math.min(scaleX, scaleY) < 1
  context.fillStyle = emptyColour[scheme]
  context.fillRect(0, 0, across, down)
  context.drawImage(painting.canvas, -left * scaleX, -top * scaleY, raster.width * scaleX, raster.height * scaleY)
  const least = leastCell * sight.ratio
  if (Math.min(scaleX, scaleY) >= least || shown > few) return
  const [w, h] = [Math.max(scaleX, least), Math.max(scaleY, least)]
  for (let slot = 0; slot < shown; slot++) {
    const at = raster.pixel[slot] as number
    const x = ((at % raster.width) + 0.5 - left) * scaleX
    const y = (Math.floor(at / raster.width) + 0.5 - top) * scaleY
    if (x < -w || y < -h || x > across + w || y > down + h) continue
    context.fillStyle = painting.colourOf(slot)
    context.fillRect(x - w / 2, y - h / 2, w, h)
  }
}
