import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parseConfig } from '../src/config/load.ts'
import { EventBatch } from '../src/event/batch.ts'
import { Dictionary } from '../src/event/dictionary.ts'
import { type EventRecord, toRecord } from '../src/event/record.ts'
import { Formats } from '../src/format/formats.ts'
import { decodeInput, type InputResult } from '../src/pipeline/decode.ts'
import { DecodeWorkers } from '../src/pipeline/decode-workers.ts'
import { inputOf, newest, root } from './decode-fixture.ts'

async function formatsIn(yaml: string): Promise<Formats> {
  return new Formats((await parseConfig(yaml, 'test.yaml')).formats)
}

async function read(formats: Formats, text: string, more: { format?: string; workers?: DecodeWorkers } = {}) {
  const rules = new Dictionary()
  const records: EventRecord[] = []
  const options = { sensor: 0, newest, rules, formats, batch: new EventBatch(64), ...more }
  const result: InputResult = await decodeInput(inputOf(new TextEncoder().encode(text)), options, (batch) => {
    for (let row = 0; row < batch.length; row++) {
      records.push(toRecord(batch, row, { formats: formats.ids, source: 'in', rules }))
    }
  })
  return { records, result }
}

async function errorsOf(yaml: string): Promise<string> {
  return parseConfig(yaml, 'test.yaml').then(
    () => '',
    (error: Error) => error.message,
  )
}

test('the example of docs/formats.md reads what it shows', async () => {
  const docs = readFileSync(join(root, 'docs/formats.md'), 'utf8')
  const section = docs.slice(docs.indexOf('## Your own format'))
  const [, yaml, log] = /```yaml\n([\s\S]*?)```[\s\S]*?```text\n([\s\S]*?)```/.exec(section) ?? []
  const { records, result } = await read(await formatsIn(yaml as string), log as string)
  assert.equal(result.format, 'our-firewall')
  assert.equal(result.tally.malformed, 0)
  assert.deepEqual(
    records.map(({ time, src, srcPort, dst, dstPort, protocol, action, outcome, rule, sensor }) => [
      ...[time, src, srcPort, dst, dstPort, protocol, action, outcome, rule, sensor],
    ]),
    [
      [
        '2026-11-22T02:13:40.000000Z',
        '203.0.113.70',
        61000,
        '192.0.2.10',
        23,
        'tcp',
        'deny',
        'blocked',
        'telnet',
        'fw-1',
      ],
      [
        '2026-11-22T02:13:41.000000Z',
        '198.51.100.7',
        40001,
        '192.0.2.10',
        443,
        'tcp',
        'allow',
        'unknown',
        'web',
        'fw-1',
      ],
    ],
  )
})

const csv = `formats:
  own:
    lines: csv
    columns: {time: {from: 1, format: epoch-ms}, src: 2, dst: 4, dstPort: 5, protocol: {from: 3, values: {T: tcp}}}`

test('CSV by numbers, without a header', async () => {
  const { records } = await read(await formatsIn(csv), '1795313620123,192.0.2.1,T,192.0.2.2,22\n')
  assert.deepEqual(
    records.map(({ time, src, dst, dstPort, protocol, format }) => [time, src, dst, dstPort, protocol, format]),
    [['2026-11-22T02:13:40.123000Z', '192.0.2.1', '192.0.2.2', 22, 'tcp', 'own']],
  )
})

test('JSON by paths, also where a key has a dot, with words of the log', async () => {
  const formats = await formatsIn(`formats:
  own:
    lines: json
    columns:
      time: at
      src: peer.ip
      dst: id.host
      dstPort: port
      protocol: {value: udp}
      outcome: {from: state, values: {closed: refused}}
      user: who
      severity: {from: level, values: {bad: 3}}`)
  const line = '{"at":"2026-11-22T02:13:40Z","peer":{"ip":"2001:db8::1"},"id.host":"2001:db8::2","port":53'
  const { records, result } = await read(
    formats,
    `${line},"state":"closed","who":"r\\u006fot","level":"bad"}\n${line}}\n`,
  )
  assert.deepEqual(result.tally.examples, [])
  assert.deepEqual(
    records.map(({ src, dst, outcome, user, signature }) => [src, dst, outcome, user, signature?.severity]),
    [
      ['2001:db8::1', '2001:db8::2', 'refused', 'root', 3],
      ['2001:db8::1', '2001:db8::2', 'unknown', undefined, undefined],
    ],
  )
})

test('an expression with named groups, lines to skip, and reasons counted by column', async () => {
  const formats = await formatsIn(`formats:
  own:
    lines: regex
    pattern: '^(?<when>\\S+) (?<who>\\S+) -> (?<to>\\S+):(?<port>\\w+) (?<what>\\w+)$'
    skip: '^#'
    columns: {time: when, src: who, dst: to, dstPort: port, protocol: {value: tcp}, action: what}`)
  const time = '2026-11-22T02:13:40Z'
  const lines = [
    '# comment',
    `${time} 192.0.2.1 -> 192.0.2.2:22 denied`,
    `${time} 192.0.2.1 -> 192.0.2.2:ssh denied`,
    `${time} nobody -> 192.0.2.2:22 denied`,
    `${time} 192.0.2.1 -> 192.0.2.3:23 accepted`,
    'rubbish',
    `${time} ${'x'.repeat(9000)}`,
  ]
  const { records, result } = await read(formats, `${lines.join('\n')}\n`, { format: 'own' })
  assert.deepEqual(
    records.map(({ dst, action, outcome }) => [dst, action, outcome]),
    [
      ['192.0.2.2', 'deny', 'blocked'],
      ['192.0.2.3', 'allow', 'unknown'],
    ],
  )
  assert.equal(result.tally.ignored, 1)
  assert.deepEqual(Object.fromEntries(result.tally.reasons), {
    'dstPort: what "port" holds is not readable': 1,
    'src: what "who" holds is not readable': 1,
    'the pattern does not match, or the line is longer than 8 KiB': 2,
  })
})

