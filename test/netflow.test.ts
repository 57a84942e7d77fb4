/** NetFlow, IPFIX and sFlow: what the standards say, what exporters do, and what an attacker might send. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { EventRecord } from '../src/event/record.ts'
import { isExport } from '../src/format/netflow/header.ts'
import { recognise } from '../src/pipeline/recognise.ts'
import { decodeAll, decodeFile, fixtures, inputOf } from './decode-fixture.ts'
import {
  expandedSample,
  type Field,
  flow5,
  flow9,
  flowSample,
  frame,
  halves,
  ip,
  ip6,
  ipfix,
  long,
  octets,
  options9,
  options10,
  padded,
  pcap,
  sampledHeader,
  sent,
  set,
  sflow,
  tagged,
  tcp,
  template,
  usual,
  usualRecord,
  words,
} from './netflow-build.ts'
import { decodeExports } from './netflow-decode.ts'

/** The fields of a record that are of interest, without those that are always there. */
function brief(record: EventRecord | undefined, ...names: readonly (keyof EventRecord)[]): unknown[] {
  assert.ok(record)
  return names.map((name) => record[name])
}

const learn = (id: number, fields: readonly Field[]) => flow9([set(0, template(id, fields))])
const learn10 = (id: number, fields: readonly Field[]) => ipfix([set(2, template(id, fields))])
const one = (packets: Parameters<typeof decodeExports>[0]) => {
  const { records, damage } = decodeExports(packets)
  assert.equal(records.length, 1, damage.join())
  return records[0] as EventRecord
}

test('version 5: a record, its sampling, and the flow that began before the exporter', () => {
  const { records } = decodeExports([
    flow5(
      [
        { first: 3_540_000, last: 3_541_500 },
        { first: 0xfffffc18, flags: 0x14 },
      ],
      { sampling: 0x4064 },
    ),
  ])
  const names = [
    'time',
    'src',
    'srcPort',
    'dst',
    'dstPort',
    'protocol',
    'flags',
    'outcome',
    'sampling',
    'duration',
  ] as const
  assert.deepEqual(brief(records[0], ...names), [
    '2026-11-22T02:06:00.500000Z',
    '203.0.113.70',
    53220,
    '192.0.2.10',
    22,
    'tcp',
    'S',
    'unknown',
    100,
    1.5,
  ])
  assert.deepEqual(brief(records[1], 'time', 'flags', 'outcome', 'marks'), [
    '2026-11-22T01:06:59.500000Z',
    'RA',
    'response',
    ['reverse', 'uniflow'],
  ])
})

test('versions 1 and 7 have the same fields in other places', () => {
  const body = (told: Parameters<typeof flow5>[0][number]) => flow5([told]).subarray(24)
  const record = body({ dstPort: 443 })
  const first = Buffer.concat([
    halves(1, 1),
    words(3_600_000, sent, 0),
    record.subarray(0, 36),
    halves(0),
    octets(6, 0, 2, 0, 0, 0),
    Buffer.alloc(8),
  ])
  const seventh = Buffer.concat([halves(7, 1), words(3_600_000, sent, 0, 0, 0), record, words(0)])
  for (const packet of [first, seventh]) {
    assert.deepEqual(brief(one([packet]), 'dstPort', 'flags', 'protocol'), [443, 'S', 'tcp'])
  }
})

test('version 9: template and data, in one packet and in two', () => {
  const data = padded(256, usualRecord(), usualRecord({ dstPort: 23 }))
  const together = decodeExports([flow9([set(0, template(256, usual)), data])])
  const apart = decodeExports([learn(256, usual), flow9([data])])
  const strip = ({ offset: _, length: __, ...record }: EventRecord) => record
  assert.equal(together.records.length, 2)
  assert.deepEqual(together.records.map(strip), apart.records.map(strip))
  assert.equal(together.records[0]?.sensor, '192.0.2.1')
})

test('data waits for its template, and keeps its own time and place', () => {
  const early = flow9([set(256, usualRecord())], { seconds: sent - 60 })
  const { records, undecoded, damage } = decodeExports([early, learn(256, usual), flow9([set(256, usualRecord())])])
  assert.deepEqual(
    records.map(({ time, offset }) => [time, offset]),
    [
      ['2026-11-22T02:05:50.000000Z', 0],
      ['2026-11-22T02:06:50.000000Z', 2],
    ],
  )
  assert.deepEqual([undecoded, damage], [[], ['', '', '']])
})

