import { isoTime } from '../base/time.ts'
import type { ClockDifference } from '../detect/finding.ts'
import type { Formats } from '../format/formats.ts'
import { bitCount } from '../sketch/bit-count.ts'
import { dayUpTo, keptQuarters, type Meter, meterDirections, newMeter, quarterHour } from './sensor-meter.ts'

/** One sensor as `sweepwatch sensors --json` prints it (docs/output.md). */
export interface SensorReport {
  readonly type: 'sensor'
  readonly source: string
  /** The name that the device gave itself, where it did. */
  readonly device?: string
  readonly formats: readonly string[]
  readonly events: number
  /** Of the whole input: records that could not be read, as a share of all, and packets or records lost before they came. */
  readonly malformed: number
  readonly malformedShare: number
  readonly lost: number
  readonly first: string | null
  readonly last: string | null
  /** Events a second, between the first and the last. */
  readonly rate: number
  /** Contacts in each direction and how many show an answer; absent where our networks are not known. */
  readonly directions?: Readonly<Record<string, { readonly events: number; readonly answered: number }>>
  readonly sampling?: number
  readonly gaps: readonly { readonly from: string; readonly to: string; readonly seconds: number }[]
  readonly clocks: readonly ClockDifference[]
  /**
   * Events of a day by quarter of an hour, the first from `from` on: the day up to the newest time of any sensor, or now; of a sensor that
   * was silent in it, the day up to its last event.
   */
  readonly recent: { readonly from: string; readonly seconds: number; readonly events: readonly number[] }
  /** What it cannot see, by its format and by what it delivered. */
  readonly blind: readonly string[]
}

/** What is known of an input as a whole. */
export interface InputCounts {
  readonly name: string
  readonly events: number
  readonly ignored: number
  readonly malformed: number
  readonly truncated: number
  readonly lost: number
}

export interface SensorFacts {
  readonly meters: readonly Meter[]
  /** By sensor number. */
  readonly inputs: readonly InputCounts[]
  readonly clocks: readonly ClockDifference[]
  readonly formats: Formats
  readonly deviceName: (id: number) => string
  readonly ownKnown: boolean
  /** Microseconds: the newest time of any sensor, or now for a live service. */
  readonly newest: number
}

const enough = 50
const silentAfter = 600e6
const silentFactor = 20

/** A report of every sensor, inputs in their order, devices of an input by their number of events. */
export function sensorReports(facts: SensorFacts): SensorReport[] {
  const measured = new Set(facts.meters.map(({ sensor }) => sensor))
  // An input of which no line was understood has no meter, but may have lost or ignored much.
  const mute = facts.inputs.flatMap((_, sensor) => (measured.has(sensor) ? [] : [newMeter(sensor, 0)]))
  return [...facts.meters, ...mute]
    .sort((a, b) => a.sensor - b.sensor || b.rows - a.rows)
    .map((meter) => report(meter, facts))
}

function report(meter: Meter, facts: SensorFacts): SensorReport {
  const input = facts.inputs[meter.sensor]
  const name = input?.name ?? String(meter.sensor)
  const device = facts.deviceName(meter.device)
  const read = (input?.events ?? 0) + (input?.ignored ?? 0) + (input?.malformed ?? 0)
  const seconds = (meter.last - meter.first) / 1e6
  return {
    type: 'sensor',
    source: name,
    ...(device === '' ? {} : { device }),
    formats: meter.formats.map((number) => facts.formats.ids[number] ?? String(number)),
    events: meter.rows,
    malformed: input?.malformed ?? 0,
    malformedShare: read === 0 ? 0 : round((input?.malformed ?? 0) / read, 6),
    lost: input?.lost ?? 0,
    first: meter.rows === 0 ? null : isoTime(meter.first),
    last: meter.rows === 0 ? null : isoTime(meter.last),
    rate: seconds > 0 ? round(meter.rows / seconds, 3) : 0,
    ...(facts.ownKnown ? { directions: directionsOf(meter) } : {}),
    ...(meter.sampling > 1 ? { sampling: meter.sampling } : {}),
    gaps: meter.gaps
      .toSorted((a, b) => a.from - b.from)
      .map(({ from, to }) => ({ from: isoTime(from), to: isoTime(to), seconds: round((to - from) / 1e6, 3) })),
    clocks: facts.clocks.filter(({ source, against }) => source === name || against === name),
    recent: recentOf(meter, facts.newest),
    blind: [...formatBlind(meter, facts.formats), ...seenBlind(meter, facts, input)],
  }
}

function recentOf(meter: Meter, newest: number): SensorReport['recent'] {
  const isOld = newest - meter.last >= keptQuarters * quarterHour
  const end = isOld && meter.rows > 0 ? meter.last : newest
  const last = Number.isFinite(end) ? Math.max(keptQuarters, Math.floor(end / quarterHour)) : keptQuarters
  const from = isoTime((last - keptQuarters + 1) * quarterHour)
  return { from, seconds: quarterHour / 1e6, events: dayUpTo(meter, last) }
}

function directionsOf(meter: Meter): NonNullable<SensorReport['directions']> {
  return Object.fromEntries(
    meterDirections.map((direction, k) => [direction, { events: meter.contacts[k]!, answered: meter.answered[k]! }]),
  )
}

function formatBlind({ formats: numbers }: Meter, formats: Formats): string[] {
  return [...new Set(numbers.flatMap((number) => formats.list[number]?.blind ?? []))]
}

/** What is missing in what was delivered. */
function seenBlind(meter: Meter, facts: SensorFacts, input: InputCounts | undefined): string[] {
  const said: string[] = []
  const [, outbound = 0, inbound = 0] = meter.contacts
  if (facts.ownKnown) {
    if (inbound >= enough && outbound === 0) said.push('outbound: no contact of ours to the outside was recorded')
    if (outbound >= enough && inbound === 0) said.push('inbound: no contact from outside was recorded')
    for (const [k, direction] of meterDirections.entries()) {
      if (meter.contacts[k]! >= enough && meter.answered[k] === 0) {
        said.push(`no responses: none of ${meter.contacts[k]} ${direction} contacts shows an answer`)
      }
    }
    const sources = meter.sources.reduce((sum, word) => sum + bitCount(word), 0)
    if (inbound + meter.contacts[3]! >= 20 * enough && sources <= 2 && inbound < enough) {
      said.push('NAT hides the source: all contacts to us come from one or two addresses of ours')
    }
  }
  if (meter.denied >= enough && meter.allowed === 0) said.push('denies only: what was let through is not recorded')
  if (meter.allowed >= enough && meter.denied === 0) said.push('allows only: what was denied is not recorded')
  if (meter.sampling > 1) said.push(`sampled 1:${meter.sampling}: most packets were not looked at`)
  if (meter.rows === 0)
    said.push(`nothing was understood: ${input?.ignored ?? 0} records ignored, ${input?.malformed ?? 0} malformed`)
  if (input && input.truncated > 0) said.push(`${input.truncated} packets were cut by the snaplen`)
  if (input && input.lost > 0) said.push(`${input.lost} packets or records were lost before they could be read`)
  const mean = meter.rows > 1 ? (meter.last - meter.first) / meter.rows : 0
  const silent = facts.newest - meter.last
  const isOff = facts.clocks.some(({ source, seconds }) => source === input?.name && Math.abs(seconds) > 60)
  if (!isOff && meter.rows >= enough && silent >= Math.max(silentAfter, silentFactor * mean)) {
    said.push(`silent since ${isoTime(meter.last)}`)
  }
  return said
}

function round(value: number, digits: number): number {
  return Math.round(value * 10 ** digits) / 10 ** digits
}
