import { Protocol } from '../event/protocol.ts'
import type { Flow } from './flow.ts'
import { type Answer, familyOfFlow, matches } from './match.ts'
import type { Action, Chain, Hook, Rule, Ruleset } from './ruleset.ts'

/** nft and iptables stop at 16 jumps (NFT_JUMP_STACK_SIZE of the kernel); deeper than that nothing is known. */
const deepest = 16
/** Rules that are asked for one flow at the most: jumps can multiply. */
const mostAsked = 200_000

/** What may have decided: a rule, or where there is none the policy of the chain. */
export interface Candidate {
  readonly rule: Rule | undefined
  readonly chain: Chain
  readonly action: 'accept' | 'drop' | 'reject' | 'unknown'
}

/** A base chain that was asked, and who may have decided there: where all is known, one. */
export interface Stage {
  readonly base: Chain
  readonly candidates: readonly Candidate[]
}

/** What becomes of a flow at one firewall. */
export interface Verdict {
  /** `unknown` where candidates disagree. */
  readonly action: 'accept' | 'deny' | 'unknown'
  /** The base chains in order, up to the one that surely denies. */
  readonly stages: readonly Stage[]
  /** Rules that it passed on its way, which jump, go back or write to a log. */
  readonly passed: readonly Rule[]
}

export type Path = 'input' | 'forward'
const stations: Readonly<Record<Path, readonly Hook[]>> = {
  input: ['prerouting', 'input'],
  forward: ['prerouting', 'forward', 'postrouting'],
}

/**
 * Asks the rules of a firewall what becomes of a new connection on one path: to the firewall itself, or through it. Undefined where the
 * ruleset has no chain for that path and family, which therefore says nothing of it.
 */
export function evaluate(ruleset: Ruleset, flow: Flow, path: Path): Verdict | undefined {
  const bases = basesOf(ruleset, familyOfFlow(flow), path)
  if (!bases.some(({ base }) => base?.isNat === false)) return undefined
  const stages: Stage[] = []
  const passed: Rule[] = []
  let now = flow
  for (const chain of bases) {
    const walk = new Walk(ruleset, now, chain)
    if (chain.base?.isNat) {
      now = walk.translated()
      continue
    }
    const found = walk.run()
    passed.push(...walk.passed)
    stages.push({ base: chain, candidates: found })
    if (found.every(isDenial)) return { action: 'deny', stages, passed }
  }
  const isSure = stages.every(({ candidates }) => candidates.every(({ action }) => action === 'accept'))
  return { action: isSure ? 'accept' : 'unknown', stages, passed }
}

function isDenial({ action }: Candidate): boolean {
  return action === 'drop' || action === 'reject'
}

const ordered = new WeakMap<Ruleset, Map<string, readonly Chain[]>>()

/** The base chains that a packet meets, in order. */
function basesOf(ruleset: Ruleset, family: 4 | 6, path: Path): readonly Chain[] {
  const known = ordered.get(ruleset) ?? new Map<string, readonly Chain[]>()
  ordered.set(ruleset, known)
  const key = `${family} ${path}`
  const found =
    known.get(key) ??
    stations[path].flatMap((hook) =>
      [...ruleset.chains.values()]
        .filter(({ base }) => base?.hook === hook && base.families.includes(family))
        .sort((a, b) => (a.base?.priority ?? 0) - (b.base?.priority ?? 0)),
    )
  known.set(key, found)
  return found
}

type Ended = 'ended' | 'through'

/** One flow's way through one base chain and all that it jumps to. */
class Walk {
  readonly passed: Rule[] = []
  readonly #ruleset: Ruleset
  readonly #flow: Flow
  readonly #start: Chain
  readonly #found: Candidate[] = []
  readonly #translations: { readonly action: Action & { kind: 'translate' }; readonly isSure: boolean }[] = []
  #asked = 0
  #isLost = false
  /** How many of the jumps that led here may not have happened. */
  #doubts = 0

  constructor(ruleset: Ruleset, flow: Flow, start: Chain) {
    this.#ruleset = ruleset
    this.#flow = flow
    this.#start = start
  }

