/**
 * Cisco's firewall messages against Wazuh's rule tests (which lines there are, and which of them are refusals, logins and
 * attacks), read at run time. What our rows say of each is written here from Cisco's description of the message.
 */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { EventRecord } from '../src/event/record.ts'
import { decodeAll, inputOf, root } from './decode-fixture.ts'

const oracle = join(root, '..', 'shared', 'data', 'real', 'g1_parsers', 'wazuh_ini', 'cisco_asa.ini')
const skip = existsSync(oracle) ? false : '../shared/data is not there'

/** Sections, each with its lines. */
function sections(): Map<string, string[]> {
  const found = new Map<string, string[]>()
  let lines: string[] = []
  for (const line of readFileSync(oracle, 'utf8').split('\n')) {
    if (line.startsWith('[')) found.set(line.slice(1, line.indexOf(']')), (lines = []))
    const text = /^log \d+ pass = (.*)$/.exec(line)?.[1]
    if (text !== undefined) lines.push(text)
  }
  return found
}

async function decode(line: string) {
  const text = `Nov 22 2026 02:13:41 fw1 : ${line}\n`
  return decodeAll(inputOf(new Uint8Array(Buffer.from(text))), 'in.log', 'cisco-asa')
}

const idOf = (line: string) => Number(/^%ASA-\d-(\d{6})/.exec(line)?.[1])

/** Lines that we do not read, and why. */
const deviations = new Map<number, string>([
  [113004, 'the sample is the template of the manual: `AAA user example` is neither a login nor anything else'],
  [113006, 'a lock-out is the end of failures that were logged'],
  [202010, 'no translation was left: nothing about the peer'],
  [209005, 'a fragment without ports or outcome'],
  [304001, 'URL logging'],
  [304002, 'URL logging'],
  [338008, 'botnet filter: what it adds to the connection is a name on a list'],
  [338202, 'botnet filter'],
  [405001, 'ARP'],
  [410001, 'inspection of DNS, of a connection that was logged'],
  [421001, 'an application of the firewall failed'],
])
const withAddress = /\d+\.\d+\.\d+\.\d+/

test('cisco-asa: every line of the oracle is read, ignored for a reason, or damage for a reason', {
  skip,
}, async () => {
  let events = 0
  for (const lines of sections().values()) {
    for (const line of lines) {
      const { records, result } = await decode(line)
      events += records.length
      if (idOf(line) === 313009) {
        assert.match(result.tally.examples[0]?.reason ?? '', /names that `name` gives hosts/, line)
        continue
      }
      assert.equal(result.tally.malformed, 0, line)
      const isTraffic = /denied|Deny|Denied|Built|Teardown|Login|discarded/.test(line) && withAddress.test(line)
      if (!isTraffic || records.length > 0 || deviations.has(idOf(line))) continue
      // Cluster stubs, local hosts and PPP tunnels: no connection of their own.
      assert.ok([302023, 603108, 603109, 609001].includes(idOf(line)), line)
    }
  }
  assert.ok(events > 30, `${events} events`)
})

test('cisco-asa: the oracle and we agree on addresses, ports and outcome', { skip }, async () => {
  const lines = [...sections().values()].flat()
  const expected: readonly (readonly [number, string])[] = [
    [106001, '111.93.241.59:54322 116.6.127.122:1433 tcp blocked'],
    [106006, '185.158.113.158:53306 116.6.127.123:53413 udp blocked'],
    [710003, '192.168.0.1:11 192.168.0.2:22 tcp blocked'],
    [710004, '192.168.0.1:11 192.168.0.2:22 tcp blocked'],
    [106014, '151.80.47.231 116.6.127.112 icmp response'],
    [106010, '115.51.6.185 116.6.127.120 gre blocked'],
    [313005, '10.233.152.101 8.8.8.8 icmp response'],
    [106023, '111.11.11.1:2143 172.11.1.11:139 tcp blocked'],
    [420002, '10.235.211.237:6882 86.29.61.87:6882 udp blocked'],
    [434002, '123.133.65.58:51115 116.6.127.117:443 tcp blocked'],
    [313004, '80.241.208.43 116.6.127.116 icmp response'],
    [418001, '10.231.5.250:49152 143.36.200.25:161 udp blocked'],
    [419002, '10.233.209.119:42736 192.168.0.8:52082 tcp unknown'],
    [500003, '123.146.183.231:34160 116.6.127.118:443 tcp blocked'],
    [500004, '10.235.91.49:45682 80.98.44.227:0 udp blocked'],
    [302013, '10.1.1.2:53496 10.1.2.1:22 tcp unknown'],
    // A Teardown alone: port 53 is the one that was asked.
    [302014, '192.168.1.185:1032 171.70.168.183:53 tcp established'],
    [605004, '192.168.2.10:32597 192.168.2.14:22 tcp refused'],
    [605005, '192.168.0.1:11 192.168.0.2:22 tcp established'],
  ]
  for (const [id, want] of expected) {
    const line = lines.find((text) => idOf(text) === id)
    assert.ok(line !== undefined, `${id} is gone from the oracle`)
    const { records } = await decode(line)
    assert.equal(summary(records[0] as EventRecord), want, line)
  }
})

