import type { Case } from '../../case/case.ts'
import { jsonLine } from '../escape.ts'
import type { CaseExport } from './case.ts'

/** One line of JSON (docs/output.md): what the contract names first, then the rest of the case. */
export default {
  id: 'json',
  title: 'JSON line',
  about: 'everything that is known of the case, for programs',
  extension: 'json',
  mediaType: 'application/json',
  render: (theCase) => `${jsonLine(caseObject(theCase))}\n`,
} satisfies CaseExport

export function caseObject(theCase: Case): object {
  const { id, scans, decision, triage, ...rest } = theCase
  const { answers, decision: _, ...found } = triage ?? { answers: [], decision: null }
  return {
    type: 'case',
    id,
    scans: scans.map(({ scan }) => scan.id),
    decision: decision?.decision ?? null,
    rule: decision?.rule ?? null,
    because: decision?.because ?? [],
    answers,
    ruleTitle: decision?.title ?? null,
    confidence: decision?.confidence ?? null,
    reverse: decision?.reverse ?? [],
    facts: decision?.facts ?? {},
    triaged: triage !== null,
    ...rest,
    ...found,
    scanRecords: scans,
  }
}
