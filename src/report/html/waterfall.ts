import { count, nats } from '../../base/quantity.ts'
import type { Score } from '../../detect/finding.ts'
import { clipped, markup } from '../escape.ts'
import { at, bar, chart, chartWidth, label, stroke } from './svg.ts'

const rowHeight = 39
const barHeight = 16
const top = 26
const mostTerms = 12

/** How the score comes about: each term begins where the one before ended; the last bar is the total against the threshold. */
export function waterfall(score: Score): string {
  const terms = shownTerms(score)
  const reach = running(terms)
  const low = Math.min(0, ...reach)
  const high = Math.max(score.total, score.threshold, ...reach) * 1.04
  const x = (value: number) => 4 + ((chartWidth - 8) * (value - low)) / (high - low)
  const rows = terms.map((term, index) => row(term, reach[index] as number, reach[index + 1] as number, index, x))
  const height = top + (terms.length + 1) * rowHeight + 4
  const title = `Score ${score.total.toFixed(1)} nats against a threshold of ${score.threshold.toFixed(1)}`
  return `<figure><figcaption><strong>${title}</strong>
What spoke for a scan and what against, up to the decision. 2.3 nats are a factor of ten.</figcaption>
${chart(chartWidth, height, title, `${thresholdLine(x(score.threshold), height, score.threshold)}${rows.join('')}${totalRow(score, terms.length, x)}`)}</figure>`
}

interface Shown {
  readonly name: string
  readonly count: number
  readonly nats: number
}

/** For before against, the largest first; the smallest are summed up. */
function shownTerms({ terms }: Score): readonly Shown[] {
  const sorted = [...terms].sort((a, b) => b.nats - a.nats)
  if (sorted.length <= mostTerms) return sorted
  const bySize = [...terms].sort((a, b) => Math.abs(b.nats) - Math.abs(a.nats))
  const rest = new Set(bySize.slice(mostTerms - 1))
  const sum = [...rest].reduce((total, term) => total + term.nats, 0)
  return [...sorted.filter((term) => !rest.has(term)), { name: 'smaller terms', count: rest.size, nats: sum }]
}

function running(terms: readonly Shown[]): readonly number[] {
  const reach = [0]
  for (const term of terms) reach.push((reach.at(-1) as number) + term.nats)
  return reach
}

function row(term: Shown, from: number, to: number, index: number, x: (value: number) => number): string {
  const y = top + index * rowHeight
  const width = Math.max(1.5, Math.abs(x(to) - x(from)))
  const name = `${markup(clipped(term.name, 30))} ×${count(term.count)}`
  const link = stroke(`M${at(x(to))} ${y + 15}V${y + rowHeight + 14}`, 'link')
  const shape = bar(Math.min(x(from), x(to)), y + 14, width, barHeight, term.nats < 0 ? 'against' : 'for', 2)
  return `${link}${shape}${rowLabels(name, nats(term.nats), y)}`
}

function rowLabels(name: string, value: string, y: number): string {
  return label(4, y + 10, name) + label(chartWidth - 4, y + 10, value, 'end', true)
}

function totalRow(score: Score, index: number, x: (value: number) => number): string {
  const y = top + index * rowHeight
  return `${bar(x(0), y + 14, Math.max(1.5, x(score.total) - x(0)), barHeight, 'total', 2)}${rowLabels('total', score.total.toFixed(1), y)}`
}

function thresholdLine(x: number, height: number, threshold: number): string {
  const anchor = x > chartWidth * 0.6 ? 'end' : 'start'
  return `${stroke(`M${at(x)} 16V${at(height)}`, 'threshold')}${label(x + (anchor === 'end' ? 4 : -4), 11, `threshold ${threshold.toFixed(1)}`, anchor)}`
}
