import type { AllowMatch, ScanExtent } from '../../asset/asset.ts'
import { supportingReports } from '../../asset/supporting-reports.ts'
import { shortDigest } from '../../base/digest.ts'
import { several } from '../../base/quantity.ts'
import type { Case, CaseEventBody, Triage } from '../../case/case.ts'
import { backgroundCase, overflowCase } from '../../case/collecting.ts'
import { machine } from '../../case/fold.ts'
import { titleOf } from '../../case/title.ts'
import type { DrawnScan, Scan } from '../../detect/finding.ts'
import type { Dossier } from '../../intel/intel.ts'
import type { Entry } from '../../store/case-store.ts'
import { rankOf } from '../../store/case-view.ts'
import type { ScanTouches } from '../../store/scan-touches.ts'
import type { Facts } from '../../triage/facts.ts'
import { type RankWeaknesses, weaknessRanker } from '../../triage/rank-weaknesses.ts'
import { triage } from '../../triage/triage.ts'
import type { AllFindings } from '../intake.ts'
import { findAccomplices } from './accomplices.ts'
import { actorsOf } from './actors.ts'
import { blockFailed, watchNews, withBlocks, withGoingOn, withReturns } from './came-back.ts'
import type { CaseBook } from './case-book.ts'
import { type Cluster, clusterScans } from './cluster.ts'
import type { CaseContext } from './context.ts'
import { drawnTouches } from './drawn-touches.ts'
import { keepProof } from './keep-proof.ts'
import { Populations } from './population.ts'

/** Sources whose dossier is asked for. */
const mostDossiers = 16
/** Sentences of scanner reports. */
const mostReports = 8
/** Cases opened by one day; what comes beyond joins one case of the day. */
const mostNewCases = 500

export interface MadeCases {
  /** Cases that were opened or changed, those to be looked at first in front. */
  readonly cases: readonly Case[]
  /** The findings' scans, with what the allowlist says of each. */
  readonly scans: readonly DrawnScan[]
  /** Cases that were over and were brought back. */
  readonly reopened: ReadonlySet<string>
}

/** A new cluster that makes no case of its own. */
interface Judged {
  readonly cluster: Cluster
  readonly triage: Triage
  readonly day: string
}

/** What the facts of one case are seen against. */
interface Around {
  readonly allowed: ReadonlyMap<string, AllowMatch | undefined>
  readonly populations: Populations
  readonly rank: RankWeaknesses
  readonly end: number
}

/** Takes findings up into cases: which case each belongs to, what tier 1's runbook says of it, and the decision. */
export class CaseMaker {
  readonly #book: CaseBook
  readonly #context: CaseContext
  readonly #dossiers = new Map<string, Promise<Dossier>>()
  readonly #newOf = new Map<string, number>()

  constructor(book: CaseBook, context: CaseContext = {}) {
    this.#book = book
    this.#context = context
  }

