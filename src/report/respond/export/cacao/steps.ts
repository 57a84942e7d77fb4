import type { Limits } from '../../../../respond/guard/limits.ts'
import type { Judgement, PlanState } from '../../../../respond/ledger/fold.ts'
import { carried } from '../../../case/cacao/openc2.ts'
import { type Command, found, type Link, manual, type Workflow } from '../../../case/cacao/workflow.ts'
import { milliTime } from '../../../case/instant.ts'
import { clipped } from '../../../escape.ts'
import { planSentence } from '../../sentences.ts'
import { type Attempt, exceptionOf } from '../attempts.ts'
import { cannotSay, commandsOf } from '../commands.ts'
import type { Agents } from './agents.ts'

const longest = 500
const most = { commands: 200, exceptions: 32 }

/** A target of a plan; `attempt` is undefined where nothing was tried there. */
export interface Place {
  readonly state: PlanState
  readonly target: string
  readonly attempt: Attempt | undefined
  readonly limits: Limits
}

/** What the target was given, and what was then seen of the traffic. */
export function blockSteps(place: Place, flow: Workflow, agents: Agents): readonly Link[] {
  const { state, target, attempt } = place
  const doing = state.plan.measure
  const block = flow.link('action', `block ${target}`, {
    name: clipped(
      attempt === undefined
        ? `Not executed: ${doing} at ${target}`
        : `${doing} at ${target}: ${attempt.outcome}, ${milliTime(attempt.at)}`,
      longest,
    ),
    step_variables: {
      __state__: found(attempt?.outcome ?? 'wanted'),
      __detail__: found(attempt?.detail ?? ''),
      __exceptions__: found(exceptionsOf(place)),
    },
    commands: commands(place, 'deny'),
    agent: agents.targets.get(target),
  })
  return [block, verification(place, 'block', attempt?.place.block ?? null, flow, agents)]
}

/** Taken away when the time is over, or sooner; where that was watched, what was seen. */
export function releaseSteps(place: Place, flow: Workflow, agents: Agents): readonly Link[] {
  const { state, target, attempt } = place
  const release = attempt?.release ?? null
  const due = state.until === null ? 'its time begins with the approval' : `due ${milliTime(state.until)}`
  const done = release && `${release.isDone ? release.why : 'failed'}, ${milliTime(release.at)}`
  const step = flow.link('action', `release ${target}`, {
    name: clipped(
      done === null ? `Not executed: release at ${target}, ${due}` : `release at ${target}: ${done}`,
      longest,
    ),
    step_variables: {
      __state__: found(release === null ? 'due' : release.isDone ? release.why : 'failed'),
      __detail__: found(release?.detail ?? ''),
    },
    commands: commands(place, 'allow'),
    agent: agents.targets.get(target),
  })
  return [step, verification(place, 'release', attempt?.place.release ?? null, flow, agents)]
}

const checks = {
  block: 'Count the packets of the networks before and behind the target: none may pass that the plan keeps out',
  release: 'Count the packets of the networks before and behind the target: they must pass again',
} as const

function verification(
  { target }: Place,
  phase: 'block' | 'release',
  judged: Judgement | null,
  flow: Workflow,
  { sweepwatch }: Agents,
): Link {
  const counted = (number: number | null | undefined) => found(number == null ? 'not counted' : String(number))
  return flow.link('action', `verify ${phase} ${target}`, {
    name: clipped(`${phase} at ${target}: ${judged?.proof ?? 'not judged yet'}`, longest),
    step_variables: {
      __proof__: found(judged?.proof ?? 'none'),
      __because__: found(judged?.because ?? ''),
      __packets_before__: counted(judged?.seen.before),
      __packets_dropped__: counted(judged?.seen.dropped),
      __packets_behind__: counted(judged?.seen.behind),
    },
    commands: [manual(checks[phase], 'analyze-collected-data')],
    agent: sweepwatch,
  })
}

/** As OpenC2, whatever the target speaks; what OpenC2 cannot say, a person is told. */
function commands({ state, limits }: Place, action: 'deny' | 'allow'): readonly Command[] {
  const undo = action === 'deny' ? '' : 'Take back: '
  if (cannotSay(state) !== undefined) return [manual(`${undo}${planSentence(state.plan)}`, 'restrict-access')]
  const all = commandsOf(state, action, limits)
  if (all.length === 0) return [manual('Nothing: the guard keeps out every network of the plan', 'restrict-access')]
  const shown = all.slice(0, most.commands).map(({ content, about }) => carried(content, `${action} ${about}`))
  const left = all.length - shown.length
  if (left === 0) return shown
  return [...shown, manual(`${undo}${left} more networks, which the JSON output of the plan names`, 'restrict-access')]
}

function exceptionsOf({ state, attempt }: Place): string {
  if (attempt === undefined) return ''
  const lines = state.plan.networks.flatMap(({ network }) => {
    const exception = exceptionOf(state, attempt, network)
    return exception === undefined ? [] : [`${network} ${exception.kind}: ${exception.because}`]
  })
  return lines.slice(0, most.exceptions).join('; ')
}
