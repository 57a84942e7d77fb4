import type { CaseSummary } from './summary.ts'
import { verdict } from './summary.ts'

/** What the formats of device events need of a case: names and severities on their scales, and one line of text. */

/** ATT&CK's tactic, for fields that hold a category. */
export const category = 'Reconnaissance'
export const vendor = 'Sweepwatch'

/** 0 to 10, as CEF and LEEF count. */
export function severityOfTen({ severity }: CaseSummary): number {
  return { low: 3, medium: 5, high: 8, critical: 10 }[severity]
}

/** The kind of event; nothing that an attacker sends is in it: `case-escalate`, `case-open`, `case-closed`. */
export function eventName({ decision, status }: CaseSummary): string {
  return status === 'open' ? `case-${decision ?? 'open'}` : `case-${status}`
}

/** What happened and what was decided. */
export function alertMessage(summary: CaseSummary): string {
  return `${summary.title}. ${verdict(summary)}`.replace('.. ', '. ')
}

/** Fields in the order given, those that are not known left out. */
export function fieldText(
  fields: readonly (readonly [string, string | number | null | undefined])[],
  escaped: (value: string) => string,
  separator: string,
): string {
  const known = fields.filter(([, value]) => value !== null && value !== undefined && value !== '')
  return known.map(([name, value]) => `${name}=${escaped(String(value))}`).join(separator)
}
