import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import './fuzz-seed.ts'
import { EventBatch } from '../src/event/batch.ts'
import { formats } from '../src/format/registry.ts'
import { recognise, sniffBytes } from '../src/pipeline/recognise.ts'
import { allocatedBy } from './allocation.ts'
import { decodeAll, decodeFixture, fixtures, inputOf, root } from './decode-fixture.ts'

const data = join(root, '..', 'shared', 'data')
const textFormats = formats.filter((format) => format.framing === 'line').map((format) => format.id)

function inputsOf(id: string): string[] {
  const directory = join(fixtures, id)
  return readdirSync(directory)
    .filter((name) => !name.endsWith('.jsonl'))
    .map((name) => join(directory, name))
}

function headOf(path: string): Uint8Array {
  const bytes = readFileSync(path)
  const plain = path.endsWith('.gz') ? gunzipSync(bytes) : bytes
  return new Uint8Array(plain.subarray(0, sniffBytes))
}

/** Ids of the formats that claim a head, surest first; fails where two are equally sure. */
function claims(head: Uint8Array, path: string): string[] {
  const sure = formats.map((format) => ({ id: format.id, sure: format.sniff(head) })).filter(({ sure }) => sure > 0)
  sure.sort((a, b) => b.sure - a.sure)
  if (sure.length > 1) assert.notEqual(sure[0]?.sure, sure[1]?.sure, `${path}: ${sure[0]?.id} or ${sure[1]?.id}?`)
  return sure.map(({ id }) => id)
}

test('format ids are unique and each has a fixture', () => {
  assert.equal(new Set(formats.map((format) => format.id)).size, formats.length)
  for (const format of formats) assert.ok(inputsOf(format.id).length > 0, `fixtures/format/${format.id} is empty`)
})

for (const format of formats) {
  test(`${format.id}: its fixtures are recognised as it, and no other format is as sure`, () => {
    for (const path of inputsOf(format.id)) {
      const head = headOf(path)
      claims(head, path)
      assert.equal(recognise(head, path).id, format.id, path)
    }
  })
}

for (const id of textFormats) {
  test(`${id}: golden rows`, async () => {
    const { records, result } = await decodeFixture(id)
    const golden = readFileSync(join(fixtures, id, 'events.jsonl'), 'utf8')
      .trimEnd()
      .split('\n')
    assert.deepEqual(
      records.map((record) => JSON.stringify(record)),
      golden,
    )
    const bytes = readFileSync(join(fixtures, id, 'in.log'))
    assert.equal(result.bytes, bytes.length)
    assert.ok(result.tally.malformed > 0 && result.tally.ignored > 0, 'the fixture holds lines of every kind')
    const lines = bytes.toString('latin1').split('\n').length - 1
    assert.equal(result.tally.events + result.tally.ignored + result.tally.malformed, lines, 'every line is counted')
  })

  test(`${id}: evidence points at the line`, async () => {
    const bytes = readFileSync(join(fixtures, id, 'in.log'))
    const { records } = await decodeFixture(id)
    for (const { offset, length } of records) {
      assert.ok(offset === 0 || bytes[offset - 1] === 10)
      assert.ok(bytes[offset + length] === 10)
    }
  })

  test(`${id}: input cut at any byte is counted and never throws`, async () => {
    const bytes = new Uint8Array(readFileSync(join(fixtures, id, 'in.log')))
    const whole = await decodeAll(inputOf(bytes), 'in.log', id)
    for (let cut = 1; cut < bytes.length; cut += 3) {
      const { tally, bytes: read } = (await decodeAll(inputOf(bytes.subarray(0, cut)), 'in.log', id)).result
      assert.equal(read, cut)
      assert.ok(tally.events <= whole.result.tally.events)
    }
  })

  test(`${id}: rows do not depend on how the input is cut into reads`, async () => {
    const bytes = new Uint8Array(readFileSync(join(fixtures, id, 'in.log')))
    const whole = await decodeAll(inputOf(bytes), 'in.log', id)
    for (const piece of [1, 7, 100, 1000]) {
      const cut = await decodeAll(inputOf(bytes, piece), 'in.log', id)
      assert.deepEqual(cut.records, whole.records)
      assert.deepEqual(cut.result.tally, whole.result.tally)
    }
  })

  test(`${id}: CRLF line ends give the same rows`, async () => {
    const text = readFileSync(join(fixtures, id, 'in.log')).toString('latin1')
    const windows = Buffer.from(text.replaceAll('\n', '\r\n'), 'latin1')
    const strip = ({ records }: Awaited<ReturnType<typeof decodeAll>>) =>
      records.map(({ offset: _, ...record }) => record)
    assert.deepEqual(strip(await decodeAll(inputOf(windows), 'in.log', id)), strip(await decodeFixture(id)))
  })

  test(`${id}: hostile bytes never throw, and every line is counted`, async () => {
    const seed = readFileSync(join(fixtures, id, 'in.log'))
    const flips = fc.array(fc.tuple(fc.nat(seed.length - 1), fc.nat(255)), { minLength: 1, maxLength: 40 })
    await fc.assert(
      fc.asyncProperty(flips, fc.uint8Array({ maxLength: 200 }), async (changes, noise) => {
        const bytes = new Uint8Array([...seed, ...noise])
        for (const [at, value] of changes) bytes[at] = value
        const { tally } = (await decodeAll(inputOf(bytes), 'in.log', id)).result
        const breaks = bytes.reduce((count, byte) => count + (byte === 10 ? 1 : 0), 0)
        const lines = breaks + (bytes[bytes.length - 1] === 10 ? 0 : 1)
        assert.equal(tally.events + tally.ignored + tally.malformed, lines)
      }),
      { numRuns: 60 },
    )
  })

  test(`${id}: decoding allocates nothing per event`, async () => {
    // An envelope opens the decoders of all formats inside, once: that cost has to be spread over more lines to vanish.
    const many = await eventLines(id, id === 'json-envelope' ? 300_000 : 60_000)
    // Twice: what the engine takes to compile is not per event.
    for (let warm = 0; warm < 2; warm++) await decodeCount(many, id)
    let events = 0
    const allocated = await allocatedBy(/src\/(format|base|event|framing)\//, async () => {
      events = await decodeCount(many, id)
    })
    const each = allocated / events
    assert.ok(each < 4, `${each.toFixed(1)} bytes an event`)
  })
}

