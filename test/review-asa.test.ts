/** Access lists of a Cisco ASA, against what Cisco's command reference says they do. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { parseAddress } from '../src/base/address.ts'
import { evaluate, type Path } from '../src/review/evaluate.ts'
import { newFlow } from '../src/review/flow.ts'
import asa from '../src/review/language/cisco-asa.ts'
import { languageOf } from '../src/review/language/registry.ts'
import { whichLetIn } from '../src/review/let-in.ts'
import { anything, both } from '../src/review/match.ts'
import type { Rule } from '../src/review/ruleset.ts'

const text = readFileSync('fixtures/review/asa.cfg', 'utf8')
const ruleset = asa.parse(text, 'asa.cfg')
const lines = text.split('\n')
const protocols = { tcp: 6, udp: 17, icmp: 1, esp: 50, gre: 47 } as const

/** `tcp 198.51.100.7 > 192.168.1.5:80`, over the outside interface unless it says else. */
function flowOf(packet: string, name = 'outside') {
  const [, protocol, source, target, port] =
    /^(\w+) (\S+) > ([\d.]+|\[[^\]]+\])(?::(\d+))?$/.exec(packet) ?? assert.fail(packet)
  const [from, to] = [parseAddress(source as string), parseAddress((target as string).replace(/[[\]]/g, ''))]
  assert.ok(from && to)
  const number: number = protocols[protocol as 'tcp']
  return newFlow(from, to, {
    protocol: number,
    incoming: { is: [name], isNot: [] },
    ...(number === 1 ? { icmpType: Number(port) } : port !== undefined && { targetPort: Number(port) }),
    ...(number !== 1 && { sourcePort: 40_000 }),
  })
}

function verdictOf(packet: string, path: Path = 'forward', name?: string): string {
  const verdict = evaluate(ruleset, flowOf(packet, name), path)
  const [decided] = verdict?.stages.at(-1)?.candidates ?? []
  const rule = decided?.rule
  const line = rule?.line === undefined ? 'no rule' : (lines[rule.line - 1] as string).trim()
  return `${verdict?.action}: ${line.replace(/^access-list (\S+) extended /, '$1: ')}`
}

const golden: readonly (readonly [packet: string, verdict: string])[] = [
  ['tcp 198.51.100.200 > 192.168.1.5:80', 'accept: outside_in: permit tcp any object web object-group web-ports'],
  ['tcp 198.51.100.200 > 192.168.1.5:8010', 'accept: outside_in: permit tcp any object web object-group web-ports'],
  ['tcp 198.51.100.200 > 192.168.1.5:8011', 'deny: no rule'],
  // The mapped address is translated before the list is asked (8.3 and later).
  ['tcp 198.51.100.200 > 192.0.2.5:443', 'accept: outside_in: permit tcp any object web object-group web-ports'],
  ['tcp 198.51.100.127 > 192.168.1.80:22', 'accept: outside_in: permit tcp object-group trusted any eq ssh log'],
  ['tcp 203.0.113.63 > 192.168.1.80:22', 'accept: outside_in: permit tcp object-group trusted any eq ssh log'],
  ['tcp 203.0.113.200 > 192.168.1.80:22', 'accept: outside_in: permit tcp object-group trusted any eq ssh log'],
  ['tcp 198.51.100.128 > 192.168.1.80:22', 'deny: no rule'],
  ['tcp 198.51.100.200 > 192.168.1.25:25', 'accept: outside_in: permit object-group mixed any host 192.168.1.25'],
  ['udp 198.51.100.200 > 192.168.1.25:53', 'accept: outside_in: permit object-group mixed any host 192.168.1.25'],
  ['tcp 198.51.100.200 > 192.168.1.25:8080', 'accept: outside_in: permit object-group mixed any host 192.168.1.25'],
  ['icmp 198.51.100.200 > 192.168.1.25:8', 'accept: outside_in: permit object-group mixed any host 192.168.1.25'],
  ['tcp 198.51.100.200 > 192.168.1.25:53', 'deny: no rule'],
  ['tcp 203.0.113.1 > 192.168.1.5:23', 'deny: outside_in: deny tcp any any eq telnet'],
  ['esp 198.51.100.200 > 192.168.1.9', 'accept: outside_in: permit object-group tunnels any host 192.168.1.9'],
  ['gre 198.51.100.200 > 192.168.1.10', 'deny: no rule'],
  ['tcp 198.51.100.200 > 192.168.1.110:3389', 'accept: outside_in: permit tcp any object lab range 3380 3390'],
  ['tcp 198.51.100.200 > 192.168.1.111:3389', 'deny: no rule'],
  // Groups that hold each other: each counts once.
  [
    'tcp 203.0.113.77 > 192.168.1.5:9999',
    'accept: outside_in: permit tcp object-group circle-a host 192.168.1.5 eq 9999',
  ],
  ['tcp 198.51.100.200 > 192.168.1.5:5555', 'deny: no rule'],
  ['icmp 198.51.100.200 > 192.168.1.80:8', 'accept: outside_in: permit icmp any any echo'],
  ['icmp 198.51.100.200 > 192.168.1.80:13', 'deny: no rule'],
  ['udp 198.51.100.200 > 192.168.1.9:1194', 'accept: outside_in: permit udp any gt 1023 host 192.168.1.9 eq 1194'],
  ['tcp 2001:db8:9::1 > [2001:db8:1::5]:80', 'accept: outside_in: permit tcp any6 2001:db8:1::/64 eq www'],
  ['tcp 198.51.100.200 > 192.168.1.5:4444', 'unknown: outside_in: permit tcp any any eq 4444 time-range nights'],
  ['tcp 198.51.100.200 > 192.168.1.5:7777', 'unknown: outside_in: permit tcp any object nowhere eq 7777'],
]

