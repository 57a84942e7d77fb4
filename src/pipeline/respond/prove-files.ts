import { now } from '../../base/clock.ts'
import { Dictionary } from '../../event/dictionary.ts'
import type { Formats } from '../../format/formats.ts'
import type { Limits } from '../../respond/guard/limits.ts'
import type { PlaceState, PlanState } from '../../respond/ledger/fold.ts'
import { approvedBlocks } from '../../respond/plan/blocks.ts'
import { grace, judgeBlock, judgeRelease } from '../../respond/proof/judge.ts'
import type { Watched } from '../../respond/proof/sightings.ts'
import { openInputs } from '../../source/inputs.ts'
import { decodeInput } from '../decode.ts'
import type { Told } from './place.ts'
import { Wire } from './wire.ts'

export interface ProofFiles {
  /** Files and directories that were recorded before the enforcement point, and behind it. */
  readonly before: readonly string[]
  readonly behind: readonly string[]
  readonly formats: Formats
  readonly limits: Limits
}

/** A stretch of time in which a target held a plan's blocks, or had let them go. Milliseconds. */
interface Stretch {
  readonly target: string
  readonly phase: 'block' | 'release' | 'earlier'
  readonly from: number
  readonly to: number
}

/**
 * Judges a plan by records of both sides that were made by others: captures, flows, logs.
 * @throws Problem where a file cannot be read or recognised
 */
export async function proveFromFiles(
  state: PlanState,
  { before, behind, formats, limits }: ProofFiles,
): Promise<readonly Told[]> {
  const end = now() / 1000
  const stretches = stretchesOf(state, end)
  // The inner side first: who is there is known when it is asked what would have reached them.
  const openedBehind = openInputs(behind)
  const inputs = [...openedBehind, ...openInputs(before)]
  const wire = new Wire({ before: ['before'], behind: ['behind'] }, (sensor) =>
    sensor < openedBehind.length ? 'behind' : 'before',
  )
  wire.watch(stretches.flatMap((stretch) => [...watchedOf(state, stretch), ...watchedOf(state, earlierThan(stretch))]))
  const rules = new Dictionary()
  for (const [sensor, input] of inputs.entries()) {
    await decodeInput(input, { sensor, newest: now(), rules, formats }, (batch) => wire.observe(batch))
  }
  return stretches.map((stretch) => judged(state, stretch, wire, limits))
}

/** Blocks end by themselves at their time, whether their release was written already or not. */
function stretchesOf({ places, until, since }: PlanState, now: number): Stretch[] {
  const ended = Math.min(Date.parse(until ?? ''), now)
  return [...places].flatMap(([target, place]): Stretch[] => {
    const applied = appliedAt(place, since)
    if (applied === undefined) return []
    const over = place.state === 'gone' ? Date.parse(place.at) : ended
    return [
      { target, phase: 'block', from: applied + grace, to: over },
      ...(over < now ? [{ target, phase: 'release' as const, from: over + grace, to: now }] : []),
    ]
  })
}

/** All before it: whether the packets were ever seen on the inner side. */
function earlierThan({ target, from }: Stretch): Stretch {
  return { target, phase: 'earlier', from: 0, to: from - grace }
}

function appliedAt({ state, at }: PlaceState, since: string | null): number | undefined {
  if (state === 'applied' || state === 'handed-over') return Date.parse(at)
  return state === 'gone' && since !== null ? Date.parse(since) : undefined
}

function watchedOf({ plan }: PlanState, stretch: Stretch): Watched[] {
  const { direction, ports, protocol, networks } = plan
  const [from, to] = [1000 * stretch.from, 1000 * stretch.to]
  return networks.map(({ network }) => ({ id: idOf(stretch, network), network, direction, ports, protocol, from, to }))
}

function judged(state: PlanState, stretch: Stretch, wire: Wire, limits: Limits): Told {
  const { target, from, to } = stretch
  const phase = stretch.phase === 'release' ? 'release' : 'block'
  const blocked = [...new Set(approvedBlocks(state, limits).map(({ block }) => block.network))]
  const idsOf = (each: Stretch) => blocked.map((network) => idOf(each, network))
  const seen = wire.seen(idsOf(stretch), from, to, null)
  const isVisible = (wire.seen(idsOf(earlierThan(stretch)), 0, from, null).behind ?? 0) > 0
  const { measure, rate } = state.plan
  const { proof, because } = phase === 'block' ? judgeBlock(seen, measure, rate, isVisible) : judgeRelease(seen, false)
  return { plan: state.plan.id, body: { kind: 'judged', target, phase, proof, seen, because } }
}

function idOf({ target, phase }: Stretch, network: string): string {
  return `${target} ${phase} ${network}`
}
