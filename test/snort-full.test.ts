/** A container has none of the tests of line formats: the same is asked of alert_full here. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import './fuzz-seed.ts'
import { decodeAll, decodeFixture, fixtures, inputOf } from './decode-fixture.ts'

const id = 'snort-full'
const bytes = new Uint8Array(readFileSync(join(fixtures, id, 'in.log')))
const decode = (given: Uint8Array, piece?: number) => decodeAll(inputOf(given, piece), 'in.log', id)

test('snort-full: golden rows, and evidence is the whole alert', async () => {
  const { records, result } = await decodeFixture(id)
  const golden = readFileSync(join(fixtures, id, 'events.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
  assert.deepEqual(
    records.map((record) => JSON.stringify(record)),
    golden,
  )
  assert.deepEqual([result.tally.events, result.tally.ignored, result.tally.malformed], [5, 1, 2])
  for (const { offset, length, signature } of records) {
    const alert = Buffer.from(bytes.subarray(offset, offset + length)).toString()
    assert.ok(alert.startsWith(`[**] [${signature?.id}]`))
    assert.ok(alert.split('\n').length >= 3 && !alert.includes('\n\n'))
  }
})

test('snort-full: rows do not depend on how the input is cut into reads', async () => {
  const whole = await decode(bytes)
  for (const piece of [1, 7, 100, 1000]) {
    const cut = await decode(bytes, piece)
    assert.deepEqual(cut.records, whole.records)
    assert.deepEqual(cut.result.tally, whole.result.tally)
  }
})

test('snort-full: CRLF line ends give the same rows', async () => {
  const windows = Buffer.from(Buffer.from(bytes).toString('latin1').replaceAll('\n', '\r\n'), 'latin1')
  const strip = ({ records }: Awaited<ReturnType<typeof decode>>) =>
    records.map(({ offset: _, length: __, ...record }) => record)
  assert.deepEqual(strip(await decode(new Uint8Array(windows))), strip(await decode(bytes)))
})

test('snort-full: input cut at any byte is read to its end and never throws', async () => {
  const whole = await decode(bytes)
  for (let cut = 1; cut < bytes.length; cut += 3) {
    const { tally, bytes: read } = (await decode(bytes.subarray(0, cut))).result
    assert.equal(read, cut)
    assert.ok(tally.events <= whole.result.tally.events)
  }
})

test('snort-full: hostile bytes never throw', async () => {
  const flips = fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 40 })
  await fc.assert(
    fc.asyncProperty(flips, async (changes) => {
      const changed = new Uint8Array(bytes)
      for (const [at, value] of changes) changed[at] = value
      assert.equal((await decode(changed)).result.bytes, changed.length)
    }),
    { numRuns: 100 },
  )
})

test('snort-full: an alert without an end is damage, once', async () => {
  const endless = new Uint8Array(Buffer.from(`[**] [1:2:3] x [**]\n${'[Priority: 3] \n'.repeat(20_000)}`))
  const { result } = await decode(endless)
  assert.equal(result.bytes, endless.length)
  assert.ok(result.tally.malformed >= 1 && result.tally.malformed < 10, String(result.tally.malformed))
})
