import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { Problem } from '../src/base/problem.ts'
import { EventBatch } from '../src/event/batch.ts'
import { Dictionary } from '../src/event/dictionary.ts'
import { decodeInput } from '../src/pipeline/decode.ts'
import { openInputs } from '../src/source/inputs.ts'
import { decodeAll, decodeFile, fixtures, inputOf, newest, root } from './decode-fixture.ts'

const work = mkdtempSync(join(tmpdir(), 'sweepwatch-decode-'))
after(() => rmSync(work, { recursive: true }))

const log = readFileSync(join(fixtures, 'kernel-log', 'in.log'))
const line = (n: number) =>
  `Nov 22 02:13:41 fw kernel: DROP IN=e OUT= SRC=203.0.113.70 DST=192.0.2.${n % 256} LEN=44 TTL=51 ID=7 PROTO=TCP SPT=${1024 + (n % 60000)} DPT=80 WINDOW=1024 RES=0x00 SYN URGP=0 \n`
const many = Buffer.from(Array.from({ length: 20_000 }, (_, n) => line(n)).join(''))

function file(name: string, bytes: Uint8Array | string): string {
  const path = join(work, name)
  writeFileSync(path, bytes)
  return path
}

async function problemOf(act: () => Promise<unknown> | unknown): Promise<Problem> {
  try {
    await act()
  } catch (error) {
    assert.ok(error instanceof Problem, String(error))
    return error
  }
  return assert.fail('no Problem was thrown')
}

for (const [name, compress] of [
  ['gzip', gzipSync],
  ['zstd', zstdCompressSync],
] as const) {
  test(`${name}: recognised by content, several members in one file`, async () => {
    const cut = log.indexOf(10, 700) + 1
    const path = file(`two.${name}`, Buffer.concat([compress(log.subarray(0, cut)), compress(log.subarray(cut))]))
    const plain = await decodeFile(join(fixtures, 'kernel-log', 'in.log'))
    const packed = await decodeFile(path)
    assert.deepEqual(packed.records, plain.records)
    assert.equal(packed.result.bytes, log.length)
  })

  test(`${name}: what precedes a cut is analysed, the cut is counted with its offset`, async () => {
    const whole = compress(many)
    const { result, records } = await decodeFile(file(`cut.${name}`, whole.subarray(0, whole.length >> 1)))
    assert.ok(records.length > 3000 && records.length < 20_000, String(records.length))
    assert.equal(result.tally.malformed, 1)
    assert.match(result.tally.examples[0]?.reason ?? '', /compressed data is damaged/)
    assert.equal(result.tally.examples[0]?.offset, result.bytes)
    assert.equal(records.at(-1)?.dst, `192.0.2.${(records.length - 1) % 256}`, 'no half line was read')
  })

  test(`${name}: damage in the middle is counted`, async () => {
    const whole = Buffer.from(compress(many))
    whole.fill(0xff, whole.length >> 1, (whole.length >> 1) + 64)
    const { result } = await decodeFile(file(`bad.${name}`, whole))
    assert.ok(result.tally.malformed > 0)
    assert.ok(result.tally.events > 0 && result.tally.events < 20_001)
  })
}

test('a small archive that unpacks to 100 MB of one line stays within bounded memory', async () => {
  const bomb = gzipSync(Buffer.concat([Buffer.from(line(1)), Buffer.alloc(100 << 20, 65), Buffer.from(`\n${line(2)}`)]))
  const path = file('bomb.gz', bomb)
  const before = process.memoryUsage().rss
  const { result, records } = await decodeFile(path)
  assert.equal(records.length, 2)
  assert.deepEqual(result.tally.examples, [{ offset: line(1).length, reason: 'line longer than 1 MiB' }])
  assert.equal(result.tally.malformed, 1)
  assert.ok(process.memoryUsage().rss - before < 200 << 20)
})

test('a line of just 1 MiB is read, one byte more is not', async () => {
  const pad = (length: number) => `${'x'.repeat(length)}\n`
  const limit = 1 << 20
  const bytes = Buffer.from(line(1) + pad(limit) + pad(limit + 1) + line(2))
  const { result } = await decodeAll(inputOf(bytes), 'in.log')
  assert.deepEqual([result.tally.events, result.tally.ignored, result.tally.malformed], [2, 1, 1])
})

