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
  readonly phase: 'block' | 'release'
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
  const names: string[] = []
  const isBefore = (sensor: number) => sensor < openedBefore.length
  const openedBefore = openInputs(before)
  const inputs = [...openedBefore, ...openInputs(behind)]
  const wire = new Wire({ before: ['before'], behind: ['behind'] }, (sensor) =>
    isBefore(sensor) ? 'before' : 'behind',
  )
  wire.watch(stretches.flatMap((stretch) => watchedOf(state, stretch)))
  const rules = new Dictionary()
  for (const [sensor, input] of inputs.entries()) {
    names.push(input.name)
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
  const { target, phase, from, to } = stretch
  const blocked = new Set(approvedBlocks(state, limits).map(({ block }) => block.network))
  const ids = [...blocked].map((network) => idOf(stretch, network))
  const seen = wire.seen(ids, from, to, null)
  const { proof, because } =
    phase === 'block' ? judgeBlock(seen, state.plan.measure, state.plan.rate) : judgeRelease(seen, false)
  return { plan: state.plan.id, body: { kind: 'judged', target, phase, proof, seen, because } }
}

function idOf({ target, phase }: Stretch, network: string): string {
  return `${target} ${phase} ${network}`
}
