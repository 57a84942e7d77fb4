import type { EventBatch } from '../../event/batch.ts'
import { Text } from '../../event/texts.ts'

const open = 40
const close = 41
const dot = 46
const longest = 1024
const name = new Uint8Array(longest)

/**
 * Gives row `i` the name that `(3)www(7)example(3)com(0)` is: `www.example.com`, and `.` for `(0)`. A label may have
 * parentheses: its length counts, unless it does not lead to the next one (the server escapes what cannot be printed).
 *
 * Hot: nothing is allocated. @returns false where it is no name
 */
export function addLabels(bytes: Uint8Array, from: number, to: number, batch: EventBatch, i: number): boolean {
  let length = 0
  let at = from
  while (at < to) {
    const label = labelAt(bytes, at, to)
    if (label < 0) return false
    const size = sizeAt(bytes, at + 1, label - 1)
    if (size === 0) break
    const end = labelEnd(bytes, label, size, to)
    if (length > 0 && length < longest) name[length++] = dot
    for (let k = label; k < end && length < longest; k++) name[length++] = bytes[k]!
    at = end
  }
  if (length === 0) name[length++] = dot
  batch.text(i, Text.query, name, 0, length)
  return true
}

/** Past the `(3)` at `from`, -1 where there is none. */
function labelAt(bytes: Uint8Array, from: number, to: number): number {
  if (bytes[from] !== open) return -1
  let i = from + 1
  while (i < to && i < from + 4 && bytes[i]! >= 48 && bytes[i]! <= 57) i++
  return i > from + 1 && i < to && bytes[i] === close ? i + 1 : -1
}

function sizeAt(bytes: Uint8Array, from: number, to: number): number {
  let size = 0
  for (let i = from; i < to; i++) size = size * 10 + bytes[i]! - 48
  return size
}

function labelEnd(bytes: Uint8Array, from: number, size: number, to: number): number {
  const end = from + size
  if (end >= to ? end === to : labelAt(bytes, end, to) >= 0) return end
  let i = from
  while (i < to && labelAt(bytes, i, to) < 0) i++
  return i
}
