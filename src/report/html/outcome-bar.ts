import type { Scan } from '../../detect/finding.ts'
import { outcomesByWeight } from './cells.ts'
import { outcomeKey } from './key.ts'
import { bar } from './svg.ts'

/** The outcomes of all probes as one bar. */
export function outcomeBar({ outcomes }: Scan): string {
  const total = outcomesByWeight.reduce((sum, outcome) => sum + outcomes[outcome], 0)
  if (total === 0) return ''
  const present = outcomesByWeight.filter((outcome) => outcomes[outcome] > 0)
  let x = 0
  const parts = present.map((outcome) => {
    const width = (1000 * outcomes[outcome]) / total
    const part = bar(x, 0, width, 10, outcome)
    x += width
    return part
  })
  const picture = `<svg viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true">${parts.join('')}</svg>`
  return `<div class="outcomes">${picture}</div>${outcomeKey(present)}`
}
