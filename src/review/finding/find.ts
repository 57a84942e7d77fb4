import type { Prefix } from '../../base/prefix.ts'
import { between, several } from '../../base/quantity.ts'
import type { History, Use } from '../history/use.ts'
import type { Match } from '../match.ts'
import { reachOf } from '../reach.ts'
import { placeOf, type Rule, type Ruleset } from '../ruleset.ts'
import { type Proposal, proposalOf } from '../tighten.ts'
import { amountOf, type Usage } from '../usage.ts'
import { type Finding, levels, type Reason } from './finding.ts'
import { isNarrower, toServices, toSources } from './narrow.ts'
import { openingsOf } from './opening.ts'
import { openReasons } from './reasons.ts'
import { remoteServiceAt } from './remote-services.ts'
import { isForReplies, type Shadowed, shadowedRules } from './shadowed.ts'

export interface FindSite {
  readonly ruleset: Ruleset
  readonly outside: readonly string[]
  readonly own: readonly Prefix[]
  /** Undefined where no traffic is known. */
  readonly usage: Usage | undefined
  readonly history: History | undefined
  /** Who is a scanner is known. */
  readonly knowsScanners: boolean
  /** Sources of logins that failed and never succeeded: they are no reason to keep remote access open. */
  readonly failedSources: ReadonlySet<string>
}

export interface Found {
  readonly findings: readonly Finding[]
  /** What could not be looked at. */
  readonly notLookedAt: readonly string[]
}

/** What is wrong with the rules of one ruleset, worst first. */
export function findingsOf(site: FindSite): Found {
  const { ruleset, outside, own } = site
  const reasons = new Map<Rule, Reason[]>()
  const add = (rule: Rule, ...more: readonly Reason[]) => reasons.set(rule, [...(reasons.get(rule) ?? []), ...more])
  const shadows = shadowedRules(ruleset)
  for (const shadow of shadows.found) add(shadow.rule, shadowReason(shadow, ruleset))
  for (const opening of openingsOf(ruleset, outside, own)) {
    const found = openReasons(opening)
    if (found.length > 0) add(opening.rule, ...found)
  }
  const { idle, notLookedAt } = idleRules(site, new Set(shadows.found.map(({ rule }) => rule)))
  for (const [rule, reason] of idle) add(rule, reason)
  const findings = [...reasons].map(([rule, list]) => findingOf(site, rule, list))
  const cut = shadows.isCut
    ? ['Rules that are never reached were looked for only in part: there are too many rules.']
    : []
  return { findings: findings.sort(byLevel), notLookedAt: [...notLookedAt, ...cut] }
}

function byLevel(a: Finding, b: Finding): number {
  return levels.indexOf(a.level) - levels.indexOf(b.level)
}

function findingOf(site: FindSite, rule: Rule, reasons: readonly Reason[]): Finding {
  const { ruleset } = site
  const level = levels.find((one) => reasons.some((reason) => reason.level === one)) ?? 'note'
  return {
    ruleset: ruleset.name,
    rule,
    place: placeOf(rule, ruleset),
    level,
    reasons,
    proposal: tighter(site, rule, reasons),
  }
}

function shadowReason({ rule, by, isSame }: Shadowed, ruleset: Ruleset): Reason {
  const places = by.slice(0, 3).map((one) => placeOf(one, ruleset))
  const counted =
    (rule.packets ?? 0) > 0
      ? ` Yet its counter shows ${several(rule.packets ?? 0, 'packet')}: rules were changed since.`
      : ''
  const what = isSame ? 'it changes nothing' : 'it never does what it says'
  return {
    kind: 'shadowed',
    level: isSame ? 'low' : 'medium',
    text: `Never reached: ${places.join('; ')} takes all of it before; ${what}.${counted}`,
  }
}

/** Rules that let somebody in and that no legitimate connection of the period used, and why others were not judged. */
function idleRules({ ruleset, usage, history, knowsScanners }: FindSite, skipped: ReadonlySet<Rule>) {
  const idle: [Rule, Reason][] = []
  const left = { counted: 0, notUnderstood: 0 }
  if (usage === undefined || history === undefined || history.uses.length === 0)
    return { idle, notLookedAt: ['Which rules are used is not known: there is no traffic to tell.'] }
  if (history.isCut)
    return {
      idle,
      notLookedAt: ['Which rules are not used is not said: there were more connections than could be looked at.'],
    }
  const reach = reachOf(ruleset)
  for (const { key, rules } of ruleset.chains.values()) {
    if (!reach.has(key)) continue
    for (const rule of rules) {
      if (skipped.has(rule) || !isAdmitting(rule) || isForReplies(rule) || isLoopback(rule)) continue
      if (rule.notUnderstood.length > 0) left.notUnderstood++
      else {
        const reason = idleReason(rule, usage, knowsScanners)
        if (reason === 'counted') left.counted++
        else if (reason) idle.push([rule, reason])
      }
    }
  }
  return {
    idle,
    notLookedAt: [
      ...(left.counted > 0
        ? [
            `${several(left.counted, 'rule')} without a connection in these logs counted packets all the same: something uses them that the logs do not show. They are not called unused.`,
          ]
        : []),
      ...(left.notUnderstood > 0
        ? [
            `${several(left.notUnderstood, 'rule')} with conditions that were not understood: whether they are used is not said.`,
          ]
        : []),
    ],
  }
}

