import type { Analysis } from '../case/analysis.ts'
import { caseObject } from './case/json.ts'
import { jsonLine } from './escape.ts'

/** JSON Lines: scans by first sight, undecided sources, backscatter, what is uncommon, cases, and one summary at the end (docs/output.md). */
export function jsonReport({ scans, undecided, backscatter, uncommon, cases, summary }: Analysis): string {
  const objects = [
    ...scans.map(({ scan }) => scan),
    ...undecided,
    ...backscatter,
    ...uncommon,
    ...cases.map(caseObject),
    summary,
  ]
  return objects.map((object) => `${jsonLine(object)}\n`).join('')
}