  run(): readonly Candidate[] {
    const ended = this.#chain(this.#start, 0)
    if (this.#isLost) return [...this.#found, { rule: undefined, chain: this.#start, action: 'unknown' }]
    const policy = this.#start.base?.policy ?? 'accept'
    return ended === 'ended' ? this.#found : [...this.#found, { rule: undefined, chain: this.#start, action: policy }]
  }

  /** The flow as it goes on behind a chain of translation. A translation that may not have happened is not made. */
  translated(): Flow {
    this.#chain(this.#start, 0)
    const first = this.#translations[0]
    if (first === undefined || !first.isSure) return this.#flow
    const { target, port } = first.action
    const withPort = this.#flow.protocol === Protocol.tcp || this.#flow.protocol === Protocol.udp
    return {
      ...this.#flow,
      ...(target !== undefined && { target }),
      ...(port !== undefined && withPort && { targetPort: port }),
    }
  }

  #chain(chain: Chain, depth: number): Ended {
    if (depth > deepest) return this.#lose()
    let mayReturn = false
    for (const rule of rulesFor(chain, this.#flow)) {
      for (const { match, action } of rule.branches) {
        if (++this.#asked > mostAsked) return this.#lose()
        const answer = matches(match, this.#flow)
        if (answer === 'no') continue
        const then = this.#act(rule, chain, action, answer, depth)
        if (this.#isLost) return 'ended'
        if (then === 'may-return') mayReturn = true
        // What may have gone back before is asked of the calling chain, too.
        else if (then !== 'next') return mayReturn ? 'through' : then
      }
    }
    return 'through'
  }

  #lose(): Ended {
    this.#isLost = true
    return 'ended'
  }

  /** What a rule that matches, or may match, does; `next` where the search goes on behind it. */
  #act(rule: Rule, chain: Chain, action: Action, answer: Answer, depth: number): Ended | 'next' | 'may-return' {
    const isSure = answer === 'yes'
    switch (action.kind) {
      case 'continue':
        this.passed.push(rule)
        return 'next'
      case 'return':
        this.passed.push(rule)
        return isSure ? 'through' : 'may-return'
      case 'translate':
        this.#translations.push({ action, isSure: isSure && this.#doubts === 0 })
        return isSure ? 'ended' : 'next'
      case 'jump':
      case 'goto':
        return this.#jump(rule, action, isSure, depth)
      case 'unknown':
        this.#found.push({ rule, chain, action: 'unknown' })
        return 'next'
      default:
        this.#found.push({ rule, chain, action: action.kind })
        return isSure ? 'ended' : 'next'
    }
  }

  #jump(rule: Rule, action: Action & { kind: 'jump' | 'goto' }, isSure: boolean, depth: number) {
    this.passed.push(rule)
    const target = this.#ruleset.chains.get(action.chain)
    if (!isSure) this.#doubts++
    const ended = target === undefined ? 'through' : this.#chain(target, depth + 1)
    if (!isSure) this.#doubts--
    if (isSure && ended === 'ended') return 'ended'
    if (action.kind === 'jump') return 'next'
    return isSure ? 'through' : 'may-return'
  }
}

const byPort = new WeakMap<Chain, Map<number, readonly Rule[]>>()
const mostPorts = 4096
/** Shorter chains are asked as they are. */
const longChain = 32

/** The rules of a chain that can be about the flow's protocol and port at all, in order. */
function rulesFor(chain: Chain, { protocol, targetPort }: Flow): readonly Rule[] {
  if (chain.rules.length < longChain || targetPort === undefined) return chain.rules
  const known = byPort.get(chain) ?? new Map<number, readonly Rule[]>()
  byPort.set(chain, known)
  const key = protocol * 65536 + targetPort
  const found = known.get(key)
  if (found !== undefined) return found
  const has = (spans: readonly (readonly [number, number])[], number: number) =>
    spans.some(([from, to]) => number >= from && number <= to)
  const rules = chain.rules.filter(({ branches }) =>
    branches.some(({ match }) => has(match.protocols, protocol) && has(match.targetPorts, targetPort)),
  )
  if (known.size >= mostPorts) known.clear()
  known.set(key, rules)
  return rules
}