/** At least so many lines: those of the fixture that are events, over and over (with the header that a Zeek log begins with, once). */
async function eventLines(id: string, least: number): Promise<Uint8Array> {
  const bytes = readFileSync(join(fixtures, id, 'in.log'))
  const { records } = await decodeFixture(id)
  const header = bytes[0] === 35 ? [bytes.subarray(0, records[0]?.offset)] : []
  const lines = records.slice(0, -1).map(({ offset, length }) => bytes.subarray(offset, offset + length + 1))
  return new Uint8Array(
    Buffer.concat([...header, ...Array.from({ length: Math.ceil(least / lines.length) }, () => lines).flat()]),
  )
}

async function decodeCount(bytes: Uint8Array, id: string): Promise<number> {
  const { decodeInput } = await import('../src/pipeline/decode.ts')
  const { Dictionary } = await import('../src/event/dictionary.ts')
  const options = { sensor: 0, newest: 1.8e15, rules: new Dictionary(), batch: new EventBatch(), format: id }
  const result = await decodeInput(inputOf(bytes, 1 << 20), options, () => {})
  return result.tally.events
}

test('random bytes are no format, or one that counts every one of them as damage', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 2000 }), async (bytes) => {
      const result = await decodeAll(inputOf(bytes), 'noise').then(
        ({ result }) => result,
        (error) => error,
      )
      if (result instanceof Error) assert.equal((result as Error & { code: string }).code, 'unknown-format')
      else assert.equal(result.tally.events, 0)
    }),
    { numRuns: 200 },
  )
})

function isCutDown(path: string): boolean {
  return path.includes('zeek_btest') && !/#path\t[\s\S]*#fields\tts/.test(readFileSync(path, 'latin1'))
}

function filesUnder(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .map((name) => join(directory, name))
    .filter((path) => statSync(path).isFile())
}

test('every sample of the corpora is claimed by at most one format', (t) => {
  if (!existsSync(data)) return t.skip('../shared/data is not there')
  const roots = ['lab/firewall-log', 'real/g1_parsers', 'real/g3_labelled'].map((name) => join(data, name))
  const expected: readonly (readonly [RegExp, string])[] = [
    [/lab\/firewall-log\//, 'kernel-log'],
    [/g1_parsers\/iptables_psad\//, 'kernel-log'],
    [/crowdsec_hub\/iptables-.*\.log$/, 'kernel-log'],
    [/zeek_btest\/.*\/conn\.log$/, 'zeek-conn'],
    [/json_with_all_fields_conn\.log$/, 'zeek-conn-json'],
    [/conn(_[\d-]+)?\.log(\.labeled)?$/, 'zeek-conn'],
    [/\.eve\.json$/, 'suricata-eve'],
    [/dns(_[\d-]+)?\.log(\.labeled|\.gz)?$/, 'zeek-dns'],
    [/http(_[\d-]+)?\.log$/, 'zeek-http'],
    [/notice(_[\d-]+)?\.log(\.gz)?$/, 'zeek-notice'],
    [/ssh(_[\d-]+)?\.log(\.gz)?$/, 'zeek-ssh'],
    [/weird\.log(\.gz)?$/, 'zeek-weird'],
    [/(ntp|snmp|sip|rdp)(_[\d-]+)?\.log(\.labeled|\.gz)?$/, ''],
  ]
  let checked = 0
  for (const path of roots.filter(existsSync).flatMap(filesUnder)) {
    const sure = claims(headOf(path), path)
    const want = expected.find(([pattern]) => pattern.test(path))
    // Some baselines of Zeek are cut to a few columns and have no header.
    if (!want || isCutDown(path)) continue
    checked++
    assert.equal(sure[0] ?? '', want[1], path)
  }
  assert.ok(checked > 60)
})

test('the corpora decode without a malformed line', async (t) => {
  if (!existsSync(data)) return t.skip('../shared/data is not there')
  const wanted = /iptables_psad\/|crowdsec_hub\/iptables-.*\.log$|conn[^/]*\.log(\.labeled)?$|\.eve\.json$/
  const roots = ['real/g1_parsers', 'real/g3_labelled'].map((name) => join(data, name)).filter(existsSync)
  let events = 0
  const paths = roots.flatMap(filesUnder).filter((path) => wanted.test(path) && !isCutDown(path))
  for (const path of paths) {
    // Zeek's own test baselines have their times blanked out.
    const text = readFileSync(path).toString('latin1').replaceAll('XXXXXXXXXX.XXXXXX', '1.000001')
    const { result } = await decodeAll(inputOf(new Uint8Array(Buffer.from(text, 'latin1'))), path)
    assert.deepEqual(result.tally.examples, [], path)
    events += result.tally.events
  }
  assert.ok(events > 40_000, `${events} events`)
})
