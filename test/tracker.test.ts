import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Outcome } from '../src/event/batch.ts'
import { Protocol } from '../src/event/protocol.ts'
import { type AttemptJournal, State } from '../src/track/journal.ts'
import { MethodCode } from '../src/track/method.ts'
import { Tracker } from '../src/track/tracker.ts'
import { ack, fin, type Packet, psh, rst, session, small, syn, track, urg } from './contacts.ts'

const a = '203.0.113.9'
const b = '192.0.2.1'
const out = { from: a, to: b, srcPort: 40000, dstPort: 80 }
const back = { from: b, to: a, srcPort: 80, dstPort: 40000 }

/** Names of the state bits set on contact `i`. */
function states(journal: AttemptJournal, i = 0): string[] {
  return Object.entries(State)
    .filter(([name, bit]) => name !== 'header' && name !== 'heard' && journal.has(i, bit))
    .map(([name]) => name)
    .sort()
}

test('a used connection is one established contact', () => {
  const { journal } = track(session(0, a, b, 80))
  assert.equal(journal.length, 1)
  assert.deepEqual(states(journal), ['completed', 'data', 'established', 'reacted', 'replyData'])
})

test('SYN, SYN-ACK, RST is half-open', () => {
  const { journal } = track([
    { at: 0, ...out, flags: syn },
    { at: 0.01, ...back, flags: syn | ack },
    { at: 0.02, ...out, flags: rst },
  ])
  assert.deepEqual(states(journal), ['established', 'halfOpen', 'reacted'])
})

test('a RST refuses, silence leaves nothing, a retransmission is the same contact', () => {
  const refused = track([
    { at: 0, ...out, flags: syn },
    { at: 0.01, ...back, flags: rst | ack },
  ]).journal
  assert.deepEqual(states(refused), ['refused'])
  assert.equal(refused.answeredAt[0]! - refused.time[0]!, 10_000)
  const silent = track([
    { at: 0, ...out, flags: syn },
    { at: 1, ...out, flags: syn },
    { at: 3, ...out, flags: syn },
  ]).journal
  assert.equal(silent.length, 1)
  assert.deepEqual(states(silent), [])
})

test('the same packets from two capture points are one contact', () => {
  const once = session(0, a, b, 80)
  const twice = once.flatMap((packet) => [packet, { ...packet, at: packet.at + 0.0001 }])
  const { journal } = track(twice)
  assert.equal(journal.length, 1)
  assert.ok(journal.has(0, State.established) && !journal.has(0, State.halfOpen))
})

test('one-sided: the client goes on after its SYN, so it was answered', () => {
  const { journal } = track([
    { at: 0, ...out, flags: syn },
    { at: 0.05, ...out, flags: ack },
    { at: 0.06, ...out, flags: ack | psh, payload: 9 },
  ])
  assert.ok(journal.has(0, State.established | State.completed))
})

test('a capture that starts in the middle makes no probes of running connections', () => {
  const { journal } = track([
    { at: 0, ...out, flags: ack | psh, payload: 10 },
    { at: 0.1, ...back, flags: ack },
    { at: 1, from: a, to: '192.0.2.2', srcPort: 40001, dstPort: 443, flags: fin | psh | ack, payload: 5 },
  ])
  assert.deepEqual([...journal.method.subarray(0, journal.length)], [MethodCode.midstream, MethodCode.midstream])
})

test('answers nobody asked for are responses, never requests', () => {
  const { journal } = track([
    { at: 0, ...back, flags: syn | ack },
    { at: 1, from: b, to: '203.0.113.10', srcPort: 80, dstPort: 5, flags: rst },
    { at: 2, from: b, to: '203.0.113.11', srcPort: 53, dstPort: 40000, protocol: Protocol.udp, payload: 100 },
    { at: 3, from: b, to: '203.0.113.12', protocol: Protocol.icmp, fields: { icmpType: 0 }, outcome: Outcome.response },
  ])
  assert.equal(journal.length, 4)
  assert.ok([...journal.method.subarray(0, 4)].every((method) => method === MethodCode.response))
})

test('an ICMP error tells the outcome of what it quotes', () => {
  const udp: Packet = { at: 0, ...out, protocol: Protocol.udp }
  const error = (outcome: number, icmpType: number, icmpCode: number): Packet => ({
    ...udp,
    at: 0.01,
    quotedBy: b,
    outcome,
    fields: { icmpType, icmpCode },
  })
  assert.deepEqual(states(track([udp, error(Outcome.refused, 3, 3)]).journal), ['refused'])
  assert.deepEqual(states(track([udp, error(Outcome.blocked, 3, 13)]).journal), ['blocked'])
  assert.deepEqual(states(track([udp, error(Outcome.unanswered, 3, 1)]).journal), ['unreachable'])
  assert.deepEqual(states(track([udp, error(Outcome.unanswered, 11, 0)]).journal), ['expired'])
})

