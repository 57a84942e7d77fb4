import type { Problem } from '../../base/problem.ts'
import type { Guard, Verdict } from '../../respond/guard/guard.ts'
import { keyOf } from '../../respond/key.ts'
import type { LedgerBody } from '../../respond/ledger/entry.ts'
import type { PlanState } from '../../respond/ledger/fold.ts'
import { approvedBlocks, type WantedBlock, wantedAt } from '../../respond/plan/blocks.ts'
import { compare } from '../../respond/reconcile.ts'
import type { Block, Change, GuardedBlock, Listing, Target } from '../../respond/respond.ts'
import { beyond } from '../../respond/sound.ts'

/** What is to be written, and of which plan; the empty plan: of the target as a whole. */
export interface Told {
  readonly plan: string
  readonly body: LedgerBody
}

export interface Turn {
  readonly plans: readonly PlanState[]
  readonly guard: Guard
  /** Milliseconds. */
  readonly now: number
  readonly signal: AbortSignal
}

type Standing = ReadonlyMap<string, GuardedBlock>

const nothingToDo = { outcome: 'already', detail: 'nothing to change' } as const

/** Milliseconds between two attempts at a target that fails: doubling, at most a minute. */
const firstPause = 500
const longestPause = 60_000

/** One target: what stands at it as far as is known, and how it comes to what shall stand. */
export class Place {
  readonly target: Target
  /** Blocks that were applied, by what makes them one at the target. */
  #standing: Standing = new Map()
  /** Packets dropped since a block was applied, or since this process began. */
  readonly #dropped = new Map<string, { readonly last: number; readonly total: number }>()
  /** The guard that let a block through. */
  readonly #passed = new WeakMap<Block, Guard>()
  /** What it listed last, and when. */
  #listed: { readonly at: number; readonly keys: ReadonlySet<string> } = { at: 0, keys: new Set() }
  /** The last change was given to a person: when it is done, only they know, and nothing is put back or held meanwhile. */
  #isHandedOver = false
  #changing: Promise<unknown> = Promise.resolve()
  #failures = 0
  #notBefore = 0
  #drift = ''

  constructor(target: Target) {
    this.target = target
  }

  /** Takes up from the ledger what an earlier process applied. */
  resume({ plans, guard, now }: Omit<Turn, 'signal'>): void {
    const applied = plans.filter(({ places }) => {
      const state = places.get(this.target.name)?.state
      return state === 'applied' || state === 'handed-over'
    })
    this.#isHandedOver = applied.some(({ places }) => places.get(this.target.name)?.state === 'handed-over')
    this.#standing = this.#desired({ plans: applied, guard, now }, [])
  }

