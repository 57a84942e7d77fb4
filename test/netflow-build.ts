/** Makes export packets, byte by byte as the standards write them. */

export const words = (...values: readonly number[]) => {
  const bytes = Buffer.alloc(4 * values.length)
  for (const [k, value] of values.entries()) bytes.writeUInt32BE(value >>> 0, 4 * k)
  return bytes
}
export const halves = (...values: readonly number[]) => {
  const bytes = Buffer.alloc(2 * values.length)
  for (const [k, value] of values.entries()) bytes.writeUInt16BE(value, 2 * k)
  return bytes
}
export const octets = (...values: readonly number[]) => Buffer.from(values)
export const long = (value: number | bigint) => {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(BigInt(value))
  return bytes
}
export const ip = (text: string) => octets(...text.split('.').map(Number))
export const ip6 = (...groups: readonly number[]) => halves(...groups)

/** An information element: number, length, and for an enterprise's its number. */
export type Field = readonly [id: number, length: number, enterprise?: number]

/** Seconds: 22 November 2026, 02:07 UTC. */
export const sent = Date.UTC(2026, 10, 22, 2, 7) / 1000

export const set = (id: number, ...parts: readonly Uint8Array[]) => {
  const body = Buffer.concat(parts)
  return Buffer.concat([halves(id, 4 + body.length), body])
}

/** A set padded to a multiple of four bytes. */
export const padded = (id: number, ...parts: readonly Uint8Array[]) => {
  const body = Buffer.concat(parts)
  return set(id, body, Buffer.alloc((4 - (body.length % 4)) % 4))
}

const specifier = ([id, length, enterprise]: Field) =>
  enterprise === undefined ? halves(id, length) : Buffer.concat([halves(id | 0x8000, length), words(enterprise)])

export const template = (id: number, fields: readonly Field[]) =>
  Buffer.concat([halves(id, fields.length), ...fields.map(specifier)])

/** NetFlow v9's: scopes count bytes. */
export const options9 = (id: number, scopes: readonly Field[], fields: readonly Field[]) =>
  Buffer.concat([halves(id, 4 * scopes.length, 4 * fields.length), ...[...scopes, ...fields].map(specifier)])

export const options10 = (id: number, scopes: readonly Field[], fields: readonly Field[]) =>
  Buffer.concat([halves(id, scopes.length + fields.length, scopes.length), ...[...scopes, ...fields].map(specifier)])

interface Header {
  readonly seconds?: number
  readonly uptime?: number
  readonly sequence?: number
  readonly domain?: number
}

export function flow9(sets: readonly Uint8Array[], header: Header = {}): Buffer {
  const { seconds = sent, uptime = 3_600_000, sequence = 0, domain = 1 } = header
  return Buffer.concat([halves(9, sets.length), words(uptime, seconds, sequence, domain), ...sets])
}

export function ipfix(sets: readonly Uint8Array[], header: Header = {}): Buffer {
  const { seconds = sent, sequence = 0, domain = 1 } = header
  const body = Buffer.concat(sets)
  return Buffer.concat([halves(10, 16 + body.length), words(seconds, sequence, domain), body])
}

/** What most exporters tell of a flow. */
export const usual: readonly Field[] = [
  [8, 4],
  [12, 4],
  [7, 2],
  [11, 2],
  [4, 1],
  [6, 1],
  [2, 4],
  [1, 4],
  [22, 4],
  [21, 4],
]

export interface Told {
  readonly src?: string
  readonly dst?: string
  readonly srcPort?: number
  readonly dstPort?: number
  readonly protocol?: number
  readonly flags?: number
  readonly packets?: number
  readonly bytes?: number
  readonly first?: number
  readonly last?: number
}

