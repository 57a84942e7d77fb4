/** What Sweepwatch says of a ruleset of nftables is what the kernel does with real packets. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { parseAddress } from '../src/base/address.ts'
import { evaluate } from '../src/review/evaluate.ts'
import { type Flow, newFlow } from '../src/review/flow.ts'
import nftJson from '../src/review/language/nft-json.ts'
import nftText from '../src/review/language/nft-text.ts'
import { coversMatch } from '../src/review/match.ts'
import type { Rule, Ruleset } from '../src/review/ruleset.ts'
import { caseCount, type MadeCase, type MadeRule, packetsTo, sampleCases, targetOf } from './review-arbitrary.ts'
import { FirewallLab, type Packet, whyNoNetwork } from './review-network.ts'

const skip = whyNoNetwork('nft', 'sysctl')

function ruleText(rule: MadeRule, at: number, key: 'ip' | 'ip6'): string {
  const not = (isNegated: boolean) => (isNegated ? '!= ' : '')
  const parts = [
    rule.incoming === undefined ? '' : `iifname "${rule.incoming}"`,
    rule.source === undefined
      ? ''
      : `${key} saddr ${not(rule.source.isNegated)}${rule.source.networks.length > 1 ? `{ ${rule.source.networks.join(', ')} }` : rule.source.networks[0]}`,
    rule.ports === undefined
      ? rule.protocol === undefined
        ? ''
        : `meta l4proto ${rule.protocol}`
      : `${rule.protocol} dport ${not(rule.ports.isNegated)}{ ${joined(rule.ports.spans)} }`,
    rule.isNew ? 'ct state new' : '',
    'counter',
    verdictText(rule.verdict, at),
  ]
  return parts.filter((part) => part !== '').join(' ')
}

/** nft refuses ranges that touch each other in one set. */
function joined(spans: readonly (readonly [number, number])[]): string {
  const sorted = spans.toSorted(([a], [b]) => a - b)
  return sorted
    .filter(([from], i) => i === 0 || from > Math.max(...sorted.slice(0, i).map(([, to]) => to)))
    .map(([from, to]) => (from === to ? from : `${from}-${to}`))
    .join(', ')
}

function verdictText(verdict: MadeRule['verdict'], at: number): string {
  if (verdict === 'first' || verdict === 'second') return `jump ${verdict}${at}`
  return verdict === 'goto second' ? `goto second${at}` : verdict
}

/** One table; a packet is sent to the chain of its case by its address, the last ten by a map of verdicts. */
function document(cases: readonly MadeCase[], six: boolean): string {
  const key = six ? 'ip6' : 'ip'
  const chains = cases.flatMap((made, at) =>
    (['second', 'first', 'case'] as const).map(
      (name, i) =>
        `  chain ${name}${at} {\n${made[2 - i]!.map((rule) => `    ${ruleText(rule, at, key)}`).join('\n')}\n  }`,
    ),
  )
  const jumps = cases
    .slice(0, -10)
    .map((_, at) => `    ${key} daddr { ${targetOf(at, six, 0)}, ${targetOf(at, six, 1)} } counter jump case${at}`)
  const mapped = cases.slice(-10).flatMap((_, i) => {
    const at = cases.length - 10 + i
    return [0, 1].map((host) => `${targetOf(at, six, host as 0)} : jump case${at}`)
  })
  return `table inet filter {\n${chains.join('\n')}\n  chain input {\n    type filter hook input priority filter; policy drop;\n    ip6 nexthdr ipv6-icmp accept\n${jumps.join('\n')}\n    ${key} daddr vmap { ${mapped.join(', ')} }\n  }\n}\n`
}

function flowOf({ source, target, protocol, port }: Packet): Flow {
  const [from, to] = [parseAddress(source), parseAddress(target)]
  assert.ok(from && to)
  return newFlow(from, to, {
    protocol: protocol === 'tcp' ? 6 : 17,
    targetPort: port,
    incoming: { is: ['ext0'], isNot: [] },
  })
}

