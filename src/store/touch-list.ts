import { gunzipSync, gzipSync } from 'node:zlib'
import { mostKeptTouches, type TouchColumns } from '../detect/finding.ts'

/**
 * A list of touches as bytes, before gzip; all numbers little-endian, each column at a multiple of its own width from the beginning:
 *
 *     0  u32  0x31545753 ("SWT1")
 *     4  u32  n, how many touches
 *     8  u32  words of an address: 1 (IPv4) or 4
 *    12  u32  bytes of the sources' names, without the padding after them
 *    16  f64  time of the first touch, microseconds since the epoch
 *    24  f64  microseconds of one tick
 *    32       the sources' names, a JSON list, padded with spaces to a multiple of 4
 *         u32 n times: ticks after the first touch
 *         u32 n or 4n times: the addresses, most significant word first
 *         u16 n times: the port
 *         u16 n times: the source, an index
 *         u8  n times: the outcome: 0 established, 1 refused, 2 unanswered, 3 blocked, 4 unknown
 *
 * docs/console.md has the same for who reads it elsewhere.
 */
const magic = 0x31545753
const headBytes = 32
const mappedWord = 0xffff
const mostTicks = 2 ** 32 - 1
/** Of a list that is whole: 2^20 touches and names of all their sources. */
const mostBytes = 64 << 20

/** @returns gzip of the list; level 1, because a growing scan is written again and again */
export function packTouches(touches: TouchColumns): Buffer {
  const { at, address, port, outcome, source } = touches
  const count = at.length
  const words = isAllIpv4(address) ? 1 : 4
  const first = at[0] ?? 0
  const unit = Math.max(1, ((at[count - 1] ?? first) - first) / mostTicks)
  const names = Buffer.from(JSON.stringify(touches.sources))
  const padded = Math.ceil(names.length / 4) * 4
  const bytes = Buffer.alloc(headBytes + padded + count * (4 + 4 * words + 5), ' ')
  bytes.writeUInt32LE(magic, 0)
  bytes.writeUInt32LE(count, 4)
  bytes.writeUInt32LE(words, 8)
  bytes.writeUInt32LE(names.length, 12)
  bytes.writeDoubleLE(first, 16)
  bytes.writeDoubleLE(unit, 24)
  names.copy(bytes, headBytes)
  let place = bytes.byteOffset + headBytes + padded
  const column = <T extends Uint32Array | Uint16Array>(
    kind: new (buffer: ArrayBufferLike, at: number, length: number) => T,
    length: number,
    width: number,
  ): T => {
    const view = new kind(bytes.buffer, place, length)
    place += length * width
    return view
  }
  const ticks = column(Uint32Array, count, 4)
  for (let i = 0; i < count; i++) ticks[i] = Math.round(((at[i] as number) - first) / unit)
  const addresses = column(Uint32Array, count * words, 4)
  if (words === 4) addresses.set(address)
  else for (let i = 0; i < count; i++) addresses[i] = address[4 * i + 3] as number
  column(Uint16Array, count, 2).set(port)
  column(Uint16Array, count, 2).set(source)
  bytes.set(outcome, place - bytes.byteOffset)
  return gzipSync(bytes, { level: 1 })
}

/** @throws Error where it is none */
export function unpackTouches(packed: Uint8Array, omitted = 0): TouchColumns {
  const bytes = gunzipSync(packed, { maxOutputLength: mostBytes })
  if (bytes.readUInt32LE(0) !== magic) throw new Error('no list of touches')
  const [count, words, named] = [bytes.readUInt32LE(4), bytes.readUInt32LE(8), bytes.readUInt32LE(12)]
  const [first, unit] = [bytes.readDoubleLE(16), bytes.readDoubleLE(24)]
  const body = new Uint8Array(bytes.subarray(headBytes + Math.ceil(named / 4) * 4)).buffer
  const ticks = new Uint32Array(body, 0, count)
  const given = new Uint32Array(body, 4 * count, words * count)
  const rest = 4 * count * (1 + words)
  return {
    sources: JSON.parse(bytes.toString('utf8', headBytes, headBytes + named)) as string[],
    at: Float64Array.from(ticks, (tick) => first + tick * unit),
    address: words === 4 ? given : mapped(given),
    port: new Uint16Array(body, rest, count),
    source: new Uint16Array(body, rest + 2 * count, count),
    outcome: new Uint8Array(body, rest + 4 * count, count),
    omitted,
  }
}

/**
 * What is known of a scan after a newer record of it: a service that ran for long has forgotten the beginning, or some of it.
 * @param before what was kept
 * @param now what the newer record holds
 */
export function joinTouches(before: TouchColumns, now: TouchColumns): TouchColumns {
  const [start, end] = [now.at[0] ?? 0, before.at.at(-1) ?? 0]
  if (now.at.length === 0) return before
  if (now.at.length < before.at.length) {
    return joined(before, before.at.length, now, firstAfter(now.at, end))
  }
  return joined(before, firstAfter(before.at, start - 1), now, 0)
}

function joined(before: TouchColumns, upTo: number, now: TouchColumns, from: number): TouchColumns {
  if (upTo === 0) return now
  const room = Math.max(0, mostKeptTouches - upTo)
  const to = Math.min(now.at.length, from + room)
  const index = new Map(before.sources.map((name, i) => [name, i]))
  for (const name of now.sources) if (!index.has(name) && index.size < 65_536) index.set(name, index.size)
  const renamed = now.sources.map((name) => index.get(name) ?? 65_535)
  return {
    sources: [...index.keys()],
    at: concat(Float64Array, before.at.subarray(0, upTo), now.at.subarray(from, to)),
    address: concat(Uint32Array, before.address.subarray(0, 4 * upTo), now.address.subarray(4 * from, 4 * to)),
    port: concat(Uint16Array, before.port.subarray(0, upTo), now.port.subarray(from, to)),
    outcome: concat(Uint8Array, before.outcome.subarray(0, upTo), now.outcome.subarray(from, to)),
    source: concat(
      Uint16Array,
      before.source.subarray(0, upTo),
      now.source.subarray(from, to).map((each) => renamed[each] ?? 0),
    ),
    omitted: Math.max(before.omitted, now.omitted) + now.at.length - to,
  }
}

function concat<T extends Float64Array | Uint32Array | Uint16Array | Uint8Array>(
  kind: new (length: number) => T,
  a: T,
  b: T,
): T {
  const all = new kind(a.length + b.length)
  all.set(a)
  all.set(b, a.length)
  return all
}

/** The first place whose time is later. */
function firstAfter(at: Float64Array, time: number): number {
  let [low, high] = [0, at.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((at[middle] as number) <= time) low = middle + 1
    else high = middle
  }
  return low
}

function isAllIpv4(address: Uint32Array): boolean {
  for (let i = 0; i < address.length; i += 4) {
    if (address[i] !== 0 || address[i + 1] !== 0 || address[i + 2] !== mappedWord) return false
  }
  return true
}

function mapped(words: Uint32Array): Uint32Array {
  const address = new Uint32Array(4 * words.length)
  for (let i = 0; i < words.length; i++) {
    address[4 * i + 2] = mappedWord
    address[4 * i + 3] = words[i] as number
  }
  return address
}
