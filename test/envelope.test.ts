import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import './fuzz-seed.ts'
import { writeIso } from '../src/base/iso-write.ts'
import { unescapeJson } from '../src/base/json-unescape.ts'
import { readAnyTime } from '../src/framing/envelope.ts'
import { OctetCutter } from '../src/framing/octets.ts'
import { decodeAll, decodeFile, fixtures, inputOf } from './decode-fixture.ts'

/** Lines of three formats, each with what its row must say. */
const inner = [
  {
    format: 'kernel-log',
    line: 'Nov 22 02:13:40 fw kernel: IN=ext0 OUT= SRC=203.0.113.70 DST=192.0.2.10 LEN=44 PROTO=TCP SPT=6 DPT=80 SYN',
  },
  {
    format: 'suricata-eve',
    line:
      '{"timestamp":"2026-11-22T02:13:40+0000","event_type":"flow","src_ip":"203.0.113.70","src_port":6,' +
      '"dest_ip":"192.0.2.10","dest_port":80,"proto":"TCP","flow":{"pkts_toserver":1,"pkts_toclient":0,' +
      '"start":"2026-11-22T02:13:40+0000","end":"2026-11-22T02:13:40+0000"},"tcp":{"tcp_flags_ts":"02"}}',
  },
  {
    format: 'zeek-conn-json',
    line:
      '{"ts":1795313620.0,"uid":"C1","id.orig_h":"203.0.113.70","id.orig_p":6,"id.resp_h":"192.0.2.10","id.resp_p":80,' +
      '"proto":"tcp","conn_state":"S0","orig_pkts":1,"resp_pkts":0}',
  },
  {
    format: 'aws-vpc-flow',
    line: '2 111122223333 eni-0a1b2c3d 203.0.113.70 192.0.2.10 6 80 6 1 44 1795313620 1795313620 REJECT OK',
  },
  { format: 'cef', line: 'CEF:0|Example|Gate|1|1|n|3|src=203.0.113.70 spt=6 dst=192.0.2.10 dpt=80 proto=TCP act=deny' },
] as const

const time = '2026-11-22T02:13:40.000Z'
const seconds = 1795313620
/** What shippers make of a line. */
const envelopes: Readonly<Record<string, (line: string) => unknown>> = {
  filebeat: (message) => ({
    '@timestamp': time,
    message,
    host: { name: 'h' },
    log: { offset: 1, file: { path: '/x' } },
  }),
  'elastic agent': (original) => ({ '@timestamp': time, event: { original, dataset: 'x' }, message: 'shortened' }),
  logstash: (message) => ({ message, '@version': '1', host: 'h', '@timestamp': time }),
  vector: (message) => ({ file: '/x', host: 'h', message, source_type: 'file', timestamp: time }),
  'fluent bit': (log) => ({ date: seconds + 0.5, log }),
  docker: (log) => ({ log: `${log}\n`, stream: 'stdout', time }),
  loki: (line) => ({ labels: { job: 'x' }, line, timestamp: time }),
  cloudwatch: (message) => ({ timestamp: seconds * 1000, message, ingestionTime: seconds * 1000 }),
  'splunk HEC': (event) => ({ time: seconds, host: 'h', source: 's', sourcetype: 'st', event }),
  'splunk export': (_raw) => ({ preview: false, result: { _raw, _time: time, host: 'h' } }),
  journal: (MESSAGE) => ({ __REALTIME_TIMESTAMP: `${seconds}000000`, _HOSTNAME: 'h', SYSLOG_IDENTIFIER: 'p', MESSAGE }),
  'journal bytes': (text) => ({ __REALTIME_TIMESTAMP: `${seconds}000000`, MESSAGE: [...Buffer.from(text)] }),
  'elasticsearch export': (message) => ({ _index: 'i', _source: { '@timestamp': time, message } }),
  'in two': (log) => ({ '@timestamp': time, message: JSON.stringify({ log, stream: 'stdout', time }) }),
}

for (const [shipper, wrap] of Object.entries(envelopes)) {
  test(`${shipper}: what it carries is recognised and read as what it is`, async () => {
    const lines = inner.map(({ line }) => `${JSON.stringify(wrap(line))}\n`)
    const { records, result } = await decodeAll(inputOf(Buffer.from(lines.join(''))), 'x')
    assert.equal(result.format, 'json-envelope')
    assert.deepEqual(result.tally.examples, [])
    let offset = 0
    for (const [k, { format }] of inner.entries()) {
      const record = records[k]
      assert.equal(record?.format, format)
      assert.deepEqual(
        [record.src, record.srcPort, record.dst, record.dstPort, record.protocol],
        ['203.0.113.70', 6, '192.0.2.10', 80, 'tcp'],
      )
      assert.match(record.time, /^2026-11-22T02:13:40\.[05]/)
      assert.deepEqual(
        [record.offset, record.length],
        [offset, Buffer.byteLength(lines[k]!) - 1],
        'evidence is the envelope',
      )
      offset += Buffer.byteLength(lines[k]!)
    }
  })
}

