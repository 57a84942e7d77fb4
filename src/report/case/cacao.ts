import type { Case } from '../../case/case.ts'
import { clipped, jsonLine } from '../escape.ts'
import { planPlaybookId } from './cacao/plan-playbook.ts'
import { type Agents, levelOne, levelTwo } from './cacao/runbook.ts'
import { found, manual, Workflow } from './cacao/workflow.ts'
import type { CaseExport, ExportOptions } from './case.ts'
import { plansOf } from './containment.ts'
import { identityUuid } from './identity.ts'
import { changed, milliTime } from './instant.ts'
import { type CaseSummary, summaryOf, verdict } from './summary.ts'
import { caseUuid } from './uuid.ts'

/** CACAO counts severity 1 to 100 upwards, priority 1 to 100 downwards. */
const severities = { low: 20, medium: 50, high: 75, critical: 100 } as const

/** The runbook as it was carried out on this case, as a playbook of CACAO Security Playbooks 2.0. */
export default {
  id: 'cacao',
  title: 'CACAO 2.0 playbook',
  about: 'for a SOAR: the executed runbook, with the proposed blocks as OpenC2 commands',
  extension: 'cacao.json',
  mediaType: 'application/json',
  render: (theCase, options) => `${jsonLine(playbook(theCase, options))}\n`,
} satisfies CaseExport

function playbook(theCase: Case, options: ExportOptions): object {
  const summary = summaryOf(theCase)
  const flow = new Workflow(theCase.id)
  const agents = agentsOf(theCase.id)
  const plans = plansOf(theCase)
  const start = flow.branch('main', [
    flow.link('start', 'main'),
    ...levelOne(theCase, flow, agents),
    decisionStep(theCase, summary, flow, agents),
  ])
  return {
    type: 'playbook',
    spec_version: 'cacao-2.0',
    id: `playbook--${caseUuid('playbook', theCase.id)}`,
    name: `Runbook T1595.001 on case ${summary.id}`,
    description: `${summary.title}. ${verdict(summary)}`,
    playbook_types: ['detection', 'investigation', 'mitigation'],
    playbook_activities: flow.activities,
    playbook_processing_summary: {
      manual_playbook: flow.isManual,
      external_playbooks: flow.isExternal,
      if_logic: true,
    },
    created_by: `identity--${identityUuid(clipped(options.organisation, 300))}`,
    created: milliTime(theCase.opened),
    modified: new Date(changed(theCase)).toISOString(),
    ...(plans.length > 0 ? { related_to: plans.map(({ id }) => planPlaybookId(id)) } : {}),
    severity: severities[theCase.severity],
    priority: 101 - severities[theCase.severity],
    labels: ['T1595.001', theCase.status],
    external_references: [
      {
        name: 'mitre-attack',
        external_id: 'T1595.001',
        url: 'https://attack.mitre.org/techniques/T1595/001/',
        description: 'Active Scanning: Scanning IP Blocks',
      },
    ],
    playbook_variables: {
      __decision__: found(summary.decision ?? 'none'),
      __rule__: found(summary.rule ?? 'none'),
      __sources__: found(theCase.sources.slice(0, 50).join(' ')),
      __block_is_wrong__: { type: 'bool', value: 'false', description: 'set by whoever finds that a block is wrong' },
    },
    workflow_start: start,
    workflow: flow.steps,
    agent_definitions: agentDefinitions(agents),
  }
}

/** Tier 2's branch where the case was escalated, else what was recorded. Both end by themselves. */
function decisionStep(theCase: Case, summary: CaseSummary, flow: Workflow, agents: Agents) {
  const record = flow.link('action', 'record', {
    name: 'Record the decision',
    description: verdict(summary),
    step_variables: {
      __because__: found(theCase.decision?.because.join(' ') ?? ''),
      __reverse__: found(theCase.decision?.reverse.join(' ') ?? ''),
    },
    commands: [manual('Write the decision, its reasons and what would reverse it into the case', 'compose-content')],
    agent: agents.sweepwatch,
  })
  return flow.link('if-condition', 'decision', {
    name: summary.decision === null ? 'Not decided yet' : `Rule ${summary.rule}: ${summary.decision}`,
    description: verdict(summary),
    condition: "__decision__:value = 'escalate'",
    on_true: flow.branch('escalated', levelTwo(theCase, flow, agents)),
    on_false: flow.branch('not-escalated', [record]),
  })
}

function agentsOf(caseId: string): Agents {
  return {
    sweepwatch: `security-category--${caseUuid('agent', caseId, 'sweepwatch')}`,
    tier2: `group--${caseUuid('agent', caseId, 'tier 2')}`,
    firewall: `security-category--${caseUuid('agent', caseId, 'firewall')}`,
  }
}

function agentDefinitions({ sweepwatch, tier2, firewall }: Agents): object {
  return {
    [sweepwatch]: { type: 'security-category', name: 'Sweepwatch, for level 1', category: ['analytics'] },
    [tier2]: { type: 'group', name: 'Tier 2' },
    [firewall]: { type: 'security-category', name: 'Perimeter packet filter (OpenC2 SLPF)', category: ['firewall'] },
  }
}
