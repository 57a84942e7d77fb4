import type { Case, CaseStatus, Outcome } from '../../case/case.ts'
import type { Severity } from '../../detect/finding.ts'
import { clipped, jsonLine } from '../escape.ts'
import { headline } from '../narrate.ts'
import { alertMessage } from './alert.ts'
import type { CaseExport, ExportOptions } from './case.ts'
import { planSentences, plansOf } from './containment.ts'
import { changed, instant } from './instant.ts'
import { attacksOf } from './ocsf/attacks.ts'
import { enrichmentsOf, notesOf, observablesOf, resourcesOf, vulnerabilitiesOf } from './ocsf/context.ts'
import { evidencesOf } from './ocsf/evidence.ts'
import { bounded, type Caption, sharedMetadata } from './ocsf/shared.ts'
import { type CaseSummary, summaryOf, verdict } from './summary.ts'
import { caseUuid } from './uuid.ts'

const category = 2
const classId = 2004
const mostScans = 200
const longest = 500

/** A Detection Finding (class 2004) of the Open Cybersecurity Schema Framework, with the profile `incident`. */
export default {
  id: 'ocsf',
  title: 'OCSF Detection Finding',
  about: 'for security lakes and SIEMs that take OCSF',
  extension: 'ocsf.json',
  mediaType: 'application/json',
  render: (theCase, options) => `${jsonLine(bounded(finding(theCase, options)))}\n`,
} satisfies CaseExport

const severities: Readonly<Record<Severity, Caption>> = {
  low: [2, 'Low'],
  medium: [3, 'Medium'],
  high: [4, 'High'],
  critical: [5, 'Critical'],
}
const priorities: Readonly<Record<Severity, Caption>> = {
  low: [1, 'Low'],
  medium: [2, 'Medium'],
  high: [3, 'High'],
  critical: [4, 'Critical'],
}
const verdicts: Readonly<Record<Outcome, Caption>> = {
  'false-alarm': [1, 'False Positive'],
  expected: [5, 'Benign'],
  background: [3, 'Disregard'],
  resolved: [2, 'True Positive'],
  contained: [2, 'True Positive'],
}
/** Create, update or close. */
const activities = ['Unknown', 'Create', 'Update', 'Close'] as const

function finding(theCase: Case, options: ExportOptions): object {
  const summary = summaryOf(theCase)
  const { triage, owner, outcome } = theCase
  const activity = theCase.status !== 'open' ? 3 : theCase.history.length > 2 ? 2 : 1
  const [severityId, severity] = severities[theCase.severity]
  const [statusId, status] = statusOf(theCase.status, outcome, owner)
  const [priorityId, priority] = priorities[theCase.severity]
  const [verdictId, verdictName] = outcome === null ? ([0, 'Unknown'] as const) : verdicts[outcome]
  const vulnerabilities = vulnerabilitiesOf(triage?.weaknesses ?? [])
  return {
    metadata: metadataOf(theCase, options),
    category_uid: category,
    category_name: 'Findings',
    class_uid: classId,
    class_name: 'Detection Finding',
    activity_id: activity,
    activity_name: activities[activity],
    type_uid: classId * 100 + activity,
    type_name: `Detection Finding: ${activities[activity]}`,
    time: instant(theCase.opened),
    start_time: instant(theCase.first),
    end_time: instant(theCase.last),
    severity_id: severityId,
    severity,
    status_id: statusId,
    status,
    ...(outcome ? { status_detail: outcome } : {}),
    priority_id: priorityId,
    priority,
    verdict_id: verdictId,
    verdict: verdictName,
    ...confidenceOf(theCase),
    is_alert: theCase.status === 'open' && theCase.decision?.decision === 'escalate',
    is_suspected_breach: summary.suspectHosts > 0,
    ...(owner ? { assignee: { name: clipped(owner, longest) } } : {}),
    message: alertMessage(summary),
    finding_info: findingInfo(theCase, summary),
    evidences: evidencesOf(theCase),
    resources: resourcesOf(triage?.touched ?? []),
    observables: observablesOf(theCase),
    remediation: { desc: remediationText(theCase, summary) },
    ...(vulnerabilities.length > 0 ? { vulnerabilities } : {}),
    enrichments: enrichmentsOf(triage?.dossiers ?? []),
    notes: notesOf(theCase),
    unmapped: unmapped(theCase),
  }
}