test('a record that the shipper left as an object is read', async () => {
  for (const key of ['event', 'message', 'eve']) {
    const line = JSON.stringify({ time: seconds, host: 'h', [key]: JSON.parse(inner[1].line) })
    const { records } = await decodeAll(inputOf(Buffer.from(`${line}\n`)), 'x')
    assert.deepEqual([records[0]?.format, records[0]?.dst], ['suricata-eve', '192.0.2.10'], key)
  }
})

test('time, host and program of the envelope stand in for a header that the line lacks', async () => {
  const line = { '@timestamp': time, message: inner[4].line, host: { name: 'gw-7' }, process: { name: 'gate' } }
  const { records } = await decodeAll(inputOf(Buffer.from(`${JSON.stringify(line)}\n`)), 'x')
  assert.deepEqual([records[0]?.time, records[0]?.sensor], ['2026-11-22T02:13:40.000000Z', 'gw-7'])
  const nameless = JSON.stringify({ '@timestamp': time, message: inner[4].line, host: { name: 'no name <b>' } })
  const { records: others } = await decodeAll(inputOf(Buffer.from(`${nameless}\n`)), 'x')
  assert.deepEqual([others[0]?.time, others[0]?.sensor], ['2026-11-22T02:13:40.000000Z', undefined])
})

test('texts of a line that was unescaped survive', async () => {
  const message = `${inner[4].line} msg=caf\u00e9 "quoted" \u{1f600} reason=a\\=b`
  const text = JSON.stringify({ '@timestamp': time, message })
    .replace('\u00e9', '\\u00e9')
    .replace('\u{1f600}', '\\ud83d\\ude00')
  const { records } = await decodeAll(inputOf(Buffer.from(`${text}\n${text}\n`)), 'x')
  assert.deepEqual([records[1]?.message, records[1]?.reason], ['caf\u00e9 "quoted" \u{1f600}', 'a=b'])
})

test('a line that a format claims as it is counts before what an attacker wrote inside', async () => {
  const eve = { ...JSON.parse(inner[1].line), message: inner[0].line.replace('192.0.2.10', '192.0.2.99') }
  const lines = `${JSON.stringify(eve)}\n${JSON.stringify({ '@timestamp': time, message: inner[0].line })}\n`
  const { records } = await decodeAll(inputOf(Buffer.from(lines)), 'x', 'json-envelope')
  assert.deepEqual(
    records.map(({ format, dst }) => `${format} ${dst}`),
    ['suricata-eve 192.0.2.10', 'kernel-log 192.0.2.10'],
  )
})

const containers = [
  ['azure-flow', 'in.log', 7, 1, 1],
  ['azure-flow', 'vnet.json', 7, 0, 0],
  ['json-array', 'in.log', 4, 1, 1],
  ['journal-export', 'in.log', 5, 1, 2],
  ['syslog-octets', 'in.log', 4, 1, 2],
] as const

for (const [id, name, events, ignored, malformed] of containers) {
  const path = join(fixtures, id, name)
  const read = (bytes: Uint8Array, piece?: number) => decodeAll(inputOf(bytes, piece), 'x', id)

  test(`${id}/${name}: every record is counted, and rows do not depend on how the input is cut into reads`, async () => {
    const bytes = new Uint8Array(readFileSync(path))
    const whole = await decodeFile(path)
    const { tally, format } = whole.result
    assert.deepEqual([format, tally.events, tally.ignored, tally.malformed], [id, events, ignored, malformed])
    for (const piece of [1, 7, 100, 1000]) {
      const cut = await read(bytes, piece)
      assert.deepEqual(cut.result.tally, tally)
      assert.deepEqual(
        cut.records.map(({ source: _, ...record }) => record),
        whole.records.map(({ source: _, ...record }) => record),
      )
    }
  })

  test(`${id}/${name}: cut at any byte and hostile bytes never throw`, async () => {
    const bytes = new Uint8Array(readFileSync(path))
    for (let cut = 1; cut < bytes.length; cut += 5) {
      const { result } = await read(bytes.subarray(0, cut))
      assert.equal(result.bytes, cut)
      assert.ok(result.tally.events <= events)
    }
    const flips = fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 20 })
    await fc.assert(
      fc.asyncProperty(flips, async (changes) => {
        const hurt = new Uint8Array(bytes)
        for (const [at, value] of changes) hurt[at] = value
        assert.equal((await read(hurt)).result.bytes, hurt.length)
      }),
      { numRuns: 60 },
    )
  })
}

