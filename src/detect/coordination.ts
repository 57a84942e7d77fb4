import { Hash } from '../base/hash.ts'
import type { AttemptJournal } from '../track/journal.ts'
import type { SourceGroups } from './sources.ts'
import type { View } from './view.ts'

/** Several sources that share one target set out among themselves: one scan. */
export interface Coordinated {
  /** Source groups (indices of `SourceGroups`). */
  readonly sources: readonly number[]
  /** Chance that independent sources would collide as little. */
  readonly p: number
  readonly contacts: number
  readonly collisions: number
  readonly expected: number
}

const leastSources = 3
/** Fewer failing contacts than this in a cell cannot reach `greatestChance`. */
const leastFailures = 24
const greatestChance = 1e-8

/**
 * Finds coordinated scans by the lack of collisions: sources that choose targets in a block independently of each other
 * must hit some addresses twice; sources that were given shares of the block do not. Per (region, protocol, port) the
 * chance of as few collisions as seen is Poisson with the exact expectation; it needs no clustering and no time window.
 * Only sources count whose contacts there mostly failed: clients of busy servers collide by nature, and mostly succeed.
 */
export function findCoordinated(view: View, groups: SourceGroups): Coordinated[] {
  const found: Coordinated[] = []
  for (const cell of gather(view, groups)) {
    for (const shares of cell.bySignature()) {
      const verdict = test(view.journal, shares)
      if (verdict) found.push(verdict)
    }
  }
  return unite(found)
}

/** One source's contacts in one cell. */
interface Share {
  readonly source: number
  readonly rows: number[]
  failed: number
}

class Cell {
  readonly shares = new Map<number, Share>()
  readonly #journal: AttemptJournal

  constructor(journal: AttemptJournal) {
    this.#journal = journal
  }

  add(source: number, row: number, failed: boolean): void {
    let share = this.shares.get(source)
    if (share === undefined) {
      share = { source, rows: [], failed: 0 }
      this.shares.set(source, share)
    }
    share.rows.push(row)
    if (failed) share.failed++
  }

  /** Sources that mostly fail, together by their packets' looks: window, options and MSS of the first packet. */
  bySignature(): Share[][] {
    const looks = new Map<string, Share[]>()
    for (const share of this.shares.values()) {
      if (share.failed * 2 < share.rows.length) continue
      const row = share.rows[0] as number
      const look = `${this.#journal.window[row]} ${this.#journal.tcpOptions[row]} ${this.#journal.mss[row]}`
      const list = looks.get(look)
      if (list) list.push(share)
      else looks.set(look, [share])
    }
    return [...looks.values()].filter((shares) => shares.length >= leastSources)
  }
}

/**
 * The cells with enough failures, with all their contacts. A first pass counts failures per cell in a fixed table (cells
 * whose hashes meet are counted together, which only makes them look worth a look).
 */
function gather(view: View, groups: SourceGroups): Iterable<Cell> {
  const { journal, sides, readings } = view
  const hash = new Hash(21)
  const failures = new Uint32Array(65536)
  for (let row = 0; row < journal.length; row++) {
    if (sides.dst(row) && readings.probe(row)) {
      const slot = cellKey(hash, journal, row) & 65535
      failures[slot] = (failures[slot] as number) + 1
    }
  }
  const cells = new Map<number, Cell>()
  for (let g = 0; g < groups.count; g++) {
    for (const row of groups.of(g)) {
      if (!sides.dst(row)) continue
      const key = cellKey(hash, journal, row)
      if ((failures[key & 65535] as number) < leastFailures) continue
      let cell = cells.get(key)
      if (cell === undefined) {
        cell = new Cell(journal)
        cells.set(key, cell)
      }
      cell.add(g, row, readings.probe(row))
    }
  }
  return cells.values()
}

/** The /16 (IPv6: /64) of the target with protocol and port, as a 32-bit hash. */
function cellKey(hash: Hash, journal: AttemptJournal, row: number): number {
  const a = journal.address
  const p = 8 * row + 4
  const v4 = a[p] === 0 && a[p + 2] === 0xffff
  const service = ((journal.protocol[row] as number) << 16) | (journal.dstPort[row] as number)
  return v4 ? hash.of2((a[p + 3] as number) >>> 16, service) : hash.of4(a[p] as number, a[p + 1] as number, service, 6)
}

/** The collision test over the shares that overlap in time. */
function test(journal: AttemptJournal, all: Share[]): Coordinated | undefined {
  const shares = concurrent(journal, all)
  if (shares.length < leastSources) return undefined
  const hits = new Map<number, number>()
  let contacts = 0
  let low = 0xffffffff
  let high = 0
  for (const share of shares) {
    for (const row of share.rows) {
      const address = journal.address[8 * row + 7] as number
      hits.set(address, (hits.get(address) ?? 0) + 1)
      contacts++
      low = Math.min(low, address)
      high = Math.max(high, address)
    }
  }
  const size = coverSize(low, high)
  if (shares.some((share) => share.rows.length > size / 2)) return undefined
  let free = 1
  for (const share of shares) free *= 1 - Math.min(1, share.rows.length / size)
  const expected = contacts - size * (1 - free)
  const collisions = contacts - hits.size
  const p = poissonAtMost(collisions, expected)
  if (p > greatestChance || hits.size < 0.03 * size) return undefined
  return { sources: shares.map((share) => share.source), p, contacts, collisions, expected }
}

/** The shares that begin while the others are at work, or within ten minutes of it. */
function concurrent(journal: AttemptJournal, shares: Share[]): Share[] {
  const start = (share: Share) => journal.time[share.rows[0] as number] as number
  const end = (share: Share) => journal.time[share.rows[share.rows.length - 1] as number] as number
  const sorted = [...shares].sort((x, y) => start(x) - start(y))
  let best: Share[] = []
  let current: Share[] = []
  let until = Number.NEGATIVE_INFINITY
  for (const share of sorted) {
    if (start(share) > until + 600e6) current = []
    current.push(share)
    until = Math.max(until, end(share))
    if (current.length > best.length) best = current
  }
  return best
}

/** Addresses in the smallest aligned block that holds both. */
function coverSize(low: number, high: number): number {
  const span = (low ^ high) >>> 0
  return span === 0 ? 1 : 2 ** (32 - Math.clz32(span))
}

function poissonAtMost(k: number, mean: number): number {
  let term = Math.exp(-mean)
  let sum = term
  for (let i = 1; i <= k && i < 10_000; i++) {
    term *= mean / i
    sum += term
  }
  return Math.min(1, sum)
}

/** Joins findings that share at least half of the smaller one's sources: the same group on several ports. */
function unite(found: Coordinated[]): Coordinated[] {
  const united: Coordinated[] = []
  for (const one of [...found].sort((x, y) => y.sources.length - x.sources.length)) {
    const at = united.findIndex((other) => {
      const members = new Set(other.sources)
      return one.sources.filter((source) => members.has(source)).length * 2 >= one.sources.length
    })
    const other = united[at]
    if (other === undefined) united.push(one)
    else united[at] = join(other, one)
  }
  return united
}

function join(a: Coordinated, b: Coordinated): Coordinated {
  return {
    sources: [...new Set([...a.sources, ...b.sources])],
    p: Math.min(a.p, b.p),
    contacts: a.contacts + b.contacts,
    collisions: a.collisions + b.collisions,
    expected: a.expected + b.expected,
  }
}
