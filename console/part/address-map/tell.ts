import { timeText } from '../../app/time.tsx'
import { shown } from '../text.tsx'
import { addressText, type Block, blockText, cellBits, cellBlock, isIpv4 } from './block.ts'
import { indexAt } from './hilbert.ts'
import type { PortAxes } from './port-raster.ts'
import type { Raster } from './raster.ts'
import { outcomeNames, type Touches } from './touches.ts'

type Zone = 'utc' | 'local'

/** The piece of the block that lies at a cell of its map. */
export function pieceAt(block: Block, x: number, y: number): Block {
  const bits = cellBits(block)
  return cellBlock(block, bits, indexAt(bits, x, y))
}

/** A cell of the address map in one line. */
export function tellAddress(touches: Touches, raster: Raster, block: Block, zone: Zone, x: number, y: number): string {
  return `${blockText(pieceAt(block, x, y))}: ${tellSlot(touches, raster, zone, y * raster.width + x, false)}`
}

/** A cell of the port axis in one line. */
export function tellPort(touches: Touches, { raster, rows }: PortAxes, zone: Zone, x: number, y: number): string {
  const row = rows[y]
  const name = row === undefined ? '' : row.low === row.high ? `port ${row.low}` : `ports ${row.low} to ${row.high}`
  return `${name}: ${tellSlot(touches, raster, zone, y * raster.width + x, true)}`
}

function tellSlot(touches: Touches, raster: Raster, zone: Zone, pixel: number, withAddress: boolean): string {
  const slot = raster.slotAt[pixel] ?? -1
  if (slot < 0) return 'not touched'
  const touch = raster.touch[slot] as number
  const at = touches.at[touch] as number
  const hits = raster.hits[slot] as number
  const rank = `number ${(slot + 1).toLocaleString('en')} of ${raster.count.toLocaleString('en')}`
  return [
    ...(withAddress ? [addressText(touches.address, 4 * touch)] : []),
    `first touched ${momentText(at, zone)} (${rank})`,
    ...(withAddress || touches.port[touch] === 0 ? [] : [`port ${touches.port[touch]}`]),
    outcomeNames[raster.outcome[slot] as number] ?? '',
    `by ${shown(touches.sources[touches.source[touch] as number] ?? 'another source', 60)}`,
    ...(hits > 1 ? [`${hits.toLocaleString('en')} probes`] : []),
  ].join(' · ')
}

/** With milliseconds: a scan of a block may take less than a second. */
export function momentText(at: number, zone: Zone): string {
  const text = timeText(new Date(at).toISOString(), zone)
  return `${text}.${String(Math.floor(((at % 1000) + 1000) % 1000)).padStart(3, '0')}`
}

export function unitOf(block: Block): string {
  const end = block.bits + cellBits(block)
  return end === 128 ? 'addresses' : `/${end - (isIpv4(block) ? 96 : 0)}s`
}