test('data whose template never comes is counted, where it stands', () => {
  const { records, undecoded, decoder } = decodeExports([flow9([set(300, usualRecord())]), learn(256, usual)])
  assert.deepEqual([records.length, undecoded, decoder.exporters[0]?.undecoded], [0, [0], 1])
})

test('what waits is bounded: one exporter cannot push out the others, and the oldest gives way', () => {
  const sizes = { sessions: 4, templates: 4, samplers: 2, waitingBytes: 8192, waitingSets: 64 }
  const flood = Array.from({ length: 500 }, () => ({ payload: flow9([set(300, Buffer.alloc(200))]), from: 66 }))
  const early = { payload: flow9([set(256, usualRecord())]), from: 1 }
  const { records, undecoded } = decodeExports([early, ...flood, { payload: learn(256, usual), from: 1 }], sizes)
  assert.equal(records.length, 1)
  assert.equal(undecoded.length, 500)
  const many = Array.from({ length: 200 }, (_, k) => ({ payload: flow9([set(300, Buffer.alloc(200))]), from: k + 2 }))
  assert.equal(decodeExports([early, ...many, { payload: learn(256, usual), from: 1 }], sizes).records.length, 0)
})

test('templates belong to an exporter, its port and its observation domain', () => {
  const short: readonly Field[] = [
    [8, 4],
    [12, 4],
    [4, 1],
  ]
  const record = Buffer.concat([ip('203.0.113.1'), ip('192.0.2.1'), octets(47)])
  const { records } = decodeExports([
    { payload: learn(256, usual), from: 1 },
    { payload: learn(256, short), from: 2 },
    { payload: learn(256, short), from: 1, port: 50_001 },
    { payload: flow9([set(0, template(256, short))], { domain: 2 }), from: 1 },
    { payload: flow9([set(256, usualRecord())]), from: 1 },
    { payload: flow9([set(256, record)]), from: 2 },
    { payload: flow9([set(256, record)]), from: 1, port: 50_001 },
    { payload: flow9([set(256, record)], { domain: 2 }), from: 1 },
  ])
  assert.deepEqual(
    records.map(({ protocol }) => protocol),
    ['tcp', 'gre', 'gre', 'gre'],
  )
})

test('a template that changes, and one that is withdrawn', () => {
  const short: readonly Field[] = [
    [8, 4],
    [12, 4],
    [4, 1],
  ]
  const record = Buffer.concat([ip('203.0.113.1'), ip('192.0.2.1'), octets(47)])
  const changed = decodeExports([learn10(256, usual), learn10(256, short), ipfix([set(256, record)])])
  assert.equal(changed.records[0]?.protocol, 'gre')
  for (const withdrawal of [halves(256, 0), halves(2, 0)]) {
    const gone = decodeExports([learn10(256, usual), ipfix([set(2, withdrawal)]), ipfix([set(256, usualRecord())])])
    assert.deepEqual([gone.records.length, gone.undecoded], [0, [2]])
  }
  const other = decodeExports([learn10(256, usual), ipfix([set(3, halves(3, 0))]), ipfix([set(256, usualRecord())])])
  assert.equal(other.records.length, 1, 'options templates are withdrawn by themselves')
})

test('IPFIX: enterprise fields and fields of variable length are passed over', () => {
  const fields: readonly Field[] = [
    [82, 65535],
    [8, 4],
    [100, 4, 9],
    [12, 4],
    [94, 65535],
    [4, 1],
    [11, 2],
  ]
  const record = (name: Uint8Array) =>
    Buffer.concat([
      octets(3),
      Buffer.from('eth'),
      ip('203.0.113.70'),
      words(7),
      ip('192.0.2.10'),
      name,
      octets(17),
      halves(53),
    ])
  const short = record(Buffer.concat([octets(4), Buffer.from('text')]))
  const longer = record(Buffer.concat([octets(255), halves(300), Buffer.alloc(300, 120)]))
  const { records, damage } = decodeExports([learn10(400, fields), ipfix([padded(400, short, longer, short)])])
  assert.deepEqual(damage, ['', ''])
  assert.deepEqual(
    records.map(({ dst, dstPort, protocol }) => [dst, dstPort, protocol]),
    Array(3).fill(['192.0.2.10', 53, 'udp']),
  )
})

