import type { AttemptJournal } from '../../track/journal.ts'

/**
 * Cuts a source's contacts into scans: a scan ends where the source pauses and then turns to another target set. A pause
 * is long against the scan's own rhythm, so that a slow scan stays one; repeating or extending the same targets goes on
 * with the same scan. (zeek#1167: a second scan of another target set must not be swallowed by the first.)
 */
export function segment(journal: AttemptJournal, rows: Uint32Array): Uint32Array[] {
  const pieces = splitAtPauses(journal, rows)
  const scans: Targets[] = []
  for (const piece of pieces) {
    const targets = new Targets(journal, piece)
    const same = scans.find((scan) => scan.continuedBy(targets))
    if (same) same.absorb(targets)
    else scans.push(targets)
  }
  return scans.map((scan) => scan.rows())
}

/** A pause is at least this many microseconds, and this many times the mean interval so far. */
const pauseFloor = 10e6
const pauseFactor = 20

function splitAtPauses(journal: AttemptJournal, rows: Uint32Array): Uint32Array[] {
  const pieces: Uint32Array[] = []
  let from = 0
  for (let i = 1; i < rows.length; i++) {
    const time = journal.time[rows[i] as number] as number
    const before = journal.time[rows[i - 1] as number] as number
    const began = journal.time[rows[from] as number] as number
    const taken = i - from
    const mean = taken >= 4 ? (before - began) / (taken - 1) : Number.POSITIVE_INFINITY
    if (time - before > Math.max(pauseFloor, pauseFactor * mean)) {
      pieces.push(rows.subarray(from, i))
      from = i
    }
  }
  pieces.push(rows.subarray(from))
  return pieces
}

class Targets {
  readonly #journal: AttemptJournal
  readonly #pieces: Uint32Array[]
  readonly #addresses = new Set<number>()
  readonly #blocks = new Set<number>()
  readonly #ports = new Set<number>()
  #last: number
  readonly #first: number

  constructor(journal: AttemptJournal, piece: Uint32Array) {
    this.#journal = journal
    this.#pieces = [piece]
    for (const row of piece) {
      this.#addresses.add(addressKey(journal, row))
      this.#blocks.add(blockKey(journal, row))
      this.#ports.add(((journal.protocol[row] as number) << 16) | (journal.dstPort[row] as number))
    }
    this.#first = journal.time[piece[0] as number] as number
    this.#last = journal.time[piece[piece.length - 1] as number] as number
  }

  /** The same ports in the same /24s; the same addresses within five minutes (a second phase); the same few hosts within a day. */
  continuedBy(next: Targets): boolean {
    const ports = overlap(this.#ports, next.#ports)
    const blocks = overlap(this.#blocks, next.#blocks)
    if (ports >= 0.5 && blocks > 0) return true
    const addresses = overlap(this.#addresses, next.#addresses)
    const pause = next.#first - this.#last
    if (addresses >= 0.2 && pause < 300e6) return true
    return addresses >= 0.5 && this.#addresses.size <= 4 && next.#addresses.size <= 4 && pause < 86_400e6
  }

  absorb(next: Targets): void {
    this.#pieces.push(...next.#pieces)
    for (const key of next.#addresses) this.#addresses.add(key)
    for (const key of next.#blocks) this.#blocks.add(key)
    for (const key of next.#ports) this.#ports.add(key)
    this.#last = Math.max(this.#last, next.#last)
  }

  rows(): Uint32Array {
    const all = new Uint32Array(this.#pieces.reduce((sum, piece) => sum + piece.length, 0))
    let at = 0
    for (const piece of this.#pieces) {
      all.set(piece, at)
      at += piece.length
    }
    return all.sort((x, y) => (this.#journal.time[x] as number) - (this.#journal.time[y] as number) || x - y)
  }
}

/** Share of the smaller set that lies in the other. */
function overlap(a: ReadonlySet<number>, b: ReadonlySet<number>): number {
  const [small, large] = a.size < b.size ? [a, b] : [b, a]
  let common = 0
  for (const key of small) if (large.has(key)) common++
  return small.size === 0 ? 0 : common / small.size
}

function addressKey(journal: AttemptJournal, row: number): number {
  const a = journal.address
  const p = 8 * row + 4
  return (a[p + 3] as number) + 4294967296 * (((a[p + 1] as number) ^ (a[p + 2] as number)) & 0xfffff)
}

function blockKey(journal: AttemptJournal, row: number): number {
  const a = journal.address
  const p = 8 * row + 4
  const v4 = a[p + 2] === 0xffff && a[p] === 0
  return v4 ? (a[p + 3] as number) >>> 8 : 4294967296 + (((a[p] as number) ^ (a[p + 1] as number)) >>> 0)
}
