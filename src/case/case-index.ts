import type { Scan } from '../detect/finding.ts'
import { fingerprintOf, networkOf, portDigest } from './fingerprint.ts'

/** What of a case new scans are compared with. */
export interface IndexedCase {
  readonly id: string
  readonly scans: readonly string[]
  readonly sources: readonly string[]
  /** `network fingerprint`. */
  readonly prints: readonly string[]
  /** `port digest, blocks`, of scans with enough ports. */
  readonly lists: readonly string[]
  /** Systems of ours that answered. */
  readonly hosts: readonly string[]
  /** Milliseconds. */
  readonly first: number
  readonly last: number
}

/** Which case a scan belongs to, and why. */
export interface Joined {
  readonly id: string
  readonly because: string
}

/** A case takes up what comes within so long after its last activity. */
const openFor = 30 * 86400e3
/** A list of ports is a mark of its maker when it is this long. */
const fewestPorts = 8
const mostHosts = 4096

/** Open cases by what ties scans to them. Keys come from findings, which are few, never from packets. */
export class CaseIndex {
  readonly #byScan = new Map<string, string>()
  readonly #bySource = new Map<string, string>()
  readonly #byPrint = new Map<string, string>()
  readonly #byList = new Map<string, string>()
  readonly #byHost = new Map<string, string>()
  readonly #spans = new Map<string, { first: number; last: number }>()

  add(entry: IndexedCase): void {
    for (const scan of entry.scans) this.#byScan.set(scan, entry.id)
    for (const source of entry.sources) this.#bySource.set(source, entry.id)
    for (const print of entry.prints) this.#byPrint.set(print, entry.id)
    for (const list of entry.lists) this.#byList.set(list, entry.id)
    for (const host of entry.hosts) this.#byHost.set(host, entry.id)
    const known = this.#spans.get(entry.id)
    this.#spans.set(entry.id, {
      first: Math.min(known?.first ?? entry.first, entry.first),
      last: Math.max(known?.last ?? entry.last, entry.last),
    })
  }

  /** The case that has just this scan. */
  withScan(id: string): string | undefined {
    return this.#byScan.get(id)
  }

  /** The open case of the same actor, the surest tie first. */
  find(scan: Scan): Joined | undefined {
    return this.#sameSource(scan) ?? this.#touchedHost(scan) ?? this.#sameNetwork(scan) ?? this.#sameList(scan)
  }

  #sameSource(scan: Scan): Joined | undefined {
    for (const source of scan.sources) {
      const id = this.#inTime(this.#bySource.get(source), scan)
      if (id) return { id, because: `the same source, ${source}` }
    }
    return undefined
  }

  /** A system that had answered a scan scans itself: it was taken, or it belongs to whoever did it. */
  #touchedHost(scan: Scan): Joined | undefined {
    if (scan.direction !== 'internal' && scan.direction !== 'outbound') return undefined
    for (const source of scan.sources) {
      const id = this.#inTime(this.#byHost.get(source), scan)
      if (id && Date.parse(scan.first) >= (this.#spans.get(id)?.first ?? 0)) {
        return { id, because: `${source} had answered this case's scan, and then scanned itself` }
      }
    }
    return undefined
  }

  #sameNetwork(scan: Scan): Joined | undefined {
    if (scan.direction === 'internal') return undefined
    const fingerprint = fingerprintOf(scan)
    for (const network of new Set(scan.sources.map(networkOf))) {
      const id = this.#inTime(this.#byPrint.get(`${network} ${fingerprint}`), scan)
      if (id) return { id, because: `the same network, ${network}, with the same fingerprint (${fingerprint})` }
    }
    return undefined
  }

  #sameList(scan: Scan): Joined | undefined {
    if (scan.targets.ports.length < fewestPorts) return undefined
    const id = this.#inTime(this.#byList.get(listOf(scan)), scan)
    return id === undefined
      ? undefined
      : { id, because: `just the same list of ${scan.targets.ports.length} ports on the same targets` }
  }

  #inTime(id: string | undefined, scan: Scan): string | undefined {
    const span = id === undefined ? undefined : this.#spans.get(id)
    if (span === undefined) return undefined
    return Date.parse(scan.first) <= span.last + openFor && Date.parse(scan.last) >= span.first - openFor
      ? id
      : undefined
  }
}

/** What a case of these scans is found by. */
export function indexed(id: string, scans: readonly Scan[], accomplices: readonly string[] = []): IndexedCase {
  const outside = scans.filter(({ direction }) => direction !== 'internal')
  return {
    id,
    scans: scans.map((scan) => scan.id),
    sources: [...new Set([...scans.flatMap(({ sources }) => sources), ...accomplices])],
    prints: [
      ...new Set(
        outside.flatMap((scan) => scan.sources.map((source) => `${networkOf(source)} ${fingerprintOf(scan)}`)),
      ),
    ],
    lists: scans.filter(({ targets }) => targets.ports.length >= fewestPorts).map(listOf),
    hosts: [...new Set(outside.flatMap(({ open }) => open.map(({ address }) => address)))].slice(0, mostHosts),
    first: Math.min(...scans.map(({ first }) => Date.parse(first))),
    last: Math.max(...scans.map(({ last }) => Date.parse(last))),
  }
}

function listOf(scan: Scan): string {
  return `${portDigest(scan)} ${scan.targets.blocks.join(' ')}`
}
