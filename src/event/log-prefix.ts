import { Action } from './batch.ts'
import type { Dictionary } from './dictionary.ts'
import { Names } from './names.ts'

const longest = 64

/** The log prefix that the administrator gave a rule: its dictionary id, and what it says the firewall did. */
export class Prefixes {
  readonly #names: Names
  /** By rule id. */
  readonly #actions: number[] = []

  constructor(rules: Dictionary) {
    this.#names = new Names(rules)
  }

  /** Reads the prefix `bytes[from, to)` into columns `rule` and `action`; what is beyond 64 bytes does not count. */
  read(bytes: Uint8Array, from: number, to: number, rule: Uint32Array, action: Uint8Array, i: number): void {
    const known = this.#names.known(bytes, from, Math.min(to, from + longest))
    rule[i] = known?.id ?? 0
    action[i] = known === undefined ? Action.none : this.#action(known.id, known.text)
  }

  #action(id: number, text: string): number {
    // Ids 0 and 1 stand for many texts.
    if (id < 2) return actionOf(text)
    return (this.#actions[id] ??= actionOf(text))
  }
}

const rejecting = /(^|[^a-z])reject(s|ed|ing)?($|[^a-z])/i
const denying = /(^|[^a-z])(drop(s|ped|ping)?|den(y|ies|ied)|block(s|ed|ing)?)($|[^a-z])/i
const allowing = /(^|[^a-z])(accept(s|ed|ing)?|allow(s|ed|ing)?)($|[^a-z])/i

/** `[WAN_LOCAL-D-2147483647]`, `[WAN_IN-default-D]`, `[ipv4-NAM-WAN-10-A]`: UniFi, EdgeOS and VyOS say it with a letter. */
const lettered = /^\[[^\]]*-([ADR])(-\d+)?\]/
const letters = new Map([
  ['A', Action.allow],
  ['D', Action.deny],
  ['R', Action.reject],
])

/** What the firewall did, as far as the prefix says so. */
export function actionOf(prefix: string): number {
  const letter = letters.get(lettered.exec(prefix)?.[1] ?? '')
  if (letter !== undefined) return letter
  if (denying.test(prefix)) return Action.deny
  if (rejecting.test(prefix)) return Action.reject
  return allowing.test(prefix) ? Action.allow : Action.none
}
