import type { Analysis } from '../case/analysis.ts'
import { jsonLine } from './escape.ts'

/** JSON Lines: scans by first sight, undecided sources, backscatter, what is uncommon, and one summary at the end (docs/output.md). */
export function jsonReport({ scans, undecided, backscatter, uncommon, summary }: Analysis): string {
  const objects = [...scans.map(({ scan }) => scan), ...undecided, ...backscatter, ...uncommon, summary]
  return objects.map((object) => `${jsonLine(object)}\n`).join('')
}
