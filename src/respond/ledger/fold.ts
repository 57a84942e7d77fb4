import type { Plan, PlanStatus } from '../plan/plan.ts'
import type { LedgerEntry, Observation, Proof } from './entry.ts'

/** How a plan stands at one target. */
export interface PlaceState {
  /** `wanted`: not there yet. `gone`: taken away again, or by its own end. */
  readonly state: 'wanted' | 'applied' | 'handed-over' | 'failed' | 'gone'
  readonly at: string
  readonly detail: string
  /** Failures in a row. */
  readonly failures: number
  /** The newest judgement of the block, and of its end. */
  readonly block: Judgement | null
  readonly release: Judgement | null
  /** Networks that others took away by hand, and that stay away. */
  readonly held: readonly string[]
}

export interface Judgement {
  readonly proof: Proof
  readonly at: string
  readonly seen: Observation
  readonly because: string
}

export interface Approval {
  readonly name: string
  readonly login: string
  readonly at: string
  readonly reason: string
  /** The policy that approved, where no person did. */
  readonly policy: string | null
}

/** A plan as its entries make it. */
export interface PlanState {
  readonly plan: Plan
  readonly status: PlanStatus
  readonly proposed: string
  readonly author: string
  readonly approvals: readonly Approval[]
  /** ISO 8601: when it began to count and when it ends; null until it is approved. */
  readonly since: string | null
  readonly until: string | null
  /** When it was rejected or revoked. */
  readonly closed: string | null
  /** What the guard refused when it came to it. */
  readonly refused: readonly { readonly network: string; readonly refusals: readonly string[] }[]
  /** By target. */
  readonly places: ReadonlyMap<string, PlaceState>
  readonly history: readonly LedgerEntry[]
}

const nowhere: PlaceState = {
  state: 'wanted',
  at: '',
  detail: '',
  failures: 0,
  block: null,
  release: null,
  held: [],
}

/** A plan as the entries about it tell, in their order; undefined where the first does not propose it. */
export function foldPlan(entries: readonly LedgerEntry[]): PlanState | undefined {
  const [first] = entries
  if (first?.body.kind !== 'proposed') return undefined
  let state: PlanState = {
    plan: first.body.plan,
    status: 'proposed',
    proposed: first.at,
    author: first.author.name,
    approvals: [],
    since: null,
    until: null,
    closed: null,
    refused: [],
    places: new Map(first.body.plan.targets.map((target) => [target, nowhere])),
    history: entries,
  }
  for (const entry of entries.slice(1)) state = { ...state, ...step(state, entry) }
  return state
}

/** The plan with one more entry. */
export function advance(state: PlanState, entry: LedgerEntry): PlanState {
  return { ...state, ...step(state, entry), history: [...state.history, entry] }
}

function step(state: PlanState, { at, author, reason, body }: LedgerEntry): Partial<PlanState> {
  switch (body.kind) {
    case 'approved': {
      const approvals = [...state.approvals, { ...author, at, reason, policy: body.policy }]
      return body.until === null ? { approvals } : { approvals, status: 'approved', since: at, until: body.until }
    }
    case 'rejected':
      return { status: 'rejected', closed: at }
    case 'revoked':
      return { status: 'revoked', closed: at }
    case 'refused':
      return { refused: [...state.refused, { network: body.network, refusals: body.refusals }] }
    default:
      return atTarget(state, at, body)
  }
}

type Body = LedgerEntry['body']

function atTarget(state: PlanState, at: string, body: Body): Partial<PlanState> {
  if (!('target' in body)) return {}
  const before = state.places.get(body.target) ?? nowhere
  const after = place(before, at, body)
  if (after === before) return {}
  const places = new Map(state.places).set(body.target, after)
  const isOver = body.kind === 'released' && [...places.values()].every((each) => each.state === 'gone')
  return { places, ...(isOver && state.status === 'approved' ? { status: 'ended' as const } : {}) }
}

function place(before: PlaceState, at: string, body: Body): PlaceState {
  switch (body.kind) {
    case 'applied': {
      const state = body.outcome === 'handed-over' ? 'handed-over' : 'applied'
      return { ...before, state, at, detail: body.detail, failures: 0 }
    }
    case 'released':
      return { ...before, state: 'gone', at, detail: body.detail, failures: 0 }
    case 'failed':
      return {
        ...before,
        state: before.state === 'wanted' ? 'failed' : before.state,
        at,
        detail: body.error,
        failures: before.failures + 1,
      }
    case 'judged': {
      const judgement: Judgement = { proof: body.proof, at, seen: body.seen, because: body.because }
      return body.phase === 'block' ? { ...before, block: judgement } : { ...before, release: judgement }
    }
    case 'held':
      return { ...before, held: [...new Set([...before.held, ...body.networks])] }
    case 'reapplied':
      return { ...before, held: [], state: 'wanted', at }
    default:
      return before
  }
}
