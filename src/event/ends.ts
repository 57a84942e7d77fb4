import { readAddress } from '../base/ascii-address.ts'
import type { EventBatch } from './batch.ts'

/** hot: no allocation per event. */
const words = new Uint32Array(4)

/** Reads the address `bytes[from, to)` into row `i`'s source. False where it is none; the source is then not told. */
export function readSource(bytes: Uint8Array, from: number, to: number, batch: EventBatch, i: number): boolean {
  const isRead = from >= 0 && readAddress(bytes, from, to, words)
  if (!isRead) words.fill(0)
  const c = batch.column
  c.src0[i] = words[0]!
  c.src1[i] = words[1]!
  c.src2[i] = words[2]!
  c.src3[i] = words[3]!
  return isRead
}

/** The same for the destination. */
export function readDestination(bytes: Uint8Array, from: number, to: number, batch: EventBatch, i: number): boolean {
  const isRead = from >= 0 && readAddress(bytes, from, to, words)
  if (!isRead) words.fill(0)
  const c = batch.column
  c.dst0[i] = words[0]!
  c.dst1[i] = words[1]!
  c.dst2[i] = words[2]!
  c.dst3[i] = words[3]!
  return isRead
}

/** Says that row `i`, which is no contact, tells neither end. */
export function clearEnds(batch: EventBatch, i: number): void {
  const c = batch.column
  c.src0[i] = c.src1[i] = c.src2[i] = c.src3[i] = 0
  c.dst0[i] = c.dst1[i] = c.dst2[i] = c.dst3[i] = 0
  c.protocol[i] = 0
}
