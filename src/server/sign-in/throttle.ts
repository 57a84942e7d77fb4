import { parseAddress } from '../../base/address.ts'
import { elapsed } from '../../base/clock.ts'
import { formatPrefix, truncate } from '../../base/prefix.ts'
import { Problem } from '../../base/problem.ts'

interface Failures {
  count: number
  /** Milliseconds of a clock that never jumps. */
  last: number
  until: number
}

const free = 5
const freeOfNetwork = 20
const longestWait = 15 * 60_000
const forgotten = 60 * 60_000
const most = 10_000

/**
 * Makes who guesses passwords wait, longer each time: 1 s after five failures at an account, 2 s after the next, up to 15 minutes; after
 * twenty from a network. From a network in which the account has signed in its failures are counted apart, so that a stranger does not
 * lock out who sits where they always sit. Tables are of bounded size; what is oldest gives way.
 */
export class Throttle {
  readonly #failures = new Map<string, Failures>()
  readonly #known = new Map<string, true>()

  /** @throws Problem `wait` with the seconds */
  check(account: string, from: string): void {
    const until = Math.max(...this.#keys(account, from).map(([key]) => this.#failures.get(key)?.until ?? 0))
    const seconds = Math.ceil((until - elapsed()) / 1000)
    if (seconds <= 0) return
    throw new Problem(
      'wait',
      `too many failures: try again in ${seconds < 90 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`}`,
      {
        hint: 'An admin, or whoever has a shell on the machine (`sweepwatch account link`), can give you a link to sign in with.',
      },
    )
  }

  failed(account: string, from: string): void {
    for (const [key, freely] of this.#keys(account, from)) {
      const at = elapsed()
      const before = this.#failures.get(key)
      const count = before && at - before.last < forgotten ? before.count + 1 : 1
      const wait = count < freely ? 0 : Math.min(longestWait, 1000 * 2 ** (count - freely))
      remember(this.#failures, key, { count, last: at, until: at + wait })
    }
  }

  succeeded(account: string, from: string): void {
    for (const [key] of this.#keys(account, from)) if (!key.startsWith('network ')) this.#failures.delete(key)
    remember(this.#known, `${account} ${networkOf(from)}`, true)
  }

  #keys(account: string, from: string): readonly (readonly [string, number])[] {
    const network = networkOf(from)
    const place = this.#known.has(`${account} ${network}`) ? network : 'elsewhere'
    return [
      [`account ${account} ${place}`, free],
      [`network ${network}`, freeOfNetwork],
    ]
  }
}

function remember<V>(table: Map<string, V>, key: string, value: V): void {
  table.delete(key)
  table.set(key, value)
  const [oldest] = table.keys()
  if (table.size > most && oldest !== undefined) table.delete(oldest)
}

/** An IPv4 address, or the /64 of an IPv6 address: what one sender has for itself. */
export function networkOf(from: string): string {
  const address = parseAddress(from)
  if (address === undefined) return from.slice(0, 50)
  return formatPrefix(truncate(address, from.includes(':') && !from.startsWith('::ffff:') ? 64 : 128))
}
