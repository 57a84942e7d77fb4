import { listed, several } from '../../base/quantity.ts'
import type { Activity } from '../../case/activity/activity.ts'
import type { Case, CaseEventBody, Sign } from '../../case/case.ts'
import { machine } from '../../case/fold.ts'
import { usualPeriods, type WatchedHost } from '../../case/watch-list.ts'
import type { CaseStore, Entry } from '../../store/case-store.ts'
import { WatchHosts } from '../../store/watch-hosts.ts'
import { compromise } from '../../triage/compromise.ts'
import { triageWatched, type WatchedNews } from '../../triage/watched.ts'
import type { AllFindings } from '../intake.ts'
import type { CaseBook } from './case-book.ts'
import type { CaseContext } from './context.ts'
import { keepProof } from './keep-proof.ts'
import { SilentHosts } from './silent-hosts.ts'
import { watchedFacts } from './watched-facts.ts'

/** Hosts of ours whose doing is looked at in one input. */
const mostHosts = 2 ** 18
/** Sources of a case that are looked for. */
const mostSources = 256
/** Signs told one by one in the history. */
const mostTold = 4

export interface WatchedCases {
  /** Cases that were changed. */
  readonly cases: readonly Case[]
  /** Those of them to be told of, whether the decision changed or not: a watched host showed a sign that was not known. */
  readonly told: ReadonlySet<string>
  /** Cases for which there was no time: they come first the next time. */
  readonly omitted: number
}

/** The hosts of one case that do something, and whether its actor is seen as well. */
interface Group {
  readonly id: string
  readonly hosts: readonly WatchedHost[]
  readonly isActorSeen: boolean
}

/**
 * Watches the hosts that cases touched for every sign of what may follow (requirement C5), also where an input does not show the scan: that of another day, or
 * what a service reads weeks later. What it costs depends on the hosts that do something, and on the cases that are looked at.
 */
export class HostWatch {
  readonly #book: CaseBook
  readonly #store: CaseStore
  readonly #context: CaseContext
  readonly #hosts: WatchHosts
  readonly #silent: SilentHosts
  /** Cases looked at at once. */
  readonly #most: number
  /** When a case was last looked at, in looks. */
  readonly #lookedAt = new Map<string, number>()
  #look = 0

  constructor(store: CaseStore, book: CaseBook, context: CaseContext, most: number) {
    this.#store = store
    this.#book = book
    this.#context = context
    this.#most = most
    this.#hosts = new WatchHosts(store.database, context.watch ?? usualPeriods)
    this.#silent = new SilentHosts(this.#hosts, book)
  }