/** How often each rule would match, by handle. */
function predicted(ruleset: Ruleset, packets: readonly Packet[]): ReadonlyMap<number, number> {
  const hits = new Map<number, number>()
  for (const packet of packets) {
    const verdict = evaluate(ruleset, flowOf(packet), 'input')
    assert.ok(verdict)
    const deciding = verdict.stages.flatMap(({ candidates }) => candidates)
    assert.equal(deciding.length, 1, JSON.stringify(packet))
    for (const rule of [...verdict.passed, ...deciding.flatMap((candidate) => candidate.rule ?? [])]) {
      hits.set(rule.handle as number, (hits.get(rule.handle as number) ?? 0) + 1)
    }
  }
  return hits
}

const rulesOf = (ruleset: Ruleset) => [...ruleset.chains.values()].flatMap(({ rules }) => rules)

for (const six of [false, true]) {
  describe(`nftables, IPv${six ? 6 : 4}`, { skip }, () => {
    let lab: FirewallLab
    let rulesets: readonly Ruleset[]
    const packets = Array.from({ length: caseCount }, (_, at) => packetsTo(at, six)).flat()
    before(() => {
      lab = new FirewallLab()
      lab.inside(['nft', '-f', '-'], document(sampleCases(six ? 77 : 7, six), six))
      rulesets = [
        nftJson.parse(lab.inside(['nft', '-j', '-a', 'list', 'ruleset']), 'json'),
        nftText.parse(lab.inside(['nft', '-a', 'list', 'ruleset']), 'text'),
      ]
    })
    after(() => lab.remove())

    test('C3 the kernel counts at each rule what is predicted, from JSON and from text', () => {
      for (const ruleset of rulesets) assert.equal(ruleset.notUnderstood.count, 0)
      lab.send(packets)
      const counted = nftJson.parse(lab.inside(['nft', '-j', '-a', 'list', 'ruleset']), 'after')
      const actual = rulesOf(counted).filter(
        (rule) => rule.packets !== undefined && rule.chain !== '["inet","filter","input"]',
      )
      assert.ok(actual.some(({ packets: n }) => (n ?? 0) > 0))
      for (const ruleset of rulesets) {
        const hits = predicted(ruleset, packets)
        assert.deepEqual(
          actual.map(({ handle }) => [handle, hits.get(handle as number) ?? 0]),
          actual.map(({ handle, packets: n }) => [handle, n]),
        )
      }
    })

    test('C3 a rule that is written again is the same rule to nft', () => {
      const [ruleset] = rulesets as [Ruleset]
      const accepting = rulesOf(ruleset).filter(
        ({ branches, notUnderstood }) =>
          notUnderstood.length === 0 && branches.length > 0 && branches.every(({ action }) => action.kind === 'accept'),
      )
      const chosen = accepting.slice(0, 24)
      const commands = chosen.map((rule) =>
        nftJson.replace(
          ruleset,
          rule,
          rule.branches.map(({ match }) => match),
        ),
      )
      assert.ok(chosen.length === 24 && commands.every((lines) => lines !== undefined))
      lab.inside(['sh', '-e'], commands.flat().join('\n'))
      const again = nftJson.parse(lab.inside(['nft', '-j', '-a', 'list', 'ruleset']), 'again')
      for (const rule of chosen) assert.ok(isThere(again, rule), rule.text)
    })
  })
}

/** A rule that matches just the same, with another handle, in the same chain and place. */
function isThere(ruleset: Ruleset, rule: Rule): boolean {
  const other = ruleset.chains.get(rule.chain)?.rules[rule.index - 1]
  const [mine, theirs] = [rule.branches[0]?.match, other?.branches[0]?.match]
  return (
    mine !== undefined &&
    theirs !== undefined &&
    other?.handle !== rule.handle &&
    coversMatch(mine, theirs) &&
    coversMatch(theirs, mine)
  )
}
