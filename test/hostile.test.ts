/**
 * Bad input: counted, said with file and offset, never a crash, never silently less. The fuzzing is that of
 * `npm run soak`, for seconds instead of an hour; a failure prints its seed, which `node bench/soak.ts 60 SEED` repeats.
 */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import './fuzz-seed.ts'
import { Random } from '../bench/random.ts'
import { type Harmed, harmedBytes } from '../bench/soak/mutate.ts'
import { checked } from '../bench/soak/pipeline.ts'
import { properties } from '../bench/soak/properties.ts'
import { isoTime } from '../src/base/time.ts'
import { analyze } from '../src/pipeline/analyze.ts'
import { root } from './decode-fixture.ts'

const folder = mkdtempSync(join(tmpdir(), 'sweepwatch-hostile-'))
after(() => rmSync(folder, { recursive: true }))
const bin = join(root, 'bin/sweepwatch')
const fixture = (name: string) => readFileSync(join(root, 'fixtures', name))
const capture = fixture('format/pcap/nmap-t2.pcap')
const zeek = fixture('format/zeek-conn/in.log')
const eve = fixture('format/suricata-eve/in.log')

function file(name: string, ...parts: readonly (string | Uint8Array)[]): string {
  const path = join(folder, name)
  writeFileSync(path, Buffer.concat(parts.map((part) => Buffer.from(part as string))))
  return path
}

interface Ran {
  readonly status: number | null
  readonly out: string
  readonly err: string
}

async function sweepwatch(...words: readonly string[]): Promise<Ran> {
  const child = spawn(bin, words, { stdio: ['ignore', 'pipe', 'pipe'] })
  let out = ''
  let err = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text))
  const [status] = (await once(child, 'close')) as [number | null]
  assert.doesNotMatch(err, /\n\s+at .*[:(]\d+/, 'a stack trace')
  return { status, out, err }
}

const linesOf = (text: string) => text.split('\n').filter(Boolean)

interface Expected {
  readonly status: number
  readonly said: RegExp
  readonly malformed?: number
}

/** Runs `analyze` and `events` on one path: both end with the same code and say the same damage. */
async function expect(path: string, { status, said, malformed }: Expected): Promise<void> {
  const [analyzed, events] = await Promise.all([sweepwatch('analyze', '--json', path), sweepwatch('events', path)])
  assert.equal(analyzed.status, status, analyzed.err)
  assert.match(analyzed.err, said)
  assert.ok(analyzed.err.includes(path), `the file is not named: ${analyzed.err}`)
  assert.equal(events.status, status, events.err)
  if (malformed === undefined) return
  const summary = JSON.parse(linesOf(analyzed.out).at(-1) as string)
  assert.equal(summary.malformed, malformed)
  assert.equal(linesOf(events.out).length, summary.events)
}

for (const { name, runs, property } of properties) {
  test(`fuzz: ${name}`, () => fc.assert(property, { numRuns: runs }))
}

test('fuzz: the commands end in order, whatever the bytes', async () => {
  const run = async ({ bytes, format }: Harmed) => {
    const path = file('fuzzed', bytes)
    const words = format === undefined ? [path] : ['--format', format, path]
    const [analyzed, events] = await Promise.all([
      sweepwatch('analyze', '--json', ...words),
      sweepwatch('events', ...words),
    ])
    assert.ok([0, 1, 4].includes(analyzed.status ?? -1), `exit ${analyzed.status}: ${analyzed.err}`)
    assert.equal(events.status, analyzed.status)
    if (analyzed.status === 1) return assert.match(analyzed.err, /no known log format/)
    const summary = JSON.parse(linesOf(analyzed.out).at(-1) as string)
    assert.equal(analyzed.status === 4, summary.malformed > 0)
    assert.equal(linesOf(events.out).length, summary.events)
  }
  await fc.assert(fc.asyncProperty(harmedBytes, run), { numRuns: 4, endOnFailure: true })
})

test('unknown, empty and garbage files are said', async () => {
  const random = new Random(5)
  const garbage = Uint8Array.from({ length: 65536 }, () => random.below(256))
  await expect(file('notes.txt', 'Dear diary,\n'), {
    status: 1,
    said: /no known log format \(it begins "Dear diary,"\)/,
  })
  await expect(file('garbage.bin', garbage), { status: 1, said: /no known log format/ })
  const empty = await sweepwatch('analyze', file('empty.log'))
  assert.equal(empty.status, 0)
  assert.match(empty.err, /empty\.log: empty/)
})

test('what is cut off is counted, with the place', async () => {
  const whole = gzipSync(zeek)
  await expect(file('cut.pcap', capture.subarray(0, capture.length - 7)), {
    status: 4,
    said: /cut\.pcap: at byte \d+: /,
    malformed: 1,
  })
  await expect(file('cut.log.gz', whole.subarray(0, whole.length - 200)), {
    status: 4,
    said: /cut\.log\.gz: at byte \d+: compressed data is damaged/,
    malformed: 1,
  })
})

test('binary in a text log, absurd numbers: each line is counted, those around it are read', async () => {
  const lines = eve.toString('latin1').split('\n').filter(Boolean)
  const sound = await analyze({ paths: [file('sound.json', eve)], threads: 1 })
  const absurd = lines[0]!.replace(/"src_port":\s*\d+/, `"src_port":${'9'.repeat(400)}`)
  assert.notEqual(absurd, lines[0])
  const path = file(
    'eve.json',
    Buffer.from([0, 255, 27, 91, 50, 74, 10]),
    eve,
    `${absurd}\n`,
    '{"event_type":"flow"\n',
    eve,
  )
  await expect(path, {
    status: 4,
    said: /eve\.json: at byte 0: /,
    malformed: 2 * sound.summary.malformed + 3,
  })
  const { summary } = await analyze({ paths: [path], threads: 1 })
  assert.equal(summary.events, 2 * sound.summary.events)
  assert.equal(summary.ignored, 2 * sound.summary.ignored)
})

