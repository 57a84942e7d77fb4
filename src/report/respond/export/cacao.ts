import { listed } from '../../../base/quantity.ts'
import type { PlanState } from '../../../respond/ledger/fold.ts'
import { planPlaybookId, planSubject } from '../../case/cacao/plan-playbook.ts'
import { found, type Link, manual, Workflow } from '../../case/cacao/workflow.ts'
import { identityUuid } from '../../case/identity.ts'
import { instant, milliTime } from '../../case/instant.ts'
import { clipped, jsonLine } from '../../escape.ts'
import { planSentence, radiusSentence } from '../sentences.ts'
import { attemptsOf } from './attempts.ts'
import { type Agents, agentDefinitions, agentsOf } from './cacao/agents.ts'
import { blockSteps, releaseSteps } from './cacao/steps.ts'
import type { PlanExport, PlanExportOptions } from './export.ts'

const longest = 500
const most = 32

/** The plan as it was decided and carried out, as a playbook of type mitigation of CACAO Security Playbooks 2.0. */
export default {
  id: 'cacao',
  title: 'CACAO 2.0 playbook',
  about: 'for a SOAR: the plan as it was executed, with approvals, OpenC2 commands, proof and release',
  extension: 'cacao.json',
  mediaType: 'application/json',
  lacking: () => undefined,
  render: (state, options) => `${jsonLine(playbook(state, options))}\n`,
} satisfies PlanExport

function playbook(state: PlanState, options: PlanExportOptions): object {
  const { plan, status, proposed, history } = state
  const flow = new Workflow(planSubject(plan.id))
  const agents = agentsOf(state)
  const start = flow.branch('main', stepsOf(state, flow, agents, options))
  const created = instant(proposed)
  const modified = history.reduce((latest, { at }) => Math.max(latest, instant(at)), created)
  return {
    type: 'playbook',
    spec_version: 'cacao-2.0',
    id: planPlaybookId(plan.id),
    name: `Containment plan ${plan.id} of case ${clipped(plan.caseId, longest)}`,
    description: clipped(`${planSentence(plan)}.`, longest),
    playbook_types: ['mitigation'],
    playbook_activities: flow.activities,
    playbook_processing_summary: { manual_playbook: flow.isManual },
    created_by: `identity--${identityUuid(clipped(options.organisation, 300))}`,
    created: milliTime(proposed),
    modified: new Date(modified).toISOString(),
    revoked: status === 'rejected' || status === 'revoked',
    ...validityOf(state),
    labels: ['T1595.001', status],
    playbook_variables: {
      __status__: found(status),
      __case__: found(plan.caseId),
      __networks__: found(
        listed(
          plan.networks.map(({ network }) => network),
          most,
        ),
      ),
    },
    workflow_start: start,
    workflow: flow.steps,
    agent_definitions: agentDefinitions(agents),
  }
}

function validityOf({ since, until }: PlanState): object {
  if (since === null || until === null || instant(until) <= instant(since)) return {}
  return { valid_from: milliTime(since), valid_until: milliTime(until) }
}

/** Proposed, decided; then at each target blocked and verified; at the end released there, and that verified. */
function stepsOf(state: PlanState, flow: Workflow, agents: Agents, { limits }: PlanExportOptions): readonly Link[] {
  const decided = [flow.link('start', 'main'), proposal(state, flow, agents), decision(state, flow, agents)]
  if (state.status === 'rejected') return decided
  const attempts = new Map(attemptsOf(state).map((attempt) => [attempt.target, attempt]))
  const places = [...state.places.keys()].map((target) => ({ state, target, attempt: attempts.get(target), limits }))
  return [
    ...decided,
    ...places.flatMap((place) => blockSteps(place, flow, agents)),
    ...places.flatMap((place) => releaseSteps(place, flow, agents)),
  ]
}

function proposal({ plan, author, proposed }: PlanState, flow: Workflow, { sweepwatch }: Agents): Link {
  const refused = plan.refused.map(({ network, refusals }) => `${network}: ${refusals.join('; ')}`)
  return flow.link('action', 'propose', {
    name: clipped(`Proposed by ${author}, ${milliTime(proposed)}`, longest),
    description: clipped(`${planSentence(plan)}.`, longest),
    step_variables: {
      __because__: found(plan.because.join(' ')),
      __would_cut__: found(radiusSentence(plan.blastRadius)),
      __refused_by_guard__: found(refused.slice(0, most).join('; ')),
    },
    commands: [
      manual('Write down what shall be blocked, why, and which connections it would have cut', 'compose-content'),
    ],
    agent: sweepwatch,
  })
}

function decision(state: PlanState, flow: Workflow, { approvers }: Agents): Link {
  const said = state.approvals.map(({ name, login, at, reason, policy }) => {
    return `${at} ${policy === null ? `${name} (login ${login})` : `rule ${policy}`}: ${reason}`
  })
  return flow.link('action', 'approve', {
    name: clipped(decisionText(state), longest),
    step_variables: {
      __approvals__: found(said.slice(0, most).join('; ')),
      __until__: found(state.until ?? 'not approved'),
    },
    commands: [manual('Approve or reject the plan, with a reason', 'compose-content')],
    agent: approvers,
  })
}

function decisionText({ status, approvals, history, until }: PlanState): string {
  const names = listed(approvals.map(({ name, policy }) => (policy === null ? name : `rule ${policy}`)))
  if (status === 'proposed')
    return names === '' ? 'Not executed: waits for an approval' : `Approved by ${names}; waits for another`
  const rejection = history.findLast(({ body }) => body.kind === 'rejected')
  if (rejection !== undefined) return `Rejected by ${rejection.author.name}: ${rejection.reason}`
  return `Approved by ${names}, until ${milliTime(until ?? '')}`
}
