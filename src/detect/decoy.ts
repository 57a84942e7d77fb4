import { type AttemptJournal, State } from '../track/journal.ts'

/**
 * nmap -D sends each probe once per decoy with the same IP ID, ports and sequence number, within milliseconds: only the
 * source differs. Chance gives such a pair with 2^-64; three of them make a group (nmap scan_engine_raw.cc; ARCHITECTURE.md).
 */
export interface DecoyGroup {
  /** Indices into the list given, the likely real one first. */
  readonly members: readonly number[]
  /** True when the members' own behaviour told the real one apart. */
  readonly told: boolean
}

/** @param sources for each accused source its journal rows */
export function decoyGroups(journal: AttemptJournal, sources: readonly Uint32Array[]): DecoyGroup[] {
  const seen = new Map<string, { source: number; at: number }[]>()
  for (const [source, rows] of sources.entries()) {
    for (const row of rows.subarray(0, 2048)) {
      if (!journal.has(row, State.header) || journal.protocol[row] !== 6) continue
      const p = 8 * row + 4
      const key = `${journal.ipId[row]} ${journal.seq[row]} ${journal.srcPort[row]} ${journal.dstPort[row]} ${journal.address[p + 1]} ${journal.address[p + 2]} ${journal.address[p + 3]}`
      const list = seen.get(key) ?? []
      list.push({ source, at: journal.time[row] as number })
      seen.set(key, list)
    }
  }
  const shared = new PairCounts(sources.length)
  for (const list of seen.values()) shared.count(list)
  return shared.groups(3).map((members) => orderByReality(journal, sources, members))
}

/** How many identical probes each pair of sources shares, and the groups they form. */
class PairCounts {
  readonly #counts = new Map<number, number>()
  readonly #size: number

  constructor(size: number) {
    this.#size = size
  }

  count(list: readonly { source: number; at: number }[]): void {
    for (let i = 1; i < Math.min(list.length, 64); i++) {
      const a = list[i - 1] as { source: number; at: number }
      const b = list[i] as { source: number; at: number }
      if (a.source === b.source || Math.abs(a.at - b.at) > 1e6) continue
      const key = Math.min(a.source, b.source) * this.#size + Math.max(a.source, b.source)
      this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1)
    }
  }

  groups(least: number): number[][] {
    const parent = Array.from({ length: this.#size }, (_, i) => i)
    const root = (i: number): number => (parent[i] === i ? i : (parent[i] = root(parent[i] as number)))
    for (const [key, count] of this.#counts) {
      if (count >= least) parent[root(Math.floor(key / this.#size))] = root(key % this.#size)
    }
    const groups = new Map<number, number[]>()
    for (let i = 0; i < this.#size; i++) groups.set(root(i), [...(groups.get(root(i)) ?? []), i])
    return [...groups.values()].filter((group) => group.length > 1)
  }
}

/**
 * The real source also does what decoys do not: it pings or resolves alone, contacts targets of its own, or reacts to
 * answers more often. Where nothing tells them apart, the busiest comes first and `told` is false.
 */
function orderByReality(
  journal: AttemptJournal,
  sources: readonly Uint32Array[],
  members: readonly number[],
): DecoyGroup {
  const weight = (source: number) => {
    const rows = sources[source] as Uint32Array
    let reacted = 0
    for (const row of rows) if (journal.has(row, State.reacted)) reacted++
    return rows.length + reacted
  }
  const weighed = members
    .map((source) => ({ source, weight: weight(source) }))
    .sort((x, y) => y.weight - x.weight || x.source - y.source)
  const [first, second] = weighed
  const told = first !== undefined && second !== undefined && first.weight > 1.05 * second.weight
  return { members: weighed.map((each) => each.source), told }
}
