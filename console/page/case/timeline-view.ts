import type { TimelineView } from '../../../src/server/contract.ts'

export type Entry = TimelineView['items'][number]

export interface Lane {
  readonly from: Entry['from']
  readonly title: string
}

export const lanes: readonly Lane[] = [
  { from: 'scan', title: 'Scan activity' },
  { from: 'sign', title: 'What followed' },
  { from: 'related', title: 'Other logs' },
  { from: 'plan', title: 'Containment' },
  { from: 'case', title: 'Work on the case' },
]

/** A stretch of time, in milliseconds. */
export interface Span {
  readonly from: number
  readonly to: number
}

const shortest = 1000
const margin = 0.04

/** The stretch that holds all of some entries, with a little room. */
export function spanOf(entries: readonly Entry[]): Span {
  const from = Math.min(...entries.map(({ at }) => Date.parse(at)))
  const to = Math.max(...entries.map(({ last }) => Date.parse(last)))
  const room = Math.max(shortest, to - from) * margin
  return { from: from - room, to: Math.max(to, from + shortest) + room }
}

/** Nearer or further, around a place of the stretch (0 to 1); never beyond ten years or below a hundredth of a second. */
export function zoomed({ from, to }: Span, factor: number, around = 0.5): Span {
  const length = Math.min(3.2e11, Math.max(10, (to - from) * factor))
  const middle = from + (to - from) * around
  return { from: middle - length * around, to: middle + length * (1 - around) }
}

export function moved({ from, to }: Span, share: number): Span {
  const by = (to - from) * share
  return { from: from + by, to: to + by }
}

const steps = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((seconds) => seconds * 1e3),
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * 6e4),
  ...[1, 2, 3, 6, 12].map((hours) => hours * 3.6e6),
  ...[1, 2, 7, 14, 30, 90, 365, 730].map((days) => days * 8.64e7),
]

/** Round moments in a stretch, at most about `most`. */
export function marks({ from, to }: Span, most: number): { readonly at: readonly number[]; readonly step: number } {
  const step = steps.find((each) => (to - from) / each <= most) ?? (steps.at(-1) as number)
  const first = Math.ceil(from / step) * step
  const at = Array.from(
    { length: Math.min(50, Math.max(0, Math.floor((to - first) / step) + 1)) },
    (_, k) => first + k * step,
  )
  return { at, step }
}

/** Of a moment only what tells it from its neighbours, in UTC text. */
export function markText(iso: string, step: number): string {
  if (step >= 8.64e7) return iso.slice(0, 10)
  if (step >= 6e4) return iso.slice(11, 16)
  if (step >= 1000) return iso.slice(11, 19)
  return iso.slice(14, 23)
}
