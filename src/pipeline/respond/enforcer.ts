import { setTimeout as wait } from 'node:timers/promises'
import { machine } from '../../case/fold.ts'
import type { Guard } from '../../respond/guard/guard.ts'
import type { Author, LedgerEntry, NewEntry } from '../../respond/ledger/entry.ts'
import { advance, foldPlan, type PlanState } from '../../respond/ledger/fold.ts'
import type { LedgerStore } from '../../store/ledger-store.ts'
import type { Place, Told, Turn } from './place.ts'
import type { Prover } from './prover.ts'

/** Who writes what no person does. */
export const machineAuthor: Author = { name: machine, login: machine }

export interface EnforcerOptions {
  readonly ledger: LedgerStore
  readonly places: readonly Place[]
  /** The guard of this moment; the same object as long as nothing that it protects has changed. */
  readonly guard: () => Promise<Guard>
  /** Milliseconds since 1970. */
  readonly clock: () => number
  /** Looks at what the blocks do; absent where there is no traffic to look at. */
  readonly prover?: Prover
  /** Told of every entry that is written here. */
  readonly tell: (entry: LedgerEntry) => void
}

/** Milliseconds. */
const lookEach = 150
const judgeEach = 1000
const reconcileEach = 60_000
/** At most so often is a target asked just for what it counted. */
const countEach = 5000
/** Plans that ended so long ago are no longer looked at. */
const afterwards = 15 * 60_000

/**
 * Keeps the targets as the approved plans want them: what is approved is applied within a second, what ends or is revoked is taken away, what others change is told.
 * All that it knows stands in the ledger; a process that is killed at any moment goes on where it was.
 */
export class Enforcer {
  readonly #options: EnforcerOptions
  readonly #plans = new Map<string, PlanState>()
  #guard: Guard | undefined
  #seq = 0
  #due = 0

  constructor(options: EnforcerOptions) {
    this.#options = options
  }

