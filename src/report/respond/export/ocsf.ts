import type { PlanState } from '../../../respond/ledger/fold.ts'
import { shortNetwork } from '../../../respond/network.ts'
import { approvedBlocks } from '../../../respond/plan/blocks.ts'
import type { Block } from '../../../respond/respond.ts'
import { instant } from '../../case/instant.ts'
import { attacksOf } from '../../case/ocsf/attacks.ts'
import { bounded, sharedMetadata } from '../../case/ocsf/shared.ts'
import { caseUuid } from '../../case/uuid.ts'
import { clipped, jsonLine } from '../../escape.ts'
import { planSentence } from '../sentences.ts'
import { type Attempt, attemptsOf, exceptionOf } from './attempts.ts'
import type { PlanExport, PlanExportOptions } from './export.ts'
import { countermeasuresOf } from './ocsf/countermeasures.ts'
import { blockResult, type Result, releaseResult } from './ocsf/result.ts'
import { connectionOf, observablesOf, ruleOf } from './ocsf/traffic.ts'

const category = 7
const classId = 7004
const longest = 500
const mostApprovals = 16
const mostReasons = 16

/** Blocks as attempts of the tactic Isolate, their ends as attempts of Restore: activities 1 and 3 of the class. */
const activities = { block: [1, 'Isolate'], release: [3, 'Restore'] } as const

/**
 * Network Remediation Activity (class 7004) of the Open Cybersecurity Schema Framework: an event for each network at each target, and another one
 * for its release. What a target accepted is a success of the attempt; that packets were denied is said only where it was proven.
 */
export default {
  id: 'ocsf',
  title: 'OCSF Network Remediation Activity',
  about: 'for security lakes and SIEMs that take OCSF: an event for each network and target, and its release',
  extension: 'ocsf.ndjson',
  mediaType: 'application/x-ndjson',
  lacking: (state) =>
    attemptsOf(state).length > 0 ? undefined : 'nothing was sent to any target yet: there is no remediation to report',
  render(state, options) {
    const blocks = approvedBlocks(state, options.limits).map(({ block }) => block)
    const events = attemptsOf(state).flatMap((attempt) =>
      blocks.flatMap((block) => eventsOf({ state, attempt, block, options })),
    )
    return events.map((event) => `${jsonLine(bounded(event))}\n`).join('')
  },
} satisfies PlanExport

interface Part {
  readonly state: PlanState
  readonly attempt: Attempt
  readonly block: Block
  readonly options: PlanExportOptions
}

function eventsOf(part: Part): readonly object[] {
  const { state, attempt, block } = part
  const exception = exceptionOf(state, attempt, block.network)
  const blocked = eventOf(part, 'block', blockResult(attempt, state.plan.measure, exception), attempt.at)
  const { release } = attempt
  // What never stood there, or was taken away by others, is not given back by us.
  if (release === null || exception !== undefined) return [blocked]
  return [blocked, eventOf(part, 'release', releaseResult(release, attempt.place.release), release.at)]
}

function eventOf({ state, attempt, block, options }: Part, phase: 'block' | 'release', result: Result, at: string) {
  const { plan, history } = state
  const [activity, activityName] = activities[phase]
  const modified = history.reduce((latest, entry) => Math.max(latest, instant(entry.at)), 0)
  const [severityId, severity] = result.severity
  const [statusId, status] = result.status
  const [actionId, action] = result.action
  const [dispositionId, disposition] = result.disposition
  return {
    metadata: {
      ...sharedMetadata(options.version),
      profiles: ['security_control', 'host'],
      uid: caseUuid('ocsf', `plan ${plan.id}`, `${phase} ${attempt.target} ${block.network} ${modified}`),
      correlation_uid: plan.caseId,
      log_name: 'ledger',
      modified_time: modified,
    },
    category_uid: category,
    category_name: 'Remediation',
    class_uid: classId,
    class_name: 'Network Remediation Activity',
    activity_id: activity,
    activity_name: activityName,
    type_uid: classId * 100 + activity,
    type_name: `Network Remediation Activity: ${activityName}`,
    time: instant(at),
    severity_id: severityId,
    severity,
    status_id: statusId,
    status,
    status_code: result.code,
    status_detail: clipped(result.detail, longest),
    action_id: actionId,
    action,
    disposition_id: dispositionId,
    disposition,
    is_alert: result.isAlert,
    message: messageOf(phase, attempt, block, result),
    command_uid: block.id,
    countermeasures: countermeasuresOf(phase, block),
    connection_info: connectionOf(block),
    device: { type_id: 99, type: 'Enforcement point', name: clipped(attempt.target, longest) },
    firewall_rule: ruleOf(block, attempt.at),
    actor: { app_name: 'sweepwatch', authorizations: authorizationsOf(state) },
    attacks: attacksOf([]),
    observables: observablesOf(block),
    remediation: { desc: clipped(planSentence(plan), longest) },
    enrichments: result.proof === null ? [] : [proofOf(result)],
    unmapped: unmapped(state, attempt, block),
  }
}

function messageOf(phase: 'block' | 'release', { target }: Attempt, block: Block, { code }: Result): string {
  const doing = phase === 'release' ? 'release of' : block.measure === 'block' ? 'block of' : 'throttle of'
  return clipped(`${doing} ${shortNetwork(block.network)} at ${target}: ${code}`, longest)
}

/** Who allowed it: people by their names, or a rule of the configuration. */
function authorizationsOf({ approvals }: PlanState): readonly object[] {
  return approvals.slice(0, mostApprovals).map(({ name, policy }) => ({
    decision: clipped(`Approved by ${policy === null ? name : `rule ${policy}`}`, longest),
    ...(policy === null ? {} : { policy: { name: clipped(policy, longest), is_applied: true } }),
  }))
}

/** Whether packets passed: what the claim of the action rests on. Counted for all networks of the plan at the target together. */
function proofOf({ proof, action: [id] }: Result): object {
  return {
    name: 'action_id',
    value: String(id),
    type: 'proof',
    provider: 'Sweepwatch',
    short_desc: proof?.proof,
    desc: clipped(proof?.because ?? '', longest),
    created_time: instant(proof?.at ?? ''),
    data: { ...proof?.seen },
  }
}

function unmapped({ plan, status, since, until, approvals }: PlanState, { place }: Attempt, block: Block): object {
  const { network, measure, rate, direction, ports, protocol, until: end } = block
  return {
    case: plan.caseId,
    plan: { id: plan.id, status, since, until, networks: plan.networks.length },
    block: { network, measure, rate, direction, ports, protocol, until: end },
    place: { state: place.state, at: place.at, failures: place.failures },
    approvals: approvals.slice(0, mostApprovals).map(({ name, login, at, reason, policy }) => {
      return { name, login, at, reason: clipped(reason, longest), policy }
    }),
    because: plan.because.slice(0, mostReasons).map((text) => clipped(text, longest)),
  }
}