test('a line of 100 MB is one damaged record', async () => {
  const path = file('long.log', zeek, Buffer.alloc(100e6, 'x'), '\n', zeek)
  const sound = await analyze({ paths: [file('short.log', zeek)], threads: 1 })
  const { summary } = await analyze({ paths: [path] })
  rmSync(path)
  assert.equal(summary.malformed, sound.summary.malformed * 2 + 1)
  assert.equal(summary.events, sound.summary.events * 2)
  assert.ok(summary.warnings.includes(`${path}: at byte ${zeek.length}: line longer than 1 MiB`), `${summary.warnings}`)
})

/** A line of Zeek's connection log: a SYN without an answer, `n` the target and `second` after the start. */
const conn = (second: number, n: number, source = '203.0.113.70') =>
  [1795305600 + second, `C${n}`, source, 40000 + (n % 20000), `192.0.2.${n % 256}`, 22, 'tcp']
    .concat(['-', '-', '-', '-', 'S0', '-', '-', 0, 'S', 1, 40, 0, 0, '-'])
    .join('\t')
const header = zeek
  .toString('latin1')
  .split('\n')
  .filter((line) => line.startsWith('#'))
  .join('\n')

test('a clock that jumps back is said, and the events count', async () => {
  const seconds = [0, 100, 100, 39, 41, 38, 100]
  const path = file('clock.log', header, '\n', seconds.map((second, n) => `${conn(second, n)}\n`).join(''))
  const { summary } = await analyze({ paths: [path], threads: 1 })
  assert.equal(summary.events, seconds.length)
  assert.deepEqual(
    summary.warnings.map((line) => line.slice(0, line.indexOf(' more'))),
    [`${path}: 2 events lie`],
  )
  const older = file('older.log', header, `\n${conn(-3600, 9)}\n`)
  const both = await analyze({ paths: [path, older], threads: 1 })
  assert.equal(
    both.summary.warnings.filter((line) => line.startsWith(older)).length,
    0,
    'another sensor, another clock',
  )
  const ran = await sweepwatch('analyze', path)
  assert.equal(ran.status, 0)
  assert.match(ran.err, /clock\.log: 2 events lie more than a minute behind the newest event before/)
})

test('times of a broken clock are held in four-digit years and keep their order', () => {
  const times = [-1e22, -1e15, 0, 1795305600603857, 2.5e17, 1e18, 1e22]
  const texts = times.map(isoTime)
  for (const text of texts) assert.match(text, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/)
  assert.deepEqual(texts.toSorted(), texts)
})

test('tables that were too small are said', async () => {
  const rows = Array.from({ length: 2000 }, (_, n) => `${conn(n, n >> 2, `203.0.113.${n & 3}`)}\n`)
  const path = file('many.log', header, '\n', rows.join(''))
  const sizes = { connections: 4, contacts: 12, journal: 512, contentBytes: 4096, keep: 100 }
  const { summary } = await analyze({ paths: [path], threads: 1, sizes })
  assert.equal(summary.events, rows.length)
  assert.match(summary.warnings.join('\n'), /More contacts of suspects than are kept: \d{3,} were left out/)
  const packets = await analyze({ paths: [join(root, 'fixtures/format/pcap/nmap-t2.pcap')], threads: 1, sizes })
  assert.match(packets.summary.warnings.join('\n'), /More connections than are kept: \d+ were forgotten/)
  const roomy = await analyze({ paths: [path], threads: 1 })
  assert.deepEqual(roomy.summary.warnings, [])
})

const megabytes = 2 << 20
const repeated = (text: string | Uint8Array) => {
  const bytes = Buffer.from(text as string)
  return Buffer.alloc(Math.floor(megabytes / bytes.length) * bytes.length, bytes)
}

/** Two megabytes each of what a reader, a table or a statistic may be slow at. */
const slow: Readonly<Record<string, () => Uint8Array>> = {
  'record headers that almost fit': () => Buffer.concat([capture.subarray(0, 40), repeated(capture.subarray(24, 40))]),
  'records of no bytes': () => Buffer.concat([capture.subarray(0, 24), repeated(new Uint8Array(16))]),
  'a line without an end': () => Buffer.concat([eve, repeated('{"a":')]),
  'lines of one byte': () => Buffer.concat([zeek, repeated('x\n')]),
  'the same packets again and again': () => Buffer.concat([capture.subarray(0, 24), repeated(capture.subarray(24))]),
  'every source once': () => text((n) => conn(n / 100, n, `198.${n >> 16}.${(n >> 8) & 255}.${n & 255}`)),
  'one source and ever new targets': () =>
    text((n) => conn(n / 100, n).replace('192.0.2', `10.${(n >> 8) & 255}.${n % 251}`)),
}

function text(line: (n: number) => string): Uint8Array {
  return Buffer.from(`${header}\n${Array.from({ length: 20_000 }, (_, n) => `${line(n)}\n`).join('')}`)
}

test('two megabytes of anything take seconds at most', async (t) => {
  for (const [name, make] of Object.entries(slow)) {
    const began = performance.now()
    const analysis = await checked(make())
    const seconds = (performance.now() - began) / 2000
    t.diagnostic(`${name}: ${seconds.toFixed(2)} s`)
    assert.ok(analysis, name)
    assert.ok(seconds < 5, `${name}: ${seconds} s`)
  }
})