  /**
   * @param at when it is written, ISO 8601
   * @param end the newest event, microseconds
   */
  async look(findings: AllFindings, at: string, end: number): Promise<WatchedCases> {
    const { activity } = findings
    const to = end / 1000
    if (!Number.isFinite(to)) return { cases: [], told: new Set(), omitted: 0 }
    const acting = activity.acting(mostHosts)
    const watched = [...this.#hosts.acting(acting.hosts, acting.from, to)]
    this.#hosts.saw(watched, acting.hosts)
    const groups = this.#inOrder(this.#groupsOf(watched, activity))
    const cases: Case[] = []
    const told = new Set<string>()
    for (const group of groups.slice(0, this.#most)) {
      this.#lookedAt.set(group.id, this.#look)
      const changed = await this.#ask(group, findings, at, end)
      if (changed === undefined) continue
      cases.push(changed.one)
      if (changed.isNew) told.add(group.id)
    }
    this.#look++
    cases.push(...this.#silent.look(acting, at, to))
    const last = new Map(cases.map((one) => [one.id, one]))
    return { cases: [...last.values()], told, omitted: Math.max(0, groups.length - this.#most) }
  }

  #groupsOf(watched: readonly WatchedHost[], activity: Activity): Group[] {
    const sources = this.#store.database.prepare(
      "SELECT value FROM case_key WHERE kind = 'source' AND case_id = ? LIMIT ?",
    )
    return [...Map.groupBy(watched, ({ caseId }) => caseId)].flatMap(([id, hosts]) => {
      const isActorSeen = sources.all(id, mostSources).some(({ value }) => activity.knows(String(value)))
      // What a host that had said nothing does with others has nothing to do with the scan.
      return isActorSeen || hosts.some(({ answered }) => answered !== '') ? { id, hosts, isActorSeen } : []
    })
  }

  /** Where the actor is seen first, then those that waited longest. */
  #inOrder(groups: Group[]): Group[] {
    const waited = ({ id }: Group) => this.#lookedAt.get(id) ?? -1
    const ids = new Set(groups.map(({ id }) => id))
    for (const id of this.#lookedAt.keys()) if (!ids.has(id)) this.#lookedAt.delete(id)
    return groups.sort((x, y) => Number(y.isActorSeen) - Number(x.isActorSeen) || waited(x) - waited(y))
  }

  async #ask(
    { id, hosts }: Group,
    findings: AllFindings,
    at: string,
    end: number,
  ): Promise<{ one: Case; isNew: boolean } | undefined> {
    const known = this.#book.load(id)
    if (known?.triage == null || known.scans.length === 0 || known.status === 'merged') return undefined
    const byHost = new Map(hosts.map((each) => [each.host, each]))
    const facts = watchedFacts(known, known.triage, byHost, { findings, end, context: this.#context, book: this.#book })
    const isWatched = (host: string, when: string) => {
      const row = byHost.get(host)
      const time = Date.parse(when)
      return row !== undefined && time >= row.since && time <= row.until
    }
    const news = triageWatched(facts, isWatched, this.#context.changes)
    if (news === undefined) return undefined
    const tellsOfIt = ({ kind, peer }: Sign) => compromise.includes(kind) || facts.sources.includes(peer ?? '')
    // A client in the network of the actor, as in a cloud, opens no case again.
    if (known.status === 'closed' && !news.signs.some(tellsOfIt)) return undefined
    const entries = entriesOf(known, news, byHost, at)
    const [one] = await keepProof(this.#book, this.#book.write([{ id, entries }]), at)
    return one === undefined ? undefined : { one, isNew: news.signs.length > 0 }
  }
}

function entriesOf(
  known: Case,
  { triage, signs }: WatchedNews,
  hosts: ReadonlyMap<string, WatchedHost>,
  at: string,
): Entry[] {
  const { decision } = triage
  const bodies: { body: CaseEventBody; reason: string }[] = []
  const why = `a watched host shows ${several(signs.length, 'sign')} of what may follow a scan`
  if (known.status === 'closed' && signs.length > 0) bodies.push({ body: { kind: 'reopened' }, reason: why })
  bodies.push({ body: { kind: 'triaged', triage }, reason: `rule ${decision.rule}: ${decision.title}` })
  if (signs.length > 0) {
    const told = signs.slice(0, mostTold).map((sign) => sentenceOf(sign, hosts.get(sign.host)))
    if (signs.length > told.length) told.push(`And ${several(signs.length - told.length, 'more sign')}.`)
    bodies.push({ body: { kind: 'noted', text: told.join(' ') }, reason: why })
  }
  return bodies.map((each) => ({ at, author: machine, ...each }))
}

/** Since when a host was watched, because of what, and what it did. */
function sentenceOf({ host, text, first }: Sign, row: WatchedHost | undefined): string {
  const day = (milliseconds: number) => new Date(milliseconds).toISOString().slice(0, 10)
  if (row === undefined) return text
  const because = row.answered === '' ? 'was asked' : `answered on ${listed(row.answered.split(', '))}`
  const scan = row.scan === '' ? '' : ` (scan ${row.scan})`
  return `${host} is watched since ${day(row.since)} until ${day(row.until)}, as it ${because}${scan}. On ${first.slice(0, 10)}: ${text}`
}
