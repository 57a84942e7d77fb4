import type { Limits } from '../../respond/guard/limits.ts'
import type { Observation } from '../../respond/ledger/entry.ts'
import type { PlaceState, PlanState } from '../../respond/ledger/fold.ts'
import { approvedBlocks } from '../../respond/plan/blocks.ts'
import { grace, type Judged, judgeBlock, judgeRelease } from '../../respond/proof/judge.ts'
import type { Watched } from '../../respond/proof/sightings.ts'
import type { Place, Told } from './place.ts'
import type { Wire } from './wire.ts'

/** A judgement that rests on nothing is written after so long; one that went wrong is looked at anew. Milliseconds. */
const patience = 60_000

/** From when on a plan's packets are counted. */
interface Window {
  readonly phase: 'block' | 'release'
  /** Applied or released, milliseconds. */
  readonly since: number
  /** Counting begins, milliseconds. */
  readonly from: number
}

/** Proves on the wire what plans do: that blocks hold, and that traffic flows again once they are gone. */
export class Prover {
  readonly #wire: Wire
  readonly #limits: Limits
  /** Before this nobody looked. Milliseconds. */
  readonly #begun: number
  readonly #windows = new Map<string, Window>()
  /** Packets arrived since the targets were asked for their counts: what they dropped would show more. */
  wantsCount = false

  constructor(wire: Wire, limits: Limits, begun: number) {
    this.#wire = wire
    this.#limits = limits
    this.#begun = begun
  }

  /** Looks at the packets of these plans from now on. */
  watch(plans: readonly PlanState[]): void {
    const watched: Watched[] = []
    const running = new Set<string>()
    for (const state of plans) {
      const window = this.#windowOf(state)
      if (window === undefined) continue
      running.add(state.plan.id)
      this.#windows.set(state.plan.id, window)
      const { direction, ports, protocol } = state.plan
      for (const { network } of state.plan.networks)
        watched.push({
          id: idOf(state, window, network),
          network,
          direction,
          ports,
          protocol,
          from: 1000 * window.from,
          to: Number.POSITIVE_INFINITY,
        })
    }
    for (const id of this.#windows.keys()) if (!running.has(id)) this.#windows.delete(id)
    this.#wire.watch(watched)
  }

  /** What a target lost and was given again is judged anew from then on. */
  restart(target: string, plans: readonly PlanState[], now: number): void {
    for (const { plan, places } of plans) {
      const window = this.#windows.get(plan.id)
      if (window?.phase === 'block' && places.has(target)) this.#windows.set(plan.id, { ...window, from: now + grace })
    }
    this.watch(plans)
  }

  /** What is news since the last judgement. */
  judge(plans: readonly PlanState[], places: readonly Place[], now: number): readonly Told[] {
    let isRestarted = false
    this.wantsCount = false
    const told = plans.flatMap((state) => {
      const window = this.#windows.get(state.plan.id)
      if (window === undefined || now <= window.from) return []
      return places.flatMap((place) => {
        const known = state.places.get(place.target.name)
        if (known === undefined) return []
        const { proof, because, seen } = this.#judged(state, known, place, window, now)
        const before = window.phase === 'block' ? known.block : known.release
        const isOld = now - window.from >= patience
        if ((proof === 'contradicted' || (known.state === 'handed-over' && (seen.behind ?? 0) > 0)) && isOld) {
          this.#windows.set(state.plan.id, { ...window, from: now })
          isRestarted = true
        }
        if (before?.proof === proof || (proof === 'unproven' && (before !== null || !isOld))) return []
        const body = { kind: 'judged' as const, target: place.target.name, phase: window.phase, proof, seen, because }
        return [{ plan: state.plan.id, body }]
      })
    })
    if (isRestarted) this.watch(plans)
    return told
  }

  #judged(
    state: PlanState,
    known: PlaceState,
    place: Place,
    window: Window,
    now: number,
  ): Judged & { seen: Observation } {
    const { plan } = state
    const networks = plan.networks.map(({ network }) => network)
    const isWaited = known.state === 'handed-over'
    if (window.phase === 'release') {
      const free = networks.filter((network) => !place.holds(network))
      const seen = this.#seen(state, window, free, now, null)
      const blocks = approvedBlocks(state, this.#limits).map(({ block }) => block)
      return { ...judgeRelease(seen, place.stillLists(blocks, window.since)), seen }
    }
    const gone = new Set([...known.held, ...state.refused.map(({ network }) => network)])
    const standing = networks.filter((network) => !gone.has(network))
    const seen = this.#seen(state, window, standing, now, place.droppedOf(plan.id))
    const isVisible = plan.networks.some(({ sensors = [] }) => this.#wire.isBehind(sensors))
    const judged = judgeBlock(seen, plan.measure, plan.rate, isVisible)
    if (judged.proof === 'unproven' && seen.dropped === 0 && (seen.before ?? 0) > 0) this.wantsCount = true
    if (!isWaited || judged.proof !== 'contradicted') return { ...judged, seen }
    return { proof: 'unproven', because: `a person was given the change, and ${judged.because}`, seen }
  }

  #seen(
    state: PlanState,
    window: Window,
    networks: readonly string[],
    now: number,
    dropped: number | null,
  ): Observation {
    return this.#wire.seen(
      networks.map((network) => idOf(state, window, network)),
      window.from,
      now,
      dropped,
    )
  }

  /** The window goes on unless something was applied or taken away since. */
  #windowOf(state: PlanState): Window | undefined {
    const places = [...state.places.values()]
    const standing = places.filter(({ state }) => state === 'applied' || state === 'handed-over')
    const gone = places.filter((place) => place.state === 'gone')
    if (places.length === 0 || standing.length + gone.length === 0) return undefined
    const phase = standing.length > 0 ? 'block' : 'release'
    const since = Math.max(...(phase === 'block' ? standing : gone).map(({ at }) => Date.parse(at)))
    const known = this.#windows.get(state.plan.id)
    if (known !== undefined && known.phase === phase && known.since === since) return known
    return { phase, since, from: Math.max(since + grace, this.#begun) }
  }
}

function idOf({ plan }: PlanState, { from }: Window, network: string): string {
  return `${plan.id} ${from} ${network}`
}
