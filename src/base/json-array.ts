/** Walks arrays of objects in JSON text without building anything. */
const quote = 34
const backslash = 92
const open = 123
const close = 125
const openArray = 91
const closeArray = 93

/** Past the object that begins at `from`, -1 where it does not end. */
export function objectEnd(bytes: Uint8Array, from: number, to: number): number {
  let depth = 0
  for (let i = from; i < to; i++) {
    const byte = bytes[i]
    if (byte === quote) {
      for (i++; i < to && bytes[i] !== quote; i++) if (bytes[i] === backslash) i++
    } else if (byte === open || byte === openArray) depth++
    else if ((byte === close || byte === closeArray) && --depth === 0) return i + 1
  }
  return -1
}

/** Where the next object of the array begins, looking from behind its `[` or an object in it; -1 where the array ends. */
export function nextObject(bytes: Uint8Array, from: number, to: number): number {
  for (let i = from; i < to; i++) {
    const byte = bytes[i]
    if (byte === open) return i
    if (byte !== 44 && byte !== 32 && byte !== 9) return -1
  }
  return -1
}

/**
 * Where the object or array begins that the key (with its quotes) names, wherever in the text; -1 where there is none.
 *
 * @param bracket what it begins with: 123 an object, 91 an array
 */
export function memberOf(bytes: Uint8Array, from: number, to: number, key: Uint8Array, bracket: number): number {
  const end = to - key.length
  for (let i = from; i <= end; i++) {
    if (bytes[i] !== quote || !isAt(bytes, i, key)) continue
    let at = i + key.length
    while (at < to && (bytes[at] === 32 || bytes[at] === 58)) at++
    if (at < to && bytes[at] === bracket) return at
  }
  return -1
}

function isAt(bytes: Uint8Array, from: number, word: Uint8Array): boolean {
  for (let k = 0; k < word.length; k++) if (bytes[from + k] !== word[k]) return false
  return true
}
