/** What the writer promises: files by day, each whole under its name; marks; small files put together; what is lost is told. */
import assert from 'node:assert/strict'
import { copyFileSync, existsSync, mkdirSync, readdirSync, truncateSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { dayText, everyFile, filePath, isOurs, isWhole, withoutReplaced } from '../src/archive/layout.ts'
import { takeLock } from '../src/archive/lock.ts'
import { runsToMerge } from '../src/archive/merge.ts'
import { openArchive } from '../src/archive/reader.ts'
import { archiveStatus } from '../src/archive/status.ts'
import { Problem } from '../src/base/problem.ts'
import { batchOf, day, openWriter, rowsOf, temporaryArchive } from './archive-parts.ts'

const dayMicros = 86400e6
const numbered = (from: number, count: number, time = day) =>
  batchOf(Array.from({ length: count }, (_, i) => ({ time, offset: from + i })))

test('events go to files by day of the event', async () => {
  const directory = temporaryArchive()
  const { writer } = await openWriter(directory)
  writer.observe(batchOf([{ time: day - 1 }, { time: day }, { time: day + dayMicros }]))
  await writer.close()
  assert.deepEqual(
    everyFile(directory).map((file) => file.day),
    ['2026-11-21', '2026-11-22', '2026-11-23'],
  )
  assert.ok(everyFile(directory).every(({ path }) => isWhole(path) && isOurs(path)))
  assert.deepEqual(
    await rowsOf(directory, 'SELECT day::VARCHAR AS day FROM events ORDER BY 1', { from: '2026-11-22' }),
    [{ day: '2026-11-22' }, { day: '2026-11-23' }],
  )
})

test('a log with a thousand days makes a bounded number of files, and no event is lost', async () => {
  const directory = temporaryArchive()
  const { writer } = await openWriter(directory)
  writer.observe(batchOf(Array.from({ length: 1000 }, (_, i) => ({ time: day - i * dayMicros, offset: i }))))
  await writer.close()
  assert.equal(everyFile(directory).length, 32)
  assert.deepEqual(await rowsOf(directory, 'SELECT count(*) AS n, count(DISTINCT time) AS times FROM events'), [
    { n: 1000, times: 1000 },
  ])
})

test('what was sealed is durable; what was not confirmed is removed when its input is read again', async () => {
  const directory = temporaryArchive()
  const first = await openWriter(directory)
  first.writer.observe(numbered(0, 10))
  const { mark, durable } = first.writer.seal()
  first.writer.observe(numbered(10, 5))
  await durable
  assert.equal(mark, 1)
  await first.writer.close()
  const again = await openWriter(directory, { mark })
  again.writer.observe(numbered(10, 7))
  await again.writer.close()
  assert.deepEqual(
    await rowsOf(directory, 'SELECT count(*) AS n, count(DISTINCT record_offset) AS different FROM events'),
    [{ n: 17, different: 17 }],
  )
})

test('without a mark everything that is whole is kept', async () => {
  const directory = temporaryArchive()
  for (const from of [0, 10]) {
    const { writer } = await openWriter(directory)
    writer.observe(numbered(from, 10))
    await writer.close()
  }
  assert.deepEqual(await rowsOf(directory, 'SELECT count(*) AS n FROM events'), [{ n: 20 }])
})

test('confirmed small files are put together; no event is lost or doubled, and none that is not confirmed moves', async () => {
  const directory = temporaryArchive()
  const { writer, notices } = await openWriter(directory)
  for (let i = 0; i < 20; i++) {
    writer.observe(numbered(i * 10, 10))
    const { mark, durable } = writer.seal()
    await durable
    if (mark === 16) writer.confirm(mark)
  }
  await writer.close()
  assert.deepEqual(notices, [])
  const { files, replaced } = withoutReplaced(everyFile(directory))
  assert.deepEqual(replaced, [])
  assert.deepEqual(
    files.map(({ first, last }) => [first, last]),
    [[1, 16], ...[17, 18, 19, 20].map((number) => [number, number])],
  )
  assert.deepEqual(
    await rowsOf(directory, 'SELECT count(*) AS n, count(DISTINCT record_offset) AS different FROM events'),
    [{ n: 200, different: 200 }],
  )
})

test('a file that was put together stands for its parts by its name, should a kill have left them', async () => {
  const directory = temporaryArchive()
  const { writer } = await openWriter(directory)
  writer.observe(numbered(0, 10))
  await writer.close()
  const whole = everyFile(directory)[0]
  assert.ok(whole)
  // As if a merge of 1 to 3 had been killed before it removed 2.
  copyFileSync(whole.path, filePath(directory, whole.day, 'test', 1, 3))
  copyFileSync(whole.path, filePath(directory, whole.day, 'test', 2, 2))
  assert.deepEqual(await rowsOf(directory, 'SELECT count(*) AS n FROM events'), [{ n: 10 }])
  await (await openWriter(directory)).writer.close()
  assert.deepEqual(
    everyFile(directory).map(({ first, last }) => [first, last]),
    [[1, 3]],
  )
})

test('runs of neighbours are merged when no file is larger than the others together', () => {
  const file = (number: number, bytes: number, name = '2026-11-22') => ({
    day: name,
    writer: 'test',
    first: number,
    last: number,
    path: '',
    bytes,
  })
  const small = Array.from({ length: 8 }, (_, i) => file(i + 1, 100))
  assert.deepEqual(runsToMerge(small.slice(1)), [])
  assert.deepEqual(runsToMerge(small), [small])
  assert.deepEqual(runsToMerge([file(0, 1000), ...small]), [small])
  const medium = [1, 2, 3, 4].map((number) => file(number, 12 << 20))
  assert.deepEqual(runsToMerge(medium), [medium])
  assert.deepEqual(runsToMerge(medium.slice(1)), [])
  assert.deepEqual(runsToMerge([file(0, 700), ...small]), [[file(0, 700), ...small]])
  assert.deepEqual(runsToMerge([...small.slice(0, 4), file(5, 64 << 20), ...small.slice(4)]), [])
  assert.deepEqual(
    runsToMerge([...small.slice(0, 4), ...small.slice(4).map(({ first }) => file(first, 100, '2026-11-23'))]),
    [],
  )
})

test('torn files are set aside and counted when the archive is opened; another writer’s are left', async () => {
  const directory = temporaryArchive()
  const { writer } = await openWriter(directory)
  writer.observe(numbered(0, 1000))
  await writer.close()
  const torn = filePath(directory, '2026-11-22', 'test', 7, 7)
  const whole = everyFile(directory)[0]?.path as string
  copyFileSync(whole, torn)
  truncateSync(torn, 500)
  writeFileSync(`${filePath(directory, '2026-11-22', 'test', 8, 8)}.tmp`, 'PAR1')
  writeFileSync(`${filePath(directory, '2026-11-22', 'other', 1, 1)}.tmp`, 'PAR1')
  // A reader passes over what is not whole, and says so.
  const archive = await openArchive(directory)
  assert.deepEqual(archive.leftOut, [torn])
  archive.close()
  const { writer: next, notices } = await openWriter(directory)
  await next.close()
  assert.match(notices.join(), /2 unfinished files of the archive set aside/)
  assert.ok(!existsSync(torn))
  assert.equal(readdirSync(join(directory, 'torn')).length, 2)
  const status = await archiveStatus(directory)
  assert.deepEqual([status.torn.files, status.unfinished, status.rows], [2, 1, 1000])
})

test('two processes do not write under one name; under two names they may', async () => {
  const directory = temporaryArchive()
  const { writer } = await openWriter(directory)
  await assert.rejects(openWriter(directory), (error: Problem) => error.code === 'archive-busy')
  const other = await openWriter(directory, { writer: 'other' })
  for (const each of [writer, other.writer]) {
    each.observe(numbered(0, 5))
    await each.close()
  }
  assert.deepEqual(await rowsOf(directory, 'SELECT count(*) AS n FROM events'), [{ n: 10 }])
})

test('a folder that holds something else is not taken for an archive', async () => {
  const directory = temporaryArchive()
  mkdirSync(directory, { recursive: true })
  writeFileSync(join(directory, 'mine.txt'), 'mine')
  await assert.rejects(openWriter(directory), (error: Problem) => error.code === 'no-archive')
  await assert.rejects(openArchive(directory), (error: Problem) => error.code === 'no-archive')
  assert.deepEqual(readdirSync(directory), ['mine.txt'])
})

test('who waits until there is room loses nothing; who does not is told what was lost', async () => {
  const directory = temporaryArchive()
  const patient = await openWriter(directory, { rowsPerFile: 100 })
  for (let i = 0; i < 50; i++) {
    patient.writer.observe(numbered(i * 100, 100))
    await patient.writer.ready()
  }
  await patient.writer.close()
  assert.equal(patient.writer.lost, 0)
  const hasty = await openWriter(directory, { rowsPerFile: 100, writer: 'hasty' })
  for (let i = 0; i < 50; i++) hasty.writer.observe(numbered(i * 100, 100))
  await hasty.writer.close()
  assert.ok(hasty.writer.lost > 0)
  assert.match(hasty.notices.join(), /cannot be written as fast as events come/)
  assert.deepEqual(await rowsOf(directory, 'SELECT count(*) AS n FROM events'), [{ n: 10_000 - hasty.writer.lost }])
})

test('what cannot be written is told, not passed over in silence', async () => {
  const directory = temporaryArchive()
  const { writer, notices } = await openWriter(directory)
  writeFileSync(dirname(filePath(directory, '2026-11-22', 'test', 1, 1)), 'in the way')
  writer.observe(numbered(0, 10))
  const { durable } = writer.seal()
  await assert.rejects(durable, (error: Problem) => error.code === 'unwritable-archive')
  await writer.close()
  assert.equal(writer.lost, 10)
  assert.match(notices.join(), /10 events are not archived/)
})

test('a name beyond the room for names, and IPv6 and its networks, are kept', async () => {
  const directory = temporaryArchive()
  const { writer, rules } = await openWriter(directory)
  const batch = numbered(0, 2)
  for (let i = 0; i < 3000; i++) rules.id(`rule ${i}`)
  batch.column.rule[0] = rules.id('rule 2999')
  batch.column.rule[1] = 70_000
  writer.observe(batch)
  await writer.close()
  assert.deepEqual(await rowsOf(directory, 'SELECT rule FROM events ORDER BY record_offset'), [
    { rule: 'rule 2999' },
    { rule: '(other)' },
  ])
})

test('a lock is let go with its holder and says who is in the way', () => {
  const directory = temporaryArchive()
  const lock = takeLock(directory, 'thing')
  assert.throws(() => takeLock(directory, 'thing'), Problem)
  lock.release()
  takeLock(directory, 'thing').release()
  assert.equal(dayText(20_779), '2026-11-22')
})
