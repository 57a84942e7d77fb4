import type { Case } from '../../../case/case.ts'
import type { Severity } from '../../../detect/finding.ts'
import { clipped } from '../../escape.ts'
import { vendor } from '../alert.ts'
import type { ExportOptions } from '../case.ts'
import { instant, milliTime } from '../instant.ts'

/** The release of the Elastic Common Schema whose field list the tests hold these documents against. */
const ecsVersion = '9.5.0-dev'
/** Keywords longer than this are not indexed (`ignore_above`). */
const longestKeyword = 1024
export const mostRelated = 200

/** As Elastic's detection rules count risk. */
export const severities: Readonly<Record<Severity, number>> = { low: 21, medium: 47, high: 73, critical: 99 }

export function keyword(text: string): string {
  return clipped(text, longestKeyword)
}

/** What all documents of a case share. */
export function envelope({ id }: Case, { version }: ExportOptions) {
  return {
    ecs: { version: ecsVersion },
    observer: { vendor, product: vendor, type: 'ids', version: keyword(version) },
    labels: { case: keyword(id) },
    threat: {
      framework: 'MITRE ATT&CK',
      tactic: { id: ['TA0043'], name: ['Reconnaissance'], reference: ['https://attack.mitre.org/tactics/TA0043/'] },
      technique: {
        id: ['T1595'],
        name: ['Active Scanning'],
        reference: ['https://attack.mitre.org/techniques/T1595/'],
        subtechnique: {
          id: ['T1595.001'],
          name: ['Scanning IP Blocks'],
          reference: ['https://attack.mitre.org/techniques/T1595/001/'],
        },
      },
    },
  }
}

/** Where the document is from, as `event` fields. */
export function origin(dataset: string) {
  return { module: 'sweepwatch', provider: 'sweepwatch', dataset: `sweepwatch.${dataset}` }
}

/** When something was, as `event` fields; the duration in nanoseconds. */
export function span(first: string, last: string) {
  const duration = Math.max(0, instant(last) - instant(first)) * 1_000_000
  return { start: milliTime(first), end: milliTime(last), duration }
}

export function isPort(port: number | null | undefined): port is number {
  return port !== null && port !== undefined && Number.isInteger(port) && port > 0 && port < 65_536
}
