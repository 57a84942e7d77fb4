import { setTimeout as wait } from 'node:timers/promises'
import { now } from '../../base/clock.ts'
import { Problem } from '../../base/problem.ts'
import type { Case } from '../../case/case.ts'
import type { RespondSettings } from '../../config/respond.ts'
import type { EventBatch } from '../../event/batch.ts'
import type { Guard } from '../../respond/guard/guard.ts'
import type { LedgerEntry } from '../../respond/ledger/entry.ts'
import type { BlastRadius } from '../../respond/plan/plan.ts'
import type { Wishes } from '../../respond/plan/propose.ts'
import type { Scope } from '../../respond/respond.ts'
import type { CaseStore } from '../../store/case-store.ts'
import { LedgerStore } from '../../store/ledger-store.ts'
import { noteInCase } from './case-notes.ts'
import { Enforcer } from './enforcer.ts'
import { Place } from './place.ts'
import { Prover } from './prover.ts'
import { Responder } from './responder.ts'
import { openTargets, serveTargets } from './targets.ts'
import { Wire } from './wire.ts'

/** What containment in a running service is made of; it goes with a state directory. */
export interface ResponseOptions {
  readonly settings: RespondSettings
  readonly wishes: Wishes
  readonly guard: () => Promise<Guard>
  readonly blastRadius: (one: Case, networks: readonly string[], scope: Scope) => Promise<BlastRadius | null>
  /** Whether this process changes the targets; else it proposes plans only. */
  readonly isEnforcing: boolean
  readonly tell: (entry: LedgerEntry) => void
  readonly notice: (text: string) => void
  /** Called with a case whose block fails, or was taken away by others. */
  readonly alarm?: (one: Case) => void
}

const clock = () => now() / 1000
/** Milliseconds. */
const again = 5000
const lastTurn = 15_000

/** Proposes plans for cases while a service runs, and where it enforces, keeps the targets and proves what they do. */
export class LiveResponse {
  readonly #options: ResponseOptions
  readonly #state: string
  readonly #cases: CaseStore
  readonly #ledger: LedgerStore
  readonly #responder: Responder
  readonly #wire: Wire
  /** Cases are considered one after the other, beside the detection. */
  #queue: Promise<unknown> = Promise.resolve()

  /** @param state the state directory @param nameOf a source by its number in the rows */
  constructor(options: ResponseOptions, state: string, cases: CaseStore, nameOf: (sensor: number) => string) {
    const { guard, wishes, settings, isEnforcing, blastRadius } = options
    this.#options = options
    this.#state = state
    this.#cases = cases
    this.#ledger = new LedgerStore(cases.database)
    this.#wire = new Wire(settings.proof, nameOf)
    const { automatic } = settings
    const tell = (entry: LedgerEntry) => this.#tell(entry)
    this.#responder = new Responder({
      ledger: this.#ledger,
      guard,
      wishes,
      automatic,
      isEnforcing,
      blastRadius,
      clock,
      tell,
    })
  }

  observe(batch: EventBatch): void {
    this.#wire.observe(batch)
  }

  consider(one: Case): void {
    this.#queue = this.#queue
      .then(() => this.#responder.consider(one))
      .catch((error: Error) => this.#options.notice(`no plan for case ${one.id}: ${error.message}`))
  }

  /** Enforces until the signal. What fails as a whole is told, and begun anew: a watch goes on whatever its targets do. */
  async run(signal: AbortSignal): Promise<void> {
    while (this.#options.isEnforcing && !signal.aborted) {
      await this.#serve(signal).catch((error: Error) => {
        if (!signal.aborted) this.#options.notice(`containment: ${error.message}; tried again in ${again / 1000} s`)
      })
      await wait(again, undefined, { signal }).catch(() => {})
    }
  }

  async #serve(signal: AbortSignal): Promise<void> {
    const served = await serveTargets(this.#options.settings.targets, this.#state, clock)
    try {
      for (const { url } of served) this.#options.notice(`serving ${url}`)
      this.#options.notice(`enforcing at ${Object.keys(this.#options.settings.targets).join(', ')}`)
      await this.#withEnforcer((enforcer) => enforcer.run(signal))
    } finally {
      await Promise.all(served.map((one) => one.close()))
    }
  }

  /** Until every case that was offered has been considered, and what was approved at the end of a run stands. To be called once `run` is over. */
  async settled(): Promise<void> {
    await this.#queue
    if (!this.#options.isEnforcing) return
    await this.turn(AbortSignal.timeout(lastTurn)).catch((error: Error) =>
      this.#options.notice(`containment: ${error.message}; the next process that enforces does what is left`),
    )
  }

  /** Does what the plans ask for now. */
  async turn(signal: AbortSignal): Promise<void> {
    await this.#withEnforcer((enforcer) => enforcer.turn(signal))
  }

  /** One turn and one comparison. @returns whether all is as the plans want it */
  async once(signal: AbortSignal): Promise<boolean> {
    return this.#withEnforcer(async (enforcer) => {
      await enforcer.turn(signal)
      await enforcer.reconcile(signal)
      await enforcer.turn(signal)
      return enforcer.isSettled
    })
  }

  async #withEnforcer<Result>(act: (enforcer: Enforcer) => Promise<Result>): Promise<Result> {
    const { settings, guard } = this.#options
    this.#checkLedger()
    const targets = await openTargets(settings.targets, this.#state)
    try {
      const places = targets.map((target) => new Place(target))
      const { limits } = await guard()
      const prover = new Prover(this.#wire, limits, clock())
      const tell = (entry: LedgerEntry) => this.#tell(entry)
      const enforcer = new Enforcer({ ledger: this.#ledger, places, guard, clock, prover, tell })
      await enforcer.open()
      return await act(enforcer)
    } finally {
      await Promise.all(targets.map((target) => target.close()))
    }
  }

  /** Nothing is enforced on the word of entries that are not as they were written. */
  #checkLedger(): void {
    const { broken } = this.#ledger.verify()
    if (broken === undefined) return
    throw new Problem(
      'ledger',
      `the ledger is broken at entry ${broken.seq}, so nothing is enforced by it: ${broken.why}`,
      {
        hint: 'Restore the state from a backup. Until then targets are changed by hand: docs/targets/ says how for each kind.',
      },
    )
  }

  #tell(entry: LedgerEntry): void {
    const alarmed = noteInCase(this.#cases, this.#ledger, entry)
    if (alarmed) this.#options.alarm?.(alarmed)
    this.#options.tell(entry)
  }
}
