import type { Case } from '../case/case.ts'
import type { Scan, Uncommon } from '../detect/finding.ts'
import { printable } from './escape.ts'
import { type Look, paint } from './look.ts'
import { headline } from './narrate.ts'
import { uncommonHeadline, uncommonRecords } from './uncommon-text.ts'

const colours = { low: 'dim', medium: 'yellow', high: 'red', critical: 'red' } as const
const mostReasons = 4

/** A scan as `watch` prints it: a line to see at a glance, and why. */
export function liveScan(scan: Scan, status: 'new' | 'grown' | 'final', look: Look): string {
  const severity = paint(look, colours[scan.severity], scan.severity.toUpperCase().padEnd(8))
  const head = `${scan.detected.slice(0, 19)}Z  ${severity}  ${paint(look, 'bold', printable(headline(scan)))}`
  const grown = status === 'new' ? '' : paint(look, 'dim', ` (${status})`)
  const reasons = scan.because.slice(0, mostReasons).map((because) => `    ${printable(because)}`)
  const seen = scan.sensors.map(({ source, events }) => `${printable(source)} (${events})`).join(', ')
  return `${[`${head}${grown}`, ...reasons, paint(look, 'dim', `    seen by ${seen}; id ${scan.id}`)].join('\n')}\n`
}

/** What is uncommon, in the same form. */
export function liveUncommon(item: Uncommon, status: 'new' | 'grown' | 'final', look: Look): string {
  const badge = paint(look, 'yellow', 'UNCOMMON'.padEnd(8))
  const head = `${item.first.slice(0, 19)}Z  ${badge}  ${paint(look, 'bold', printable(uncommonHeadline(item)))}`
  const grown = status === 'new' ? '' : paint(look, 'dim', ` (${status})`)
  const reasons = item.because.slice(0, mostReasons).map((because) => `    ${printable(because)}`)
  const scan = item.scan === null ? '' : `scan ${item.scan}; `
  const seen = `    ${scan}records ${printable(uncommonRecords(item))}; id ${item.id}`
  return `${[`${head}${grown}`, ...reasons, paint(look, 'dim', seen)].join('\n')}\n`
}

const decided = { escalate: 'ESCALATE', monitor: 'MONITOR', close: 'CLOSE' } as const

/** A case that is new, or on which the decision has changed. */
export function liveCase(one: Case, status: 'new' | 'decided', look: Look): string {
  const { decision } = one
  const word = decision === null ? 'CASE' : decided[decision.decision]
  const badge = paint(look, decision?.decision === 'escalate' ? 'red' : 'dim', word.padEnd(8))
  const head = `${one.last.slice(0, 19)}Z  ${badge}  ${paint(look, 'bold', printable(one.title))}`
  const changed = status === 'new' ? '' : paint(look, 'dim', ' (decided anew)')
  const why =
    decision === null ? [] : [`rule ${decision.rule}: ${decision.title}`, ...decision.because.slice(0, mostReasons)]
  const reasons = why.map((because) => `    ${printable(because)}`)
  return `${[`${head}${changed}`, ...reasons, paint(look, 'dim', `    case ${one.id}`)].join('\n')}\n`
}