test('cisco-asa: what the oracle calls an attack or a login is one', { skip }, async () => {
  const found = sections()
  const kindsOf = async (name: string) => {
    const kinds = []
    for (const line of found.get(name) ?? []) kinds.push((await decode(line)).records[0])
    return kinds
  }
  for (const record of await kindsOf('cisco asa: Attack in progress detected')) assert.equal(record?.kind, 'alert')
  for (const record of await kindsOf('cisco asa: Attempt to connect from a blocked (shunned) IP')) {
    assert.deepEqual([record?.kind, record?.action], ['alert', 'deny'])
  }
  for (const name of ['cisco asa: Failed login attempt', 'cisco asa: AAA (VPN) authentication failed']) {
    for (const record of await kindsOf(name)) assert.deepEqual([record?.kind, record?.outcome], ['auth', 'refused'])
  }
  for (const record of await kindsOf('cisco asa: Successful login')) {
    assert.deepEqual([record?.kind, record?.outcome], ['auth', 'established'])
  }
})

function summary(record: EventRecord): string {
  const end = (address: string | undefined, port: number | undefined) =>
    port === undefined ? address : `${address}:${port}`
  return [end(record.src, record.srcPort), end(record.dst, record.dstPort), record.protocol, record.outcome].join(' ')
}

for (const [name, format, lines] of [
  [
    'ASA Built and Teardown',
    'cisco-asa',
    (k: number) => [
      `Nov 22 2026 10:00:0${k} fw : %ASA-6-302013: Built inbound TCP connection ${k} for outside:203.0.113.5/${4000 + k} (203.0.113.5/${4000 + k}) to dmz:192.0.2.5/443 (192.0.2.5/443)`,
      `Nov 22 2026 10:00:0${k + 1} fw : %ASA-6-302014: Teardown TCP connection ${k} for outside:203.0.113.5/${4000 + k} to dmz:192.0.2.5/443 duration 0:00:01 bytes 900 TCP FINs`,
    ],
  ],
  [
    'FTD 430002 and 430003',
    'cisco-asa',
    (k: number) =>
      ['430002', '430003'].map(
        (id) =>
          `<113>2026-11-22T10:00:0${k}Z ftd %FTD-1-${id}: AccessControlRuleAction: Allow, SrcIP: 203.0.113.5, DstIP: 192.0.2.5, SrcPort: ${4000 + k}, DstPort: 443, Protocol: tcp, AccessControlRuleName: web${id === '430003' ? ', InitiatorPackets: 9, ResponderPackets: 9, InitiatorBytes: 900, ResponderBytes: 900' : ''}`,
      ),
  ],
] as const) {
  test(`${name} of three connections are one contact and two repetitions`, async () => {
    const { Tracker } = await import('../src/track/tracker.ts')
    const { decodeInput } = await import('../src/pipeline/decode.ts')
    const { Dictionary } = await import('../src/event/dictionary.ts')
    const tracker = new Tracker()
    const text = [0, 2, 4].flatMap((k) => lines(k)).join('\n')
    const input = inputOf(new Uint8Array(Buffer.from(`${text}\n`)))
    const options = { sensor: 0, newest: 1.8e15, rules: new Dictionary(), format }
    await decodeInput(input, options, (batch) => tracker.observe(batch))
    assert.equal(tracker.journal.length, 1)
    assert.equal(tracker.journal.repeats[0], 2)
  })
}
