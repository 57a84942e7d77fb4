import { type Block, holds } from './block.ts'
import type { ColourBy, Scheme } from './colours.ts'
import type { Picture } from './map-viewer.ts'
import { drawBlocks, drawPorts } from './overlay.ts'
import { Painting } from './painting.ts'
import { type PortAcross, type PortAxes, type PortScale, portRaster } from './port-raster.ts'
import { type Raster, slotsUntil } from './raster.ts'
import type { Pace } from './replay.ts'
import type { Touches } from './touches.ts'

interface Look {
  readonly colour: ColourBy
  readonly scheme: Scheme
  readonly pace: Pace
}

/** The moment at a place of the replay: of the time between first and last touch, or the touch of that number. */
export function momentAt({ at, count }: Touches, pace: Pace, position: number): number {
  const [first, last] = [at[0] ?? 0, at[count - 1] ?? 0]
  if (position >= 1) return last
  if (pace === 'time') return first + (last - first) * position
  return position <= 0 ? Number.NEGATIVE_INFINITY : (at[Math.floor(position * count)] ?? last)
}

export function addressPicture(touches: Touches, block: Block, raster: Raster, look: Look): Picture {
  return {
    painting: new Painting(raster, touches, look.colour, look.scheme),
    scheme: look.scheme,
    isSquare: true,
    slotsAt: slotsAt(touches, raster, look.pace),
    overlay: (context, sight) => drawBlocks(context, sight, block, look.scheme),
  }
}

export function portPicture(touches: Touches, axes: PortAxes, look: Look): Picture {
  return {
    painting: new Painting(axes.raster, touches, look.colour, look.scheme),
    scheme: look.scheme,
    isSquare: false,
    slotsAt: slotsAt(touches, axes.raster, look.pace),
    overlay: (context, sight) => drawPorts(context, sight, axes, look.scheme),
  }
}

function slotsAt(touches: Touches, raster: Raster, pace: Pace): Picture['slotsAt'] {
  return (position) => slotsUntil(raster, touches, momentAt(touches, pace, position))
}

export function portAxes(touches: Touches, block: Block, across: PortAcross, scale: PortScale): PortAxes {
  return portRaster(touches, (i) => holds(block, touches.address, 4 * i), across, scale)
}
