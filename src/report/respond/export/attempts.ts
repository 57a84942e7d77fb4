import type { LedgerBody } from '../../../respond/ledger/entry.ts'
import type { PlaceState, PlanState } from '../../../respond/ledger/fold.ts'

/** What became of one network of a plan at a target, besides the target's answer. */
export type Exception = { readonly kind: 'refused' | 'held'; readonly because: string }

/** What was tried at a target, as the ledger tells it. */
export interface Attempt {
  readonly target: string
  readonly place: PlaceState
  readonly outcome: 'applied' | 'handed-over' | 'failed'
  /** ISO 8601. */
  readonly at: string
  /** What the target said. */
  readonly detail: string
  /** How it was taken away; null while it stands, and where there was nothing to take away. */
  readonly release: Release | null
}

export interface Release {
  readonly isDone: boolean
  readonly at: string
  readonly why: 'ended' | 'revoked'
  readonly detail: string
}

/** A target at which nothing was tried yet is left out. */
export function attemptsOf(state: PlanState): readonly Attempt[] {
  return [...state.places].flatMap(([target, place]) => {
    const entries = state.history.filter(({ body }) => 'target' in body && body.target === target)
    const applied = lastOf(entries, 'applied')
    const failed = applied === undefined ? lastOf(entries, 'failed') : undefined
    const tried = applied ?? failed
    if (tried === undefined) return []
    const { at, body } = tried
    const isHandedOver = body.kind === 'applied' && body.outcome === 'handed-over'
    return [
      {
        target,
        place,
        outcome: body.kind === 'failed' ? 'failed' : isHandedOver ? 'handed-over' : 'applied',
        at,
        detail: body.kind === 'failed' ? body.error : body.detail,
        release: applied === undefined ? null : releaseOf(state, place, entries),
      },
    ]
  })
}

function releaseOf(state: PlanState, place: PlaceState, entries: PlanState['history']): Release | null {
  const released = lastOf(entries, 'released')
  if (released !== undefined) {
    const { at, body } = released
    return { isDone: true, at, why: body.why, detail: body.detail }
  }
  // It should be gone, and the target does not let go of it.
  if (place.failures === 0 || (state.status !== 'revoked' && state.status !== 'ended')) return null
  return { isDone: false, at: place.at, why: state.status, detail: place.detail }
}

function lastOf<Kind extends LedgerBody['kind']>(entries: PlanState['history'], kind: Kind) {
  const found = entries.findLast(({ body }) => body.kind === kind)
  return found && { at: found.at, body: found.body as Extract<LedgerBody, { kind: Kind }> }
}

/** Why one network of a plan does not stand at a target although the target took the plan; undefined where nothing is known against it. */
export function exceptionOf(state: PlanState, { target, place }: Attempt, network: string): Exception | undefined {
  if (place.held.includes(network)) return { kind: 'held', because: "it was taken away there by others' hands" }
  const refusals = refusalsOf(state, network, target)
  return refusals.length === 0 ? undefined : { kind: 'refused', because: refusals.join('; ') }
}

/**
 * What speaks against a network that was planned. The guard's refusals hold everywhere; what one target cannot do begins with its name.
 * @param target null: only what holds everywhere
 */
export function refusalsOf({ refused, places }: PlanState, network: string, target: string | null): readonly string[] {
  const isOf = (text: string, name: string) => text.startsWith(`${name}: `)
  const isOfAny = (text: string) => [...places.keys()].some((name) => isOf(text, name))
  return refused
    .filter((each) => each.network === network)
    .flatMap(({ refusals }) => refusals.filter((text) => !isOfAny(text) || (target !== null && isOf(text, target))))
}