  /** When something has to be done though nobody says anything: a block ends, or a failed attempt is repeated. Milliseconds. */
  get due(): number {
    let first = this.#notBefore > 0 ? this.#notBefore : Number.POSITIVE_INFINITY
    for (const { until } of this.#standing.values()) first = Math.min(first, Date.parse(until))
    return first
  }

  /** What would be done now. */
  change(turn: Omit<Turn, 'signal'>): Change {
    return this.#difference(turn, []).change
  }

  /** From what stands to what shall; says why where the guard or the target's nature keeps a block out. */
  #difference({ plans, guard, now }: Omit<Turn, 'signal'>, told: Told[]): { change: Change; desired: Standing } {
    const desired = this.#desired({ plans, guard, now }, told)
    const add: GuardedBlock[] = []
    for (const [key, block] of desired) if (!isSame(this.#standing.get(key), block)) add.push(block)
    const remove = this.#leftOver({ plans, guard, now }, desired)
    for (const [key, block] of this.#standing) if (!desired.has(key)) remove.push(block)
    return { change: { add, remove, desired: [...desired.values()], at: now }, desired }
  }

  /** Brings the target to what shall stand; a target that failed is left alone for a while. */
  turn(turn: Turn): Promise<readonly Told[]> {
    return this.#inTurn(() => this.#apply(turn))
  }

  /**
   * Asks the target what it has, and compares. Puts back what a restart or a flush took; leaves alone what people did. A long list does not keep changes waiting:
   * what was changed while it was asked is not judged by the answer.
   */
  async reconcile(turn: Turn): Promise<readonly Told[]> {
    if (!this.target.can.list) return []
    const before = this.#standing
    try {
      const listing = await this.target.list(turn.signal)
      return await this.#inTurn(() => this.#compare(turn, listing, before))
    } catch (error) {
      if (turn.signal.aborted) return []
      return this.#unlisted(error as Problem)
    }
  }

  /** Changes of one target go one after the other. */
  #inTurn<Result>(act: () => Promise<Result>): Promise<Result> {
    const result = this.#changing.then(act)
    this.#changing = result.catch(() => {})
    return result
  }

  async #apply(turn: Turn): Promise<readonly Told[]> {
    const { plans, now, signal } = turn
    const told: Told[] = []
    const { change, desired } = this.#difference(turn, told)
    const steps = plans.flatMap((plan) => this.#step(plan, change, now))
    if (change.add.length + change.remove.length + steps.length === 0 || now < this.#notBefore) return told
    try {
      const isEmpty = change.add.length + change.remove.length === 0
      const applied = isEmpty ? nothingToDo : await this.target.apply(change, signal)
      if (!isEmpty) this.#isHandedOver = applied.outcome === 'handed-over'
      this.#standing = desired
      for (const block of change.add) this.#dropped.set(keyOf(block), { last: 0, total: 0 })
      this.#failures = 0
      this.#notBefore = 0
      return [...told, ...steps.map(({ plan, body }) => ({ plan, body: body(applied) }))]
    } catch (error) {
      if (signal.aborted) return told
      return [...told, ...this.#failed(error as Problem, steps, now)]
    }
  }

  async #compare({ plans, now, signal }: Turn, listing: Listing, before: Standing): Promise<readonly Told[]> {
    const { name } = this.target
    this.#count(listing)
    this.#listed = { at: now, keys: new Set(listing.entries.map(keyOf)) }
    const stayed = [...this.#standing].filter(([key]) => before.has(key)).map(([, block]) => block)
    const isChanging = (key: string) => before.has(key) !== this.#standing.has(key)
    const entries = listing.entries.filter((entry) => !isChanging(keyOf(entry)))
    const { drift, missing, isLost, isClean } = compare(stayed, { ...listing, entries }, now)
    const text = JSON.stringify({ ...drift, isLost })
    // A target that was never given anything has no table yet: that is no drift.
    const isUntouched = this.#standing.size === 0 && entries.length + listing.strange.length === 0
    const isNews = !isClean && !isUntouched && text !== this.#drift
    this.#drift = isClean ? '' : text
    const told: Told[] = isNews ? [{ plan: '', body: { kind: 'drift', target: name, drift } }] : []
    if (this.#isHandedOver) return told
    if (isLost && this.#standing.size > 0) return [...told, ...(await this.#restore(now, signal))]
    return [...told, ...this.#held(missing, plans)]
  }

  /** Whether a network is contained here, by any plan. */
  holds(network: string): boolean {
    for (const block of this.#standing.values()) if (block.network === network) return true
    return false
  }

  /** Whether the target was asked since (milliseconds) and still has one of these. */
  stillLists(blocks: readonly Block[], since: number): boolean {
    return (
      this.#listed.at > since &&
      blocks.some((block) => this.#listed.keys.has(keyOf(block)) && !this.#standing.has(keyOf(block)))
    )
  }

  /** Packets of a plan that the target dropped, by its own count; null where it does not count. */
  droppedOf(plan: string): number | null {
    if (!this.target.can.count) return null
    let sum = 0
    for (const [key, block] of this.#standing) if (block.plan === plan) sum += this.#dropped.get(key)?.total ?? 0
    return sum
  }

  #desired({ plans, guard, now }: Omit<Turn, 'signal'>, told: Told[]): Map<string, GuardedBlock> {
    const desired = new Map<string, GuardedBlock>()
    for (const plan of plans) {
      for (const wanted of wantedAt(plan, this.target.name, guard.limits, now)) {
        const { block, key } = wanted
        const cannot = beyond(this.target.can, block)
        const verdict = this.#check(guard, wanted, desired.size, now)
        if (verdict.block === undefined || cannot !== undefined) {
          this.#refuse(
            plan,
            block,
            [...(verdict.refusals ?? []), ...(cannot === undefined ? [] : [`${this.target.name}: ${cannot}`])],
            told,
          )
          continue
        }
        const known = desired.get(key)
        // Two plans want the same: it stands until the later end.
        if (known === undefined || known.until < block.until) desired.set(key, verdict.block)
      }
    }
    return desired
  }

  /** What a guard let through once it lets through until it is made anew, which is each minute: time and number aside, nothing it judges changes meanwhile. */
  #check(guard: Guard, { block, standing }: WantedBlock, active: number, now: number): Verdict {
    if (this.#passed.get(block) === guard && active < guard.limits.mostBlocks) return { block: block as GuardedBlock }
    const verdict = guard.check(block, standing, active, now)
    if (verdict.block !== undefined) this.#passed.set(block, guard)
    return verdict
  }

  #refuse({ plan, refused }: PlanState, { network }: Block, refusals: readonly string[], told: Told[]): void {
    const isKnown = refused.some((each) => each.network === network && each.refusals.join() === refusals.join())
    if (!isKnown) told.push({ plan: plan.id, body: { kind: 'refused', network, refusals } })
  }

  /** What ended or was revoked before this process knew of it: removing what is not there is no error. */
  #leftOver({ plans, guard, now }: Omit<Turn, 'signal'>, desired: ReadonlyMap<string, Block>): Block[] {
    return plans.flatMap((state) => {
      const place = state.places.get(this.target.name)
      if (place === undefined || !isOver(state, now) || place.state === 'gone' || place.state === 'wanted') return []
      return approvedBlocks(state, guard.limits)
        .filter(({ key }) => !desired.has(key) && !this.#standing.has(key))
        .map(({ block }) => block)
    })
  }

  /** What is written of a plan once the change is done. */
  #step(state: PlanState, change: Change, now: number): Step[] {
    const place = state.places.get(this.target.name)
    if (place === undefined || place.state === 'gone' || state.until === null) return []
    const target = this.target.name
    const id = state.plan.id
    if (isOver(state, now)) {
      const why = state.status === 'revoked' ? 'revoked' : 'ended'
      const never = place.state === 'wanted' || place.state === 'failed' ? 'it had not been applied; ' : ''
      return [{ plan: id, body: ({ detail }) => ({ kind: 'released', target, why, detail: `${never}${detail}` }) }]
    }
    if (place.state !== 'wanted' && place.state !== 'failed') return []
    const blocks = change.desired.filter((block) => block.plan === id).length
    return [{ plan: id, body: ({ outcome, detail }) => ({ kind: 'applied', target, outcome, detail, blocks }) }]
  }

  #failed({ message, hint }: Problem, steps: readonly Step[], now: number): Told[] {
    this.#failures++
    this.#notBefore = now + Math.min(longestPause, firstPause * 2 ** Math.min(20, this.#failures - 1))
    // The first of a row of failures is written; that it goes on is not news.
    if (this.#failures > 1) return []
    const error = hint === undefined ? message : `${message} (${hint})`
    const target = this.target.name
    return steps.map(({ plan }) => ({ plan, body: { kind: 'failed', target, doing: 'apply', error } }))
  }

  #unlisted({ message, hint }: Problem): Told[] {
    const text = `failed ${message}`
    const isNews = this.#drift !== text
    this.#drift = text
    const error = hint === undefined ? message : `${message} (${hint})`
    return isNews ? [{ plan: '', body: { kind: 'failed', target: this.target.name, doing: 'list', error } }] : []
  }

  async #restore(now: number, signal: AbortSignal): Promise<Told[]> {
    const desired = [...this.#standing.values()].filter(({ until }) => Date.parse(until) > now)
    await this.target.apply({ add: desired, remove: [], desired, at: now }, signal)
    for (const block of desired) this.#dropped.set(keyOf(block), { last: 0, total: 0 })
    this.#drift = ''
    return [{ plan: '', body: { kind: 'restored', target: this.target.name, blocks: desired.length } }]
  }

  /** What others took away by hand stays away until a person says otherwise. */
  #held(missing: readonly Block[], plans: readonly PlanState[]): Told[] {
    if (missing.length === 0) return []
    const gone = new Set(missing.map(keyOf))
    this.#standing = new Map([...this.#standing].filter(([key]) => !gone.has(key)))
    const networks = new Set(missing.map(({ network }) => network))
    return plans.flatMap(({ plan, status }) => {
      const held = plan.networks.map(({ network }) => network).filter((network) => networks.has(network))
      if (status !== 'approved' || held.length === 0) return []
      return [{ plan: plan.id, body: { kind: 'held' as const, target: this.target.name, networks: held } }]
    })
  }

  /** Counters of the target begin anew with each application; what they grew by is added up. */
  #count({ entries }: Listing): void {
    for (const entry of entries) {
      if (entry.dropped === null) continue
      const key = keyOf(entry)
      const { last, total } = this.#dropped.get(key) ?? { last: entry.dropped, total: 0 }
      const grown = entry.dropped >= last ? entry.dropped - last : entry.dropped
      this.#dropped.set(key, { last: entry.dropped, total: total + grown })
    }
    for (const key of this.#dropped.keys()) if (!this.#standing.has(key)) this.#dropped.delete(key)
  }
}

interface Step {
  readonly plan: string
  readonly body: (applied: { readonly outcome: string; readonly detail: string }) => LedgerBody
}

function isOver({ status, until }: PlanState, now: number): boolean {
  return status === 'revoked' || (until !== null && Date.parse(until) <= now)
}

function isSame(known: Block | undefined, block: Block): boolean {
  return known !== undefined && known.until === block.until && known.rate?.perSecond === block.rate?.perSecond
}
