import { Slot } from './element.ts'
import { type Layout, readCount, small } from './layout.ts'
import type { SamplerTable } from './sampler-table.ts'
import type { SessionTable } from './session-table.ts'

const scratch = new Float64Array(1)
const greatest = 0xffffffff

const field = (layout: Layout, view: DataView, at: number, slot: number) =>
  layout.has(slot) ? small(view, at + layout.at[slot]!, layout.size[slot]!) : 0

/** Whether records of this layout tell of sampling themselves. */
export function tellsSampling(layout: Layout): boolean {
  return layout.has(Slot.sampler) || layout.has(Slot.samplingRate) || layout.has(Slot.samplingTaken)
}

/** The sampling rate that a record tells by itself, in any of the ways there are; 0 where it tells none. */
function toldRate(layout: Layout, view: DataView, at: number): number {
  const rate = field(layout, view, at, Slot.samplingRate)
  if (rate > 0) return rate
  const taken = field(layout, view, at, Slot.samplingTaken)
  // Without a space the interval is the rate itself: what exporters mean that tell only one of the two.
  if (taken > 0)
    return layout.has(Slot.samplingLeft) ? ratio(taken + field(layout, view, at, Slot.samplingLeft), taken) : taken
  const size = field(layout, view, at, Slot.samplingSize)
  if (size > 0) return ratio(field(layout, view, at, Slot.samplingPopulation), size)
  return layout.has(Slot.samplingProbability) ? ratioOfProbability(layout, view, at) : 0
}

function ratio(whole: number, part: number): number {
  return Math.min(greatest, Math.round(whole / part))
}

function ratioOfProbability(layout: Layout, view: DataView, at: number): number {
  const place = at + layout.at[Slot.samplingProbability]!
  const size = layout.size[Slot.samplingProbability]!
  const probability = size === 8 ? view.getFloat64(place) : size === 4 ? view.getFloat32(place) : 0
  return probability > 0 && probability <= 1 ? Math.min(greatest, Math.round(1 / probability)) : 0
}

/** Learns from the options record at `at`: sampling, and when the exporter started. Cold: a few a minute. */
export function learnOptions(
  sessions: SessionTable,
  samplers: SamplerTable,
  s: number,
  layout: Layout,
  view: DataView,
  at: number,
): void {
  if (layout.has(Slot.boot)) {
    readCount(view, at + layout.at[Slot.boot]!, layout.size[Slot.boot]!, scratch, 0)
    sessions.boot[s] = scratch[0]! * 1000
  }
  const rate = toldRate(layout, view, at)
  if (rate === 0) return
  if (!layout.has(Slot.sampler)) {
    sessions.rate[s] = rate
    return
  }
  const isNew = samplers.learn(sessions.serial[s]!, field(layout, view, at, Slot.sampler), rate)
  if (isNew && sessions.samplers[s]! < 65535) sessions.samplers[s]!++
  sessions.onlySampler[s] = sessions.samplers[s] === 1 ? rate : 0
}

/** Hot: the rate that holds for the flow record at `at`; 0 where none was told. */
export function rateOf(
  sessions: SessionTable,
  samplers: SamplerTable,
  s: number,
  layout: Layout,
  view: DataView,
  at: number,
): number {
  const own = toldRate(layout, view, at)
  if (own > 0) return own
  if (!layout.has(Slot.sampler)) return domainRate(sessions, s)
  const rate = samplers.rate(sessions.serial[s]!, field(layout, view, at, Slot.sampler))
  return rate > 0 ? rate : sessions.rate[s]!
}

/** The rate of an exporter's flows that do not say which sampler they come from. */
export function domainRate(sessions: SessionTable, s: number): number {
  return sessions.rate[s]! > 0 ? sessions.rate[s]! : sessions.onlySampler[s]!
}
