/** Made-up rulesets: 100 small ones in one, each for two addresses of its own, so that all packets can be sent at once. */
import fc from 'fast-check'
import { clients, type Packet } from './review-network.ts'

export const caseCount = 100
const ports = [22, 80, 443, 8080, 9000] as const
const fourSources = ['198.51.100.0/24', '198.51.100.10', '198.51.100.64/26', '203.0.113.0/24', '203.0.113.5'] as const
const sixSources = ['2001:db8:2::/48', '2001:db8:3::9', '2001:db8::/32'] as const

/** A condition, in parts that each language writes in its own way. */
export interface MadeRule {
  readonly source: { readonly networks: readonly string[]; readonly isNegated: boolean } | undefined
  readonly protocol: 'tcp' | 'udp' | undefined
  readonly ports: { readonly spans: readonly (readonly [number, number])[]; readonly isNegated: boolean } | undefined
  readonly isNew: boolean
  readonly incoming: string | undefined
  readonly verdict: 'accept' | 'drop' | 'reject' | 'return' | 'continue' | 'first' | 'second' | 'goto second'
}

/** Rules of the chain itself, and of two that it may jump to. */
export type MadeCase = readonly [main: readonly MadeRule[], first: readonly MadeRule[], second: readonly MadeRule[]]

const span = fc
  .tuple(fc.constantFrom(...ports), fc.constantFrom(0, 0, 50, 1000))
  .map(([from, more]) => [from, from + more] as const)

const ruleWith = (verdicts: readonly MadeRule['verdict'][], networks: readonly string[]): fc.Arbitrary<MadeRule> =>
  fc
    .record({
      source: fc.option(
        fc.record({
          networks: fc.uniqueArray(fc.constantFrom(...networks), { minLength: 1, maxLength: 1 }),
          isNegated: fc.boolean(),
        }),
        { nil: undefined },
      ),
      protocol: fc.option(fc.constantFrom('tcp', 'udp'), { nil: undefined }),
      ports: fc.option(
        fc.record({
          spans: fc.uniqueArray(span, { minLength: 1, maxLength: 3, selector: ([from]) => from }),
          isNegated: fc.boolean(),
        }),
        { nil: undefined },
      ),
      isNew: fc.boolean(),
      incoming: fc.option(fc.constantFrom('ext0', 'lan0', 'ext*'), { nil: undefined, freq: 4 }),
      verdict: fc.constantFrom(...verdicts),
    })
    .map((rule) => (rule.protocol === undefined ? { ...rule, ports: undefined } : rule))

const inner = ['accept', 'drop', 'reject', 'return', 'continue'] as const

/** @param six whether its addresses are IPv6 */
function madeCase(six: boolean): fc.Arbitrary<MadeCase> {
  const networks = six ? sixSources : fourSources
  const list = (verdicts: readonly MadeRule['verdict'][], most: number) =>
    fc.array(ruleWith(verdicts, networks), { minLength: 1, maxLength: most })
  return fc.tuple(list([...inner, 'first', 'second', 'goto second'], 6), list([...inner, 'second'], 3), list(inner, 3))
}

/** The same cases every time. */
export function sampleCases(seed: number, six: boolean): readonly MadeCase[] {
  return fc.sample(madeCase(six), { seed, numRuns: caseCount })
}

export function targetOf(at: number, six: boolean, host: 0 | 1): string {
  return six ? `2001:db8:1::${(2 * at + host).toString(16)}` : `192.0.2.${2 * at + host}`
}

/** Packets to one case: every client of its family, both protocols, ports in and beside those of rules. */
export function packetsTo(at: number, six: boolean): readonly Packet[] {
  const sources = clients.filter((address) => address.includes(':') === six)
  return sources.flatMap((source, k) =>
    (['tcp', 'udp'] as const).flatMap((protocol) =>
      [22, 80, 8080, 8500].map(
        (port): Packet => ({ source, target: targetOf(at, six, k % 2 === 0 ? 0 : 1), protocol, port }),
      ),
    ),
  )
}