test('json-array: objects without line breaks between them, in wrappers that have more to say', async () => {
  const wrapper = (lines: readonly string[]) =>
    JSON.stringify({
      messageType: 'DATA_MESSAGE',
      subscriptionFilters: ['f'],
      logEvents: lines.map((message, k) => ({ id: `${k}`, timestamp: seconds * 1000, message })),
      tail: { x: 1 },
    })
  const text = wrapper([inner[3].line, inner[0].line]) + wrapper([inner[4].line])
  const { records, result } = await decodeAll(inputOf(Buffer.from(text)), 'x')
  assert.equal(result.format, 'json-array')
  assert.deepEqual(
    records.map(({ format }) => format),
    ['aws-vpc-flow', 'kernel-log', 'cef'],
  )
})

test('json-array: a record that was cut off costs itself only', async () => {
  const text = `[\n${inner[1].line},\n${inner[1].line.slice(0, 80)}\n${inner[1].line},\n${inner[1].line}\n]\n`
  const { result } = await decodeAll(inputOf(Buffer.from(text)), 'x', 'json-array')
  assert.deepEqual([result.tally.events, result.tally.malformed], [3, 1])
})

test('azure-flow: one record holds more tuples than a batch has rows', async () => {
  const tuples = Array.from(
    { length: 5000 },
    (_, n) => `${seconds + n},203.0.113.70,192.0.2.${n % 256},1,${n},T,I,D,B,,,,`,
  )
  const flows = [{ flows: [{ flowTuples: tuples, mac: 'x' }], rule: 'alphabetical' }]
  const record = { category: 'NetworkSecurityGroupFlowEvent', properties: { Version: 2, flows }, resourceId: '/X/NSG' }
  const { records, result } = await decodeAll(inputOf(Buffer.from(JSON.stringify({ records: [record] }))), 'x')
  assert.equal(result.tally.events, 5000)
  assert.ok(records.every(({ rule, sensor }) => rule === 'alphabetical' && sensor === 'NSG'))
})

test('aws-vpc-flow: what was skipped counts as lost', async () => {
  const skipped = '2 111122223333 eni-0a1b2c3d - - - - - - - 1795313460 1795313519 - SKIPDATA\n'
  const { result } = await decodeAll(inputOf(Buffer.from(`${inner[3].line}\n${skipped}${skipped}`)), 'x')
  assert.deepEqual(
    [result.format, result.tally.events, result.tally.ignored, result.tally.lost],
    ['aws-vpc-flow', 1, 2, 2],
  )
})

test('octet counts: messages that are overlong, mixed framing, a count that is none', () => {
  const told: string[] = []
  const cutter = new OctetCutter({
    message: (bytes, from, to) => void told.push(Buffer.from(bytes.subarray(from, to)).toString().slice(0, 20)),
    damage: (at, reason) => void told.push(`${at}: ${reason}`),
  })
  const text = `5 <1>ab3 <1><2>line\n12 monkeys\n<3>nul\0${(1 << 20) + 1} <4>${'x'.repeat((1 << 20) - 2)}7 <5>last`
  const bytes = Buffer.from(text)
  let window = Buffer.alloc(0)
  for (let at = 0; at < bytes.length; at += 1000) {
    window = Buffer.concat([window, bytes.subarray(at, at + 1000)])
    window = window.subarray(cutter.push(window, window.length, false))
  }
  cutter.push(window, window.length, true)
  assert.deepEqual(told, [
    '<1>ab',
    '<1>',
    '<2>line',
    '12 monkeys',
    '<3>nul',
    '38: message longer than 1 MiB',
    '<5>last',
  ])
})

test('times and escapes', () => {
  const out = new Uint8Array(64)
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4e15 }), (micros) => {
      writeIso(Float64Array.of(micros), out, 0)
      const expected = new Date(Math.floor(micros / 1000)).toISOString().slice(0, -1)
      assert.equal(Buffer.from(out.subarray(0, 27)).toString(), `${expected}${String(micros % 1000).padStart(3, '0')}Z`)
    }),
  )
  const at = (text: string) => {
    const time = new Float64Array(1)
    return readAnyTime(Buffer.from(text), 0, text.length, time) ? time[0] : undefined
  }
  const expected = seconds * 1e6
  for (const text of [`${seconds}`, `${seconds}000`, `${seconds}000000`, `${seconds}000000000`, `${seconds}.0`, time]) {
    assert.equal(at(text), expected, text)
  }
  assert.equal(at(`${seconds}.25`), expected + 250_000)
  for (const text of ['', 'x', '12', '123456789012345678901']) assert.equal(at(text), undefined, text)
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
      const json = Buffer.from(JSON.stringify(text.toWellFormed()).slice(1, -1))
      const end = unescapeJson(json, 0, json.length, new Uint8Array(512), 0)
      assert.ok(end <= 4 * text.length + 4)
    }),
  )
})
