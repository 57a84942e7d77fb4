import { alertMessage, eventName } from './alert.ts'
import type { CaseSummary } from './summary.ts'

/** security/authorization messages (RFC 5424 table 1). */
const facility = 10
const severities = { critical: 2, high: 3, medium: 4, low: 5 } as const
/** RFC 5424 section 6.1: what receivers should be able to take. */
const longestMessage = 2048
/** 32473 is the enterprise number that RFC 5612 keeps for examples; the project has none of its own. */
const elementId = 'sweepwatch@32473'

/**
 * A case as a message of RFC 5424, without a line end: structured data for programs, text for people.
 * @param host name of this machine, or `-` @param time ISO 8601, when the message is written @returns at most 2048 bytes
 */
export function syslogLine(summary: CaseSummary, host: string, time: string): string {
  const priority = facility * 8 + severities[summary.severity]
  const head = `<${priority}>1 ${time} ${headerWord(host)} sweepwatch - ${eventName(summary)}`
  return cut(`${head} ${structured(summary)} \ufeff${alertMessage(summary)}`, longestMessage)
}

/** Printable ASCII without spaces, at most 255 characters (RFC 5424 section 6: HOSTNAME). */
function headerWord(text: string): string {
  return text.replace(/[^\x21-\x7e]/g, '').slice(0, 255) || '-'
}

function structured(summary: CaseSummary): string {
  const fields: readonly (readonly [string, string | number | null | undefined])[] = [
    ['case', summary.id],
    ['severity', summary.severity],
    ['decision', summary.decision],
    ['rule', summary.rule],
    ['technique', 'T1595.001'],
    ['src', summary.sources[0]],
    ['sources', summary.sourceCount],
    ['ports', summary.ports.join(',')],
    ['probes', summary.probes],
    ['answered', summary.answered],
    ['suspectHosts', summary.suspectHosts],
    ['first', summary.first],
    ['last', summary.last],
  ]
  const known = fields.filter(([, value]) => value !== null && value !== undefined && value !== '')
  return `[${[elementId, ...known.map(([name, value]) => `${name}="${parameter(String(value))}"`)].join(' ')}]`
}

/** RFC 5424 section 6.3.3: `"`, `\` and `]` are escaped. */
function parameter(text: string): string {
  return text.replace(/["\\\]]/g, '\\$&')
}

/** At most so many bytes of UTF-8; no character is cut in two. */
function cut(text: string, most: number): string {
  const bytes = Buffer.from(text)
  return bytes.length <= most
    ? text
    : bytes
        .subarray(0, most)
        .toString()
        .replace(/\ufffd+$/, '')
}
