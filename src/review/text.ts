import { count, listed, several, span } from '../base/quantity.ts'
import { block, item, limited, wholeItem } from '../report/case/text/block.ts'
import { clipped, printable } from '../report/escape.ts'
import { glyphs, type Look, paint } from '../report/look.ts'
import { labelled } from '../report/text/layout.ts'
import type { Entrance } from './answered.ts'
import type { Exposure } from './exposure.ts'
import { type Finding, findingKinds, type Level } from './finding/finding.ts'
import type { Login } from './history/use.ts'
import type { Review } from './review.ts'
import type { Proposal } from './tighten.ts'
import type { Amount } from './usage.ts'

const most = {
  entrances: 12,
  findings: 40,
  logins: 20,
  exposures: 40,
  named: 15,
  disagreements: 8,
  commands: 20,
  spots: 30,
}
const colours: Readonly<Record<Level, 'red' | 'yellow' | 'cyan' | 'dim'>> = {
  high: 'red',
  medium: 'yellow',
  low: 'cyan',
  note: 'dim',
}

/** A review as a page for the terminal: what is open first, what could not be seen last. */
export function reviewText(review: Review, look: Look): string {
  const lines = [
    ...head(review, look),
    ...block(
      'Which rules let answered connections in',
      limited(review.entrances, most.entrances, (one) => entranceLines(one, look)),
      look,
    ),
    ...block(
      'Rules to change',
      limited(review.findings, most.findings, (one) => findingLines(one, look)),
      look,
    ),
    ...block(
      'Accounts that were tried',
      limited(review.logins, most.logins, (one) => [item(loginText(one), look)]),
      look,
    ),
    ...block('Ports that answered the world', exposureLines(review.exposures), look),
    ...block(
      'Rules that the logs name',
      limited(review.named, most.named, (one) => [item(namedText(one), look)]),
      look,
    ),
    ...disagreements(review, look),
    ...block(
      'What could not be seen',
      limited(review.couldNotSee, most.spots, (text) => [wholeItem(clipped(text, 600), look)]),
      look,
    ),
  ]
  return `${lines.join('\n')}\n`
}

function head({ period, rulesets, findings }: Review, look: Look): readonly string[] {
  const rule = paint(look, 'dim', glyphs(look).heavy.repeat(look.columns))
  const high = findings.filter(({ level }) => level === 'high').length
  const files = rulesets.map(({ name, language, rules }) => `${name} (${language}, ${several(rules, 'rule')})`)
  const seen = period?.seen ? span(period.seen.first, period.seen.last) : 'no traffic was looked at'
  return [
    rule,
    paint(
      look,
      'bold',
      `  Firewall review: ${several(findings.length, 'rule')} to change${high > 0 ? `, ${high} of them urgently` : ''}`,
    ),
    rule,
    labelled('Rulesets', files.length > 0 ? clipped(listed(files, 8), 600) : 'none', look),
    labelled('Traffic', seen, look),
  ]
}

function entranceLines(
  { place, text, isSure, legitimate, scanners, services, serviceCount }: Entrance,
  look: Look,
): readonly string[] {
  const more = serviceCount > services.length ? ` and ${count(serviceCount - services.length)} more` : ''
  return [
    item(`${place}: ${text}`, look),
    item(`${users(scanners, legitimate)}${isSure ? '' : '; of some of them another rule may have done it'}`, look, 1),
    item(`${services.join(', ')}${more}`, look, 1),
  ]
}

/** `81 connections of 2 scanners; nobody else`. */
function users(scanners: Amount, legitimate: Amount): string {
  const of = ({ connections, sources }: Amount, name: string) =>
    `${several(connections, 'connection')} of ${several(sources, name)}`
  if (scanners.connections === 0) return legitimate.connections === 0 ? 'nobody' : of(legitimate, 'source')
  return `${of(scanners, 'scanner')}; ${legitimate.connections === 0 ? 'nobody else' : of(legitimate, 'other source')}`
}

