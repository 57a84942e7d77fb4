import { Action } from '../../event/batch.ts'
import type { Dictionary } from '../../event/dictionary.ts'

const slots = 256
const longest = 64

interface Known {
  readonly bytes: Uint8Array
  readonly rule: number
  readonly action: number
}

/**
 * The log prefix that the administrator gave a rule, by its bytes. A small direct-mapped cache keeps the text from being
 * made into a string for each line; a prefix that is not in it is read again.
 */
export class Prefixes {
  readonly #rules: Dictionary
  readonly #known = new Array<Known | undefined>(slots).fill(undefined)

  constructor(rules: Dictionary) {
    this.#rules = rules
  }

  /** The prefix `bytes[from, to)`; blanks around it and what is beyond 64 bytes do not count. */
  read(bytes: Uint8Array, from: number, to: number): Known {
    let end = to
    while (end > from && (bytes[end - 1] === 32 || bytes[end - 1] === 9)) end--
    end = Math.min(end, from + longest)
    let slot = end - from
    for (let i = from; i < end; i++) slot = (slot * 31 + bytes[i]!) & 0xffffff
    const known = this.#known[slot % slots]
    if (known !== undefined && same(known.bytes, bytes, from, end)) return known
    return (this.#known[slot % slots] = this.#learn(bytes.slice(from, end)))
  }

  #learn(bytes: Uint8Array): Known {
    // Bytes that are no printable ASCII would let a log line steer the terminal it is shown on.
    const text = Buffer.from(bytes)
      .toString('latin1')
      .replace(/[^\x20-\x7e]/g, '?')
    return { bytes, rule: this.#rules.id(text), action: actionOf(text) }
  }
}

function same(known: Uint8Array, bytes: Uint8Array, from: number, to: number): boolean {
  if (known.length !== to - from) return false
  for (let i = 0; i < known.length; i++) if (known[i] !== bytes[from + i]) return false
  return true
}

const rejecting = /(^|[^a-z])reject(s|ed|ing)?($|[^a-z])/i
const denying = /(^|[^a-z])(drop(s|ped|ping)?|den(y|ies|ied)|block(s|ed|ing)?)($|[^a-z])/i
const allowing = /(^|[^a-z])(accept(s|ed|ing)?|allow(s|ed|ing)?)($|[^a-z])/i

/** What the firewall did, as far as the prefix says so. */
export function actionOf(prefix: string): number {
  if (denying.test(prefix)) return Action.deny
  if (rejecting.test(prefix)) return Action.reject
  return allowing.test(prefix) ? Action.allow : Action.none
}
