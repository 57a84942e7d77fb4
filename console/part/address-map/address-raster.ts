import { type Block, cellBits, cellOf, holds } from './block.ts'
import { curveSize, pixelOf } from './hilbert.ts'
import { type Raster, rasterOf } from './raster.ts'
import type { Touches } from './touches.ts'

/** The touches of a block on its Hilbert curve. */
export function addressRaster(touches: Touches, block: Block): Raster {
  const bits = cellBits(block)
  const { width, height } = curveSize(bits)
  const { address } = touches
  return rasterOf(width, height, touches, (i) =>
    holds(block, address, 4 * i) ? pixelOf(bits, cellOf(block, bits, address, 4 * i)) : -1,
  )
}
