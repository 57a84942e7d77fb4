import { several } from '../../base/quantity.ts'
import type { Scan } from '../../detect/finding.ts'
import { at, chart, chartWidth, label, stroke, ticks } from './svg.ts'

const left = 34
const right = chartWidth - 8
const top = 20
const bottom = 220
const height = 250

/** The score after each decisive contact, as it rose over the threshold. Nothing where fewer than two steps were kept. */
export function scorePath({ evidence, score }: Scan): string {
  const { steps } = evidence
  if (steps.length < 2) return ''
  const totals = steps.map(({ total }) => total)
  const low = Math.min(0, ...totals)
  const high = Math.max(score.threshold, score.total, ...totals) * 1.08
  const x = (index: number) => left + ((right - left) * index) / (steps.length - 1)
  const y = (total: number) => bottom - ((bottom - top) * (total - low)) / (high - low)
  const marks = ticks(high, 4).map(
    (value) => stroke(`M${left} ${at(y(value))}H${right}`, 'grid') + label(left - 6, y(value) + 4, at(value), 'end'),
  )
  const line = totals.map((total, index) => `${index === 0 ? 'M' : 'L'}${at(x(index))} ${at(y(total))}`).join('')
  const dots = totals
    .map((total, index) => `<circle cx="${at(x(index))}" cy="${at(y(total))}" r="3.5" class="for"/>`)
    .join('')
  const limit = stroke(`M${left} ${at(y(score.threshold))}H${right}`, 'threshold')
  const title = `How fast it was sure: ${several(steps.length, 'decisive record')}`
  return `<figure><figcaption><strong>${title}</strong>
The score after each record, in nats; the dashed line is the threshold.</figcaption>
${chart(chartWidth, height, title, `${marks.join('')}${limit}${stroke(line, 'path')}${dots}${label(left, bottom + 20, 'first record')}${label(right, bottom + 20, 'decision', 'end')}`)}</figure>`
}