  /** Reads what stands. To be called once, before anything else. */
  async open(): Promise<void> {
    const { ledger, places, guard, clock } = this.#options
    const now = clock()
    this.#guard = await guard()
    this.#seq = ledger.head().seq
    for (const state of ledger.running(new Date(now - afterwards).toISOString())) this.#plans.set(state.plan.id, state)
    for (const place of places) place.resume({ plans: this.plans, guard: this.#guard, now })
  }

  get plans(): readonly PlanState[] {
    return [...this.#plans.values()]
  }

  /** Whether every target is as the plans want it. */
  get isSettled(): boolean {
    return this.plans.every(isSettled)
  }

  /** Takes up what was written since, and does what is to be done at every target. @returns whether anything was written */
  async turn(signal: AbortSignal): Promise<boolean> {
    const { clock, places, guard } = this.#options
    const isNews = this.#takeUp()
    if (!isNews && clock() < this.#due) return false
    if (isNews) this.#guard = await guard()
    const turn = this.#turn(signal)
    const told = await Promise.all(places.map((place) => place.turn(turn)))
    const isWritten = this.#write(told.flat())
    this.#due = Math.min(...places.map(({ due }) => due), clock() + reconcileEach)
    this.#options.prover?.watch(this.plans)
    return isWritten
  }

  /** Compares every target with what should stand there. What the guard protects is read anew first. */
  async reconcile(signal: AbortSignal): Promise<void> {
    const { places, guard } = this.#options
    this.#guard = await guard()
    this.#takeUp()
    const turn = this.#turn(signal)
    const told = await Promise.all(places.map((place) => place.reconcile(turn)))
    this.#write(told.flat())
    for (const { body } of told.flat())
      if (body.kind === 'restored') this.#options.prover?.restart(body.target, this.plans, this.#options.clock())
    this.#due = 0
    this.#forget()
  }

  /** Judges what was seen on the wire. @returns whether a block is contradicted that was not before */
  judge(): boolean {
    const { prover, clock, places } = this.#options
    if (prover === undefined) return false
    const told = prover.judge(this.plans, places, clock())
    this.#write(told)
    return told.some(({ body }) => body.kind === 'judged' && body.proof === 'contradicted')
  }

  /** Runs until the signal. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options
    let [judged, reconciled] = [0, 0]
    let reconciling: Promise<void> | undefined
    let failure: Error | undefined
    while (!signal.aborted) {
      if (failure) throw failure
      const isWritten = await this.turn(signal)
      const now = clock()
      if (now - judged >= judgeEach || isWritten) {
        judged = now
        // A block that lets packets through may be gone: that is not left for a minute.
        if (this.judge()) reconciled = 0
        else if (this.#options.prover?.wantsCount && now - reconciled >= countEach) reconciled = 0
      }
      if (reconciling === undefined && now - reconciled >= reconcileEach) {
        reconciled = now
        reconciling = this.reconcile(signal)
          .catch((error: Error) => {
            failure = error
          })
          .finally(() => {
            reconciling = undefined
          })
      }
      await wait(lookEach, undefined, { signal }).catch(() => {})
    }
    await reconciling
  }

  #turn(signal: AbortSignal): Turn {
    return { plans: this.plans, guard: this.#guard as Guard, now: this.#options.clock(), signal }
  }

  #takeUp(): boolean {
    const { ledger } = this.#options
    let isNews = false
    for (let entries = ledger.after(this.#seq); entries.length > 0; entries = ledger.after(this.#seq)) {
      for (const entry of entries) this.#apply(entry)
      isNews = true
    }
    return isNews
  }

  #apply(entry: LedgerEntry): void {
    this.#seq = entry.seq
    if (entry.plan === '') return
    const state = this.#plans.get(entry.plan)
    const after = state === undefined ? foldPlan([entry]) : advance(state, entry)
    // Of a plan that was not looked at any more, something is written after all.
    const known = after ?? this.#options.ledger.plan(entry.plan)
    if (known !== undefined) this.#plans.set(entry.plan, known)
  }

  #write(told: readonly Told[]): boolean {
    if (told.length === 0) return false
    const at = new Date(this.#options.clock()).toISOString()
    const entries = told.map(
      ({ plan, body }): NewEntry => ({ at, author: machineAuthor, reason: reasonOf(body), plan, body }),
    )
    const written = this.#options.ledger.append(entries)
    // Others may have written meanwhile: all of it is taken up in its order.
    this.#takeUp()
    for (const entry of written) this.#options.tell(entry)
    return true
  }

  #forget(): void {
    const before = new Date(this.#options.clock() - afterwards).toISOString()
    for (const [id, { status, closed, until }] of this.#plans) {
      const end = status === 'rejected' ? closed : status === 'ended' || status === 'revoked' ? (closed ?? until) : null
      const isGone = [...(this.#plans.get(id)?.places.values() ?? [])].every(({ state }) => state === 'gone')
      if (end !== null && end < before && (isGone || status === 'rejected')) this.#plans.delete(id)
    }
  }
}

/** Whether every target has been brought to what a plan asks for. */
export function isSettled({ status, places }: PlanState): boolean {
  const states = [...places.values()].map(({ state }) => state)
  if (status === 'approved') return states.every((state) => state !== 'wanted' && state !== 'failed')
  return status !== 'revoked' || states.every((state) => state === 'gone')
}

function reasonOf(body: Told['body']): string {
  switch (body.kind) {
    case 'applied':
      return 'the plan is approved'
    case 'released':
      return body.why === 'ended' ? 'its time is over' : 'the plan was revoked'
    case 'failed':
      return body.error
    case 'judged':
      return body.because
    case 'refused':
      return body.refusals.join('; ')
    case 'drift':
      return 'the target is not as it was left'
    case 'restored':
      return 'the target had lost what it was given'
    case 'held':
      return 'somebody took it away at the target'
    default:
      return body.kind
  }
}
