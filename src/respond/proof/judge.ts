import { several } from '../../base/quantity.ts'
import type { Observation, Proof } from '../ledger/entry.ts'
import type { Measure, Rate } from '../respond.ts'

/** Packets that may be under way when a rule comes into force, and what a clock may be off. Milliseconds. */
export const grace = 2000
/** So many packets before a released point, and none behind it for so long, are no accident. */
const enough = 3
const patience = 5000

export interface Judged {
  readonly proof: Proof
  readonly because: string
}

/**
 * Whether a block works, by what was seen on the wire: proven where packets still come to the enforcement point and none comes out behind it, while somebody looks
 * there; contradicted where some come out; unproven where nothing shows either.
 */
export function judgeBlock(seen: Observation, measure: Measure, rate: Rate | null): Judged {
  const arrived = (seen.before ?? 0) + (seen.dropped ?? 0)
  const passed = seen.behind ?? 0
  const seconds = secondsOf(seen)
  if (measure === 'throttle' && rate !== null) return judgeThrottle(seen, rate, arrived, passed, seconds)
  if (passed > 0) {
    return {
      proof: 'contradicted',
      because: `${several(passed, 'packet')} came out behind the block${seen.example === null ? '' : ` (${seen.example})`}`,
    }
  }
  if (arrived === 0) return { proof: 'unproven', because: 'nothing arrived since, so nothing shows that it works' }
  const came = arrivalText(seen)
  if (seen.behind === null) return { proof: 'unproven', because: `${came}, but nobody looks behind the block` }
  return { proof: 'proven', because: `${came}, none came out behind it` }
}

/** A throttle works where no more comes out than it lets through, and less than came. */
function judgeThrottle(seen: Observation, rate: Rate, arrived: number, passed: number, seconds: number): Judged {
  const allowed = Math.ceil(1.1 * rate.perSecond * seconds) + rate.burst
  if (passed > allowed) {
    return { proof: 'contradicted', because: `${several(passed, 'packet')} came out, at most ${allowed} should have` }
  }
  if (arrived === 0) return { proof: 'unproven', because: 'nothing arrived since, so nothing shows that it works' }
  if (seen.behind === null)
    return { proof: 'unproven', because: `${arrivalText(seen)}, but nobody looks behind the throttle` }
  // The target is asked for its count once a minute only.
  const held = Math.max(seen.dropped ?? 0, (seen.before ?? 0) - passed)
  if (held === 0) return { proof: 'unproven', because: `${several(passed, 'packet')} came, too few to be held back` }
  return { proof: 'proven', because: `${arrivalText(seen)}; ${passed} came out, at most ${allowed} may` }
}

/** Whether traffic flows again after a block was taken away or ended. */
export function judgeRelease(seen: Observation, isListed: boolean): Judged {
  if (isListed) return { proof: 'contradicted', because: 'the target still lists it' }
  if ((seen.behind ?? 0) > 0)
    return { proof: 'proven', because: `${several(seen.behind as number, 'packet')} came through again` }
  const came = seen.before ?? 0
  if (came === 0) return { proof: 'unproven', because: 'nothing arrived since, so nothing shows that it flows again' }
  if (seen.behind === null)
    return { proof: 'unproven', because: `${several(came, 'packet')} arrived, but nobody looks behind` }
  if (came >= enough && 1000 * secondsOf(seen) >= patience) {
    return { proof: 'contradicted', because: `${several(came, 'packet')} arrived and none came through` }
  }
  return { proof: 'unproven', because: `${several(came, 'packet')} arrived, too few to tell` }
}

function arrivalText({ before, dropped }: Observation): string {
  const parts = [
    ...(before === null || before === 0 ? [] : [`${several(before, 'packet')} arrived before it`]),
    ...(dropped === null || dropped === 0 ? [] : [`the target dropped ${dropped}`]),
  ]
  return parts.join(' and ')
}

function secondsOf({ since, until }: Observation): number {
  return Math.max(0, Date.parse(until) - Date.parse(since)) / 1000
}