test('numbers may be shorter than their element, flags longer, and fields empty', () => {
  const fields: readonly Field[] = [
    [8, 4],
    [12, 4],
    [4, 1],
    [6, 2],
    [1, 3],
    [2, 2],
    [11, 2],
    [7, 2],
    [300, 0],
    [153, 8],
    [152, 8],
  ]
  const times = [long((sent - 1) * 1000 + 500), long((sent - 3) * 1000)]
  const ends = Buffer.concat([ip('203.0.113.70'), ip('192.0.2.10')])
  const record = Buffer.concat([ends, octets(6), halves(0x5012), octets(1, 0, 0), halves(700, 80, 40_000), ...times])
  assert.deepEqual(
    brief(one([learn10(256, fields), ipfix([set(256, record)])]), 'flags', 'bytesOut', 'packetsOut', 'duration'),
    ['SA', 65536, 700, 2.5],
  )
})

test('every way to tell a time', () => {
  const ntp = (seconds: number) => words(seconds + 2208988800, 0x80000000)
  const ends: readonly Field[] = [
    [8, 4],
    [12, 4],
    [4, 1],
  ]
  const body = Buffer.concat([ip('203.0.113.70'), ip('192.0.2.10'), octets(47)])
  const start = sent - 10
  const ways: readonly (readonly [Field, Uint8Array, string])[] = [
    [[150, 4], words(start), '50.000000'],
    [[152, 8], long(start * 1000 + 250), '50.250000'],
    [[154, 8], ntp(start), '50.500000'],
    [[156, 8], ntp(start), '50.500000'],
    [[154, 8], long(BigInt(start) * 1_000_000n + 7n), '50.000007'],
    [[156, 8], long(BigInt(start) * 1_000_000_000n + 7000n), '50.000007'],
    [[158, 4], words(10_000_000), '50.000000'],
    [[323, 8], long(start * 1000), '50.000000'],
    [[161, 4], words(10_000), '50.000000'],
  ]
  for (const [field, value, seconds] of ways) {
    const record = one([learn10(256, [...ends, field]), ipfix([set(256, body, value)])])
    assert.equal(record.time, `2026-11-22T02:06:${seconds}Z`, `element ${field[0]}`)
  }
  const boot = one([
    learn10(256, [...ends, [22, 4], [160, 8]]),
    ipfix([set(256, body, words(20_000), long((start - 20) * 1000))]),
  ])
  assert.equal(boot.time, '2026-11-22T02:06:50.000000Z', 'uptime, with the time at which it was 0')
  const told = one([
    ipfix([set(3, options10(300, [[149, 4]], [[160, 8]])), set(300, words(1), long((start - 20) * 1000))]),
    learn10(256, [...ends, [22, 4]]),
    ipfix([set(256, body, words(20_000))]),
  ])
  assert.equal(told.time, '2026-11-22T02:06:50.000000Z', 'the same from options')
})

test('an exporter whose clock was never set: the arrival is the time', () => {
  const record = one([flow9([set(0, template(256, usual)), set(256, usualRecord())], { seconds: 3600 })])
  assert.equal(record.time, '2026-11-22T02:59:50.000000Z')
})

test('sampling: of the domain, of a sampler, of the record', () => {
  const data = (id: number, ...parts: Uint8Array[]) => flow9([set(id, usualRecord(), ...parts)])
  const rate = (packets: Parameters<typeof decodeExports>[0]) => decodeExports(packets).records[0]?.sampling
  const ways: readonly (readonly [readonly Field[], Uint8Array, number])[] = [
    [
      [
        [34, 4],
        [35, 1],
      ],
      Buffer.concat([words(1000), octets(2)]),
      1000,
    ],
    [[[50, 4]], words(256), 256],
    [
      [
        [305, 4],
        [306, 4],
      ],
      words(1, 511),
      512,
    ],
    [[[305, 4]], words(64), 64],
    [
      [
        [309, 4],
        [310, 4],
      ],
      words(2, 400),
      200,
    ],
    [[[311, 8]], Buffer.from('3f847ae147ae147b', 'hex'), 100],
  ]
  for (const [fields, value, want] of ways) {
    const options = flow9([set(1, options9(300, [[1, 4]], fields)), set(300, words(1), value)])
    assert.equal(rate([learn(256, usual), options, data(256)]), want, `element ${fields[0]?.[0]}`)
  }
  const samplers = flow9([
    set(
      1,
      options9(
        300,
        [[1, 4]],
        [
          [48, 1],
          [50, 4],
        ],
      ),
    ),
    set(300, words(1), octets(1), words(100), words(1), octets(2), words(2000)),
  ])
  const sampled: readonly Field[] = [...usual, [48, 1]]
  assert.equal(rate([learn(256, sampled), samplers, data(256, octets(2))]), 2000)
  assert.equal(rate([learn(256, sampled), samplers, data(256, octets(1))]), 100)
  assert.equal(rate([learn(256, sampled), samplers, data(256, octets(0))]), undefined)
  assert.equal(rate([learn(256, usual), samplers, data(256)]), undefined, 'several samplers, and none named')
  assert.equal(rate([learn(256, [...usual, [34, 4]]), data(256, words(10))]), 10)
  const selector = ipfix([
    set(
      3,
      options10(
        300,
        [[302, 8]],
        [
          [305, 4],
          [306, 4],
        ],
      ),
    ),
    set(300, long(5), words(1, 99)),
  ])
  const chosen = ipfix([set(2, template(256, [...usual, [302, 8]])), set(256, usualRecord(), long(5))])
  assert.equal(rate([selector, chosen]), 100)
})