  /**
   * @param findings all that is known now; scans known already are compared and written again only where they changed
   * @param at when it is written, ISO 8601
   * @param end the newest event, microseconds
   * @param wanted ids of the scans to take up; the others only tell what is ordinary. All where absent
   */
  async take(findings: AllFindings, at: string, end: number, wanted?: ReadonlySet<string>): Promise<MadeCases> {
    const allowed = new Map(
      findings.scans.map((drawn) => [drawn.scan.id, this.#context.allowlist?.match(extentOf(drawn))]),
    )
    const scans = findings.scans.map((drawn) => withAuthorised(drawn, allowed.get(drawn.scan.id)))
    const taken = wanted ? scans.filter(({ scan }) => wanted.has(scan.id)) : scans
    const clusters = clusterScans(
      taken,
      this.#book.index(),
      (scan) => this.#book.caseOfScan(scan),
      (scan) => this.#book.returned(scan),
    )
    findAccomplices(clusters, findings.undecided, findings.activity)
    const populations = new Populations(scans.map(({ scan }) => scan))
    const rank = weaknessRanker(findings.weaknesses.all(findings.inputs), this.#context)
    const cases: Case[] = []
    const quiet: Judged[] = []
    const beyond: Judged[] = []
    const reopened = new Set<string>()
    for (const made of clusters) {
      const known = this.#book.load(made.id)
      const cluster = withGoingOn(withBlocks(made, known, this.#book), known, this.#book)
      if (isBack(cluster, known)) reopened.add(cluster.id)
      const facts = await this.#facts(cluster, known, findings, { allowed, populations, rank, end })
      const judged = triage(facts, this.#context.changes)
      const day = facts.scans[0]?.first.slice(0, 10) ?? ''
      if (known === undefined && judged.decision.rule === 'background') quiet.push({ cluster, triage: judged, day })
      else if (known === undefined && this.#isTooMany(day)) beyond.push({ cluster, triage: judged, day })
      else cases.push(...(await keepProof(this.#book, this.#write(cluster, judged, at), at)))
    }
    cases.push(...this.#background(quiet, at), ...this.#overflow(beyond, at))
    return { cases: inOrder(cases), scans, reopened }
  }

  async #facts(
    cluster: Cluster,
    known: Case | undefined,
    findings: AllFindings,
    { allowed, populations, rank, end }: Around,
  ): Promise<Facts> {
    const merged = new Map((known?.scans ?? []).map(({ scan }) => [scan.id, scan]))
    for (const { drawn } of cluster.scans) merged.set(drawn.scan.id, drawn.scan)
    const { scans, inside, own, sources, first, last } = actorsOf(merged.values())
    const services = own.flatMap(({ open }) => open.map((each) => ({ ...each, banner: null })))
    const accomplices = [...(known?.accomplices ?? []), ...cluster.accomplices]
    return {
      scans,
      inside,
      sources,
      accomplices: [...new Map(accomplices.map((each) => [each.source, each])).values()],
      first,
      last,
      end,
      activity: findings.activity,
      uncommon: findings.uncommon,
      dossiers: await this.#dossiersOf(sources, first / 1000),
      inventory: this.#context.inventory,
      allowed: verdictOn(own.map((scan) => (allowed.has(scan.id) ? allowed.get(scan.id) : matchBefore(scan, known)))),
      allowEntries: this.#context.allowlist?.entries.length ?? 0,
      reports: cluster.scans
        .flatMap(({ drawn }) => supportingReports(findings.reports, findings.inputs, extentOf(drawn)))
        .slice(0, mostReports),
      weaknesses: rank(
        services,
        own.some(({ direction }) => direction === 'inbound'),
      ),
      history: withReturns(this.#book.history(cluster.id, own.length > 0 ? own : scans), cluster, known),
      baseline: this.#book.baseline(scans[0]?.first.slice(0, 10) ?? ''),
      population: populations.around(scans),
      earlier: known?.triage ?? null,
      ownKnown: findings.activity.ownKnown,
    }
  }

  async #dossiersOf(sources: readonly string[], at: number): Promise<Dossier[]> {
    const { intelligence } = this.#context
    if (intelligence === undefined) return []
    const day = Math.floor(at / 86400e3)
    return Promise.all(
      sources.slice(0, mostDossiers).map((source) => {
        const key = `${source} ${day}`
        const known = this.#dossiers.get(key) ?? intelligence.about(source, at)
        if (this.#dossiers.size < 4096) this.#dossiers.set(key, known)
        return known
      }),
    )
  }

  #isTooMany(day: string): boolean {
    const opened = (this.#newOf.get(day) ?? 0) + 1
    this.#newOf.set(day, opened)
    return opened > mostNewCases
  }

  #write(cluster: Cluster, judged: Triage, at: string, title?: string): Case[] {
    const known = this.#book.load(cluster.id)
    const bodies: { body: CaseEventBody; reason: string }[] = []
    const touches: ScanTouches[] = []
    const lead = cluster.scans[0]?.drawn.scan
    if (known === undefined && lead !== undefined) {
      bodies.push({ body: { kind: 'opened', title: title ?? titleOf(lead), key: lead.id }, reason: `scan ${lead.id}` })
    }
    if (isBack(cluster, known)) {
      bodies.push({ body: { kind: 'reopened' }, reason: cluster.returns[0]?.because ?? '' })
    }
    for (const { drawn, joined } of cluster.scans) {
      const before = known?.scans.find(({ scan }) => scan.id === drawn.scan.id)
      if (before !== undefined && digestOf(before.scan) === digestOf(drawn.scan)) continue
      bodies.push({ body: { kind: 'scan', scan: drawn.scan, joined }, reason: joined })
      if (this.#book.isKept) touches.push({ scan: drawn.scan.id, touches: drawnTouches(drawn) })
      const failed =
        known !== undefined && before !== undefined
          ? blockFailed(known, before.scan, drawn.scan, this.#book)
          : undefined
      if (failed !== undefined)
        bodies.push({ body: { kind: 'noted', text: failed }, reason: 'a block that does not hold' })
    }
    for (const accomplice of cluster.accomplices) {
      if (known?.accomplices.some(({ source }) => source === accomplice.source)) continue
      bodies.push({ body: { kind: 'accomplice', accomplice }, reason: accomplice.because })
    }
    if (known?.triage == null || digestOf(known.triage) !== digestOf(judged)) {
      bodies.push({
        body: { kind: 'triaged', triage: judged },
        reason: `rule ${judged.decision.rule}: ${judged.decision.title}`,
      })
    }
    if (bodies.length === 0) return known === undefined ? [] : [known]
    const entries: Entry[] = bodies.map((each) => ({ at, author: machine, ...each }))
    return this.#book.write([
      { id: cluster.id, entries, ...(this.#book.isKept && { watch: watchNews(cluster), touches }) },
    ])
  }

  /** Scans that are each background noise become one case a day: it is there to be looked at, and asks nobody to. */
  #background(quiet: readonly Judged[], at: string): Case[] {
    return [...Map.groupBy(quiet, ({ day }) => day)].flatMap(([day, members]) => {
      const cluster = collected(backgroundCase(day), members, 'background noise of the day, by itself')
      const because =
        'each judged by itself: none of them stands out, came back to what answered, or is known for more.'
      const of = ofMany(members[0]?.triage as Triage, sourcesIn(cluster), because)
      return this.#write(cluster, of, at, `Background noise of ${day}`)
    })
  }

  /** Where a day opens more cases than anybody could look at, the rest become one, judged as the worst of them. */
  #overflow(beyond: readonly Judged[], at: string): Case[] {
    return [...Map.groupBy(beyond, ({ day }) => day)].flatMap(([day, members]) => {
      const why = `more than ${mostNewCases} cases were opened that day; the rest are kept together`
      const cluster = collected(overflowCase(day), members, why)
      const known = this.#book.load(cluster.id)?.triage
      const worst = [...(known ? [known] : []), ...members.map(({ triage }) => triage)].reduce((worst, each) =>
        weightOf(each) > weightOf(worst) ? each : worst,
      )
      const of = ofMany(worst, sourcesIn(cluster), `each judged by itself: this is the worst of it. ${why}.`)
      return this.#write(cluster, of, at)
    })
  }
}

/** The last word on each case, those to be looked at first in front. */
export function inOrder(cases: readonly Case[]): Case[] {
  const last = new Map(cases.map((one) => [one.id, one]))
  return [...last.values()].sort((x, y) => rankOf(y) - rankOf(x) || (x.id < y.id ? -1 : 1))
}

/** One triage for many sources that were each judged alone. */
function ofMany(first: Triage, sources: number, judgement: string): Triage {
  if (sources === 1) return first
  const because = [`${several(sources, 'source')}, ${judgement}`]
  return {
    ...first,
    answers: first.answers.map((answer) => ({ ...answer, because, evidence: [] })),
    patterns: [],
    decision: { ...first.decision, because },
  }
}

/** The scans of many clusters as one. */
function collected(id: string, members: readonly Judged[], why: string): Cluster {
  const scans = members.flatMap(({ cluster }) =>
    cluster.scans.map(({ drawn, joined }) => ({ drawn, joined: `${why}: ${joined}` })),
  )
  return { id, scans, accomplices: [], returns: [] }
}

function sourcesIn({ scans }: Cluster): number {
  return new Set(scans.flatMap(({ drawn }) => drawn.scan.sources)).size
}

function weightOf({ decision }: Triage): number {
  return rankOf({ decision, severity: decision.rule === 'E4' ? 'critical' : 'low', probes: 0 })
}

/** Whether a case was over and is brought back. */
function isBack({ returns }: Cluster, known: Case | undefined): boolean {
  return known?.status === 'closed' && returns.length > 0
}

/** What the allowlist says of a case: the worst of its scans; nothing where one of them is not declared at all. */
function verdictOn(matches: readonly (AllowMatch | undefined)[]): AllowMatch | undefined {
  const outside = matches.find((match) => match !== undefined && !match.inScope)
  if (outside !== undefined) return outside
  return matches.includes(undefined) ? undefined : matches[0]
}

/** What the allowlist said of a scan of an earlier run: with the case stands the match of the worst. */
function matchBefore({ authorised }: Scan, known: Case | undefined): AllowMatch | undefined {
  return authorised === null ? undefined : (known?.triage?.allowed ?? undefined)
}

function withAuthorised(drawn: DrawnScan, match: AllowMatch | undefined): DrawnScan {
  if (match === undefined) return drawn
  const authorised = { entry: match.entry.id, inScope: match.inScope, because: match.because.join(' ') }
  return { ...drawn, scan: { ...drawn.scan, authorised } }
}

/** What was scanned, as the allowlist judges it. */
export function extentOf({ scan, touches, touchesOmitted }: DrawnScan): ScanExtent {
  return {
    sources: scan.sources,
    methods: scan.methods,
    protocols: scan.targets.protocols,
    first: Date.parse(scan.first),
    last: Date.parse(scan.last),
    touches: touchesOmitted > 0 ? [] : touches.map((touch) => ({ ...touch, source: scan.sources[touch.source] ?? '' })),
    blocks: scan.targets.blocks,
    ports: scan.targets.ports,
  }
}

function digestOf(value: unknown): string {
  return shortDigest(JSON.stringify(value))
}