export function usualRecord(told: Told = {}): Buffer {
  const { src = '203.0.113.70', dst = '192.0.2.10', srcPort = 53220, dstPort = 22 } = told
  const { protocol = 6, flags = 2, packets = 1, bytes = 44, first = 3_590_000, last = first } = told
  return Buffer.concat([
    ip(src),
    ip(dst),
    halves(srcPort, dstPort),
    octets(protocol, flags),
    words(packets, bytes, first, last),
  ])
}

export function flow5(records: readonly Told[], { seconds = sent, sequence = 0, sampling = 0 } = {}): Buffer {
  const header = [
    halves(5, records.length),
    words(3_600_000, seconds, 500_000_000, sequence),
    octets(0, 7),
    halves(sampling),
  ]
  return Buffer.concat([...header, ...records.map(record5)])
}

function record5(told: Told): Buffer {
  const { src = '203.0.113.70', dst = '192.0.2.10', srcPort = 53220, dstPort = 22 } = told
  const { protocol = 6, flags = 2, packets = 1, bytes = 44, first = 3_590_000, last = first } = told
  const ends = [ip(src), ip(dst), ip('0.0.0.0'), halves(3, 7)]
  return Buffer.concat([
    ...ends,
    words(packets, bytes, first, last),
    halves(srcPort, dstPort),
    octets(0, flags, protocol, 0),
    words(0, 0),
  ])
}

/** An sFlow packet of version 5 from agent 192.0.2.254. */
export function sflow(samples: readonly Uint8Array[], sequence = 1): Buffer {
  return Buffer.concat([words(5, 1), ip('192.0.2.254'), words(0, sequence, 1000, samples.length), ...samples])
}

export const tagged = (tag: number, ...parts: readonly Uint8Array[]) => {
  const body = Buffer.concat(parts)
  return Buffer.concat([words(tag, body.length), body])
}

export const flowSample = (rate: number, records: readonly Uint8Array[], output = 7) =>
  tagged(1, words(1, 3, rate, 100 * rate, 0, 3, output, records.length), ...records)

export const expandedSample = (rate: number, records: readonly Uint8Array[], format = 0, output = 7) =>
  tagged(3, words(1, 0, 3, rate, 100 * rate, 0, 0, 3, format, output, records.length), ...records)

/** The sampled beginning of an Ethernet frame. */
export const sampledHeader = (frame: Uint8Array, length = frame.length + 4) =>
  tagged(1, words(1, length, 4, frame.length), frame, Buffer.alloc((4 - (frame.length % 4)) % 4))

/** An Ethernet frame with a TCP or UDP packet. */
export function frame(src: string, dst: string, protocol: number, transport: Uint8Array): Buffer {
  const link = Buffer.from('0200000000aa0200000000bb0800', 'hex')
  const length = 20 + transport.length
  const header = [octets(0x45, 0), halves(length, 1, 0), octets(64, protocol), halves(0), ip(src), ip(dst)]
  return Buffer.concat([link, ...header, transport])
}

export const tcp = (srcPort: number, dstPort: number, flags: number) =>
  Buffer.concat([halves(srcPort, dstPort), words(1, 0), octets(0x50, flags), halves(1024, 0, 0)])

const udp = (srcPort: number, dstPort: number, payload: Uint8Array) =>
  Buffer.concat([halves(srcPort, dstPort, 8 + payload.length, 0), payload])

/** A capture of UDP packets, a second apart. */
export function pcap(
  packets: readonly {
    readonly from: string
    readonly port?: number
    readonly payload: Uint8Array
    readonly to?: number
  }[],
): Buffer {
  const header = Buffer.concat([words(0xa1b2c3d4), halves(2, 4), words(0, 0, 65535, 1)])
  const records = packets.map(({ from, port = 50_000, payload, to = 2055 }, k) => {
    const bytes = frame(from, '192.0.2.250', 17, udp(port, to, payload))
    return Buffer.concat([words(sent + k, 250_000, bytes.length, bytes.length), bytes])
  })
  return Buffer.concat([header, ...records])
}
