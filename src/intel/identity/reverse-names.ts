import { Resolver } from 'node:dns/promises'
import { type Address, formatAddress, isIpv4, parseAddress } from '../../base/address.ts'
import { Problem } from '../../base/problem.ts'
import { Pace } from '../online/pace.ts'

/** Milliseconds for the first try; the second waits longer. */
const usualTimeout = 2000
/** Names of one address that are checked; whoever gives his address more has something else in mind. */
const mostNames = 4
const mostKept = 10_000
const keptFor = 3_600_000
/** Questions an hour in the long run (20 a second), and at once. */
const perHour = 72_000
const burst = 200

/** What was found: a name, or why there is none. */
export interface ReverseAnswer {
  readonly name: string | null
  /** Whether the name leads back to the address (forward-confirmed reverse DNS, RFC 1912 section 2.1). */
  readonly confirmed: boolean
  /** For `looked`. */
  readonly said: string
}

/**
 * Asks for the names of addresses, and asks back whether each name is the address's: the owner of an address writes into it whatever
 * name he likes, but only the owner of the name can confirm it. Answers are kept for an hour.
 */
export class ReverseNames {
  readonly #resolver: Resolver
  readonly #now: () => number
  readonly #pace = new Pace(perHour, burst)
  readonly #kept = new Map<string, { readonly at: number; readonly answer: Promise<ReverseAnswer> }>()

  /**
   * @param server null for the system's resolver, else `192.0.2.53`, `192.0.2.53:5353` or `[2001:db8::53]:53` @param now milliseconds
   * @throws Problem `intel` for a server that is none
   */
  constructor(server: string | null, now: () => number, timeout = usualTimeout) {
    this.#resolver = new Resolver({ timeout, tries: 2 })
    this.#now = now
    try {
      if (server !== null) this.#resolver.setServers([server])
    } catch (cause) {
      throw new Problem('intel', `reverseDns: ${server} is no resolver`, {
        hint: 'Write true, or the address of one: 192.0.2.53 or [2001:db8::53]:53.',
        cause,
      })
    }
  }

  /** Never rejects. */
  of(address: Address): Promise<ReverseAnswer> {
    const text = formatAddress(...address)
    const now = this.#now()
    const kept = this.#kept.get(text)
    if (kept !== undefined && now - kept.at < keptFor) return kept.answer
    if (now < this.#pace.readyAt) return Promise.resolve(nothing('not asked: too many questions at once'))
    this.#pace.take(now)
    const answer = this.#ask(address, text)
    this.#kept.delete(text)
    this.#kept.set(text, { at: now, answer })
    if (this.#kept.size > mostKept) this.#kept.delete(this.#kept.keys().next().value as string)
    return answer
  }

  async #ask(asked: Address, address: string): Promise<ReverseAnswer> {
    try {
      // Not `reverse`: that asks the machine's own file of hosts too, and then cannot tell a silent server from a missing name.
      const names = (await this.#resolver.resolvePtr(reverseName(asked))).filter(isHostName).slice(0, mostNames)
      const [first] = names
      if (first === undefined) return nothing('no name')
      for (const name of names) {
        const back = await this.#forward(name, isIpv4(asked))
        if (back.some((each) => isSame(each, address))) return { name, confirmed: true, said: `${name}, confirmed` }
      }
      return { name: first, confirmed: false, said: `${first}, which does not lead back to the address` }
    } catch (error) {
      const { code = 'failed' } = error as NodeJS.ErrnoException
      return nothing(code === 'ENOTFOUND' || code === 'ENODATA' ? 'no name' : `no answer (${code})`)
    }
  }

  async #forward(name: string, isFour: boolean): Promise<string[]> {
    const asked = isFour ? this.#resolver.resolve4(name) : this.#resolver.resolve6(name)
    return asked.catch(() => [])
  }
}

function nothing(why: string): ReverseAnswer {
  return { name: null, confirmed: false, said: why }
}

/** RFC 1035 section 3.5, RFC 3596 section 2.5. */
function reverseName(address: Address): string {
  const digits = (word: number, bits: number) =>
    Array.from({ length: 32 / bits }, (_, k) => (word >>> (k * bits)) & (2 ** bits - 1))
  if (isIpv4(address)) return `${digits(address[3], 8).join('.')}.in-addr.arpa`
  const nibbles = address.toReversed().flatMap((word) => digits(word, 4))
  return `${nibbles.map((nibble) => nibble.toString(16)).join('.')}.ip6.arpa`
}

function isHostName(name: string): boolean {
  return (
    name.length <= 253 && /^(?:[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?\.)+[A-Za-z0-9-]{1,63}\.?$/.test(name)
  )
}

function isSame(text: string, address: string): boolean {
  const parsed = parseAddress(text)
  return parsed !== undefined && formatAddress(...parsed) === address
}
