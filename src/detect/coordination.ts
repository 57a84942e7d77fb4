import { contains, maskWord } from '../base/prefix.ts'
import type { AttemptJournal } from '../track/journal.ts'
import { type Reading, readContact } from './contact.ts'
import type { SourceGroups } from './sources.ts'
import { directionOf, type View } from './view.ts'

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
const greatestChance = 1e-8

/**
 * Finds coordinated scans by the lack of collisions: sources that choose targets in a block independently of each other
 * must hit some addresses twice; sources that were given shares of the block do not. Per (block, protocol, port) the
 * chance of as few collisions as seen is Poisson with the exact expectation; it needs no clustering and no time window.
 * Only sources count whose contacts there mostly failed: clients of busy servers collide by nature, and mostly succeed.
 */
export function findCoordinated(view: View, groups: SourceGroups): Coordinated[] {
  const cells = gather(view, groups)
  const found: Coordinated[] = []
  for (const cell of cells.values()) {
    for (const share of cell.bySignature()) {
      const verdict = test(view.journal, share)
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
    const share = this.shares.get(source) ?? { source, rows: [], failed: 0 }
    share.rows.push(row)
    if (failed) share.failed++
    this.shares.set(source, share)
  }

  /** Sources that mostly fail, together and by their packets' looks: window, options and MSS of the first packet. */
  bySignature(): Share[][] {
    const failing = [...this.shares.values()].filter((share) => share.failed * 2 >= share.rows.length)
    const looks = new Map<string, Share[]>()
    for (const share of failing) {
      const row = share.rows[0] as number
      const look = `${this.#journal.window[row]} ${this.#journal.tcpOptions[row]} ${this.#journal.mss[row]}`
      looks.set(look, [...(looks.get(look) ?? []), share])
    }
    return [...looks.values()].filter((shares) => shares.length >= leastSources)
  }
}

/** Contacts by (block, protocol, port), for at most `mostCells` cells. */
function gather(view: View, groups: SourceGroups): Map<string, Cell> {
  const mostCells = 4096
  const { journal } = view
  const cells = new Map<string, Cell>()
  const reading: Reading = { term: undefined, at: 0, probe: false }
  const timeout = view.knowledge.timeout
  for (let g = 0; g < groups.count; g++) {
    for (const row of groups.of(g)) {
      const direction = directionOf(view, row)
      if (direction !== 'inbound' && direction !== 'internal') continue
      const key = cellKey(view, row)
      let cell = cells.get(key)
      if (cell === undefined) {
        if (cells.size >= mostCells) continue
        cell = new Cell(journal)
        cells.set(key, cell)
      }
      readContact(view, row, direction, timeout, reading)
      cell.add(g, row, reading.probe)
    }
  }
  return cells
}

/** The own block, or the /16 (IPv6: /64) inside it, with protocol and port. */
function cellKey(view: View, row: number): string {
  const a = view.journal.address
  const p = 8 * row + 4
  const v4 = a[p] === 0 && a[p + 2] === 0xffff
  const block = view.own.prefixes.findIndex((prefix) =>
    contains(prefix, a[p] as number, a[p + 1] as number, a[p + 2] as number, a[p + 3] as number),
  )
  const region = v4 ? ((a[p + 3] as number) & maskWord(16)) >>> 0 : `${a[p]}:${a[p + 1]}`
  return `${block} ${region} ${view.journal.protocol[row]} ${view.journal.dstPort[row]}`
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
    const at = united.findIndex(
      (other) => one.sources.filter((s) => other.sources.includes(s)).length * 2 >= one.sources.length,
    )
    const other = united[at]
    if (other === undefined) united.push(one)
    else
      united[at] = {
        sources: [...new Set([...other.sources, ...one.sources])],
        p: Math.min(other.p, one.p),
        contacts: other.contacts + one.contacts,
        collisions: other.collisions + one.collisions,
        expected: other.expected + one.expected,
      }
  }
  return united
}
