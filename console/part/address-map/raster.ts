import type { Touches } from './touches.ts'

/**
 * A picture of touches before it has colours: slots in the order in which they were first touched, each at a pixel. Both views, addresses
 * and ports, are drawn of one.
 */
export interface Raster {
  readonly width: number
  readonly height: number
  /** Slots. */
  readonly count: number
  /** Of each slot: `y * width + x`. */
  readonly pixel: Uint32Array
  /** Of each slot: its first touch. */
  readonly touch: Uint32Array
  /** Of each slot: its most telling outcome. */
  readonly outcome: Uint8Array
  /** Of each slot: how many touches it stands for. */
  readonly hits: Uint32Array
  /** Of each pixel: its slot, or -1. */
  readonly slotAt: Int32Array
}

/** By outcome, what matters more: answered, blocked, refused, silent, not visible. */
const weight = Uint8Array.of(4, 2, 1, 3, 0)

/** @param pixelOf where touch `i` is drawn; -1 for nowhere */
export function rasterOf(width: number, height: number, touches: Touches, pixelOf: (i: number) => number): Raster {
  const slotAt = new Int32Array(width * height).fill(-1)
  const most = Math.min(touches.count, width * height)
  const [pixel, touch, hits] = [new Uint32Array(most), new Uint32Array(most), new Uint32Array(most)]
  const outcome = new Uint8Array(most)
  let count = 0
  for (let i = 0; i < touches.count; i++) {
    const at = pixelOf(i)
    if (at < 0) continue
    const became = touches.outcome[i] as number
    let slot = slotAt[at] as number
    if (slot < 0) {
      slot = count++
      slotAt[at] = slot
      pixel[slot] = at
      touch[slot] = i
      outcome[slot] = became
    } else if ((weight[became] as number) > (weight[outcome[slot] as number] as number)) outcome[slot] = became
    hits[slot] = (hits[slot] as number) + 1
  }
  return { width, height, count, pixel, touch, outcome, hits, slotAt }
}

/** How many slots were touched up to a moment. */
export function slotsUntil({ touch, count }: Raster, { at }: Touches, moment: number): number {
  let [low, high] = [0, count]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((at[touch[middle] as number] as number) <= moment) low = middle + 1
    else high = middle
  }
  return low
}
