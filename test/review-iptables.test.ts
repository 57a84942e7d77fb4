/** What Sweepwatch says of rules of iptables is what the kernel does with real packets. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { parseAddress } from '../src/base/address.ts'
import { evaluate } from '../src/review/evaluate.ts'
import { newFlow } from '../src/review/flow.ts'
import iptables from '../src/review/language/iptables.ts'
import { coversMatch } from '../src/review/match.ts'
import type { Rule, Ruleset } from '../src/review/ruleset.ts'
import { caseCount, type MadeCase, type MadeRule, packetsTo, sampleCases, targetOf } from './review-arbitrary.ts'
import { FirewallLab, type Packet, whyNoNetwork } from './review-network.ts'

const skip = whyNoNetwork('iptables', 'ip6tables-save', 'sysctl')
const verdicts = {
  accept: '-j ACCEPT',
  drop: '-j DROP',
  reject: '-j REJECT',
  return: '-j RETURN',
  continue: '',
} as const

function ruleText(rule: MadeRule, at: number): string {
  const not = (isNegated: boolean) => (isNegated ? '! ' : '')
  const ports = rule.ports?.spans.map(([from, to]) => (from === to ? from : `${from}:${to}`)).join(',')
  const parts = [
    rule.source === undefined ? '' : `${not(rule.source.isNegated)}-s ${rule.source.networks[0]}`,
    rule.incoming === undefined ? '' : `-i ${rule.incoming.replace('*', '+')}`,
    rule.protocol === undefined ? '' : `-p ${rule.protocol}`,
    ports === undefined ? '' : `-m multiport ${not(rule.ports?.isNegated ?? false)}--dports ${ports}`,
    rule.isNew ? '-m conntrack --ctstate NEW' : '',
    rule.verdict in verdicts ? verdicts[rule.verdict as 'accept'] : jump(rule.verdict, at),
  ]
  return parts.filter((part) => part !== '').join(' ')
}

function jump(verdict: string, at: number): string {
  return verdict === 'goto second' ? `-g second${at}` : `-j ${verdict}${at}`
}

function document(cases: readonly MadeCase[], six: boolean): string {
  const names = cases.flatMap((_, at) => [`case${at}`, `first${at}`, `second${at}`])
  const rules = cases.flatMap((made, at) =>
    (['case', 'first', 'second'] as const).flatMap((name, i) =>
      (made[i] ?? []).map((rule) => `-A ${name}${at} ${ruleText(rule, at)}`),
    ),
  )
  const width = six ? 127 : 31
  const jumps = cases.map((_, at) => `-A INPUT -d ${targetOf(at, six, 0)}/${width} -j case${at}`)
  const discovery = six ? ['-A INPUT -p ipv6-icmp -j ACCEPT'] : []
  return `*filter\n:INPUT DROP [0:0]\n${names.map((name) => `:${name} - [0:0]`).join('\n')}\n${[...discovery, ...jumps, ...rules].join('\n')}\nCOMMIT\n`
}

function predicted(ruleset: Ruleset, packets: readonly Packet[]): ReadonlyMap<Rule, number> {
  const hits = new Map<Rule, number>()
  for (const { source, target, protocol, port } of packets) {
    const [from, to] = [parseAddress(source), parseAddress(target)]
    assert.ok(from && to)
    const flow = newFlow(from, to, {
      protocol: protocol === 'tcp' ? 6 : 17,
      targetPort: port,
      incoming: { is: ['ext0'], isNot: [] },
    })
    const verdict = evaluate(ruleset, flow, 'input')
    assert.ok(verdict)
    const deciding = verdict.stages.flatMap(({ candidates }) => candidates)
    assert.equal(deciding.length, 1)
    for (const rule of [...verdict.passed, ...deciding.flatMap((one) => one.rule ?? [])]) {
      hits.set(rule, (hits.get(rule) ?? 0) + 1)
    }
  }
  return hits
}

const ruleLists = (ruleset: Ruleset) =>
  [...ruleset.chains.values()].filter(({ base }) => base === undefined).map(({ rules }) => rules)

for (const six of [false, true]) {
  describe(`iptables, IPv${six ? 6 : 4}`, { skip }, () => {
    const program = six ? 'ip6tables' : 'iptables'
    const packets = Array.from({ length: caseCount }, (_, at) => packetsTo(at, six)).flat()
    let lab: FirewallLab
    let ruleset: Ruleset
    const saved = () => iptables.parse(lab.inside([`${program}-save`, '-c']), 'saved')
    before(() => {
      lab = new FirewallLab()
      lab.inside([`${program}-restore`], document(sampleCases(six ? 78 : 8, six), six))
      ruleset = saved()
    })
    after(() => lab.remove())

    test('C3 the kernel counts at each rule what is predicted', () => {
      assert.equal(ruleset.notUnderstood.count, 0)
      lab.send(packets)
      const counted = ruleLists(saved()).flat()
      assert.ok(counted.some((rule) => (rule.packets ?? 0) > 0))
      const hits = predicted(ruleset, packets)
      const told = ruleLists(ruleset).flat()
      assert.deepEqual(
        told.map((rule) => [rule.text, hits.get(rule) ?? 0]),
        told.map((rule, i) => [rule.text, counted[i]?.packets]),
      )
    })

    test('C3 a rule that is written again is the same rule to iptables', () => {
      const accepting = ruleLists(ruleset)
        .flat()
        .filter(({ branches }) => branches.length > 0 && branches.every(({ action }) => action.kind === 'accept'))
      const commands = accepting.map((rule) => {
        const lines = iptables.replace(
          ruleset,
          rule,
          rule.branches.map(({ match }) => match),
        )
        return { rule, lines: lines ?? [] }
      })
      // Rules of which all but a few sources may come would be many lines: those stay as they are.
      const single = commands.filter(({ lines }) => lines.length === 1).slice(0, 24)
      assert.ok(single.length > 10)
      lab.inside(['sh', '-e'], single.flatMap(({ lines }) => lines).join('\n'))
      const again = saved()
      for (const { rule } of single) {
        const other = again.chains.get(rule.chain)?.rules[rule.index - 1]
        const [mine, theirs] = [rule.branches[0]?.match, other?.branches[0]?.match]
        assert.ok(
          mine && theirs && coversMatch(mine, theirs) && coversMatch(theirs, mine),
          `${rule.text}\n${other?.text}`,
        )
      }
    })
  })
}
