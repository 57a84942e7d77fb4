import type { Prefix } from '../base/prefix.ts'
import { several } from '../base/quantity.ts'
import type { LearnedService } from '../case/case.ts'
import { type Entrance, entrancesOf } from './answered.ts'
import { type Exposure, exposuresOf } from './exposure.ts'
import { type Found, findingsOf } from './finding/find.ts'
import type { Finding } from './finding/finding.ts'
import { levels } from './finding/finding.ts'
import type { History, Login, NamedUse, Use } from './history/use.ts'
import type { Ruleset } from './ruleset.ts'
import { type Usage, usageOf } from './usage.ts'

export interface ReviewSite {
  readonly rulesets: readonly Ruleset[]
  readonly history: History | undefined
  readonly own: readonly Prefix[]
  /** Interfaces that face the world, as told; else each ruleset's own word. */
  readonly outside: readonly string[]
  /** Says of a source whether it is of the case that is asked about; undefined where all are. */
  readonly asked: ((source: string) => boolean) | undefined
  /** What is in the state's cases is known. */
  readonly knowsScanners: boolean
  readonly learned: readonly LearnedService[]
  readonly days: number
}

/** A rule that logs name, and what they tell of it. */
export interface NamedRule {
  readonly rule: string
  readonly action: string
  readonly records: number
  readonly legitimate: number
  readonly scanners: number
  readonly answered: number
  readonly first: string
  readonly last: string
}

/** What a review of firewalls found (requirements C3, C6). */
export interface Review {
  readonly period: { readonly from: string; readonly to: string; readonly seen: History['seen'] } | null
  readonly days: number
  readonly rulesets: readonly RulesetSummary[]
  readonly entrances: readonly Entrance[]
  readonly findings: readonly Finding[]
  readonly logins: readonly Login[]
  readonly exposures: readonly Exposure[]
  readonly named: readonly NamedRule[]
  /** Connections of which the log names a rule: how many fit the ruleset, and those that do not. */
  readonly comparison: { readonly agreed: number; readonly disagreements: readonly DisagreementText[] }
  readonly couldNotSee: readonly string[]
}

export interface RulesetSummary {
  readonly name: string
  readonly language: string
  readonly rules: number
  readonly outside: readonly string[]
  readonly notUnderstood: Ruleset['notUnderstood']
  readonly notes: readonly string[]
}

export interface DisagreementText {
  readonly ruleset: string
  readonly connection: string
  readonly named: string
  /** What the ruleset leads to. */
  readonly rules: readonly string[]
  readonly isKnown: boolean
}

const mostDisagreements = 200

/** Reviews firewalls by their rules and by what came through. Nothing is executed or changed. */
export function review(site: ReviewSite): Review {
  const { rulesets, history, asked } = site
  const outsideOf = (ruleset: Ruleset) => (site.outside.length > 0 ? site.outside : ruleset.outside)
  const usages = history === undefined ? [] : rulesets.map((ruleset) => usageOf(ruleset, history, outsideOf(ruleset)))
  const found = rulesets.map((ruleset, at) => findingsFor(site, ruleset, outsideOf(ruleset), usages[at]))
  const isAsked = (use: Use) => asked === undefined || asked(use.source)
  return {
    period: history === undefined ? null : { from: history.from, to: history.to, seen: history.seen },
    days: site.days,
    rulesets: rulesets.map((ruleset) => summaryOf(ruleset, outsideOf(ruleset))),
    entrances: usages.flatMap((usage) => entrancesOf(usage, isAsked)),
    findings: found
      .flatMap(({ findings }) => findings)
      .sort((a, b) => levels.indexOf(a.level) - levels.indexOf(b.level)),
    logins: (history?.logins ?? []).filter(({ source }) => asked === undefined || asked(source)),
    exposures: exposuresOf((history?.uses ?? []).filter(isAsked), usages, site.learned),
    named: namedRules(history?.named ?? []),
    comparison: comparisonOf(usages),
    couldNotSee: blindSpots(site, usages, found),
  }
}

function findingsFor(site: ReviewSite, ruleset: Ruleset, outside: readonly string[], usage: Usage | undefined): Found {
  const { own, history, knowsScanners } = site
  return findingsOf({
    ruleset,
    outside,
    own,
    usage,
    history,
    knowsScanners,
    failedSources: failedSources(history?.logins ?? []),
  })
}

/** Sources that only failed to log in. */
function failedSources(logins: readonly Login[]): ReadonlySet<string> {
  const good = new Set(logins.filter(({ successes }) => successes > 0).map(({ source }) => source))
  return new Set(logins.filter(({ source, failures }) => failures > 0 && !good.has(source)).map(({ source }) => source))
}

function summaryOf(ruleset: Ruleset, outside: readonly string[]): RulesetSummary {
  const rules = [...ruleset.chains.values()].reduce((sum, chain) => sum + chain.rules.length, 0)
  const { name, language, notUnderstood, notes } = ruleset
  return { name, language, rules, outside, notUnderstood, notes }
}