function metadataOf(theCase: Case, { version }: ExportOptions): object {
  return {
    ...sharedMetadata(version),
    profiles: ['incident'],
    uid: caseUuid('ocsf', theCase.id, String(changed(theCase))),
    log_name: 'cases',
    modified_time: changed(theCase),
  }
}

function statusOf(status: CaseStatus, outcome: Outcome | null, owner: string | null): Caption {
  if (status === 'merged') return [5, 'Archived']
  if (status === 'open') return owner === null ? [1, 'New'] : [2, 'In Progress']
  return outcome === 'resolved' || outcome === 'contained' ? [4, 'Resolved'] : [3, 'Suppressed']
}

/** The decision's confidence; before triage that of the surest scan. */
function confidenceOf({ decision, scans }: Case): object {
  const sure = decision?.confidence ?? scans.reduce((most, { scan }) => Math.max(most, scan.confidence), 0)
  const [id, caption] = sure >= 0.8 ? [3, 'High'] : sure >= 0.5 ? [2, 'Medium'] : [1, 'Low']
  return { confidence_id: id, confidence: caption, confidence_score: Math.round(Math.min(1, Math.max(0, sure)) * 100) }
}

function findingInfo(theCase: Case, summary: CaseSummary): object {
  const sensors = new Set(theCase.scans.flatMap(({ scan }) => scan.sensors.map(({ source }) => source)))
  return {
    uid: clipped(theCase.id, longest),
    title: summary.title,
    desc: [verdict(summary), ...summary.because].join(' '),
    created_time: instant(theCase.opened),
    modified_time: changed(theCase),
    first_seen_time: instant(theCase.first),
    last_seen_time: instant(theCase.last),
    types: ['Scan of IP blocks'],
    attacks: attacksOf(theCase.triage?.techniques ?? []),
    analytic: {
      name: 'Shiryaev-Roberts mixture over contacts',
      uid: 'sweepwatch-scan',
      type_id: 3,
      type: 'Statistical',
    },
    data_sources: [...sensors].slice(0, mostScans).map((source) => clipped(source, longest)),
    related_events: theCase.scans.slice(0, mostScans).map(({ scan }) => ({
      uid: clipped(scan.id, longest),
      title: clipped(headline(scan), longest),
      type: 'scan',
      first_seen_time: instant(scan.first),
      last_seen_time: instant(scan.last),
      count: Math.max(0, Math.round(scan.probes)),
      severity_id: severities[scan.severity][0],
      severity: severities[scan.severity][1],
    })),
  }
}

/** What became of the plans to contain it; before there are any, what the runbook says is to be done now. */
function remediationText(theCase: Case, summary: CaseSummary): string {
  const { decision } = theCase
  const plans = planSentences(theCase)
  if (plans.length > 0) return plans.join(' ')
  if (decision === null) return 'Run triage before anything is blocked.'
  if (decision.decision === 'close') return 'None.'
  if (decision.decision === 'monitor') return 'Watch for repetition, and for what would reverse the decision.'
  const { sources, suspectHosts } = summary
  const sweep = suspectHosts > 0 ? ` Examine the ${suspectHosts} suspect hosts first.` : ''
  return `Block or throttle ${sources.join(', ')} at the perimeter, for a limited time.${sweep}`
}

/** The runbook's answers, the decision and the plans, for which the class has no attributes. */
function unmapped(theCase: Case): object {
  const { decision, triage } = theCase
  const plans = plansOf(theCase)
  return {
    answers: (triage?.answers ?? []).map(({ question, text, answer, confidence, because }) => {
      return { question, text, answer, confidence, because }
    }),
    ...(decision ? { rule: decision.rule, decision: decision.decision, reverse: decision.reverse } : {}),
    ...(plans.length > 0 ? { plans } : {}),
  }
}
