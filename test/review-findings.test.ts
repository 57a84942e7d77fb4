/** What a review says of rules, given what came through. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Finding } from '../src/review/finding/finding.ts'
import { reviewObject } from '../src/review/json.ts'
import type { Review } from '../src/review/review.ts'
import { reviewText } from '../src/review/text.ts'
import { historyOf, login, reviewed, router, use } from './review-history.ts'

const ssh = 'tcp dport 22 counter accept'
const look = { colour: false, unicode: true, columns: 100 }
const kindsOf = (finding: Finding | undefined) => finding?.reasons.map(({ kind }) => kind).sort()
const byHandle = (found: Review, handle: number) => found.findings.find(({ rule }) => rule.handle === handle)
const web = use('198.51.100.9 > 192.0.2.10 tcp/443')

test('C3 remote access open to the world is narrowed to who needs it, and what that would have cut is counted', () => {
  const uses = [
    use('198.51.100.7 > 192.0.2.20 tcp/22', { answered: 30 }),
    use('203.0.113.88 > 192.0.2.20 tcp/22', { answered: 81, who: 'scanner' }),
    use('203.0.113.89 > 192.0.2.20 tcp/22', { answered: 5 }),
  ]
  const logins = [login('alice', '198.51.100.7', 1, 20), login('root', '203.0.113.89', 5, 0)]
  const finding = byHandle(reviewed([router(ssh)], historyOf(uses, { logins })), 10)
  assert.deepEqual(kindsOf(finding), ['remote-access'])
  assert.equal(finding?.level, 'high')
  assert.deepEqual(finding?.proposal?.commands, [
    "nft 'add rule inet edge forward handle 10 ip saddr 198.51.100.7 tcp dport 22 counter accept'",
    "nft 'delete rule inet edge forward handle 10'",
  ])
  // The source that only failed to log in is no scanner of a case: what is cut of it is told as somebody else's.
  assert.deepEqual(finding?.proposal?.cut?.scanners.connections, 81)
  assert.deepEqual(finding?.proposal?.cut?.legitimate.connections, 5)
})

test('C3 a rule that lets anything in is narrowed to the services and sources that were used', () => {
  const uses = [
    web,
    use('198.51.100.9 > 192.0.2.11 udp/53'),
    use('203.0.113.88 > 192.0.2.30 tcp/445', { who: 'scanner' }),
  ]
  const finding = byHandle(reviewed([router('counter accept')], historyOf(uses)), 10)
  assert.ok(kindsOf(finding)?.includes('any-any'))
  assert.deepEqual(finding?.proposal?.commands, [
    "nft 'add rule inet edge forward handle 10 ip saddr 198.51.100.9 ip daddr 192.0.2.10 tcp dport 443 counter accept'",
    "nft 'add rule inet edge forward handle 10 ip saddr 198.51.100.9 ip daddr 192.0.2.11 udp dport 53 counter accept'",
    "nft 'delete rule inet edge forward handle 10'",
  ])
  assert.equal(finding?.proposal?.cut?.legitimate.connections, 0)
  assert.equal(finding?.proposal?.cut?.scanners.connections, 3)
})

test('C3 what nobody used is called unused, but not where a counter or a condition speaks against it', () => {
  const found = reviewed(
    [
      router(
        'tcp dport 443 accept',
        'tcp dport 8443 accept',
        'tcp dport 8444 counter packets 7 bytes 420 accept',
        'tcp dport 8445 meta mark 7 accept',
      ),
    ],
    historyOf([web]),
  )
  assert.deepEqual(kindsOf(byHandle(found, 11)), ['unused'])
  assert.deepEqual(byHandle(found, 11)?.proposal?.commands, ["nft 'delete rule inet edge forward handle 11'"])
  for (const handle of [10, 12, 13]) assert.equal(byHandle(found, handle), undefined, `${handle}`)
  assert.match(found.couldNotSee.join('\n'), /1 rule without a connection in these logs counted packets/)
  assert.match(found.couldNotSee.join('\n'), /1 rule with conditions that were not understood/)
})

test('C3 without traffic, with little of it, or with more than can be looked at nothing is called unused', () => {
  const rules = router('tcp dport 8443 accept')
  assert.deepEqual(reviewed([rules], undefined).findings, [])
  assert.deepEqual(reviewed([rules], historyOf([])).findings, [])
  assert.deepEqual(reviewed([rules], historyOf([web], { isCut: true })).findings, [])
  const seen = { first: '2026-11-20T00:00:00.000000Z', last: '2026-11-22T00:00:00.000000Z' }
  const short = byHandle(reviewed([rules], historyOf([web], { seen })), 10)
  assert.deepEqual([kindsOf(short), short?.proposal?.commands], [['unused'], []])
  assert.match(short?.proposal?.why ?? '', /the logs know 2 days/)
})

test('C3 what only scanners used is told apart from what nobody used', () => {
  const uses = [web, use('203.0.113.88 > 192.0.2.10 tcp/8443', { who: 'scanner' })]
  const found = reviewed([router('tcp dport 443 accept', 'tcp dport 8443 accept')], historyOf(uses))
  assert.deepEqual(kindsOf(byHandle(found, 11)), ['scanners-only'])
})

test('C3 rules that are never reached are found, those that are not covered alone are not', () => {
  const found = reviewed(
    [
      router(
        'ip saddr 198.51.100.0/24 drop',
        'ip saddr 198.51.100.9 tcp dport 80 accept',
        'tcp dport 1-100 accept',
        'tcp dport { 22, 80 } accept',
        'tcp dport 1-101 accept',
        'tcp dport 200 meta mark 3 accept',
        'tcp dport 200 accept',
      ),
    ],
    undefined,
  )
  const shadowed = found.findings.filter(({ reasons }) => reasons.some(({ kind }) => kind === 'shadowed'))
  assert.deepEqual(shadowed.map(({ rule }) => rule.handle).sort(), [11, 13])
  assert.match(byHandle(found, 11)?.reasons.at(0)?.text ?? '', /it never does what it says/)
})

test('C3 a rule behind one that denies the world is not open to it', () => {
  const found = reviewed([router('ip saddr != 198.51.100.0/24 tcp dport 22 drop', ssh)], undefined)
  assert.equal(byHandle(found, 11), undefined)
  assert.deepEqual(kindsOf(byHandle(reviewed([router(ssh)], undefined), 10)), ['remote-access'])
})

test('C3 an interface that faces the world is told, or is not known and said so', () => {
  const rules = router('iifname "wan0" tcp dport 22 accept', 'iifname "lan0" tcp dport 22 accept')
  const told = reviewed([rules], undefined, { outside: ['wan0'] })
  assert.deepEqual([kindsOf(byHandle(told, 10)), byHandle(told, 11)], [['remote-access'], undefined])
  const guessed = reviewed([rules], undefined)
  assert.match(byHandle(guessed, 11)?.reasons.at(0)?.text ?? '', /if lan0 faces the world/)
})

test('C3 who needs a service may be too many to name: nothing is proposed', () => {
  const uses = Array.from({ length: 40 }, (_, k) => use(`10.${k}.0.1 > 192.0.2.20 tcp/22`))
  const finding = byHandle(reviewed([router(ssh)], historyOf(uses)), 10)
  assert.deepEqual(finding?.proposal?.commands, [])
  assert.match(finding?.proposal?.why ?? '', /too many/)
})

test('C3 the rule that a log names is compared with the one that the ruleset leads to', () => {
  const rules = router('tcp dport 443 log prefix "web: " accept', 'tcp dport 22 accept comment "admin"')
  const uses = [
    { ...web, named: 'web' },
    use('198.51.100.7 > 192.0.2.20 tcp/22', { named: 'web' }),
    use('198.51.100.8 > 192.0.2.20 tcp/22', { named: 'no such rule' }),
    use('198.51.100.8 > 192.0.2.20 tcp/25'),
  ]
  const found = reviewed([rules], historyOf(uses))
  assert.equal(found.comparison.agreed, 1)
  assert.deepEqual(
    found.comparison.disagreements.map(({ named, isKnown }) => [named, isKnown]),
    [
      ['web', true],
      ['no such rule', false],
    ],
  )
  assert.match(found.couldNotSee.join('\n'), /1 connection came through that it denies as it stands/)
})

test('C3 answered probes of a case are asked for alone', () => {
  const uses = [
    web,
    use('203.0.113.88 > 192.0.2.10 tcp/443', { who: 'scanner' }),
    use('203.0.113.88 > 192.0.2.20 tcp/22', { who: 'scanner' }),
  ]
  const found = reviewed([router('tcp dport 443 accept', ssh)], historyOf(uses), {
    asked: (source) => source === '203.0.113.88',
  })
  assert.deepEqual(
    found.entrances.map(({ place, isSure, services }) => [place, isSure, services]),
    [
      ['inet edge forward, handle 10', true, ['192.0.2.10 tcp/443']],
      ['inet edge forward, handle 11', true, ['192.0.2.20 tcp/22']],
    ],
  )
  assert.equal(found.entrances[0]?.legitimate.connections, 0)
})

test('C3 what is answered rules out what would have denied it', () => {
  const rules = router('meta mark 7 drop', 'iifname "x" drop', ssh)
  const found = reviewed([rules], historyOf([use('198.51.100.7 > 192.0.2.20 tcp/22')]))
  assert.deepEqual(
    found.entrances.map(({ place, isSure }) => [place, isSure]),
    [['inet edge forward, handle 12', true]],
  )
})

test('C6 ports that answered the world are listed with who used them and what scans learned', () => {
  const uses = [web, use('203.0.113.88 > 192.0.2.20 tcp/22', { who: 'scanner' })]
  const learned = [{ address: '192.0.2.20', port: 22, protocol: 'tcp', banner: 'SSH-2.0-\u001b[2J' }]
  const found = reviewed([router('tcp dport 443 accept', ssh)], historyOf(uses), { learned })
  assert.deepEqual(
    found.exposures.map(({ address, port, learned: known }) => [address, port, known !== null]),
    [
      ['192.0.2.20', 22, true],
      ['192.0.2.10', 443, false],
    ],
  )
})

test('hostile names in logs and rulesets reach no terminal as they are, and no command', () => {
  const evil = "\u001b[2J'; reboot; '\u202e"
  const rules = router(`tcp dport 22 accept comment "${evil}"`, `iifname "a';reboot;'" tcp dport 23 accept`)
  const uses = [use('203.0.113.88 > 192.0.2.20 tcp/22', { named: evil, who: 'scanner' })]
  const named = [
    { rule: evil, action: evil, source: '', who: 'scanner', records: 1, answered: 1, first: '', last: '' } as const,
  ]
  const found = reviewed([rules], historyOf(uses, { named, logins: [login(evil, '203.0.113.88', 9, 0)] }))
  const text = reviewText(found, look)
  assert.doesNotMatch(text.replaceAll('\n', ''), /[\p{C}]/u)
  const commands = found.findings.flatMap(({ proposal }) => proposal?.commands ?? [])
  assert.deepEqual(commands, [
    "nft 'delete rule inet edge forward handle 10'",
    "nft 'delete rule inet edge forward handle 11'",
  ])
  assert.ok(JSON.stringify(reviewObject(found)).length > 100)
})