test('match says by the first line or the file name which inputs a mapping is for', async () => {
  const with_ = (match: string) => formatsIn(`${csv}\n    match: ${match}`)
  const line = '1795313620123,192.0.2.1,T,192.0.2.2,22\n'
  assert.equal((await read(await with_('{firstLine: "^179"}'), line)).result.format, 'own')
  assert.equal((await read(await with_('{file: "mem*"}'), line)).result.format, 'own')
  await assert.rejects(read(await with_('{file: "*.csv"}'), line), { code: 'unknown-format' })
  await assert.rejects(read(await with_('{firstLine: "^when"}'), line), { code: 'unknown-format' })
})

test('times by pattern: year that is not told, names of months, halves of days, zones', async () => {
  const at = async (format: string, text: string, zone = 'UTC') => {
    const formats = await formatsIn(`formats:
  own:
    lines: csv
    delimiter: "|"
    columns: {time: {from: 1, format: "${format}", zone: "${zone}"}, src: 2, dst: 3, protocol: {value: tcp}}`)
    const { records } = await read(formats, `${text}|192.0.2.1|192.0.2.2\n`, { format: 'own' })
    return records[0]?.time
  }
  assert.equal(await at('%b %e %H:%M:%S', 'Nov  2 02:13:40'), '2026-11-02T02:13:40.000000Z')
  assert.equal(await at('%d %B %H:%M', '24 December 02:13'), '2025-12-24T02:13:00.000000Z')
  assert.equal(await at('%m/%d/%y %I:%M:%S %p', '11/22/26 02:13:40 PM'), '2026-11-22T14:13:40.000000Z')
  assert.equal(await at('%F %T.%f%z', '2026-11-22 02:13:40.25+02:00'), '2026-11-22T00:13:40.250000Z')
  assert.equal(await at('%Y%m%d%H%M%S', '20260722021340', 'Europe/Berlin'), '2026-07-22T00:13:40.000000Z')
  assert.equal(await at('%Y-%m-%d %H:%M:%S', '2026-11-22 02:13:40', '-05:00'), '2026-11-22T07:13:40.000000Z')
  assert.equal(await at('auto', '2026-11-22 02:13:40', 'Europe/Berlin'), '2026-11-22T01:13:40.000000Z')
  assert.equal(await at('%s.%f', '1795313620.5'), '2026-11-22T02:13:40.500000Z')
  assert.equal(await at('%Y-%m-%d %H:%M', '2026-11-22 02:13 and more'), undefined)
})

test('a wrong mapping says which column and why, all at once', async () => {
  const error = await errorsOf(`formats:
  kernel-log: {lines: json, columns: {time: a, src: b, dst: c, protocol: d}}
  own:
    lines: regex
    pattern: '(?<a>x)'
    columns: {time: {from: b, format: "%Q", zone: Nowhere}, srcc: a, action: {from: a, values: {x: maybe}}, dst: 3}
  open: {lines: regex, pattern: '(', columns: {time: a, src: a, dst: a, protocol: a}}`)
  for (const part of [
    'formats.kernel-log: a format of this name is built in',
    'formats.own: src: is needed',
    'formats.own: protocol: is needed',
    'formats.own: time: the pattern has no group (?<b>…)',
    'formats.own: time: the format "%Q" %Q is not known',
    'formats.own: time: there is no zone "Nowhere"',
    'formats.own: srcc: there is no such column',
    'formats.own: action: "maybe" is none of none, allow, deny, reject',
    'formats.own: dst: only columns of lines: csv have numbers',
    'formats.open: pattern: Invalid regular expression',
  ])
    assert.ok(error.includes(part), `${part}\n${error}`)
  const twice = await errorsOf('formats: {own: {lines: csv, columns: {time: 1, time: 2}}}')
  assert.match(twice, /unique/)
})

test('several threads read a mapped format as one does, header and all', async () => {
  const formats = await formatsIn(`formats:
  own: {lines: csv, columns: {time: {from: at, format: epoch}, src: a, dst: b, dstPort: port, protocol: {value: tcp}, rule: why}}`)
  const rows = Array.from(
    { length: 250_000 },
    (_, n) => `why${n % 7},${n % 65535},192.0.2.2,192.0.2.1,${1795313620 + n}\n`,
  )
  const text = `why,port,b,a,at\n${rows.join('')}`
  const workers = new DecodeWorkers(2)
  try {
    const several = await read(formats, text, { workers })
    const one = await read(formats, text)
    assert.ok(workers.pieces > 2)
    assert.equal(several.records.length, 250_000)
    assert.deepEqual(several.records.at(-1), one.records.at(-1))
    assert.deepEqual(several.result.tally, one.result.tally)
  } finally {
    await workers.close()
  }
})
