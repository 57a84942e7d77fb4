import { duration } from '../../../base/quantity.ts'
import type { Case, Sign } from '../../../case/case.ts'
import { at, bar, chart, chartWidth, label, stroke, timeTicks } from '../../html/svg.ts'
import { instant } from '../instant.ts'
import { text } from './parts.ts'

const left = 8
const right = chartWidth - 8
const top = 10
const rowHeight = 34

interface Row {
  readonly name: string
  readonly from: number
  readonly to: number
  readonly kind: string
}

/** When the scans ran and when each sign was, one row each. @param signs in time order */
export function signChart({ scans }: Case, signs: readonly Sign[]): string {
  const rows: readonly Row[] = [
    ...scans
      .slice(0, 3)
      .map(({ scan }) => ({ name: 'scan', from: instant(scan.first), to: instant(scan.last), kind: 'total' })),
    ...signs.map(({ kind, host, first, last }) => {
      return { name: `${kind}, ${host}`, from: instant(first), to: instant(last), kind: 'for' }
    }),
  ]
  const begin = Math.min(...rows.map(({ from }) => from))
  const span = Math.max(1000, ...rows.map(({ to }) => to - begin))
  const x = (time: number) => left + ((right - left) * Math.max(0, time - begin)) / span
  const bottom = top + rows.length * rowHeight
  const marks = timeTicks(span, 4).map((time) => {
    const place = left + ((right - left) * time) / span
    const anchor = place < left + 20 ? 'start' : place > right - 20 ? 'end' : 'middle'
    return stroke(`M${at(place)} ${top}V${bottom}`, 'grid') + label(place, bottom + 16, duration(time), anchor)
  })
  const drawn = rows.map((row, index) => rowOf(row, top + index * rowHeight, x))
  const title = 'What followed, after the first probe'
  return `<figure class="signs"><figcaption><strong>${title}</strong></figcaption>
${chart(chartWidth, bottom + 24, title, `${marks.join('')}${drawn.join('')}`)}</figure>`
}

function rowOf({ name, from, to, kind }: Row, y: number, x: (time: number) => number): string {
  const width = Math.max(4, x(to) - x(from))
  const start = Math.min(x(from), right - width)
  return `${label(left + 4, y + 13, text(name, 60))}${bar(start, y + 18, width, 10, kind, 2)}`
}