test('C3 it is recognised, and what is not understood is counted', () => {
  assert.equal(languageOf(text, 'asa.cfg').id, 'cisco-asa')
  assert.deepEqual(ruleset.outside, ['outside'])
  assert.equal(ruleset.notUnderstood.count, 3, JSON.stringify(ruleset.notUnderstood))
  assert.match(ruleset.notes.join(), /unused/)
})

for (const [packet, verdict] of golden) test(`C3 ${packet}`, () => assert.equal(verdictOf(packet), verdict))

test('C3 what comes from inside is asked of its own list', () => {
  assert.equal(
    verdictOf('tcp 192.168.2.9 > 198.51.100.7:4433', 'forward', 'inside'),
    'accept: inside_in: permit ip 192.168.2.0 255.255.255.0 any',
  )
  assert.equal(verdictOf('tcp 192.168.3.9 > 198.51.100.7:4433', 'forward', 'inside'), 'deny: no rule')
})

test('C3 access to the device itself asks no list', () => {
  assert.equal(verdictOf('tcp 198.51.100.200 > 192.0.2.1:22', 'input'), 'accept: ssh 0.0.0.0 0.0.0.0 outside')
  assert.equal(verdictOf('udp 198.51.100.200 > 192.0.2.1:500', 'input'), 'accept: crypto ikev2 enable outside')
  assert.equal(verdictOf('tcp 198.51.100.200 > 192.0.2.1:443', 'input'), 'accept: enable outside')
  assert.equal(verdictOf('tcp 198.51.100.200 > 192.0.2.1:23', 'input'), 'deny: no rule')
  assert.equal(
    whichLetIn(ruleset, flowOf('tcp 198.51.100.200 > 192.0.2.1:22'))?.rules[0]?.text,
    'ssh 0.0.0.0 0.0.0.0 outside',
  )
})

const ruleAt = (start: string): Rule =>
  [...ruleset.chains.values()].flatMap(({ rules }) => rules).find((rule) => rule.text.startsWith(start)) ??
  assert.fail(start)

test('C3 a tighter entry takes the place of the old one', () => {
  const rule = ruleAt('access-list outside_in extended permit tcp any object lab')
  const before = rule.branches[0]?.match ?? assert.fail()
  const one = parseAddress('198.51.100.7')
  assert.ok(one)
  const source = newFlow(one, one, { protocol: 6 }).source
  const match = both(before, { ...anything, sources: [[source, source]], targetPorts: [[3389, 3389]] })
  assert.ok(match)
  assert.deepEqual(asa.replace(ruleset, rule, [match]), [
    'access-list outside_in line 6 extended permit tcp host 198.51.100.7 192.168.1.100 255.255.255.252 eq 3389',
    'access-list outside_in line 7 extended permit tcp host 198.51.100.7 192.168.1.104 255.255.255.252 eq 3389',
    'access-list outside_in line 8 extended permit tcp host 198.51.100.7 192.168.1.108 255.255.255.254 eq 3389',
    'access-list outside_in line 9 extended permit tcp host 198.51.100.7 host 192.168.1.110 eq 3389',
    'no access-list outside_in extended permit tcp any object lab range 3380 3390',
  ])
  assert.deepEqual(asa.replace(ruleset, ruleAt('ssh 0.0.0.0'), []), ['no ssh 0.0.0.0 0.0.0.0 outside'])
})
