import { count, several } from '../../base/quantity.ts'
import type { Touch } from '../../detect/finding.ts'
import { markup } from '../escape.ts'
import { type Cell, cellsOf, outcomesByWeight } from './cells.ts'
import { type Curve, hilbertCurve } from './hilbert.ts'
import { orderKey, outcomeKey } from './key.ts'
import type { Space } from './space.ts'
import { orderRamp } from './style.ts'
import { chart } from './svg.ts'

/** How many answered cells say their name when pointed at. */
const mostNamed = 512

/** The scanned block as a Hilbert curve, coloured by outcome or by first touch. @param id unique in the page */
export function addressMap(space: Space, touches: readonly Touch[], id: string): string {
  const { bits, each, cells, touched } = cellsOf(space, touches)
  const curve = hilbertCurve(bits)
  const [one, many] = space.unit
  const whole = each === 1 ? `Each cell is one ${one}` : `Each cell is ${count(each)} ${many}`
  const title = `Map of ${markup(space.name)}: ${count(touched)} of ${several(space.size, one, many)}`
  const name = (offset: number) => markup(space.nameOf(offset))
  return `<figure class="map"><figcaption><strong>${title}</strong>
${whole}; neighbours stay neighbours (Hilbert curve), from ${name(0)} at the top left to ${name(space.size - 1)} at the top right.</figcaption>
${chart(curve.width, curve.height, title, picture(curve, cells, space, each))}
${outcomeKey(
  cells.map(({ outcome }) => outcome),
  'key-outcome',
)}${orderKey()}
<fieldset class="switch"><legend>Colour by</legend><label><input type="radio" name="${id}" checked>outcome</label>
<label><input type="radio" name="${id}" class="pick-order">first touch</label></fieldset></figure>`
}

function picture(curve: Curve, cells: readonly Cell[], space: Space, each: number): string {
  const touched = new Set(cells.map(({ index }) => index))
  const untouched = Array.from({ length: curve.width * curve.height }, (_, index) => index).filter(
    (index) => !touched.has(index),
  )
  const of = (test: (cell: Cell) => boolean) => cells.filter(test).map(({ index }) => index)
  const outcomes = outcomesByWeight.map((outcome) =>
    squares(
      curve,
      of((cell) => cell.outcome === outcome),
      outcome,
    ),
  )
  const levels = orderRamp.map((_, level) =>
    squares(
      curve,
      of((cell) => cell.level === level),
      `t${level}`,
    ),
  )
  return `<g transform="translate(.06 .5)">${squares(curve, untouched, 'empty')}<g class="by-outcome">${outcomes.join('')}</g><g class="by-order">${levels.join('')}</g></g>${names(curve, cells, space, each)}`
}

/** All cells of one colour as one path of short thick strokes: the shortest way to write thousands of squares. */
function squares(curve: Curve, indexes: readonly number[], kind: string): string {
  if (indexes.length === 0) return ''
  const path = indexes.map((index) => `M${curve.place(index).join(' ')}h.88`)
  return `<path class="cells ${kind}" d="${path.join('')}"/>`
}

/** Invisible squares over what answered: the pointer reads the address. */
function names(curve: Curve, cells: readonly Cell[], space: Space, each: number): string {
  const answered = cells.filter(({ outcome }) => outcome === 'established').slice(0, mostNamed)
  return answered
    .map(({ index }) => {
      const [x, y] = curve.place(index)
      const last = each > 1 ? ` to ${space.nameOf((index + 1) * each - 1)}` : ''
      return `<rect x="${x}" y="${y}" width="1" height="1" fill-opacity="0"><title>${markup(space.nameOf(index * each) + last)} answered</title></rect>`
    })
    .join('')
}
