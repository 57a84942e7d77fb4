import { ascii } from '../../base/ascii.ts'

/** The keys of a packet line that we read, numbered so that one table look-up tells them from the others. */
export const Key = {
  none: 0,
  src: 1,
  dst: 2,
  srcPort: 3,
  dstPort: 4,
  protocol: 5,
  type: 6,
  macProtocol: 7,
  length: 8,
  ttl: 9,
  id: 10,
  code: 11,
  window: 12,
  seq: 13,
  ack: 14,
} as const

const keys: readonly (readonly [name: string, key: number])[] = [
  ['SRC', Key.src],
  ['DST', Key.dst],
  ['SPT', Key.srcPort],
  ['DPT', Key.dstPort],
  ['PROTO', Key.protocol],
  ['TYPE', Key.type],
  ['MACPROTO', Key.macProtocol],
  ['LEN', Key.length],
  ['TTL', Key.ttl],
  ['HOPLIMIT', Key.ttl],
  ['ID', Key.id],
  ['CODE', Key.code],
  ['WINDOW', Key.window],
  ['SEQ', Key.seq],
  ['ACK', Key.ack],
]

const slots = 1024
const keyAt = new Uint8Array(slots)
/** The name of each slot's key, and its length. */
const longestName = 8
const nameAt = new Uint8Array(slots * longestName)
const lengthAt = new Uint8Array(slots)
for (const [name, key] of keys) {
  const slot = slotOf(name.charCodeAt(0), name.charCodeAt(1), name.length)
  if (keyAt[slot] !== Key.none) throw new Error(`${name} shares a slot with another key`)
  nameAt.set(ascii(name), slot * longestName)
  lengthAt[slot] = name.length
  keyAt[slot] = key
}

function slotOf(first: number, second: number, length: number): number {
  return ((first & 31) << 5) ^ (second & 31) ^ (length << 3)
}

/** The `Key` of `bytes[from, to)`. */
export function keyOf(bytes: Uint8Array, from: number, to: number): number {
  const length = to - from
  if (length < 2 || length > longestName) return Key.none
  const slot = slotOf(bytes[from]!, bytes[from + 1]!, length) & (slots - 1)
  if (lengthAt[slot] !== length) return Key.none
  const name = slot * longestName
  for (let i = 0; i < length; i++) if (bytes[from + i] !== nameAt[name + i]) return Key.none
  return keyAt[slot]!
}