function namedRules(named: readonly NamedUse[]): readonly NamedRule[] {
  const groups = Map.groupBy(named, ({ rule, action }) => JSON.stringify([rule, action]))
  const rules = [...groups.values()].map((group): NamedRule => {
    const [{ rule, action }] = group as [NamedUse]
    const sum = (of: (use: NamedUse) => number) => group.reduce((total, use) => total + of(use), 0)
    return {
      rule,
      action,
      records: sum(({ records }) => records),
      legitimate: sum(({ who, records }) => (who === 'legitimate' ? records : 0)),
      scanners: sum(({ who, records }) => (who === 'scanner' ? records : 0)),
      answered: sum(({ answered }) => answered),
      first: group.reduce((least, { first }) => (first < least ? first : least), group[0]?.first ?? ''),
      last: group.reduce((most, { last }) => (last > most ? last : most), group[0]?.last ?? ''),
    }
  })
  return rules.sort((a, b) => b.records - a.records || (a.rule < b.rule ? -1 : 1))
}

function comparisonOf(usages: readonly Usage[]): Review['comparison'] {
  const disagreements = usages.flatMap(({ ruleset, disagreements }) =>
    disagreements.map(
      ({ use, rules, isKnown }): DisagreementText => ({
        ruleset: ruleset.name,
        connection: `${use.source} to ${use.target} ${use.protocol}${use.port === undefined ? '' : `/${use.port}`}`,
        named: use.named,
        rules: rules.map(({ text }) => text),
        isKnown,
      }),
    ),
  )
  return {
    agreed: usages.reduce((sum, { agreed }) => sum + agreed, 0),
    disagreements: disagreements.slice(0, mostDisagreements),
  }
}

const day = 86_400e3

/** What a reader must not take for seen. */
function blindSpots(site: ReviewSite, usages: readonly Usage[], found: readonly Found[]): readonly string[] {
  const { history, rulesets, own, knowsScanners, days } = site
  const spots = new Set<string>()
  if (rulesets.length === 0)
    spots.add('No ruleset was given: which rule let something in is known only where the log names one.')
  for (const { name, notUnderstood } of rulesets.filter(({ notUnderstood }) => notUnderstood.count > 0))
    spots.add(
      `${name}: ${several(notUnderstood.count, 'part')} of it not understood, such as: ${notUnderstood.examples.slice(0, 2).join(' | ')}`,
    )
  for (const { name, notes } of rulesets) for (const note of notes) spots.add(`${name}: ${note}`)
  if (history === undefined)
    spots.add('No logs and no archive were given: what uses a rule, and what a tighter one would cut, is not known.')
  else {
    if (history.uses.length === 0) spots.add('No connection that came through was seen in the period.')
    const seen = history.seen === null ? 0 : (Date.parse(history.seen.last) - Date.parse(history.seen.first)) / day
    if (seen < days - 1)
      spots.add(
        `The logs know ${seen < 1 ? 'less than a day' : several(Math.floor(seen), 'day')} of the ${several(days, 'day')} asked for: what is used once a month is not seen.`,
      )
    if (history.isCut) spots.add('There were more connections than could be looked at; figures are lower bounds.')
    if (history.leftOut > 0) spots.add(`${several(history.leftOut, 'file')} of the archive not whole and not read.`)
    if (!knowsScanners) spots.add('No cases were given (--state): every source counts as legitimate.')
    if (history.logins.length === 0) spots.add('No logins are in the logs: which accounts were tried is not known.')
  }
  if (own.length === 0) spots.add('Our networks are not known (--net): nothing is called inbound.')
  for (const spot of usages.flatMap(usageSpots)) spots.add(spot)
  for (const { notLookedAt } of found) for (const text of notLookedAt) spots.add(text)
  return [...spots]
}

function usageSpots({ ruleset, outside, notFiltered, lost, unexplained }: Usage): readonly string[] {
  const about = `${ruleset.name}: `
  const [example] = unexplained
  return [
    ...(outside.length === 0
      ? [
          `${about}which interfaces face the world is not known (--outside); rules that ask for one may or may not have matched.`,
        ]
      : []),
    ...(notFiltered > 0
      ? [`${about}${several(notFiltered, 'connection')} of which it says nothing: it has no chain for them.`]
      : []),
    ...(lost > 0
      ? [
          `${about}for ${several(lost, 'connection')} the search through the rules was given up: they jump too deep or too often.`,
        ]
      : []),
    ...(example
      ? [
          `${about}${several(unexplained.length, 'connection')} came through that it denies as it stands: it was changed since, or they did not pass it. ` +
            `Such as ${example.source} to ${example.target} ${example.protocol}${example.port === undefined ? '' : `/${example.port}`}, ${example.last.slice(0, 16)}Z.`,
        ]
      : []),
  ]
}
