import { ascii, startsWith } from '../../base/ascii.ts'
import { WordTable } from '../../base/word-table.ts'

const perSide = 9

/** Fields of one direction; those of the reply stand `reply` further on. */
export const Side = {
  src: 0,
  dst: 1,
  srcPort: 2,
  dstPort: 3,
  packets: 4,
  bytes: 5,
  protocol: 6,
  type: 7,
  code: 8,
  reply: perSide,
} as const

/** conntrack's keys, then ulogd's. */
const keys = new WordTable([
  'src',
  'dst',
  'sport',
  'dport',
  'packets',
  'bytes',
  'proto',
  'type',
  'code',
  'SRC',
  'DST',
  'SPT',
  'DPT',
  'PKTS',
  'BYTES',
  'PROTO',
  'TYPE',
  'CODE',
])
const replyWord = ascii('REPLY:')
const space = 32
const equalSign = 61

/** The two directions of a tracked connection: each key stands once a direction, the reply's behind the original's. */
export class TupleFields {
  readonly from = new Int32Array(2 * perSide)
  readonly to = new Int32Array(2 * perSide)

  /** @returns whether both directions were there */
  scan(bytes: Uint8Array, from: number, to: number): boolean {
    this.from.fill(-1)
    let side = 0
    for (let at = from; at < to; ) {
      while (at < to && bytes[at] === space) at++
      let end = at
      let equal = -1
      while (end < to && bytes[end] !== space) {
        if (bytes[end] === equalSign && equal < 0) equal = end
        end++
      }
      if (equal > at) side = this.#keep(bytes, at, equal, end, side)
      else if (startsWith(bytes, at, end, replyWord)) side = Side.reply
      at = end
    }
    return this.from[Side.src]! >= 0 && this.from[Side.reply + Side.src]! >= 0 && this.from[Side.reply + Side.dst]! >= 0
  }

  /** Whether the reply comes from or goes to somebody else than the original names. */
  isTranslated(bytes: Uint8Array): boolean {
    return this.isSourceTranslated(bytes) || !this.#same(bytes, Side.dst, Side.reply + Side.src)
  }

  isSourceTranslated(bytes: Uint8Array): boolean {
    return !this.#same(bytes, Side.src, Side.reply + Side.dst)
  }

  /** The field with the other side's address: of the source, else of the destination. */
  mappedField(bytes: Uint8Array): number {
    return Side.reply + (this.isSourceTranslated(bytes) ? Side.dst : Side.src)
  }

  #keep(bytes: Uint8Array, key: number, equal: number, end: number, side: number): number {
    const place = keys.place(bytes, key, equal)
    if (place < 0) return side
    const field = place % perSide
    // A second source begins the other direction.
    const now = field === Side.src && this.from[Side.src]! >= 0 ? Side.reply : side
    if (this.from[now + field]! < 0) {
      this.from[now + field] = equal + 1
      this.to[now + field] = end
    }
    return now
  }

  #same(bytes: Uint8Array, a: number, b: number): boolean {
    const length = this.to[a]! - this.from[a]!
    if (length !== this.to[b]! - this.from[b]!) return false
    for (let k = 0; k < length; k++) if (bytes[this.from[a]! + k] !== bytes[this.from[b]! + k]) return false
    return true
  }
}
