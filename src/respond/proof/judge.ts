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
 * Whether a block works, by what was seen on the wire. Contradicted where packets come out behind it. Proven where the target itself counts what it dropped, or, of a target
 * that does not count, where packets arrive that would have come out (their host is there, and the source was seen behind before), and none does, while
 * somebody looks there. Else unproven: a scan is mostly packets to addresses where nobody is, and those come out nowhere, blocked or not.
 * @param isVisible whether packets of this source were seen behind before it was blocked
 */
export function judgeBlock(seen: Observation, measure: Measure, rate: Rate | null, isVisible: boolean): Judged {
  const passed = seen.behind ?? 0
  if (measure === 'throttle' && rate !== null) return judgeThrottle(seen, rate, passed, isVisible)
  if (passed > 0) {
    return {
      proof: 'contradicted',
      because: `${several(passed, 'packet')} came out behind the block${seen.example === null ? '' : ` (${seen.example})`}`,
    }
  }
  return doubtOf(seen, isVisible) ?? { proof: 'proven', because: `${arrivalText(seen)}, none came out behind it` }
}

/** A throttle works where no more comes out than it lets through, and less than came. */
function judgeThrottle(seen: Observation, rate: Rate, passed: number, isVisible: boolean): Judged {
  const allowed = Math.ceil(1.1 * rate.perSecond * secondsOf(seen)) + rate.burst
  if (passed > allowed) {
    return { proof: 'contradicted', because: `${several(passed, 'packet')} came out, at most ${allowed} should have` }
  }
  const doubt = doubtOf(seen, isVisible)
  if (doubt !== undefined) return doubt
  const held = seen.dropped ?? Math.max(0, tellingOf(seen) - passed)
  if (held === 0) return { proof: 'unproven', because: `${several(passed, 'packet')} came, too few to be held back` }
  return { proof: 'proven', because: `${arrivalText(seen)}; ${passed} came out, at most ${allowed} may` }
}

/** Why nothing is shown, though nothing speaks against it; undefined where something is. */
function doubtOf(seen: Observation, isVisible: boolean): Judged | undefined {
  const { before, dropped, behind } = seen
  const unproven = (because: string): Judged => ({ proof: 'unproven', because })
  if ((before ?? 0) + (dropped ?? 0) === 0) {
    if (before === null && dropped === null) return unproven('nobody looks before it, and the target does not count')
    return unproven('nothing arrived since, so nothing shows that it works')
  }
  const came = arrivalText(seen)
  if (behind === null) return unproven(`${came}, but nobody looks behind it`)
  if (dropped !== null)
    return dropped > 0 ? undefined : unproven(`${came}, but the target has counted none that it dropped`)
  if (tellingOf(seen) === 0) return unproven(`${came}, all to addresses where nobody was seen`)
  return isVisible
    ? undefined
    : unproven(`${came}, but its packets were never seen behind before: they may be translated, or take another way`)
}

function tellingOf({ telling, before }: Observation): number {
  return telling ?? before ?? 0
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
