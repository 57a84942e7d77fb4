/** Retention by age and by size: whole files, the oldest first, and nothing that is not ours. */
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { everyFile, filePath } from '../src/archive/layout.ts'
import { prune } from '../src/archive/retention.ts'
import { checkConfig } from '../src/config/schema.ts'
import { batchOf, day, openWriter, temporaryArchive } from './archive-parts.ts'

const dayMicros = 86400e6
const now = day + 3600e6
const daysOf = (directory: string) => everyFile(directory).map((file) => file.day)

async function archiveOf(times: readonly number[]): Promise<string> {
  const directory = temporaryArchive()
  const { writer } = await openWriter(directory)
  writer.observe(batchOf(times.map((time) => ({ time }))))
  await writer.close()
  return directory
}

const lastDays = (count: number) => Array.from({ length: count }, (_, i) => day - i * dayMicros)

test('days older than are kept are removed, folder and all', async () => {
  const directory = await archiveOf(lastDays(6))
  const pruned = prune(directory, { keepDays: 3 }, now)
  assert.deepEqual(pruned.days, ['2026-11-17', '2026-11-18'])
  assert.equal(pruned.files, 2)
  assert.deepEqual(daysOf(directory), ['2026-11-19', '2026-11-20', '2026-11-21', '2026-11-22'])
  assert.ok(!existsSync(join(directory, 'day=2026-11-17')))
  assert.deepEqual(prune(directory, { keepDays: 3 }, now).files, 0)
})

test('beyond the size the oldest files go first', async () => {
  const directory = await archiveOf(lastDays(5))
  const sizes = everyFile(directory).map(({ bytes }) => bytes)
  const total = sizes.reduce((sum, size) => sum + size, 0)
  const pruned = prune(directory, { maxBytes: total - (sizes[0] as number) - 1 }, now)
  assert.deepEqual(pruned.days, ['2026-11-18', '2026-11-19'])
  assert.deepEqual(daysOf(directory), ['2026-11-20', '2026-11-21', '2026-11-22'])
})

test('what Sweepwatch did not write is never removed', async () => {
  const directory = await archiveOf(lastDays(3))
  const foreign = filePath(directory, '2026-11-01', 'test', 1, 1)
  mkdirSync(dirname(foreign), { recursive: true })
  writeFileSync(foreign, 'a file of somebody else')
  const notes = join(directory, 'day=2026-11-20', 'notes.txt')
  writeFileSync(notes, 'mine')
  const pruned = prune(directory, { keepDays: 1, maxBytes: 1 }, now)
  assert.deepEqual(pruned.foreign, [foreign])
  assert.ok(existsSync(foreign) && existsSync(notes))
  assert.deepEqual(daysOf(directory), ['2026-11-01'])
})

test('events without a plausible time, and torn files, are as old as their file', async () => {
  const directory = await archiveOf([0, day])
  const torn = join(directory, 'torn', 'day=2026-11-22-test-0000000009-0000000009.parquet.tmp')
  mkdirSync(dirname(torn))
  writeFileSync(torn, 'PAR1')
  for (const path of [torn, ...everyFile(directory).map((file) => file.path)]) utimesSync(path, now / 1e6, now / 1e6)
  assert.equal(prune(directory, { keepDays: 30 }, now).files, 0)
  const past = (now - 40 * dayMicros) / 1e6
  for (const path of [torn, everyFile(directory)[0]?.path as string]) utimesSync(path, past, past)
  assert.equal(prune(directory, { keepDays: 30 }, now).files, 2)
  assert.deepEqual(daysOf(directory), ['2026-11-22'])
  assert.deepEqual(readdirSync(join(directory, 'torn')), [])
})

test('a writer with retention removes what is old by itself, and says so', async () => {
  const directory = await archiveOf([day - 4000 * dayMicros])
  const { writer, notices } = await openWriter(directory, { retention: { keepDays: 365 } })
  writer.observe(batchOf([{ time: Date.now() * 1000 }]))
  const { mark, durable } = writer.seal()
  await durable
  writer.confirm(mark)
  await writer.close()
  assert.equal(everyFile(directory).length, 1)
  assert.match(notices.join(), /1 file .* of the archive removed: 2015-/)
})

test('archive: of the configuration tells directory, days and size', () => {
  const config = (archive: unknown) => checkConfig({ archive })
  assert.deepEqual(config({ directory: 'events', keepDays: 90, maxBytes: '50 GB' }), {
    config: { archive: { directory: 'events', keepDays: 90, maxBytes: 50e9 } },
  })
  for (const wrong of [
    {},
    { directory: '' },
    { directory: 'a', keepDays: 0 },
    { directory: 'a', maxBytes: 'much' },
    { directory: 'a', days: 3 },
  ]) {
    assert.ok('errors' in config(wrong), JSON.stringify(wrong))
  }
})