test('IPv6, and templates with both families', () => {
  const src = ip6(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0x70)
  const dst = ip6(0x2001, 0xdb8, 1, 0, 0, 0, 0, 0x53)
  const six: readonly Field[] = [
    [27, 16],
    [28, 16],
    [4, 1],
    [139, 2],
  ]
  const echo = one([learn(256, six), flow9([set(256, src, dst, octets(58), halves(0x8000))])])
  assert.deepEqual(brief(echo, 'src', 'dst', 'protocol', 'icmpType', 'icmpCode'), [
    '2001:db8::70',
    '2001:db8:1::53',
    'icmp6',
    128,
    0,
  ])
  const both: readonly Field[] = [
    [8, 4],
    [12, 4],
    [27, 16],
    [28, 16],
    [4, 1],
  ]
  const none = Buffer.alloc(32)
  const { records } = decodeExports([
    learn(256, both),
    flow9([set(256, ip('203.0.113.70'), ip('192.0.2.10'), none, octets(47))]),
    flow9([set(256, Buffer.alloc(8), src, dst, octets(47))]),
    flow9([set(256, Buffer.alloc(40), octets(47))]),
  ])
  assert.deepEqual(
    records.map((record) => record.src),
    ['203.0.113.70', '2001:db8::70'],
    'one without ends is none',
  )
})

test('a tunnel whose inner packet is told as well', () => {
  const fields: readonly Field[] = [
    [27, 16],
    [28, 16],
    [7, 2],
    [11, 2],
    [4, 1],
    [8, 4],
    [12, 4],
    [7, 2],
    [11, 2],
    [4, 1],
  ]
  const outer = Buffer.concat([
    ip6(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1),
    ip6(0x2001, 0xdb8, 0, 0, 0, 0, 0, 2),
    halves(0, 0),
    octets(4),
  ])
  const inner = Buffer.concat([ip('203.0.113.70'), ip('192.0.2.10'), halves(5000, 161), octets(17)])
  const record = one([learn10(256, fields), ipfix([set(256, outer, inner)])])
  assert.deepEqual(brief(record, 'src', 'dstPort', 'protocol', 'marks'), [
    '203.0.113.70',
    161,
    'udp',
    ['tunnelled', 'uniflow'],
  ])
})

test('ICMP: type and code in the port, in one field, in two', () => {
  const ends: readonly Field[] = [
    [8, 4],
    [12, 4],
    [4, 1],
  ]
  const body = Buffer.concat([ip('203.0.113.70'), ip('192.0.2.10'), octets(1)])
  const ways: readonly (readonly [readonly Field[], Uint8Array])[] = [
    [[[11, 2]], halves(0x0303)],
    [[[32, 2]], halves(0x0303)],
    [
      [
        [176, 1],
        [177, 1],
      ],
      octets(3, 3),
    ],
    [
      [
        [32, 2],
        [11, 2],
      ],
      halves(0, 0x0303),
    ],
  ]
  for (const [fields, value] of ways) {
    const record = one([learn(256, [...ends, ...fields]), flow9([set(256, body, value)])])
    assert.deepEqual(brief(record, 'icmpType', 'icmpCode', 'outcome'), [3, 3, 'response'])
  }
  const misplaced = one([learn(256, [...ends, [11, 2]]), flow9([set(256, body, halves(8))])])
  assert.deepEqual(brief(misplaced, 'icmpType', 'icmpCode'), [8, 0])
})

