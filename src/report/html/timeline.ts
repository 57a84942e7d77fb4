import { type Address, parseAddress } from '../../base/address.ts'
import { count, duration } from '../../base/quantity.ts'
import type { DrawnScan, Touch } from '../../detect/finding.ts'
import { compare } from '../address-ranges.ts'
import { markup } from '../escape.ts'
import { outcomesByWeight } from './cells.ts'
import { outcomeKey } from './key.ts'
import { at, chart, chartWidth, label, stroke, timeTicks } from './svg.ts'

const left = 8
const right = chartWidth - 8
const top = 22
const bottom = 384
const height = 414
const mostDots = 6000

interface Scale {
  x(time: number): number
  y(touch: Touch): number
  readonly lowest: string
  readonly highest: string
}

/** Every probe as a dot, time against target: a line is a sweep in order, a cloud a permutation, steps are rounds. */
export function timeline(drawn: DrawnScan): string {
  const touches = thinned(drawn.touches)
  const [first, last] = [drawn.touches[0], drawn.touches.at(-1)]
  if (!first || !last) return ''
  const ports = drawn.scan.shape === 'vertical'
  const scale = scaleOf(touches, first.at, last.at, ports)
  const detected = Date.parse(drawn.scan.detected)
  const title = `When each ${ports ? 'port' : 'address'} was tried`
  const body = [
    axes(last.at - first.at),
    ...outcomesByWeight.toReversed().map((outcome) => dots(touches, outcome, scale)),
    detected >= first.at && detected <= last.at ? detection(scale.x(detected)) : '',
    label(left, top - 8, markup(scale.highest)) + label(right, bottom - 6, markup(scale.lowest), 'end'),
  ]
  const hidden = drawn.touches.length + drawn.touchesOmitted - touches.length
  const omitted = hidden > 0 ? ` ${count(touches.length)} of ${count(touches.length + hidden)} probes are drawn.` : ''
  return `<figure><figcaption><strong>${title}</strong>
A line is a sweep in order, an even cloud a random permutation.${omitted}</figcaption>
${chart(chartWidth, height, title, body.join(''))}${outcomeKey(touches.map(({ outcome }) => outcome))}</figure>`
}

/** At most `mostDots`, evenly chosen; what answered is kept, as far as that goes. */
function thinned(touches: readonly Touch[]): readonly Touch[] {
  if (touches.length <= mostDots) return touches
  const stride = Math.ceil(touches.length / (mostDots - 1000))
  let answers = 1000
  return touches.filter((touch, index) => index % stride === 0 || (touch.outcome === 'established' && answers-- > 0))
}

function scaleOf(touches: readonly Touch[], from: number, to: number, ports: boolean): Scale {
  const name = (touch: Touch) => (ports ? String(touch.port) : touch.address)
  const tried = touches.map(name)
  const names = ports ? [...new Set(tried)].sort((a, b) => Number(a) - Number(b)) : inOrder(tried)
  const rank = new Map(names.map((text, index) => [text, index]))
  const unit = ports ? 'port ' : ''
  const most = Math.max(1, names.length - 1)
  const time = Math.max(1, to - from)
  return {
    x: (moment) => left + ((right - left) * (moment - from)) / time,
    y: (touch) => bottom - 6 - ((bottom - top - 12) * (rank.get(name(touch)) ?? 0)) / most,
    lowest: `${unit}${names[0] ?? ''}`,
    highest: `${unit}${names.at(-1) ?? ''}`,
  }
}

/** Distinct addresses in numerical order. */
function inOrder(names: readonly string[]): readonly string[] {
  const nowhere: Address = [0, 0, 0, 0]
  return [...new Set(names)]
    .map((name) => ({ name, address: parseAddress(name) ?? nowhere }))
    .sort((a, b) => compare(a.address, b.address))
    .map(({ name }) => name)
}

function axes(span: number): string {
  const marks = timeTicks(span, 4).map((time) => {
    const x = left + ((right - left) * time) / Math.max(1, span)
    const anchor = x < left + 20 ? 'start' : x > right - 20 ? 'end' : 'middle'
    return stroke(`M${at(x)} ${top}V${bottom}`, 'grid') + label(x, bottom + 18, duration(time), anchor)
  })
  const frame = stroke(`M${left} ${top}V${bottom}H${right}`, 'grid')
  return `${marks.join('')}${frame}`
}

function dots(touches: readonly Touch[], outcome: Touch['outcome'], scale: Scale): string {
  const path = touches
    .filter((touch) => touch.outcome === outcome)
    .map((touch) => `M${tenth(scale.x(touch.at))} ${tenth(scale.y(touch))}h0`)
  if (path.length === 0) return ''
  return stroke(path.join(''), `dots ${outcome}${outcome === 'established' && path.length <= 400 ? ' big' : ''}`)
}

/** Dots need no more, and there are thousands. */
function tenth(value: number): number {
  return Math.round(value * 10) / 10
}

function detection(x: number): string {
  const anchor = x > right - 60 ? 'end' : 'start'
  return `${stroke(`M${at(x)} ${top - 6}V${bottom}`, 'threshold')}${label(x + (anchor === 'end' ? -5 : 5), top + 8, 'detected', anchor, true)}`
}
