import { type Block, blockText, cellBits, cellBlock } from './block.ts'
import type { Scheme } from './colours.ts'
import { curveSize, indexAt } from './hilbert.ts'
import type { PortAxes } from './port-raster.ts'

/** From cells to the canvas's pixels. */
export interface Sight {
  readonly left: number
  readonly top: number
  readonly scaleX: number
  readonly scaleY: number
  readonly across: number
  readonly down: number
  /** Device pixels of a CSS pixel. */
  readonly ratio: number
}

const ink: Readonly<Record<Scheme, { readonly line: string; readonly text: string; readonly halo: string }>> = {
  light: { line: 'rgb(20 26 32 / 55%)', text: '#12181e', halo: 'rgb(255 255 255 / 85%)' },
  dark: { line: 'rgb(235 240 245 / 50%)', text: '#f2f5f7', halo: 'rgb(10 14 18 / 85%)' },
}
/** A block with this many CSS pixels a side has its name in it. */
const named = 132
const mostBlocks = 400

/** Outlines and names of the blocks that are just large enough on the screen to be read. */
export function drawBlocks(context: CanvasRenderingContext2D, sight: Sight, block: Block, scheme: Scheme): void {
  const bits = cellBits(block)
  const { width, height } = curveSize(bits)
  const side = sideOf(sight, height)
  if (side > height) return
  context.lineWidth = sight.ratio
  context.strokeStyle = ink[scheme].line
  const [x0, y0] = [Math.floor(Math.max(0, sight.left) / side), Math.floor(Math.max(0, sight.top) / side)]
  let drawn = 0
  for (let y = y0; y * side < Math.min(height, sight.top + sight.down / sight.scaleY); y++) {
    for (let x = x0; x * side < Math.min(width, sight.left + sight.across / sight.scaleX); x++) {
      if (++drawn > mostBlocks) return
      const [px, py] = [(x * side - sight.left) * sight.scaleX, (y * side - sight.top) * sight.scaleY]
      context.strokeRect(px, py, side * sight.scaleX, side * sight.scaleY)
      const cell = Math.floor(indexAt(bits, x * side, y * side) / (side * side))
      const name = blockText(cellBlock(block, bits - 2 * Math.log2(side), cell))
      write(context, name, px + 4 * sight.ratio, py + 4 * sight.ratio, sight.ratio, scheme)
    }
  }
}

/** The smallest power of two of cells whose square can hold a name. */
function sideOf({ scaleX, ratio }: Sight, height: number): number {
  let side = 1
  while (side <= height && side * scaleX < named * ratio) side *= 2
  return side
}

/** Thin lines between cells that are large enough to be counted. */
export function drawGrid(
  context: CanvasRenderingContext2D,
  sight: Sight,
  width: number,
  height: number,
  scheme: Scheme,
) {
  const { left, top, scaleX, scaleY } = sight
  if (Math.min(scaleX, scaleY) < 7 * sight.ratio) return
  context.strokeStyle = scheme === 'light' ? '#ffffff' : '#161b21'
  context.lineWidth = sight.ratio
  context.beginPath()
  for (let x = Math.ceil(Math.max(0, left)); x <= Math.min(width, left + sight.across / scaleX); x++) {
    context.moveTo((x - left) * scaleX, 0)
    context.lineTo((x - left) * scaleX, sight.down)
  }
  for (let y = Math.ceil(Math.max(0, top)); y <= Math.min(height, top + sight.down / scaleY); y++) {
    context.moveTo(0, (y - top) * scaleY)
    context.lineTo(sight.across, (y - top) * scaleY)
  }
  context.stroke()
}

/** Names of ports at the left, as far apart as they can be read. */
export function drawPorts(context: CanvasRenderingContext2D, sight: Sight, { rows }: PortAxes, scheme: Scheme): void {
  let free = 0
  rows.forEach(({ low, high }, row) => {
    const y = (row - sight.top + 0.5) * sight.scaleY
    if (low > high || y < free || y > sight.down - 8 * sight.ratio) return
    write(
      context,
      low === high ? `${low}` : `${low}–${high}`,
      4 * sight.ratio,
      y - 6 * sight.ratio,
      sight.ratio,
      scheme,
    )
    free = y + 18 * sight.ratio
  })
}

export function drawCursor(
  context: CanvasRenderingContext2D,
  sight: Sight,
  x: number,
  y: number,
  scheme: Scheme,
): void {
  const { left, top, scaleX, scaleY, ratio } = sight
  const [w, h] = [Math.max(scaleX, 7 * ratio), Math.max(scaleY, 7 * ratio)]
  const [px, py] = [(x + 0.5 - left) * scaleX - w / 2, (y + 0.5 - top) * scaleY - h / 2]
  context.lineWidth = 4 * ratio
  context.strokeStyle = ink[scheme].halo
  context.strokeRect(px, py, w, h)
  context.lineWidth = 2 * ratio
  context.strokeStyle = ink[scheme].text
  context.strokeRect(px, py, w, h)
}

function write(context: CanvasRenderingContext2D, text: string, x: number, y: number, ratio: number, scheme: Scheme) {
  context.font = `${11 * ratio}px ui-monospace, "DejaVu Sans Mono", monospace`
  context.textBaseline = 'top'
  context.lineJoin = 'round'
  context.lineWidth = 3 * ratio
  context.strokeStyle = ink[scheme].halo
  context.strokeText(text, x, y)
  context.fillStyle = ink[scheme].text
  context.fillText(text, x, y)
  context.lineWidth = ratio
  context.strokeStyle = ink[scheme].line
}