test('biflows (RFC 5103) have an outcome of both directions', () => {
  const fields: readonly Field[] = [...usual, [2, 4, 29305], [1, 4, 29305], [6, 1, 29305]]
  const reply = (packets: number, bytes: number, flags: number) => Buffer.concat([words(packets, bytes), octets(flags)])
  const { records } = decodeExports([
    learn10(256, fields),
    ipfix([set(256, usualRecord(), reply(0, 0, 0))]),
    ipfix([set(256, usualRecord(), reply(1, 40, 0x14))]),
    ipfix([set(256, usualRecord({ flags: 0x1b, packets: 6 }), reply(5, 900, 0x1b))]),
    ipfix([set(256, usualRecord({ protocol: 17 }), reply(1, 60, 0))]),
  ])
  assert.deepEqual(
    records.map(({ outcome }) => outcome),
    ['unanswered', 'refused', 'established', 'established'],
  )
  assert.deepEqual(brief(records[1], 'packetsIn', 'bytesIn', 'replyFlags', 'marks'), [1, 40, 'RA', undefined])
})

test('a record that says it is of the answering side', () => {
  const record = (direction: number) =>
    one([learn(256, [...usual, [239, 1]]), flow9([set(256, usualRecord(), octets(direction))])])
  assert.deepEqual(brief(record(1), 'outcome', 'marks'), ['unknown', ['uniflow']])
  assert.deepEqual(brief(record(2), 'outcome', 'marks'), ['response', ['reverse', 'uniflow']])
})

test('Cisco NSEL: created, ended, denied', () => {
  const fields: readonly Field[] = [
    [148, 4],
    [8, 4],
    [7, 2],
    [12, 4],
    [11, 2],
    [4, 1],
    [176, 1],
    [177, 1],
    [225, 4],
    [226, 4],
    [227, 2],
    [228, 2],
    [233, 1],
    [33002, 2],
    [323, 8],
    [152, 8],
    [231, 4],
    [232, 4],
    [33000, 12],
  ]
  const event = (kind: number, extended: number, out: number, back: number, protocol = 6) =>
    Buffer.concat([
      words(1),
      ip('203.0.113.70'),
      halves(53220),
      ip('192.0.2.10'),
      halves(22),
      octets(protocol, 0, 0),
      ip('198.51.100.1'),
      ip('192.0.2.10'),
      halves(1024, 22),
      octets(kind),
      halves(extended),
      long(sent * 1000),
      long((sent - 5) * 1000),
      words(out, back),
      Buffer.alloc(12),
    ])
  const { records } = decodeExports([
    learn(260, fields),
    flow9([set(260, event(1, 0, 0, 0))]),
    flow9([set(260, event(2, 2014, 900, 4000))]),
    flow9([set(260, event(2, 2030, 0, 0))]),
    flow9([set(260, event(3, 1001, 0, 0))]),
    flow9([set(260, event(3, 1004, 0, 0))]),
    flow9([set(260, event(2, 2026, 80, 0, 17))]),
    flow9([set(260, event(1, 0, 0, 0, 17))]),
  ])
  assert.deepEqual(
    records.map(({ outcome, action, marks }) => [outcome, action, marks]),
    [
      ['unknown', 'allow', undefined],
      ['established', 'allow', undefined],
      ['unknown', 'allow', undefined],
      ['blocked', 'deny', undefined],
      ['blocked', 'deny', ['midstream']],
      ['unanswered', 'allow', undefined],
      ['unknown', 'allow', undefined],
    ],
  )
  assert.deepEqual(brief(records[1], 'mapped', 'duration', 'bytesOut', 'bytesIn', 'packetsOut'), [
    '198.51.100.1',
    5,
    900,
    4000,
    undefined,
  ])
})

