import { mapped } from './address.ts'
import { hexDigit } from './ascii.ts'

/**
 * Reads the IPv4 or IPv6 address that `bytes[from, to)` is, whole, into four big-endian words (IPv4 mapped).
 * An IPv6 zone (`%eth0`) is dropped. False, with `words` undefined, if it is no address.
 */
export function readAddress(bytes: Uint8Array, from: number, to: number, words: Uint32Array): boolean {
  const length = to - from
  if (length < 2 || length > 63) return false
  if (length <= 15 && readIpv4(bytes, from, to, words)) {
    words[0] = 0
    words[1] = 0
    words[2] = mapped
    return true
  }
  return readIpv6(bytes, from, to, words)
}

/** Writes word 3 only. */
function readIpv4(bytes: Uint8Array, from: number, to: number, words: Uint32Array): boolean {
  let word = 0
  let octet = -1
  let dots = 0
  for (let i = from; i < to; i++) {
    const byte = bytes[i]!
    const digit = byte - 48
    if (digit >= 0 && digit <= 9) {
      octet = octet < 0 ? digit : octet * 10 + digit
      if (octet > 255) return false
    } else if (byte === 46 && octet >= 0 && dots < 3) {
      word = (word << 8) | octet
      octet = -1
      dots++
    } else return false
  }
  if (dots !== 3 || octet < 0) return false
  words[3] = (word << 8) | octet
  return true
}

/** Groups read so far, before `::` is filled up. */
const groups = new Uint16Array(8)

function readIpv6(bytes: Uint8Array, from: number, end: number, words: Uint32Array): boolean {
  let to = from
  while (to < end && bytes[to] !== 37) to++
  let count = 0
  let gap = -1
  let i = from
  if (bytes[i] === 58) {
    if (bytes[i + 1] !== 58 || i + 1 >= to) return false
    gap = 0
    i += 2
  }
  while (i < to) {
    if (count === 8) return false
    const stop = groupEnd(bytes, i, to)
    if (stop < to && bytes[stop] === 46) {
      if (count > 6 || !readIpv4(bytes, i, to, words)) return false
      groups[count++] = words[3]! >>> 16
      groups[count++] = words[3]! & 0xffff
      i = to
      break
    }
    if (stop === i || stop - i > 4) return false
    let value = 0
    for (let k = i; k < stop; k++) value = (value << 4) | hexDigit(bytes[k]!)
    groups[count++] = value
    i = stop
    if (i === to) break
    if (bytes[i] !== 58 || i + 1 >= to) return false
    i++
    if (bytes[i] === 58) {
      if (gap >= 0) return false
      gap = count
      i++
    }
  }
  return fill(count, gap, words)
}

function groupEnd(bytes: Uint8Array, from: number, to: number): number {
  let i = from
  while (i < to && hexDigit(bytes[i]!) >= 0) i++
  return i
}

/** Spreads the groups over the words, with zeros where `::` stood. */
function fill(count: number, gap: number, words: Uint32Array): boolean {
  if (gap < 0 ? count !== 8 : count > 7) return false
  const zeros = 8 - count
  for (let w = 0; w < 4; w++) {
    words[w] = (groupAt(2 * w, gap, zeros) << 16) | groupAt(2 * w + 1, gap, zeros)
  }
  return true
}

function groupAt(index: number, gap: number, zeros: number): number {
  if (gap < 0 || index < gap) return groups[index]!
  return index < gap + zeros ? 0 : groups[index - zeros]!
}