test('an ICMP error about a packet nobody sent is a response by its reporter', () => {
  const { journal } = track([
    { at: 0, ...out, protocol: Protocol.udp, quotedBy: '198.51.100.1', outcome: Outcome.refused },
  ])
  assert.equal(journal.method[0], MethodCode.response)
  assert.equal(journal.address[3], 0xc6336401)
  assert.equal(journal.address[7], 0xcb007109)
})

test('a UDP answer may come from another port than was asked', () => {
  const { journal } = track([
    { at: 0, from: a, to: b, srcPort: 5000, dstPort: 69, protocol: Protocol.udp, payload: 20 },
    { at: 0.1, from: b, to: a, srcPort: 41234, dstPort: 5000, protocol: Protocol.udp, payload: 500 },
  ])
  assert.deepEqual([...journal.method.subarray(0, 2)], [MethodCode.udp, MethodCode.response])
})

test('each kind of first packet has its method', () => {
  const tcp = (flags: number, dstPort: number): Packet => ({ at: dstPort, from: a, to: b, dstPort, flags })
  const { journal } = track([
    tcp(syn, 1),
    tcp(fin, 2),
    tcp(0, 3),
    tcp(fin | psh | urg, 4),
    tcp(ack, 5),
    tcp(fin | ack, 6),
    tcp(syn | fin, 7),
    { at: 8, from: a, to: b, protocol: Protocol.icmp, fields: { icmpType: 8 } },
    { at: 9, from: a, to: b, protocol: Protocol.icmp, fields: { icmpType: 13 } },
    { at: 10, from: a, to: b, protocol: Protocol.icmp, fields: { icmpType: 17 } },
    { at: 11, from: a, to: b, protocol: Protocol.sctp, dstPort: 9 },
    { at: 12, from: a, to: b, protocol: 89, srcPort: 0 },
    { at: 13, from: a, to: b, protocol: Protocol.tcp, srcPort: 0 },
  ])
  const {
    tcpSyn,
    tcpFin,
    tcpNull,
    tcpXmas,
    tcpAck,
    tcpMaimon,
    tcpOdd,
    icmpEcho,
    icmpTimestamp,
    icmpMask,
    sctp,
    ipProtocol,
  } = MethodCode
  assert.deepEqual(
    [...journal.method.subarray(0, journal.length)],
    [
      tcpSyn,
      tcpFin,
      tcpNull,
      tcpXmas,
      tcpAck,
      tcpMaimon,
      tcpOdd,
      icmpEcho,
      icmpTimestamp,
      icmpMask,
      sctp,
      ipProtocol,
      ipProtocol,
    ],
  )
})

test('an echo reply finds its request by identifier, and many pings are one contact', () => {
  const ping = (at: number, id: number): Packet => ({
    at,
    from: a,
    to: b,
    srcPort: id,
    protocol: Protocol.icmp,
    fields: { icmpType: 8 },
  })
  const pong = (at: number, id: number): Packet => ({
    at,
    from: b,
    to: a,
    srcPort: id,
    protocol: Protocol.icmp,
    fields: { icmpType: 0 },
    outcome: Outcome.response,
  })
  const { journal } = track([ping(0, 7), pong(0.1, 7), ping(1, 8), pong(1.1, 8)])
  assert.equal(journal.length, 1)
  assert.ok(journal.has(0, State.established))
  assert.equal(journal.repeats[0], 1)
})

test('IPv6 addresses that differ only above the low word are different hosts', () => {
  const { journal } = track([
    { at: 0, from: '2001:db8::9', to: '2001:db8:1::1', dstPort: 80, flags: syn },
    { at: 1, from: '2001:db8::9', to: '2001:db8:2::1', dstPort: 80, flags: syn },
  ])
  assert.equal(journal.length, 2)
})

test('a full journal stops, is rolled over, and open contacts are carried with their connections', () => {
  const tracker = new Tracker({ ...small, journal: 64 })
  const packets = Array.from(
    { length: 64 },
    (_, i): Packet => ({ at: i, from: a, to: `192.0.2.${i}`, dstPort: 22, flags: syn }),
  )
  track(packets, tracker)
  assert.ok(tracker.journal.full)
  const late = packets[63]!
  tracker.rollOver(tracker.newest - 1e6)
  assert.equal(tracker.journal.length, 2)
  track([{ at: 63.5, from: late.to, to: a, srcPort: 22, dstPort: 40000, flags: rst | ack }], tracker)
  assert.deepEqual(states(tracker.journal, 1), ['refused'])
  track([{ ...packets[0]!, at: 64, srcPort: 40001 }], tracker)
  assert.equal(tracker.journal.length, 2, 'a contact of an earlier epoch is no first contact')
})

test('multicast and broadcast make no contacts', () => {
  const { journal, multicast } = track([
    { at: 0, from: a, to: '239.255.255.250', dstPort: 1900, protocol: Protocol.udp },
    { at: 0, from: a, to: '255.255.255.255', dstPort: 67, protocol: Protocol.udp },
    { at: 0, from: 'fe80::1', to: 'ff02::fb', dstPort: 5353, protocol: Protocol.udp },
  ])
  assert.equal(journal.length, 0)
  assert.equal(multicast, 3)
})
