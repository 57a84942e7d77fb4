import { Hash } from '../../base/hash.ts'
import type { AttemptJournal } from '../../track/journal.ts'
import type { SourceGroups } from '../judge/sources.ts'
import type { View } from '../judge/view.ts'

/** Several sources that share one target set out among themselves: one scan. */
export interface Coordinated {
  /** Source groups (indices of `SourceGroups`). */
  readonly sources: readonly number[]
  /** Chance that independent sources would collide as little. */
  readonly p: number
  readonly contacts: number
  readonly collisions: number
  readonly expected: number
  /** When the test had passed, microseconds. */
  readonly provenAt: number
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
  for (const shares of gather(view, groups)) {
    const verdict = test(view.journal, shares)
    if (verdict) found.push(verdict)
  }
  return unite(found)
}

/** One source's contacts in one cell. */
interface Share {
  readonly source: number
  readonly rows: number[]
  failed: number
}

/** More sources than this in one cell are not looked at one by one; the first ones stand for all. */
const mostShares = 65536

/** The cells worth a look, as the shares of their mostly failing sources. */
function* gather(view: View, groups: SourceGroups): Iterable<Share[]> {
  const { journal, sides, readings } = view
  const census = new Census(view)
  const cells = new Map<number, Map<number, Share>>()
  for (let g = 0; g < groups.count; g++) {
    const end = groups.start[g + 1] as number
    for (let i = groups.start[g] as number; i < end; i++) {
      const row = groups.rows[i] as number
      if (!sides.dst(row)) continue
      const key = cellKey(journal, row)
      if (census.isWorthALook(key)) addTo(cells, key, g, row, readings.probe(row))
    }
  }
  for (const cell of cells.values()) {
    const shares = [...cell.values()].filter((share) => share.failed * 2 >= share.rows.length)
    if (shares.length >= leastSources) yield shares
  }
}

function addTo(
  cells: Map<number, Map<number, Share>>,
  key: number,
  source: number,
  row: number,
  failed: boolean,
): void {
  let cell = cells.get(key)
  if (cell === undefined) {
    cell = new Map()
    cells.set(key, cell)
  }
  let share = cell.get(source)
  if (share === undefined) {
    if (cell.size >= mostShares) return
    share = { source, rows: [], failed: 0 }
    cell.set(source, share)
  }
  share.rows.push(row)
  if (failed) share.failed++
}

/**
 * Counts failures and distinct failing targets per cell in tables of fixed size (cells whose hashes meet are counted
 * together). A cell where targets are hit again and again is no divided scan: a flood of forged sources ends here.
 */
class Census {
  readonly #failures = new Uint32Array(65536)
  readonly #distinct = new Uint32Array(65536)

  constructor({ journal, sides, readings }: View) {
    const seen = new Uint32Array(2 ** 19)
    for (let row = 0; row < journal.length; row++) {
      if (!sides.dst(row) || !readings.probe(row)) continue
      const key = cellKey(journal, row)
      const slot = key & 65535
      this.#failures[slot] = (this.#failures[slot] as number) + 1
      const bit = hash.of2(key, journal.address[8 * row + 7] as number) & 0xffffff
      if (((seen[bit >>> 5] as number) >>> (bit & 31)) & 1) continue
      seen[bit >>> 5] = (seen[bit >>> 5] as number) | (1 << (bit & 31))
      this.#distinct[slot] = (this.#distinct[slot] as number) + 1
    }
  }

  isWorthALook(key: number): boolean {
    const failures = this.#failures[key & 65535] as number
    return failures >= leastFailures && failures <= 2 * (this.#distinct[key & 65535] as number)
  }
}

const hash = new Hash(21)

/**
 * What a divided scan has in common, as a 32-bit hash: the /16 (IPv6: /64) of its targets, protocol and port, and the
 * looks of its packets (window, options and MSS of the first).
 */
function cellKey(journal: AttemptJournal, row: number): number {
  const a = journal.address
  const p = 8 * row + 4
  const v4 = a[p] === 0 && a[p + 2] === 0xffff
  const region = v4 ? (a[p + 3] as number) >>> 16 : hash.of2(a[p] as number, a[p + 1] as number)
  const service = ((journal.protocol[row] as number) << 16) | (journal.dstPort[row] as number)
  const looks = ((journal.window[row] as number) << 16) | (journal.mss[row] as number)
  return hash.of4(region, service, looks, journal.tcpOptions[row] as number)
}

/** The collision test over the shares that overlap in time. */
function test(journal: AttemptJournal, all: Share[]): Coordinated | undefined {
  const shares = concurrent(journal, all)
  if (shares.length < leastSources) return undefined
  const rows = shares.flatMap((share) => share.rows.map((row) => ({ row, share })))
  rows.sort((x, y) => (journal.time[x.row] as number) - (journal.time[y.row] as number) || x.row - y.row)
  const addresses = rows.map(({ row }) => journal.address[8 * row + 7] as number)
  const size = coverSize(addresses)
  if (shares.some((share) => share.rows.length > size / 2)) return undefined
  const whole = collide(addresses, rows, size)
  if (whole.p > greatestChance || new Set(addresses).size < 0.03 * size) return undefined
  return {
    sources: shares.map((share) => share.source),
    ...whole,
    provenAt: journal.time[firstProof(addresses, rows, size)] as number,
  }
}

interface Collisions {
  readonly p: number
  readonly contacts: number
  readonly collisions: number
  readonly expected: number
}

type Placed = readonly { readonly row: number; readonly share: Share }[]

/** Collisions among the first contacts, against what independent sources with as many contacts each would have. */
function collide(addresses: readonly number[], rows: Placed, size: number, contacts = rows.length): Collisions {
  const perSource = new Map<Share, number>()
  for (let i = 0; i < contacts; i++) {
    const { share } = rows[i] as Placed[number]
    perSource.set(share, (perSource.get(share) ?? 0) + 1)
  }
  let free = 1
  for (const count of perSource.values()) free *= 1 - Math.min(1, count / size)
  const expected = contacts - size * (1 - free)
  const collisions = contacts - new Set(addresses.slice(0, contacts)).size
  return { p: poissonAtMost(collisions, expected), contacts, collisions, expected }
}

/** The journal row with which the test first passed for good, by bisection. */
function firstProof(addresses: readonly number[], rows: Placed, size: number): number {
  let low = 1
  let high = rows.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (collide(addresses, rows, size, middle).p <= greatestChance) high = middle
    else low = middle + 1
  }
  return (rows[low - 1] as Placed[number]).row
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

/** Addresses in the smallest aligned block that holds all. */
function coverSize(addresses: readonly number[]): number {
  let low = 0xffffffff
  let high = 0
  for (const address of addresses) {
    low = Math.min(low, address)
    high = Math.max(high, address)
  }
  const span = (low ^ high) >>> 0
  return span === 0 ? 1 : 2 ** (32 - Math.clz32(span))
}

/** An upper bound of P(X <= k) for X ~ Poisson(mean), by Chernoff: exact enough far out, and it never underflows to proof. */
function poissonAtMost(k: number, mean: number): number {
  if (k >= mean) return 1
  return Math.exp(k - mean + (k > 0 ? k * Math.log(mean / k) : 0))
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
    provenAt: Math.min(a.provenAt, b.provenAt),
  }
}
