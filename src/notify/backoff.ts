import { createHash } from 'node:crypto'

const first = 5000
const longest = 3_600_000
/** However long a receiver wants to be left alone. */
const longestAfter = 86_400_000

/**
 * Milliseconds until the next attempt: doubling from five seconds to an hour, turned by up to a half either way so that many
 * messages do not come back at once. The turn is drawn from the delivery's id: nothing random, and each has another.
 * @param attempts so far, at least 1 @param after what the receiver asked for, in milliseconds
 */
export function pause(id: string, attempts: number, after = 0): number {
  const plain = Math.min(longest, first * 2 ** Math.min(20, attempts - 1))
  const turn = createHash('sha256').update(`${id} ${attempts}`).digest().readUInt32BE(0) / 2 ** 32
  const asked = Math.min(longestAfter, Math.max(0, after))
  return Math.round(Math.max(plain * (0.5 + turn), asked))
}
