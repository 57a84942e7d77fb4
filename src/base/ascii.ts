/**
 * Scanning of text as bytes: no strings are made of what an attacker wrote, and nothing is allocated.
 * Every function looks at `bytes[from, to)` only.
 */

const space = 32

/** A decimal number of 1 to 15 digits; -1 for anything else. */
export function readUint(bytes: Uint8Array, from: number, to: number): number {
  const length = to - from
  if (length < 1 || length > 9) return length > 9 && length <= 15 ? readLong(bytes, from, to) : -1
  // Nine digits stay in 32 bits, which keeps the result off the heap.
  let value = 0
  for (let i = from; i < to; i++) {
    const digit = bytes[i]! - 48
    if (digit < 0 || digit > 9) return -1
    value = (Math.imul(value, 10) + digit) | 0
  }
  return value
}

function readLong(bytes: Uint8Array, from: number, to: number): number {
  let value = 0
  for (let i = from; i < to; i++) {
    const digit = bytes[i]! - 48
    if (digit < 0 || digit > 9) return -1
    value = value * 10 + digit
  }
  return value
}

/** A decimal number of at most 65535; -1 for anything else. */
export function readPort(bytes: Uint8Array, from: number, to: number): number {
  const value = readUint(bytes, from, to)
  return value > 65535 ? -1 : value
}

/** The value of a hexadecimal digit, -1 if it is none. */
export function hexDigit(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48
  const lower = byte | 32
  return lower >= 97 && lower <= 102 ? lower - 87 : -1
}

/** A hexadecimal number of 1 to 8 digits, with or without `0x`; -1 for anything else. */
export function readHex(bytes: Uint8Array, from: number, to: number): number {
  const start = to - from > 2 && bytes[from] === 48 && (bytes[from + 1]! | 32) === 120 ? from + 2 : from
  if (to - start < 1 || to - start > 8) return -1
  let value = 0
  for (let i = start; i < to; i++) {
    const digit = hexDigit(bytes[i]!)
    if (digit < 0) return -1
    value = value * 16 + digit
  }
  return value
}

/** Whether `bytes[from, to)` begins with the given ASCII bytes. */
export function startsWith(bytes: Uint8Array, from: number, to: number, word: Uint8Array): boolean {
  if (to - from < word.length) return false
  for (let i = 0; i < word.length; i++) if (bytes[from + i] !== word[i]) return false
  return true
}

export function equals(bytes: Uint8Array, from: number, to: number, word: Uint8Array): boolean {
  return to - from === word.length && startsWith(bytes, from, to, word)
}

/** Where the ASCII bytes stand first, -1 if nowhere. */
export function find(bytes: Uint8Array, from: number, to: number, word: Uint8Array): number {
  const first = word[0]
  const end = to - word.length
  for (let i = from; i <= end; i++) {
    if (bytes[i] === first && startsWith(bytes, i, to, word)) return i
  }
  return -1
}

/** The bytes of an ASCII text; for constants. */
export function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0))
}

/** Past the blanks at `from`. */
export function skipSpaces(bytes: Uint8Array, from: number, to: number): number {
  let i = from
  while (i < to && bytes[i] === space) i++
  return i
}

/** Where the word at `from` ends: at the next blank. */
export function wordEnd(bytes: Uint8Array, from: number, to: number): number {
  let i = from
  while (i < to && bytes[i] !== space) i++
  return i
}
