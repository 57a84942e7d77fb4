import { ascii, equals, find } from '../base/ascii.ts'

const pathKey = ascii('"_path"')
const quote = 34

/** What a JSON record of Zeek says of its log. */
export const Path = { none: 0, ours: 1, other: 2 } as const

/** Whether the record names one of these logs in `_path`. Hot: nothing is allocated. */
export function pathOf(bytes: Uint8Array, from: number, to: number, ours: readonly Uint8Array[]): number {
  const at = find(bytes, from, to, pathKey)
  if (at < 0) return Path.none
  let start = at + pathKey.length
  while (start < to && bytes[start] !== quote) start++
  let end = ++start
  while (end < to && bytes[end] !== quote) end++
  for (let k = 0; k < ours.length; k++) if (equals(bytes, start, end, ours[k]!)) return Path.ours
  return Path.other
}
