import type { Answer, Case, Triage } from '../../../case/case.ts'
import type { Scan } from '../../../detect/finding.ts'
import { clipped } from '../../escape.ts'
import { plansOf, type ToldPlan } from '../containment.ts'
import { addressesOf } from '../ours.ts'
import { blockHours, openC2Http } from './openc2.ts'
import { planPlaybookId } from './plan-playbook.ts'
import { found, type Link, manual, type Workflow } from './workflow.ts'

/** Ids of the playbook's agents. */
export interface Agents {
  readonly sweepwatch: string
  readonly tier2: string
  readonly firewall: string
}

const mostSources = 50
const longest = 300

/** Level 1 as it was done: a step a question with its answer, then the further analysis. */
export function levelOne(theCase: Case, flow: Workflow, agents: Agents): readonly Link[] {
  const { triage } = theCase
  if (triage === null) return []
  const further = furtherSteps(triage).map(([part, name, text]) =>
    flow.link('action', part, {
      name,
      description: clipped(text, longest),
      step_variables: { __found__: found(text) },
      commands: [manual(name, 'analyze-collected-data')],
      agent: agents.sweepwatch,
    }),
  )
  return [...triage.answers.map((answer) => questionStep(answer, flow, agents)), ...further]
}

function questionStep(answer: Answer, flow: Workflow, agents: Agents): Link {
  const { question, text, because, looked, wouldTell } = answer
  return flow.link('action', question, {
    name: `${question}: ${answer.answer}`,
    description: clipped([text, ...because].join(' '), 4 * longest),
    step_variables: {
      __answer__: found(answer.answer),
      __confidence__: { type: 'float', value: String(answer.confidence), constant: true },
      __because__: found(because.join(' ')),
      __looked__: found(looked.join('; ')),
      ...(wouldTell.length > 0 ? { __would_tell__: found(wouldTell.join('; ')) } : {}),
    },
    commands: [manual(text, question === 'Q3' ? 'match-indicator' : 'analyze-collected-data')],
    agent: agents.sweepwatch,
  })
}

/** The runbook's additional analysis: part, what is done, what was found. */
function furtherSteps({ allowed, patterns, related, signs }: Triage): readonly (readonly [string, string, string])[] {
  return [
    [
      'A1',
      'Verify whether the sources are allowlisted and inside their declared scope',
      allowed
        ? `Entry ${allowed.entry.id}, ${allowed.inScope ? 'inside' : 'outside'} its scope. ${allowed.because.join(' ')}`
        : 'No entry of the allowlist names a source.',
    ],
    [
      'A2',
      'Identify scan patterns that correlate with malicious activity',
      patterns.length > 0 ? patterns.map(({ name }) => name).join('; ') : 'No known pattern.',
    ],
    [
      'A3',
      'Review related logs for anomalies and follow-up activity',
      `${related.length} related records, ${signs.length} signs. ${signs.map(({ text }) => text).join(' ')}`,
    ],
  ]
}

/** Tier 2's work, and containment as far as it is proposed. */
export function levelTwo(theCase: Case, flow: Workflow, agents: Agents): readonly Link[] {
  const suspects = (theCase.triage?.touched ?? []).filter(({ state }) => state === 'suspect')
  const work: readonly (readonly [string, string, string])[] = [
    ['T1', 'Analyse the traffic of the case more deeply, and confirm what level 1 found', 'analyze-collected-data'],
    ['T2', 'Investigate the sources in threat intelligence', 'match-indicator'],
    ['T3', 'Capture packets of the sources and of the touched hosts', 'analyze-collected-data'],
    ['T4', 'Rank what the scan revealed for patching', 'scan-vulnerabilities'],
    [
      'C2',
      `Sweep the network for compromise, beginning with ${suspects.map(({ address }) => address).join(', ') || 'the hosts that answered'}`,
      'scan-system',
    ],
    ['C3', 'Review the firewall rules and access controls that let answered probes in', 'configure-systems'],
    ['C5', 'Watch for repetition and other anomalies in the aftermath', 'match-indicator'],
  ]
  const steps = work.map(([part, text, activity]) =>
    flow.link('action', part, {
      name: part,
      description: clipped(text, longest),
      commands: [manual(text, activity)],
      agent: agents.tier2,
    }),
  )
  return [...containment(theCase, flow, agents), ...steps]
}

/** Of a case that has plans, what became of them; their playbooks have the commands. */
function planned(plans: readonly ToldPlan[], flow: Workflow): readonly Link[] {
  return plans.map(({ id, text, at }) =>
    flow.link('playbook-action', `C1 plan ${id}`, {
      name: `C1: containment plan ${id}`,
      description: clipped(`${at} ${text}`, longest),
      playbook_id: planPlaybookId(id),
    }),
  )
}

/** Blocks are proposed only of strangers shown not to be forged: else the owner of the address is a bystander. */
function containment(theCase: Case, flow: Workflow, agents: Agents): readonly Link[] {
  const plans = plansOf(theCase)
  if (plans.length > 0) return planned(plans, flow)
  const sources = blockable(theCase)
  if (sources.length === 0) {
    const text = withoutBlock(theCase)
    const commands = [manual(text, 'restrict-access')]
    return [flow.link('action', 'C1', { name: 'C1', description: text, commands, agent: agents.tier2 })]
  }
  const undo = flow.branch('undo', [
    flow.link('action', 'C1-allow', {
      name: 'Proposed, not executed: allow the sources again',
      commands: sources.map((source) => openC2Http('allow', source)),
      agent: agents.firewall,
    }),
  ])
  return [
    flow.link('action', 'C1', {
      name: `Proposed, not executed: block the sources for ${blockHours} hours`,
      description: 'A person approves it; it ends by itself.',
      step_variables: { __state__: found('proposed') },
      commands: sources.map((source) => openC2Http('deny', source)),
      agent: agents.firewall,
    }),
    flow.link('if-condition', 'C1-undo', {
      name: 'The block proves wrong',
      condition: "__block_is_wrong__:value = 'true'",
      on_true: undo,
    }),
  ]
}

function blockable({ scans, sources, triage }: Case): readonly string[] {
  if (triage?.allowed?.inScope) return []
  const proven = scans.filter(({ scan }) => scan.spoofable === false && !isByUs(scan))
  const genuine = new Set(proven.flatMap(({ scan }) => scan.sources))
  return addressesOf(sources.filter((source) => genuine.has(source))).slice(0, mostSources)
}

function isByUs({ direction }: Scan): boolean {
  return direction === 'internal' || direction === 'outbound'
}

function withoutBlock({ scans, triage }: Case): string {
  if (triage?.allowed?.inScope) return 'Block nothing: the scan is allowed, and inside its scope'
  return scans.some(({ scan }) => isByUs(scan))
    ? 'Isolate the host of ours that scanned, until its owner explains what it did'
    : 'Block no source on this evidence: nothing shows that the addresses are not forged'
}
