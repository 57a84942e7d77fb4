import type { ClockDifference } from '../detect/finding.ts'
import type { Skew } from '../track/clock-skew.ts'

/** Differences below this are how long packets and logs are underway. Seconds. */
const leastTold = 2
const quarter = 900
/** So near to a whole number of quarter hours a difference is a time zone. Seconds. */
const nearZone = 60

/** The clock differences that the summary shows, of all pairs of sensors that share connections. @param names by sensor number */
export function clockDifferences(skews: readonly Skew[], names: readonly string[]): ClockDifference[] {
  return skews.map(({ of, against, ahead, connections }) => ({
    source: names[of] ?? String(of),
    against: names[against] ?? String(against),
    seconds: Math.round(ahead / 1000) / 1000,
    connections,
  }))
}

/** What a person should know of it; undefined where the clocks agree. */
export function clockWarning({ source, against, seconds, connections }: ClockDifference): string | undefined {
  const size = Math.abs(seconds)
  if (size < leastTold) return undefined
  const zones = Math.round(size / quarter)
  const isZone = zones > 0 && Math.abs(size - zones * quarter) <= nearZone
  const hours = (zones * quarter) / 3600
  const zone = isZone ? ` That is a time zone (${hours} h), or a log in local time read as UTC.` : ''
  return (
    `${source}: its clock is ${size} s ${seconds > 0 ? 'ahead of' : 'behind'} that of ${against}, by ${connections} connections ` +
    `that both recorded.${zone} Events were judged at the times they tell.`
  )
}
