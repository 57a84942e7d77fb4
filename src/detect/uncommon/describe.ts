import { formatAddress } from '../../base/address.ts'
import { shortDigest } from '../../base/digest.ts'
import { isoTime } from '../../base/time.ts'
import { isPlain } from '../../event/port-kinds.ts'
import type { DrawnScan, Scan, Uncommon } from '../finding.ts'
import { type Candidates, Name, What } from './candidates.ts'
import { type KeptContact, mostShown } from './kept.ts'
import { madeScan } from './made-scan.ts'
import { type Deeds, reasonsFor } from './reasons.ts'

const daySeconds = 86_400
const mostEvidence = 16

/** What is uncommon enough by itself: a client of one service, or of a few, is not. */
const fewest = {
  process: { outside: 5, insideHosts: 3, inside: 10 },
  addresses: 5,
  inside: 10,
} as const

export interface Circumstances {
  readonly scans: readonly DrawnScan[]
  /** Names of the inputs, by sensor number. */
  readonly inputs: readonly string[]
  /** How many machines are known to run a program. */
  readonly othersWith: (low: number, high: number) => number | undefined
}

/** The candidates that did enough, or made a scan, as records; in order of time. */
export function describeCandidates(candidates: Candidates, circumstances: Circumstances): Uncommon[] {
  const found: Uncommon[] = []
  for (let slot = 0; slot < candidates.count; slot++) {
    if (candidates.what[slot] === What.none || !candidates.kept.isActive(slot)) continue
    const contacts = candidates.kept.contacts(slot)
    const address = addressOf(candidates, slot)
    const scan = madeScan(
      { address, first: at(candidates.first, slot) / 1000, last: at(candidates.last, slot) / 1000, contacts },
      circumstances.scans,
    )
    if (isEnough(candidates, slot) || (scan && isMaker(candidates, slot, scan)))
      found.push(record(candidates, slot, contacts, scan, circumstances))
  }
  return found.sort((a, b) => (a.first < b.first ? -1 : a.first > b.first ? 1 : a.id < b.id ? -1 : 1))
}

/**
 * Whether the scan is its own for the most part. A program that asked only for what all ask for is not named for some probes
 * among many: they may as well be its ordinary business, and the scan somebody else's.
 */
function isMaker(candidates: Candidates, slot: number, { targets, sources }: Scan): boolean {
  const reached = candidates.addresses(slot) + candidates.plainAddresses(slot)
  return 2 * reached * sources.length >= targets.addresses
}

function isEnough(candidates: Candidates, slot: number): boolean {
  if (candidates.what[slot] === What.process) {
    const { outside, insideHosts, inside } = fewest.process
    return (
      at(candidates.outside, slot) >= outside ||
      at(candidates.insideHosts, slot) >= insideHosts ||
      at(candidates.inside, slot) >= inside
    )
  }
  return candidates.addresses(slot) >= fewest.addresses || at(candidates.inside, slot) >= fewest.inside
}

function record(
  candidates: Candidates,
  slot: number,
  contacts: readonly KeptContact[],
  scan: Scan | undefined,
  circumstances: Circumstances,
): Uncommon {
  const what = whatOf(candidates, slot)
  const uncommon = contacts.filter((contact) => contact.isUncommon)
  // Where nothing but the web was asked for, the scan of it is what is uncommon.
  const told = uncommon.length > 0 ? uncommon : contacts
  const ports = uncommon.length > 0 ? candidates.kept.ports(slot) : told.map(({ port }) => port)
  const targets = uncommon.length > 0 ? candidates.addresses(slot) : candidates.plainAddresses(slot)
  const first = isoTime(at(candidates.first, slot))
  const address = addressOf(candidates, slot)
  const host = candidates.name(slot, Name.host)
  const process = candidates.name(slot, Name.process)
  const learnedDays = Math.max(
    0,
    Math.floor((at(candidates.first, slot) / 1e6 - at(candidates.since, slot)) / daySeconds),
  )
  const subject = { what, host, address, process }
  const deeds: Deeds = {
    ...subject,
    learnedDays,
    known: at(candidates.known, slot),
    others: others(candidates, slot, circumstances),
    first,
    targets,
    isAtLeast: targets >= candidates.mostAddresses,
    inside: at(candidates.inside, slot),
    insideHosts: at(candidates.insideHosts, slot),
    outside: at(candidates.outside, slot),
    ports: distinct(ports),
    isPlain: ports.every(isPlain),
    scan: scan?.id ?? null,
  }
  return {
    type: 'uncommon',
    id: shortDigest(JSON.stringify([what, host, what === 'host' ? address : process, first])),
    ...subject,
    user: candidates.name(slot, Name.user),
    parent: candidates.name(slot, Name.parent),
    targets,
    ports: deeds.ports,
    destinations: [...new Set(told.map(({ address }) => formatAddress(...address)))].slice(0, mostShown),
    first,
    last: isoTime(at(candidates.last, slot)),
    learnedDays,
    known: deeds.known,
    scan: deeds.scan,
    evidence: evidenceOf(candidates, slot, told, circumstances.inputs),
    because: reasonsFor(deeds),
  }
}

function whatOf(candidates: Candidates, slot: number): Uncommon['what'] {
  const what = candidates.what[slot]
  return what === What.process ? 'process' : what === What.pair ? 'pair' : 'host'
}

function addressOf(candidates: Candidates, slot: number): string | null {
  const [a0 = 0, a1 = 0, a2 = 0, a3 = 0] = candidates.address.subarray(4 * slot, 4 * slot + 4)
  return (a0 | a1 | a2 | a3) === 0 ? null : formatAddress(a0, a1, a2, a3)
}

function others(candidates: Candidates, slot: number, { othersWith }: Circumstances): number | undefined {
  return othersWith(at(candidates.program, 2 * slot), at(candidates.program, 2 * slot + 1))
}

function evidenceOf(
  candidates: Candidates,
  slot: number,
  told: readonly KeptContact[],
  inputs: readonly string[],
): Uncommon['evidence'] {
  const here = told.filter(({ isHere }) => isHere).slice(0, mostEvidence)
  const records = here.length > 0 ? here : [candidates.kept.last(slot)]
  return records.map(({ at, sensor, offset, length }) => ({
    at: isoTime(at),
    source: inputs[sensor] ?? '',
    offset,
    length,
  }))
}

function distinct(numbers: readonly number[]): number[] {
  return [...new Set(numbers)].sort((a, b) => a - b)
}

function at(column: Int32Array | Uint32Array | Float64Array, slot: number): number {
  return column[slot] as number
}