function isAdmitting({ branches }: Rule): boolean {
  return branches.some(({ action }) => action.kind === 'accept')
}

function isLoopback({ branches }: Rule): boolean {
  return branches.every(
    ({ match }) =>
      match.incoming !== null && !match.incoming.isNegated && match.incoming.names.every((name) => name === 'lo'),
  )
}

function idleReason(rule: Rule, usage: Usage, knowsScanners: boolean): Reason | 'counted' | undefined {
  const uses = [...(usage.sure.get(rule) ?? []), ...(usage.maybe.get(rule) ?? [])]
  if (amountOf(uses, 'legitimate').connections > 0) return undefined
  const scanned = amountOf(uses, 'scanner')
  if (scanned.connections > 0) {
    const text = `Used by scanners only: ${several(scanned.connections, 'connection')} of ${several(scanned.sources, 'source')}, ${dates(scanned)}.`
    return { kind: 'scanners-only', level: 'medium', text }
  }
  if ((rule.packets ?? 0) > 0) return 'counted'
  const counter = rule.packets === 0 ? ' Its counter shows none either.' : ''
  const doubt = knowsScanners ? '' : ' (who is a scanner is not known)'
  return { kind: 'unused', level: 'low', text: `No connection used it in the period${doubt}.${counter}` }
}

function dates({ first, last }: { readonly first: string | null; readonly last: string | null }): string {
  return `${first?.slice(0, 10) ?? '?'} to ${last?.slice(0, 10) ?? '?'}`
}

/** What should stand in the rule's place; null where nothing follows from what is known. */
function tighter(site: FindSite, rule: Rule, reasons: readonly Reason[]): Proposal | null {
  const { ruleset, usage } = site
  const has = (...kinds: readonly Reason['kind'][]) => reasons.some(({ kind }) => kinds.includes(kind))
  const nothing = (why: string): Proposal => ({ commands: [], why, cut: null })
  if (has('shadowed'))
    return { ...proposalOf(ruleset, rule, [], undefined), cut: { legitimate: amountOf([]), scanners: amountOf([]) } }
  if (!rule.branches.every(({ action }) => action.kind === 'accept'))
    return nothing('it does more than to let in: change that part of it by hand')
  if (has('unused', 'scanners-only'))
    return isShort(site) ? nothing(tooShort(site)) : proposalOf(ruleset, rule, [], usage)
  if (!has('any-any', 'too-wide', 'remote-access')) return null
  const asked = [...(usage?.sure.get(rule) ?? []), ...(usage?.maybe.get(rule) ?? [])]
  if (usage === undefined || site.history?.uses.length === 0)
    return nothing('who needs it is not known without traffic: give logs or an archive')
  const needed = asked.filter((use) => isNeeded(use, site))
  if (isShort(site)) return nothing(tooShort(site))
  if (needed.length === 0) return proposalOf(ruleset, rule, [], usage)
  const before = rule.branches.map(({ match }) => match)
  const narrowed = has('any-any', 'too-wide') ? toServices(before, needed) : before
  const after =
    narrowed && has('remote-access', 'any-any')
      ? (toSources(narrowed, needed) ?? (has('any-any') ? narrowed : undefined))
      : narrowed
  if (after === undefined || !isNarrower(before, after))
    return nothing(
      'its legitimate users, or the services they use, are too many to name them: put it behind a VPN, or split it by hand',
    )
  return proposalOf(ruleset, rule, after satisfies readonly Match[], usage)
}

/** Days of traffic from which on it tells who needs a rule: a week has every kind of day. */
const fewestDays = 7

function isShort({ history }: FindSite): boolean {
  return seenDays(history) < fewestDays
}

function tooShort({ history }: FindSite): string {
  const days = Math.floor(seenDays(history))
  return `the logs know ${days < 1 ? 'less than a day' : several(days, 'day')}; what is needed shows from ${fewestDays} days on`
}

function seenDays(history: History | undefined): number {
  const seen = history?.seen
  return seen ? between(seen.first, seen.last) / 86_400e3 : 0
}

function isNeeded(use: Use, { failedSources }: FindSite): boolean {
  const guessed = failedSources.has(use.source) && remoteServiceAt(use.flow.protocol, use.port) !== undefined
  return use.who === 'legitimate' && !guessed
}
