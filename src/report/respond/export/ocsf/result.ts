import type { Judgement } from '../../../../respond/ledger/fold.ts'
import type { Measure } from '../../../../respond/respond.ts'
import type { Caption } from '../../../case/ocsf/shared.ts'
import type { Attempt, Exception, Release } from '../attempts.ts'

/** How an attempt came out, in OCSF's numbers and captions. */
export interface Result {
  readonly status: Caption
  /** In our own words: `applied`, `proven`, `contradicted` … */
  readonly code: string
  readonly detail: string
  /** What became of the traffic, as far as it was seen; else unknown. */
  readonly action: Caption
  readonly disposition: Caption
  readonly severity: Caption
  readonly isAlert: boolean
  readonly proof: Judgement | null
}

const [success, failure, partial] = [
  [1, 'Success'],
  [2, 'Failure'],
  [4, 'Partial'],
] as const
const [informational, low, medium, high] = [
  [1, 'Informational'],
  [2, 'Low'],
  [3, 'Medium'],
  [4, 'High'],
] as const

type Outcome = Pick<Result, 'action' | 'disposition'>
const unknown: Outcome = { action: [0, 'Unknown'], disposition: [0, 'Unknown'] }
const passing: Outcome = { action: [1, 'Allowed'], disposition: [1, 'Allowed'] }
/** Nothing stands in the way of the traffic there. */
const untouched: Outcome = { action: [1, 'Allowed'], disposition: [16, 'No Action'] }
const contained: Readonly<Record<Measure, Outcome>> = {
  block: { action: [2, 'Denied'], disposition: [2, 'Blocked'] },
  throttle: { action: [4, 'Modified'], disposition: [14, 'Delayed'] },
}

const plain = { isAlert: false, proof: null, ...unknown }

/** What a target took is a success of the attempt; what was proven, or contradicted, goes before what the target says. */
export function blockResult(
  { outcome, detail, place }: Attempt,
  measure: Measure,
  exception: Exception | undefined,
): Result {
  if (exception !== undefined) {
    const { kind, because } = exception
    const [status, severity] = kind === 'held' ? [partial, medium] : [failure, low]
    return { ...plain, ...untouched, status, severity, code: kind, detail: because }
  }
  if (outcome === 'failed') return { ...plain, status: failure, severity: medium, code: 'failed', detail }
  const proof = place.block
  if (proof?.proof === 'contradicted') {
    const isPart = (proof.seen.dropped ?? 0) > 0
    return contradicted(proof, isPart ? partial : failure)
  }
  if (proof?.proof === 'proven') return proven(proof, contained[measure])
  const told = proof === null ? 'nobody has watched the traffic yet' : proof.because
  const waiting = { ...plain, proof, severity: informational, code: outcome, detail: `${detail}; not proven: ${told}` }
  return { ...waiting, status: outcome === 'handed-over' ? [99, 'Handed over to a person'] : success }
}

export function releaseResult({ isDone, why, detail }: Release, proof: Judgement | null): Result {
  if (!isDone) return { ...plain, status: failure, severity: medium, code: 'failed', detail }
  if (proof?.proof === 'contradicted') return contradicted(proof, failure, contained.block)
  if (proof?.proof === 'proven') return proven(proof, passing)
  return { ...plain, proof, status: success, severity: informational, code: why, detail }
}

function proven(proof: Judgement, outcome: Outcome): Result {
  const { because } = proof
  return { ...plain, ...outcome, proof, status: success, severity: informational, code: 'proven', detail: because }
}

function contradicted(proof: Judgement, status: Caption, outcome = passing): Result {
  const { because } = proof
  return { ...outcome, proof, status, severity: high, isAlert: true, code: 'contradicted', detail: because }
}
