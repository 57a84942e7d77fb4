import { hexDigit } from './ascii.ts'

const backslash = 92

/** Whether a JSON string, without its quotes, has escapes. */
export function hasEscapes(bytes: Uint8Array, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (bytes[i] === backslash) return true
  return false
}

/**
 * Writes a JSON string, given without its quotes, to `out` as UTF-8; line breaks become blanks, so that the text is one
 * line. What does not fit is left out. Nothing is allocated.
 *
 * @returns where the text ends in `out`
 */
export function unescapeJson(bytes: Uint8Array, from: number, to: number, out: Uint8Array, at: number): number {
  let end = at
  const room = out.length - 4
  for (let i = from; i < to && end < room; i++) {
    const byte = bytes[i]!
    if (byte !== backslash || i + 1 >= to) {
      out[end++] = byte
      continue
    }
    const letter = bytes[++i]!
    if (letter === 117) {
      const unit = unitAt(bytes, i + 1, to)
      if (unit < 0) continue
      i += 4
      const low =
        unit >= 0xd800 && unit < 0xdc00 && bytes[i + 1] === backslash && bytes[i + 2] === 117
          ? unitAt(bytes, i + 3, to)
          : -1
      if (low >= 0xdc00 && low < 0xe000) {
        i += 6
        end = encode(0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00), out, end)
      } else end = encode(unit, out, end)
    } else out[end++] = plain(letter)
  }
  return end
}

/** What an escape of one letter stands for. A tab is kept, as some formats separate fields with it. */
function plain(letter: number): number {
  if (letter === 116) return 9
  return letter === 110 || letter === 114 || letter === 98 || letter === 102 ? 32 : letter
}

function unitAt(bytes: Uint8Array, from: number, to: number): number {
  if (from + 4 > to) return -1
  let value = 0
  for (let i = from; i < from + 4; i++) {
    const digit = hexDigit(bytes[i]!)
    if (digit < 0) return -1
    value = value * 16 + digit
  }
  return value
}

/** UTF-8; control characters become blanks, except the tab. */
function encode(point: number, out: Uint8Array, at: number): number {
  if (point < 0x80) {
    out[at] = point < 32 && point !== 9 ? 32 : point
    return at + 1
  }
  if (point < 0x800) {
    out[at] = 0xc0 | (point >> 6)
    out[at + 1] = 0x80 | (point & 63)
    return at + 2
  }
  if (point < 0x10000) {
    out[at] = 0xe0 | (point >> 12)
    out[at + 1] = 0x80 | ((point >> 6) & 63)
    out[at + 2] = 0x80 | (point & 63)
    return at + 3
  }
  out[at] = 0xf0 | (point >> 18)
  out[at + 1] = 0x80 | ((point >> 12) & 63)
  out[at + 2] = 0x80 | ((point >> 6) & 63)
  out[at + 3] = 0x80 | (point & 63)
  return at + 4
}
