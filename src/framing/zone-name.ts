import { WordTable } from '../base/word-table.ts'

/**
 * Names of time zones that devices print behind a clock (`Nov 22 02:13:41 EDT`), with their minutes east of Greenwich. Only
 * those that mean one zone; where a name means several, the clock is taken as UTC like one without a zone.
 */
const zones: readonly (readonly [string, number])[] = [
  ...([
    ['UTC', 0],
    ['GMT', 0],
    ['Z', 0],
    ['WET', 0],
    ['WEST', 60],
    ['CET', 60],
    ['CEST', 120],
    ['MEZ', 60],
  ] as const),
  ...([
    ['MESZ', 120],
    ['EET', 120],
    ['EEST', 180],
    ['MSK', 180],
    ['JST', 540],
    ['KST', 540],
    ['SGT', 480],
  ] as const),
  ...([
    ['HKT', 480],
    ['AEST', 600],
    ['AEDT', 660],
    ['NZST', 720],
    ['NZDT', 780],
    ['SAST', 120],
  ] as const),
  ...([
    ['EST', -300],
    ['EDT', -240],
    ['CST', -360],
    ['CDT', -300],
    ['MST', -420],
    ['MDT', -360],
  ] as const),
  ...([
    ['PST', -480],
    ['PDT', -420],
    ['AKST', -540],
    ['AKDT', -480],
    ['HST', -600],
  ] as const),
]
const names = new WordTable(zones.map(([name]) => name))
const minutes = Int16Array.from(zones, ([, east]) => east)

/** `zoneMinutes` of what is no zone we know. */
export const noZone = 32767

/** Minutes east of Greenwich of the zone that `bytes[from, to)` names; `noZone` where it names none. */
export function zoneMinutes(bytes: Uint8Array, from: number, to: number): number {
  if (to - from > 4) return noZone
  const place = names.place(bytes, from, to)
  return place < 0 ? noZone : minutes[place]!
}
