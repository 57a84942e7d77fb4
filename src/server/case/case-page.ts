import type { Case, Triage } from '../../case/case.ts'
import type { z } from '../../config/zod.ts'
import { amountText, permissionText, stateWords, statusText, timesText, whenText } from '../../report/case/sentences.ts'
import { summaryOf, verdict } from '../../report/case/summary.ts'
import { tellingSigns } from '../../report/case/telling.ts'
import { bounded, boundedAll, evidenceView, part } from './bounded.ts'
import type { CasePage, caseHead } from './case-schema.ts'
import { answerOf, historyOf, hostOf, hostsInOrder, relatedOf, scanRowOf, signOf, weaknessOf } from './case-views.ts'
import { accusedOf, sourceOf } from './sources-view.ts'
import { isTick, stepsOf } from './steps.ts'

/** What of each list comes with the page; the rest is asked for when it is opened. */
const first = { signs: 12, hosts: 12, weaknesses: 12, sources: 8, related: 12, scans: 8, notes: 50, history: 30 }
const mostFacts = 100

/** A case as its page opens: at most a few hundred kilobytes, however large the case. */
export function casePageOf(one: Case): CasePage {
  const { triage, decision } = one
  const { steps, before } = stepsOf(one)
  const notes = one.history.filter(({ body }) => body.kind === 'noted' && !isTick(body.text))
  return {
    head: headOf(one),
    decision: decision && {
      kind: decision.decision,
      rule: bounded(decision.rule, 100),
      title: bounded(decision.title, 400),
      confidence: decision.confidence,
      because: boundedAll(decision.because),
      reverse: boundedAll(decision.reverse),
      facts: Object.entries(decision.facts)
        .slice(0, mostFacts)
        .map(([name, value]) => ({ name, value: bounded(String(value), 200) })),
    },
    ...triagedOf(triage),
    sources: part(accusedOf(one), sourceOf, { limit: first.sources }),
    scans: { ...part(one.scans, scanRowOf, { limit: first.scans }), omitted: one.scansOmitted },
    records: one.copied.map((record) => ({ ...evidenceView(record), sha256: record.sha256 })),
    steps,
    stepsBefore: before,
    notes: part(notes.reverse(), historyOf, { limit: first.notes }),
    history: part(one.history.toReversed(), historyOf, { limit: first.history }),
  }
}

export function headOf(one: Case): z.infer<typeof caseHead> {
  return {
    id: one.id,
    title: bounded(one.title, 400),
    verdict: verdict(summaryOf(one)),
    status: one.status,
    severity: one.severity,
    statusText: bounded(statusText(one), 600),
    when: whenText(one),
    amount: amountText(one),
    times: timesText(one),
    owner: one.owner === null ? null : bounded(one.owner, 200),
    escalatedTo: one.escalatedTo === null ? null : bounded(one.escalatedTo, 200),
    outcome: one.outcome,
    mergedInto: one.mergedInto,
    opened: one.opened,
    first: one.first,
    last: one.last,
    updated: one.history.at(-1)?.at ?? one.opened,
    sources: part(one.sources, (source) => bounded(source, 100), { limit: first.sources }),
    seen: one.history.at(-1)?.seq ?? 0,
  }
}

/** What triage found; empty where it has not run yet. */
function triagedOf(triage: Triage | null) {
  const touched = triage?.touched ?? []
  const of = (state: string) => touched.filter((host) => host.state === state).length
  const signs = triage?.signs ?? []
  return {
    answers: (triage?.answers ?? []).map(answerOf),
    permission: triage?.allowed ? permissionOf(triage.allowed) : null,
    patterns: (triage?.patterns ?? []).slice(0, 20).map(({ name, purpose, because, references }) => ({
      name,
      purpose,
      because: boundedAll(because),
      references: [...references],
    })),
    signs: { ...part(tellingSigns(signs, first.signs), signOf, { limit: first.signs }), total: signs.length },
    hosts: {
      ...part(hostsInOrder(touched), hostOf, { limit: first.hosts }),
      ...{ suspect: of('suspect'), clean: of('clean'), unknown: of('unknown') },
      omitted: triage?.touchedOmitted ?? 0,
    },
    weaknesses: part(triage?.weaknesses ?? [], weaknessOf, { limit: first.weaknesses }),
    related: part(triage?.related ?? [], relatedOf, { limit: first.related }),
    techniques: (triage?.techniques ?? []).map(({ id, name, state, because }) => ({
      id,
      name,
      state: stateWords[state],
      isSeen: state === 'seen',
      because: boundedAll(because, 12),
    })),
  }
}

function permissionOf(allowed: NonNullable<Triage['allowed']>) {
  return {
    inScope: allowed.inScope,
    text: bounded(permissionText(allowed)),
    because: boundedAll(allowed.because),
  }
}