test('dropped packets are blocked; NAT events are contacts where a translation was made', () => {
  const forwarding = (status: number) =>
    one([learn(256, [...usual, [89, 1]]), flow9([set(256, usualRecord(), octets(status))])])
  assert.deepEqual(brief(forwarding(0x40), 'outcome', 'action'), ['unknown', undefined])
  assert.deepEqual(brief(forwarding(0x82), 'outcome', 'action'), ['blocked', 'deny'])
  assert.deepEqual(brief(forwarding(0x83), 'outcome', 'action'), ['blocked', undefined])
  const fields: readonly Field[] = [
    [323, 8],
    [8, 4],
    [225, 4],
    [12, 4],
    [7, 2],
    [227, 2],
    [11, 2],
    [4, 1],
    [230, 1],
  ]
  const event = (kind: number) =>
    Buffer.concat([
      long(sent * 1000),
      ip('100.64.0.9'),
      ip('192.0.2.1'),
      ip('203.0.113.5'),
      halves(5000, 1025, 443),
      octets(6, kind),
    ])
  const { records } = decodeExports([learn10(256, fields), ipfix([set(256, event(4), event(5), event(3))])])
  assert.equal(records.length, 1)
  assert.deepEqual(brief(records[0], 'src', 'mapped', 'packetsOut'), ['100.64.0.9', '192.0.2.1', undefined])
})

test('records of a direction in which nothing came are none', () => {
  const { records } = decodeExports([learn(256, usual), flow9([set(256, usualRecord({ packets: 0, bytes: 0 }))])])
  assert.equal(records.length, 0)
})

test('aggregates without addresses are passed over', () => {
  const { records, damage } = decodeExports([
    learn(256, [
      [16, 4],
      [17, 4],
      [1, 4],
    ]),
    flow9([set(256, words(1, 2, 3))]),
  ])
  assert.deepEqual([records.length, damage], [0, ['', '']])
})

test('sequence numbers tell what was lost, by exporter and domain', () => {
  const v9 = [0, 1, 4, 3, 5].map((sequence) => flow9([set(0, template(256, usual))], { sequence }))
  assert.deepEqual(brief9(decodeExports(v9).decoder.exporters[0]), [1, 'datagrams', 0])
  const v5 = [10, 12, 20, 0].map((sequence) => flow5([{}, {}], { sequence }))
  assert.deepEqual(brief9(decodeExports(v5).decoder.exporters[0]), [6 - 2, 'records', 0])
  const v10 = [0, 2, 9].map((sequence) =>
    ipfix([set(2, template(256, usual)), set(256, usualRecord(), usualRecord())], { sequence }),
  )
  assert.deepEqual(brief9(decodeExports(v10).decoder.exporters[0]), [5, 'records', 0])
  const again = [1_000_000, 0, 1].map((sequence) => flow9([set(0, template(256, usual))], { sequence, domain: 9 }))
  assert.deepEqual(brief9(decodeExports(again).decoder.exporters[0]), [0, 'datagrams', 1])
})

const brief9 = (state: ReturnType<typeof decodeExports>['decoder']['exporters'][number] | undefined) => [
  state?.lost,
  state?.lostUnit,
  state?.restarts,
]

test('sFlow: sampled headers, decoded records, both forms of sample, discards', () => {
  const syn = frame('203.0.113.70', '192.0.2.10', 6, tcp(53220, 22, 2))
  const answer = frame('192.0.2.10', '203.0.113.70', 6, tcp(22, 53220, 0x12))
  const four = tagged(3, words(60, 17), ip('203.0.113.70'), ip('192.0.2.53'), words(40_000, 53, 0, 0))
  const six = tagged(
    4,
    words(60, 6),
    ip6(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0x70),
    ip6(0x2001, 0xdb8, 1, 0, 0, 0, 0, 1),
    words(40_000, 443, 2, 0),
  )
  const counters = tagged(2, words(1, 3, 0))
  const { records, damage } = decodeExports([
    sflow([
      counters,
      flowSample(512, [sampledHeader(syn), four]),
      expandedSample(1024, [tagged(1002, words(1, 2)), sampledHeader(answer)]),
      flowSample(512, [four]),
      flowSample(512, [six], 0x40000102),
      expandedSample(512, [sampledHeader(syn)], 1, 259),
    ]),
  ])
  assert.deepEqual(damage, [''])
  assert.deepEqual(
    records.map(({ src, dstPort, protocol, outcome, sampling, flags, sensor }) => [
      src,
      dstPort,
      protocol,
      outcome,
      sampling,
      flags,
      sensor,
    ]),
    [
      ['203.0.113.70', 22, 'tcp', 'unknown', 512, 'S', '192.0.2.254'],
      ['192.0.2.10', 53220, 'tcp', 'response', 1024, 'SA', '192.0.2.254'],
      ['203.0.113.70', 53, 'udp', 'unknown', 512, undefined, '192.0.2.254'],
      ['2001:db8::70', 443, 'tcp', 'blocked', 512, 'S', '192.0.2.254'],
      ['203.0.113.70', 22, 'tcp', 'unknown', 512, 'S', '192.0.2.254'],
    ],
  )
  assert.equal(records[0]?.time, '2026-11-22T03:00:00.000000Z', 'the time of arrival: sFlow tells none')
  assert.equal(records[0]?.bytesOut, 40)
})

