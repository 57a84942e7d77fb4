import { shortDigest } from '../base/digest.ts'
import type { Resumable } from '../base/snapshot.ts'
import type { DrawnScan, Scan, Severity, Uncommon } from '../detect/finding.ts'

/** Why a scan is told: for the first time, again because it grew, or as it stands at the end. */
export type Status = 'new' | 'grown' | 'final'

export interface Told {
  readonly scan: Scan
  readonly status: Status
}

/** The same of what is uncommon. */
export interface ToldUncommon {
  readonly uncommon: Uncommon
  readonly status: Status
}

/** What is remembered of a scan that was told; plain data. */
export interface Entry {
  readonly id: string
  readonly sources: readonly string[]
  readonly first: string
  readonly last: string
  readonly probes: number
  readonly severity: Severity
  readonly open: number
  /** Of the whole record, to see whether anything changed at all. */
  readonly digest: string
}

const severities: readonly Severity[] = ['low', 'medium', 'high', 'critical']
/** Scans remembered as told. */
const mostEntries = 8192
/** A scan of the same source that begins this long after what was told of it is another. */
const apart = 3600e3

/**
 * Remembers which scans were told, so that each is told once, and again only when it became twice as large, more severe, or
 * was answered for the first time. A scan keeps the id it was first told by.
 */
export class Reporter implements Resumable<readonly Entry[]> {
  #entries: Entry[] = []

  snapshot(): readonly Entry[] {
    return this.#entries
  }

  resume(state: readonly Entry[]): void {
    this.#entries = [...state]
  }

  /**
   * Which of all scans known now are to be told, in their order.
   * @param isLast nothing more will come: scans that grew at all are told as they ended
   */
  news(scans: readonly DrawnScan[], isLast = false): Told[] {
    return scans.flatMap(({ scan }) => this.#take(scan, isLast) ?? [])
  }

  /** The same of what is uncommon: told again when it has twice the targets, or a scan is found that it made. */
  uncommonNews(found: readonly Uncommon[], isLast = false): ToldUncommon[] {
    return found.flatMap((uncommon) => {
      const at = this.#entries.findIndex((entry) => entry.id === uncommon.id)
      const known = this.#entries[at]
      const entry = entryOfUncommon(uncommon)
      if (known === undefined) {
        this.#push(entry)
        return { uncommon, status: 'new' as const }
      }
      const isMore = entry.probes >= 2 * known.probes || entry.open > known.open
      if (!isMore && !(isLast && entry.digest !== known.digest)) return []
      this.#entries[at] = entry
      return { uncommon, status: isLast ? ('final' as const) : ('grown' as const) }
    })
  }

  /** The entry of a scan that was told. */
  entry(id: string): Entry | undefined {
    return this.#entries.find((each) => each.id === id)
  }

  /** The id a scan was first told by; its own where it was not told yet. */
  idOf(scan: Scan): string {
    return this.#entries[this.#find(scan)]?.id ?? scan.id
  }

  /** Takes up an entry that was told after the snapshot that was resumed. */
  add(entry: Entry): void {
    const at = this.#entries.findIndex((each) => each.id === entry.id)
    if (at < 0) this.#entries.push(entry)
    else this.#entries[at] = entry
  }

  #take(scan: Scan, isLast: boolean): Told | undefined {
    const at = this.#find(scan)
    const known = this.#entries[at]
    if (known === undefined) {
      this.#push(entryOf(scan, scan.id))
      return { scan, status: 'new' }
    }
    const status = isGrown(scan, known) ? 'grown' : isLast && digestOf(scan) !== known.digest ? 'final' : undefined
    if (status === undefined) return undefined
    this.#entries[at] = entryOf(scan, known.id)
    return { scan: { ...scan, id: known.id }, status: isLast ? 'final' : status }
  }

  #push(entry: Entry): void {
    this.#entries.push(entry)
    if (this.#entries.length > mostEntries) this.#entries.shift()
  }

  #find(scan: Scan): number {
    const same = this.#entries.findIndex((entry) => entry.id === scan.id)
    return same >= 0 ? same : this.#entries.findIndex((entry) => isSame(scan, entry))
  }
}

function entryOf(scan: Scan, id: string): Entry {
  const { sources, first, last, probes, severity, open } = scan
  return { id, sources: sources.slice(0, 64), first, last, probes, severity, open: open.length, digest: digestOf(scan) }
}

/** Its targets stand for probes, the scan it made for what answered. */
function entryOfUncommon(uncommon: Uncommon): Entry {
  const { id, first, last, targets, scan } = uncommon
  return {
    id,
    sources: [],
    first,
    last,
    probes: targets,
    severity: 'low',
    open: scan === null ? 0 : 1,
    digest: digestOf(uncommon),
  }
}

function digestOf(finding: Scan | Uncommon): string {
  return shortDigest(JSON.stringify({ ...finding, id: '' }))
}

function isSame(scan: Scan, entry: Entry): boolean {
  if (!scan.sources.some((source) => entry.sources.includes(source))) return false
  return Date.parse(scan.first) <= Date.parse(entry.last) + apart && Date.parse(scan.last) >= Date.parse(entry.first)
}

function isGrown(scan: Scan, entry: Entry): boolean {
  const worse = severities.indexOf(scan.severity) > severities.indexOf(entry.severity)
  return worse || scan.probes >= 2 * entry.probes || (entry.open === 0 && scan.open.length > 0)
}