function findingLines({ place, rule, level, reasons, proposal }: Finding, look: Look): readonly string[] {
  const kinds = [...new Set(reasons.map(({ kind }) => findingKinds[kind]))]
  const lead = item(`${level.toUpperCase()} ${listed(kinds)}: ${place}`, look)
  return [
    lead.replace(level.toUpperCase(), paint(look, colours[level], level.toUpperCase())),
    item(rule.text, look, 1),
    ...reasons.map(({ text }) => item(text, look, 1)),
    ...proposalLines(proposal, look),
  ]
}

function proposalLines(proposal: Proposal | null, look: Look): readonly string[] {
  if (proposal === null) return []
  const { commands, why, cut } = proposal
  if (why !== null) return [item(`No tighter rule is proposed: ${why}.`, look, 1)]
  return [
    item(`Tighter (read it first; nothing was run): ${cutText(cut)}`, look, 1),
    // Commands are to be copied: they are not wrapped.
    ...commands.slice(0, most.commands).map((command) => `          ${printable(command)}`),
    ...(commands.length > most.commands
      ? [`          and ${commands.length - most.commands} more; --json has them all`]
      : []),
  ]
}

function cutText(cut: Proposal['cut']): string {
  if (cut === null) return 'what it would have cut is not known.'
  if (cut.legitimate.connections === 0 && cut.scanners.connections === 0) return 'it would have cut nothing.'
  return `it would have cut ${users(cut.scanners, cut.legitimate)}.`
}

function loginText({ machine, service, account, source, failures, successes, first, last, who }: Login): string {
  const name = account === '' ? 'an account that is not told' : `"${account}"`
  const end =
    successes > 0
      ? `${several(successes, 'SUCCESS', 'SUCCESSES')}, ${several(failures, 'failure')}`
      : several(failures, 'failure')
  return `${name} on ${machine} (${service}) from ${source}${who === 'scanner' ? ', a scanner' : ''}: ${end}, ${first.slice(0, 16)}Z to ${last.slice(0, 16)}Z`
}

/** One line a port: where, when first and last, by whom, what scans learned, and by which rule. */
function exposureLine(exposure: Exposure, width: number): string {
  const { first, last, legitimate, scanners, learned, rules, named } = exposure
  const days =
    first.slice(0, 10) === last.slice(0, 10) ? first.slice(0, 10) : `${first.slice(0, 10)} to ${last.slice(0, 10)}`
  const told =
    learned === null
      ? []
      : [learned.banner === null ? 'scans learned of it' : `scans learned "${clipped(learned.banner, 60)}"`]
  const by = rules.length > 0 ? [rules.join('; ')] : named.length > 0 ? [`the log names ${named.join(', ')}`] : []
  const text = [`${days}, ${users(scanners, legitimate)}`, ...told, ...by].join('; ')
  return `    ${serviceText(exposure).padEnd(width)}  ${clipped(text, 200)}`
}

function serviceText({ address, protocol, port }: Exposure): string {
  return `${address} ${protocol}${port === null ? '' : `/${port}`}`
}

function exposureLines(exposures: readonly Exposure[]): readonly string[] {
  const width = Math.max(0, ...exposures.slice(0, most.exposures).map((one) => serviceText(one).length))
  return limited(exposures, most.exposures, (one) => [exposureLine(one, width)])
}

function namedText({
  rule,
  action,
  records,
  legitimate,
  scanners,
  answered,
  first,
  last,
}: Review['named'][number]): string {
  const what = action === '' ? '' : ` (${action})`
  return `${rule}${what}: ${several(records, 'record')}, ${count(scanners)} of scanners, ${count(legitimate)} of others, ${count(answered)} answered; ${first.slice(0, 10)} to ${last.slice(0, 10)}`
}

function disagreements({ comparison: { agreed, disagreements } }: Review, look: Look): readonly string[] {
  if (agreed === 0 && disagreements.length === 0) return []
  const lines = limited(disagreements, most.disagreements, ({ connection, named, rules, isKnown }) => [
    item(
      `${connection}: the log says ${named}${isKnown ? '' : ', which the ruleset does not have'}; the ruleset leads to ${rules.length > 0 ? listed(rules, 3) : 'no rule'}`,
      look,
    ),
  ])
  const sum = `Of the rules that the log names, ${count(agreed)} fit the ruleset, ${count(disagreements.length)} do not.`
  return block('Log and ruleset compared', [item(sum, look), ...lines], look)
}
