import { Hash } from '../../base/hash.ts'
import { Protocol } from '../../event/protocol.ts'
import { type AttemptJournal, State } from '../../track/journal.ts'
import { addressText } from '../record/address-text.ts'

/**
 * nmap -D sends each probe once per decoy with the same IP ID, ports and sequence number, within milliseconds: only the
 * source differs. Chance gives one such pair with 2^-32 or less; three of them make a group (nmap's scan_engine_raw.cc).
 */
export interface DecoyGroup {
  /** Source addresses; the likely real one first. */
  readonly members: readonly string[]
  /** What told the real one apart; undefined when nothing did, and the first is a guess. */
  readonly told: string | undefined
}

const leastPairs = 3
const mostPairs = 4096
/** Microseconds within which the copies of one probe are sent. */
const together = 1e6

/** Groups of sources that send the same probes. */
export function findDecoys(journal: AttemptJournal): DecoyGroup[] {
  const pairs = countPairs(journal)
  const parent = new Map<string, string>()
  const root = (name: string): string => {
    const up = parent.get(name) ?? name
    return up === name ? name : root(up)
  }
  for (const { first, second, count } of pairs.values()) {
    if (count < leastPairs) continue
    parent.set(root(second), root(first))
    for (const name of [first, second]) if (!parent.has(name)) parent.set(name, name)
  }
  const groups = new Map<string, string[]>()
  for (const name of parent.keys()) groups.set(root(name), [...(groups.get(root(name)) ?? []), name])
  return [...groups.values()].map((members) => orderByReality(journal, members))
}

interface Pair {
  readonly first: string
  readonly second: string
  count: number
}

/** How many identical probes each pair of sources shares: a ring of the newest 8192 probes, by hash. */
function countPairs(journal: AttemptJournal): Map<string, Pair> {
  const pairs = new Map<string, Pair>()
  const ring = new Int32Array(8192).fill(-1)
  const hash = new Hash(5)
  for (let row = 0; row < journal.length; row++) {
    const id = journal.ipId[row] as number
    if (id === 0 || journal.protocol[row] !== Protocol.tcp || !journal.has(row, State.header)) continue
    const ports = ((journal.srcPort[row] as number) << 16) | (journal.dstPort[row] as number)
    const slot = hash.of4(id, journal.seq[row] as number, ports, journal.address[8 * row + 7] as number) & 8191
    const other = ring[slot] as number
    ring[slot] = row
    if (other < 0 || !isCopy(journal, row, other)) continue
    const first = addressText(journal, other, 0)
    const second = addressText(journal, row, 0)
    const key = `${first} ${second}`
    const pair = pairs.get(key)
    if (pair) pair.count++
    else if (pairs.size < mostPairs) pairs.set(key, { first, second, count: 1 })
  }
  return pairs
}

function isCopy(journal: AttemptJournal, row: number, other: number): boolean {
  const a = journal.address
  for (let w = 4; w < 8; w++) if (a[8 * row + w] !== a[8 * other + w]) return false
  return (
    journal.ipId[row] === journal.ipId[other] &&
    journal.seq[row] === journal.seq[other] &&
    journal.srcPort[row] === journal.srcPort[other] &&
    journal.dstPort[row] === journal.dstPort[other] &&
    Math.abs((journal.time[row] as number) - (journal.time[other] as number)) <= together &&
    (a[8 * row + 3] !== a[8 * other + 3] || a[8 * row + 2] !== a[8 * other + 2] || a[8 * row + 1] !== a[8 * other + 1])
  )
}

/**
 * The real source also does what decoys cannot: it answers ARP on the captured link, or completes handshakes, or contacts
 * targets of its own. Where nothing tells, the one sent last comes first; nmap places the real one at random.
 */
function orderByReality(journal: AttemptJournal, members: readonly string[]): DecoyGroup {
  const inGroup = new Set(members)
  const onLink = new Set<string>()
  const completes = new Set<string>()
  const reacts = new Set<string>()
  const sentLast = new Map<string, number>()
  for (let row = 0; row < journal.length; row++) {
    if (journal.protocol[row] === Protocol.arp && journal.has(row, State.established))
      onLink.add(addressText(journal, row, 4))
    const name = addressText(journal, row, 0)
    if (!inGroup.has(name)) continue
    if (journal.has(row, State.completed)) completes.add(name)
    if (journal.has(row, State.reacted)) reacts.add(name)
    if (!sentLast.has(name)) sentLast.set(name, row)
  }
  const weight = (name: string) =>
    (onLink.has(name) ? 4 : 0) + (completes.has(name) ? 2 : 0) + (reacts.has(name) ? 1 : 0)
  const sorted = [...members].sort(
    (x, y) => weight(y) - weight(x) || (sentLast.get(y) as number) - (sentLast.get(x) as number),
  )
  const [first, second] = sorted as [string, string]
  const told = weight(first) > weight(second)
  const reason = onLink.has(first)
    ? 'it alone answers ARP on the captured link'
    : completes.has(first)
      ? 'it alone completed handshakes'
      : 'it alone reacts to answers'
  return { members: sorted, told: told ? reason : undefined }
}
