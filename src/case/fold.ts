import type { Severity } from '../detect/finding.ts'
import type {
  Accomplice,
  Case,
  CaseEvent,
  CaseScan,
  CaseStatus,
  CaseTimes,
  CopiedRecord,
  Decision,
  Outcome,
  Triage,
} from './case.ts'
import { isCollecting } from './collecting.ts'
import { titleOfAll } from './title.ts'

/** What a case holds in all, where only part of its events was read. */
export interface Whole {
  readonly scans: number
  readonly probes: number
}

/** Who writes what no person does. */
export const machine = 'sweepwatch'

interface State {
  title: string
  status: CaseStatus
  owner: string | null
  escalatedTo: string | null
  outcome: Outcome | null
  mergedInto: string | null
  triage: Triage | null
  decidedAt: string | null
  containedAt: string | null
  readonly scans: Map<string, CaseScan>
  readonly accomplices: Map<string, Accomplice>
  readonly copied: CopiedRecord[]
}

/**
 * A case as its events make it, in the order in which they were written. Later records of one scan, and later triage, stand for the
 * earlier ones; nothing of them is lost from the history.
 */
export function fold(id: string, events: readonly CaseEvent[], whole?: Whole): Case {
  const state: State = {
    title: id,
    status: 'open',
    owner: null,
    escalatedTo: null,
    outcome: null,
    mergedInto: null,
    triage: null,
    decidedAt: null,
    containedAt: null,
    scans: new Map(),
    accomplices: new Map(),
    copied: [],
  }
  for (const event of events) apply(state, event)
  const scans = [...state.scans.values()].sort((x, y) =>
    x.scan.first < y.scan.first ? -1 : x.scan.first > y.scan.first ? 1 : 0,
  )
  const firsts = scans.map(({ scan }) => scan.first)
  const lasts = scans.map(({ scan }) => scan.last)
  const opened = events[0]?.at ?? ''
  return {
    id,
    title: isCollecting(id) || scans.length === 0 ? state.title : titleOfAll(scans.map(({ scan }) => scan)),
    status: state.status,
    opened,
    first: firsts.sort()[0] ?? opened,
    last: lasts.sort().at(-1) ?? opened,
    severity: severityOf(scans, state.triage?.decision ?? null),
    owner: state.owner,
    escalatedTo: state.escalatedTo,
    outcome: state.outcome,
    mergedInto: state.mergedInto,
    sources: sourcesOf(scans),
    scans,
    scansOmitted: Math.max(0, (whole?.scans ?? 0) - scans.length),
    probes: Math.max(
      whole?.probes ?? 0,
      scans.reduce((sum, { scan }) => sum + scan.probes, 0),
    ),
    accomplices: [...state.accomplices.values()],
    triage: state.triage,
    decision: state.triage?.decision ?? null,
    copied: state.copied,
    times: timesOf(scans, opened, state),
    history: events,
  }
}

function apply(state: State, { at, author, body }: CaseEvent): void {
  const byPerson = author !== machine
  switch (body.kind) {
    case 'opened':
      state.title = body.title
      break
    case 'scan':
      state.scans.set(body.scan.id, {
        scan: body.scan,
        joined: state.scans.get(body.scan.id)?.joined ?? body.joined,
        at,
      })
      break
    case 'accomplice':
      state.accomplices.set(body.accomplice.source, body.accomplice)
      break
    case 'triaged':
      state.triage = body.triage
      break
    case 'copied':
      state.copied.push(...body.records)
      break
    case 'assigned':
      state.owner = body.to
      break
    case 'escalated':
      state.escalatedTo = body.to
      if (byPerson) state.decidedAt ??= at
      break
    case 'closed':
      state.status = 'closed'
      state.outcome = body.outcome
      if (byPerson) state.decidedAt ??= at
      break
    case 'reopened':
      state.status = 'open'
      state.outcome = null
      // It was not decided after all, unless somebody escalated it.
      if (state.escalatedTo === null) state.decidedAt = null
      break
    case 'merged-into':
      state.status = 'merged'
      state.mergedInto = body.into
      break
    case 'contained':
      state.containedAt ??= at
      break
    default:
      break
  }
}

/** The worst of its scans; critical where a system shows compromise, low where the decision is to close. */
function severityOf(scans: readonly CaseScan[], decision: Decision | null): Severity {
  if (decision?.rule === 'E4') return 'critical'
  if (decision?.decision === 'close') return 'low'
  const order: readonly Severity[] = ['low', 'medium', 'high', 'critical']
  const worst = Math.max(0, ...scans.map(({ scan }) => order.indexOf(scan.severity)))
  return decision?.decision === 'escalate' ? (order[Math.max(2, worst)] as Severity) : (order[worst] as Severity)
}

function sourcesOf(scans: readonly CaseScan[]): string[] {
  const probes = new Map<string, number>()
  for (const { scan } of scans) {
    // A system of ours that began to scan is a victim first: it stands behind those outside.
    const weight = scan.direction === 'internal' ? 1e-9 : 1
    scan.sources.forEach((source, rank) => {
      probes.set(source, (probes.get(source) ?? 0) + (weight * scan.probes) / (rank + 1))
    })
  }
  return [...probes].sort(([, x], [, y]) => y - x).map(([source]) => source)
}

function timesOf(scans: readonly CaseScan[], opened: string, state: State): CaseTimes {
  const between = (from: string, to: string | null) =>
    to === null ? null : Math.max(0, (Date.parse(to) - Date.parse(from)) / 1000)
  const detections = scans.map(({ scan }) => between(scan.first, scan.detected) ?? 0)
  return {
    toDetect: detections.length === 0 ? null : Math.min(...detections),
    toDecide: between(opened, state.decidedAt),
    toContain: between(opened, state.containedAt),
  }
}