test('standard input, plain and compressed', () => {
  const script = `
    import { decodeInput } from '${root}/src/pipeline/decode.ts'
    import { openInputs } from '${root}/src/source/inputs.ts'
    import { Dictionary } from '${root}/src/event/dictionary.ts'
    const [input] = openInputs(['-'])
    const result = await decodeInput(input, { sensor: 0, newest: ${newest}, rules: new Dictionary() }, () => {})
    console.log(JSON.stringify([result.name, result.format, result.tally.events, result.bytes]))`
  for (const bytes of [many, gzipSync(many), zstdCompressSync(many)]) {
    const run = spawnSync(process.execPath, ['--input-type=module-typescript', '-e', script], { input: bytes })
    assert.equal(run.stdout.toString(), `["-","kernel-log",20000,${many.length}]\n`, run.stderr.toString())
  }
})

test('a directory gives its files by name, without hidden ones and folders', async () => {
  const directory = join(work, 'logs')
  mkdirSync(join(directory, 'older'), { recursive: true })
  for (const name of ['b.log', 'a.log', '.hidden', 'c.log.gz']) {
    writeFileSync(join(directory, name), name.endsWith('.gz') ? gzipSync(log) : log)
  }
  const inputs = openInputs([directory, join(directory, '.hidden')])
  const names = ['a.log', 'b.log', 'c.log.gz', '.hidden'].map((name) => join(directory, name))
  assert.deepEqual(
    inputs.map((input) => input.name),
    names,
  )
  const problem = await problemOf(() => openInputs([join(directory, 'older')]))
  assert.equal(problem.code, 'empty-directory')
})

test('a path that does not exist is a Problem with a hint', async () => {
  const problem = await problemOf(() => openInputs([join(work, 'no such file')]))
  assert.equal(problem.code, 'no-such-file')
  assert.match(problem.hint ?? '', /path/)
})

test('an unknown format is a Problem that lists the known ones and quotes the first bytes harmlessly', async () => {
  const problem = await problemOf(() => decodeFile(file('garbage.bin', 'hello\u001b[31m\nworld\n')))
  assert.equal(problem.code, 'unknown-format')
  assert.match(problem.hint ?? '', /kernel-log.*--format/)
  assert.doesNotMatch(problem.message, /\u001b/)
  const named = await problemOf(() => decodeFile(join(fixtures, 'zeek-conn', 'in.log'), 'nonsense'))
  assert.equal(named.code, 'no-such-format')
})

test('an empty input has no format and no events', async () => {
  for (const bytes of [new Uint8Array(0), gzipSync('')]) {
    const { result } = await decodeFile(file('empty', bytes))
    assert.equal(result.format, undefined)
    assert.deepEqual([result.bytes, result.tally.events, result.tally.malformed], [0, 0, 0])
  }
})

test('a format given by name is not second-guessed', async () => {
  const { result } = await decodeFile(join(fixtures, 'zeek-conn', 'in.log'), 'suricata-eve')
  assert.equal(result.format, 'suricata-eve')
  assert.equal(result.tally.events, 0)
  assert.ok(result.tally.malformed > 20)
})

test('progress ends at the size, rows carry the sensor number and a small batch overflows nowhere', async () => {
  const path = file('many.log', many)
  let last: readonly [number, number | undefined] = [0, 0]
  let rows = 0
  const onProgress = (taken: number, total: number | undefined) => (last = [taken, total])
  const options = { sensor: 7, newest, rules: new Dictionary(), batch: new EventBatch(8), onProgress }
  const [input] = openInputs([path])
  await decodeInput(input!, options, (batch) => {
    assert.ok(batch.length > 0 && batch.length <= 8)
    for (let i = 0; i < batch.length; i++) assert.equal(batch.column.sensor[i], 7)
    rows += batch.length
  })
  assert.equal(rows, 20_000)
  assert.deepEqual(last, [many.length, many.length])
})
