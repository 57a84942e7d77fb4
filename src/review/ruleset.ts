import type { Match } from './match.ts'

/**
 * Rules of firewalls of every language, in one form. A base chain is asked for every packet that comes past its hook; what it accepts is asked
 * of the next base chain, what it drops is dropped. Rules are asked in order, the first that matches and ends the search decides.
 */

/** Where a packet passes, in this order; what is for the firewall itself goes to `input`, what is for others through `forward`. */
export const hooks = ['prerouting', 'input', 'forward', 'postrouting', 'output'] as const
export type Hook = (typeof hooks)[number]

export type Action =
  | { readonly kind: 'accept' | 'drop' | 'reject' | 'return' | 'continue' }
  | { readonly kind: 'jump' | 'goto'; readonly chain: string }
  /** The destination becomes another; undefined is kept as it was. */
  | { readonly kind: 'translate'; readonly target: bigint | undefined; readonly port: number | undefined }
  /** It may do anything. */
  | { readonly kind: 'unknown'; readonly text: string }

/** One way in which a rule can match, and what then happens. */
export interface Branch {
  readonly match: Match
  readonly action: Action
}

export interface Rule {
  /** Key of its chain in the ruleset. */
  readonly chain: string
  /** 1 for the first rule of its chain. */
  readonly index: number
  /** Line of the file, from 1; undefined where the file has no lines that mean something. */
  readonly line?: number
  /** nft's handle. */
  readonly handle?: number
  readonly branches: readonly Branch[]
  /** The rule as its language writes it, shortened; shown, never run. */
  readonly text: string
  readonly comment: string
  /** What it writes into a log: prefixes. */
  readonly labels: readonly string[]
  /** Packets that it matched since it was loaded, where the ruleset shows that. */
  readonly packets?: number
  /** What of it was not understood; such a rule is never called unused or safe. */
  readonly notUnderstood: readonly string[]
  /** What it opens, where its language says that and the port does not. */
  readonly service?: { readonly name: string; readonly isVpn: boolean }
  /** What its language needs to write its removal. */
  readonly words?: readonly string[]
}

export interface Chain {
  readonly key: string
  readonly name: string
  /** Name of the table; empty where the language has none. */
  readonly table: string
  /** As nft has it: ip, ip6, inet. */
  readonly family: string
  readonly rules: readonly Rule[]
  /** Of base chains only. */
  readonly base?: Base
}

export interface Base {
  readonly hook: Hook
  /** Lower is asked first. */
  readonly priority: number
  readonly policy: 'accept' | 'drop'
  /** A chain of translation says where the packet goes, not whether. */
  readonly isNat: boolean
  readonly families: readonly (4 | 6)[]
}

/** Lines or parts that were not understood: how many, and the first few. */
export interface NotUnderstood {
  readonly count: number
  readonly examples: readonly string[]
}

export interface Ruleset {
  /** File name, as given. */
  readonly name: string
  /** Id of the language. */
  readonly language: string
  readonly chains: ReadonlyMap<string, Chain>
  /** Interfaces that face the world, as far as the ruleset itself tells. */
  readonly outside: readonly string[]
  readonly notUnderstood: NotUnderstood
  /** What a reader has to know to trust what is said of it. */
  readonly notes: readonly string[]
}

const mostExamples = 5
const longestText = 240

/** Counts what was not understood and keeps the first few. */
export class NotUnderstoodTally {
  #count = 0
  readonly #examples: string[] = []

  add(text: string): void {
    this.#count++
    if (this.#examples.length < mostExamples) this.#examples.push(shortened(text))
  }

  get result(): NotUnderstood {
    return { count: this.#count, examples: this.#examples }
  }
}

export function shortened(text: string): string {
  return text.length <= longestText ? text : `${text.slice(0, longestText)}…`
}

/** `inet filter input, handle 19`, `INPUT 3 (line 12)`, `line 12 of outside_in`. */
export function placeOf(rule: Rule, ruleset: Ruleset): string {
  const chain = ruleset.chains.get(rule.chain)
  const name = [chain?.family, chain?.table, chain?.name].filter((part) => part !== undefined && part !== '').join(' ')
  if (rule.handle !== undefined) return `${name}, handle ${rule.handle}`
  return rule.line === undefined ? `${name}, rule ${rule.index}` : `${name}, rule ${rule.index} (line ${rule.line})`
}
