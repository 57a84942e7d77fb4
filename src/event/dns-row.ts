import { type EventBatch, Kind, Subject } from './batch.ts'
import { clearEnds } from './ends.ts'
import { Text } from './texts.ts'

const dot = 46

/** Opens the row of a DNS query or answer, which tells no ends yet. */
export function openDns(batch: EventBatch): number {
  const i = batch.begin()
  batch.column.kind[i] = Kind.log
  batch.column.subject[i] = Subject.dns
  clearEnds(batch, i)
  return i
}

/** Gives row `i` the name that was asked for, without the dot of the root behind it: some servers write it, others do not. */
export function addQuery(batch: EventBatch, i: number, bytes: Uint8Array, from: number, to: number): void {
  batch.text(i, Text.query, bytes, from, to - from > 1 && bytes[to - 1] === dot ? to - 1 : to)
}