test('sampled packets in IPFIX (PSAMP) and NetFlow v9', () => {
  const syn = frame('203.0.113.70', '192.0.2.10', 6, tcp(53220, 22, 2))
  const psamp = one([
    learn10(256, [
      [323, 8],
      [305, 4],
      [306, 4],
      [312, 2],
      [315, 65535],
    ]),
    ipfix([set(256, long(sent * 1000), words(1, 99), halves(60), octets(syn.length), syn)]),
  ])
  assert.deepEqual(brief(psamp, 'time', 'dstPort', 'flags', 'sampling'), ['2026-11-22T02:07:00.000000Z', 22, 'S', 100])
  const cisco = one([learn(256, [[104, syn.length]]), flow9([set(256, syn)])])
  assert.equal(cisco.dstPort, 22)
  const bare = one([learn10(256, [[313, 65535]]), ipfix([set(256, octets(syn.length - 14), syn.subarray(14))])])
  assert.equal(bare.src, '203.0.113.70')
})

test('damage is said, and what is sound before it is kept', () => {
  const data = set(256, usualRecord(), usualRecord())
  const whole = flow9([set(0, template(256, usual)), data])
  const { records, damage } = decodeExports([
    whole.subarray(0, whole.length - 10),
    flow9([halves(256, 2)]),
    flow5([{}, {}]).subarray(0, 24 + 60),
    learn(300, [[8, 0]]),
    flow9([set(0, halves(301, 4, 8, 4))]),
    flow9([set(0, template(302, Array(256).fill([8, 4])))]),
    octets(0, 9, 0, 1),
    octets(0, 4, 1, 2, 3, 4),
    ipfix([data]).subarray(0, 30),
  ])
  assert.equal(records.length, 2)
  assert.deepEqual(damage, [
    'set cut short',
    'set of length 2',
    'flow records cut short',
    'template of records without length',
    'template cut short',
    'template of more than 255 fields',
    'header cut short',
    'no export packet',
    'set cut short',
  ])
})

for (const [id, name] of [
  ['netflow', 'mixed.netflow'],
  ['netflow-pcap', 'mixed.pcap'],
] as const) {
  test(`${id}: golden rows, each of which points at its packet`, async () => {
    const path = join(fixtures, id, name)
    const { records, result } = await decodeFile(path)
    const golden = readFileSync(join(fixtures, id, 'events.jsonl'), 'utf8')
      .trimEnd()
      .split('\n')
    assert.deepEqual(
      records.map((record) => JSON.stringify(record)),
      golden,
    )
    assert.ok(result.tally.malformed > 0 && result.tally.ignored > 0)
    const bytes = readFileSync(path)
    for (const { offset, length } of records) {
      const packet = bytes.subarray(offset + (id === 'netflow' ? 0 : 16 + 42), offset + length)
      assert.ok(isExport(packet, 0, packet.length))
    }
  })
}

test('what sequence numbers say was lost is counted for the input', async () => {
  const packets = [0, 1, 5].map((sequence) => flow9([set(0, template(256, usual))], { sequence }))
  const bytes = pcap(packets.map((payload) => ({ from: '192.0.2.1', payload })))
  const { result } = await decodeAll(inputOf(new Uint8Array(bytes)), 'gap.pcap')
  assert.equal(result.tally.lost, 3)
})

test('a capture is one of exports only where most of its packets are', () => {
  const payload = flow5([{}])
  const other = { from: '192.0.2.9', payload: Buffer.from('0001010000010000', 'hex'), to: 53 }
  const some = pcap([{ from: '192.0.2.1', payload }, other, other])
  const most = pcap([{ from: '192.0.2.1', payload }, { from: '192.0.2.1', payload }, other])
  assert.equal(recognise(some, '').id, 'pcap')
  assert.equal(recognise(most, '').id, 'netflow-pcap')
})
