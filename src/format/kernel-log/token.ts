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
const nameAt = new Array<string>(slots).fill('')
for (const [name, key] of keys) {
  const slot = slotOf(name.charCodeAt(0), name.charCodeAt(1), name.length)
  if (nameAt[slot] !== '') throw new Error(`${name} and ${nameAt[slot]} share a slot`)
  nameAt[slot] = name
  keyAt[slot] = key
}

function slotOf(first: number, second: number, length: number): number {
  return ((first & 31) << 5) ^ (second & 31) ^ (length << 3)
}

/** The `Key` of `bytes[from, to)`. */
export function keyOf(bytes: Uint8Array, from: number, to: number): number {
  const length = to - from
  if (length < 2 || length > 8) return Key.none
  const slot = slotOf(bytes[from]!, bytes[from + 1]!, length) & (slots - 1)
  const key = keyAt[slot]!
  if (key === Key.none) return key
  const name = nameAt[slot]!
  for (let i = 0; i < length; i++) if (bytes[from + i] !== name.charCodeAt(i)) return Key.none
  return name.length === length ? key : Key.none
}
