import type { Resumable } from '../base/snapshot.ts'
import { type EventBatch, Subject } from '../event/batch.ts'
import { Text } from '../event/texts.ts'
import { scanned } from '../framing/finding.ts'
import { scannerOf, targetOf } from './finding-ends.ts'

/** Reports, targets of all of them, and scanners and tools of one, that are kept. */
const mostReports = 4096
const mostTargets = 1 << 17
const mostNames = 8
const longest = 200

/** When a scanner looked at an address. Microseconds. */
interface Visit {
  first: number
  last: number
}

/** What one input tells of the scans that a vulnerability scanner made. Plain data. */
export interface ScanReport {
  readonly sensor: number
  /** Scanner, policy or command line. */
  readonly tools: Set<string>
  /** Who scanned, where the report tells. */
  readonly scanners: Set<string>
  /** Which ports were asked for, as the report writes it. */
  readonly asked: Set<string>
  readonly targets: Map<string, Visit>
}

export interface ScanReportState {
  readonly reports: readonly ScanReport[]
  readonly omitted: number
}

/**
 * What vulnerability scanners report of their own scans (requirement L6): which tool looked at which of our addresses when, and from
 * where. Of bounded size; what found no room is counted.
 *
 * hot: no allocation for rows of other subjects.
 */
export class ScanReports implements Resumable<ScanReportState> {
  readonly #reports = new Map<number, ScanReport>()
  #targets = 0
  /** Targets that found no room. */
  omitted = 0

  get reports(): readonly ScanReport[] {
    return [...this.#reports.values()]
  }

  observe(batch: EventBatch): void {
    const { subject } = batch.column
    for (let i = 0; i < batch.length; i++) if (subject[i] === Subject.finding) this.#take(batch, i)
  }

  snapshot(): ScanReportState {
    return { reports: this.reports, omitted: this.omitted }
  }

  resume({ reports, omitted }: ScanReportState): void {
    this.#reports.clear()
    for (const report of reports) this.#reports.set(report.sensor, structuredClone(report))
    this.#targets = reports.reduce((sum, { targets }) => sum + targets.size, 0)
    this.omitted = omitted
  }

  #take(batch: EventBatch, i: number): void {
    const { sensor, time, duration } = batch.column
    const target = targetOf(batch, i)
    if (target === undefined) return
    const report = this.#report(sensor[i]!)
    if (report === undefined) {
      this.omitted++
      return
    }
    if (batch.textOf(i, Text.signatureId) === scanned) this.#describe(report, batch, i)
    this.#visit(report, target, time[i]!, time[i]! + duration[i]!)
  }

  #report(sensor: number): ScanReport | undefined {
    const known = this.#reports.get(sensor)
    if (known !== undefined || this.#reports.size >= mostReports) return known
    const made = { sensor, tools: new Set<string>(), scanners: new Set<string>(), asked: new Set<string>() }
    const report: ScanReport = { ...made, targets: new Map() }
    this.#reports.set(sensor, report)
    return report
  }

  #describe({ tools, scanners, asked }: ScanReport, batch: EventBatch, i: number): void {
    keep(tools, batch.textOf(i, Text.signature))
    keep(asked, batch.textOf(i, Text.message))
    keep(scanners, scannerOf(batch, i) ?? '')
  }

  #visit({ targets }: ScanReport, address: string, first: number, last: number): void {
    const known = targets.get(address)
    if (known !== undefined) {
      known.first = Math.min(known.first, first)
      known.last = Math.max(known.last, last)
    } else if (this.#targets < mostTargets) {
      targets.set(address, { first, last })
      this.#targets++
    } else this.omitted++
  }
}

function keep(texts: Set<string>, text: string): void {
  if (text !== '' && texts.size < mostNames) texts.add(text.slice(0, longest))
}
