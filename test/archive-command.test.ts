/** `sweepwatch archive` and `sweepwatch hunt` as a person types them. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { appendFileSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { madeRows } from '../bench/archive/rows.ts'
import { archiveColumns } from '../src/archive/columns.ts'
import { Duck } from '../src/archive/duckdb.ts'
import { everyFile } from '../src/archive/layout.ts'
import { tableText } from '../src/command/table.ts'
import { Text } from '../src/event/texts.ts'
import { csvLine } from '../src/report/csv.ts'
import { batchOf, openWriter, rowsOf, temporaryArchive } from './archive-parts.ts'
import { root } from './decode-fixture.ts'

function sweepwatch(...words: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'src', 'cli.ts'), ...words], {
    encoding: 'utf8',
  })
  return { status, stdout, stderr }
}

const line = (i: number) =>
  `Nov 22 03:00:0${i % 10} fw kernel: DROP IN=e0 OUT= SRC=203.0.113.${i} DST=192.0.2.9 LEN=44 TTL=50 ID=${i} PROTO=TCP SPT=40000 DPT=22 WINDOW=1024 SYN\n`
const lines = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => line(from + i)).join('')

test('add stores each input once: one that was added is passed over, of one that grew the new part is added', async () => {
  const directory = temporaryArchive()
  const log = `${directory}.log`
  writeFileSync(log, lines(0, 20))
  const counted = () => rowsOf(directory, 'SELECT count(*) AS n, count(DISTINCT src) AS sources FROM events')
  assert.equal(sweepwatch('archive', 'add', '--archive', directory, log).status, 0)
  assert.deepEqual(await counted(), [{ n: 20, sources: 20 }])
  const again = sweepwatch('archive', 'add', '--archive', directory, log)
  assert.match(again.stderr, /1 input added before and passed over/)
  appendFileSync(log, lines(20, 35))
  assert.equal(sweepwatch('archive', 'add', '--archive', directory, log).status, 0)
  assert.deepEqual(await counted(), [{ n: 35, sources: 35 }])
  // A line of the ledger that was cut by a kill is none; what follows it counts.
  appendFileSync(join(directory, 'added.jsonl'), '{"at":"2026')
  appendFileSync(log, lines(35, 40))
  assert.equal(sweepwatch('archive', 'add', '--archive', directory, log).status, 0)
  assert.equal(sweepwatch('archive', 'add', '--archive', directory, log).status, 0)
  assert.deepEqual(await counted(), [{ n: 40, sources: 40 }])
  assert.equal(sweepwatch('archive', 'add', '--again', '--archive', directory, log).status, 0)
  assert.deepEqual(await counted(), [{ n: 80, sources: 40 }])
})

test('status, verify and prune say what is there, what is damaged and what went', () => {
  const directory = temporaryArchive()
  const log = `${directory}.log`
  writeFileSync(log, lines(0, 20))
  sweepwatch('archive', 'add', '--archive', directory, log)
  const [status] = sweepwatch('archive', 'status', '--json', '--archive', directory).stdout.split('\n')
  assert.equal(JSON.parse(status as string).rows, 20)
  assert.match(sweepwatch('archive', 'verify', '--archive', directory).stdout, /^1 file, 20 rows/)
  const { path, bytes } = everyFile(directory)[0] as { path: string; bytes: number }
  truncateSync(path, bytes - 20)
  const verified = sweepwatch('archive', 'verify', '--archive', directory)
  assert.equal(verified.status, 4)
  assert.match(verified.stdout, /moved to .*torn/)
  assert.match(sweepwatch('archive', 'status', '--archive', directory).stdout, /1 torn file set aside/)
  assert.match(sweepwatch('archive', 'prune', '--max-bytes', '1', '--archive', directory).stdout, /^1 file/)
  assert.equal(sweepwatch('archive', 'prune', '--archive', directory).status, 2)
  assert.equal(sweepwatch('archive', 'prune', '--max-bytes', 'much', '--archive', directory).status, 2)
  assert.equal(sweepwatch('archive', 'statsu', '--archive', directory).status, 2)
  assert.equal(sweepwatch('archive', 'status', '--archive', join(directory, 'none')).status, 2)
})

test('a page whose bytes were changed is found by verify', () => {
  const directory = temporaryArchive()
  const log = `${directory}.log`
  writeFileSync(log, lines(0, 200))
  sweepwatch('archive', 'add', '--archive', directory, log)
  const { path } = everyFile(directory)[0] as { path: string }
  const bytes = readFileSync(path)
  bytes.fill(0x5a, 4, 120)
  writeFileSync(path, bytes)
  assert.equal(sweepwatch('archive', 'verify', '--archive', directory).status, 4)
  assert.equal(everyFile(directory).length, 0)
})

test('hunt: the list, a table, CSV and JSON, and what is wrong said in a sentence', () => {
  const directory = temporaryArchive()
  const log = `${directory}.log`
  writeFileSync(log, lines(0, 20))
  sweepwatch('archive', 'add', '--archive', directory, log)
  const hunt = (...words: string[]) => sweepwatch('hunt', '--archive', directory, ...words)
  assert.match(sweepwatch('hunt').stdout, /^admin-pairs[\s\S]*touched-target/m)
  assert.match(
    hunt('touched-target', '--param', 'host=192.0.2.9', '--limit', '5').stdout,
    /^src\s+protocol[\s\S]*203\.0\.113\.0/,
  )
  assert.match(
    hunt('touched-target', '--param', 'host=192.0.2.9', '--limit', '5').stderr,
    /5 rows \(there are more: --limit\)/,
  )
  const csv = hunt('touched-target', '--param', 'host=192.0.2.9', '--csv').stdout.split('\r\n')
  assert.equal(csv.length, 22)
  const json = hunt(
    '--sql',
    'SELECT count(*) AS n FROM events WHERE src = $who',
    '--param',
    'who=203.0.113.7',
    '--json',
  )
  assert.deepEqual(JSON.parse(json.stdout), { n: 1 })
  const network = hunt(
    '--sql',
    'SELECT count(*) AS n FROM events WHERE src_key BETWEEN $net_low AND $net_high',
    '--param',
    'net=203.0.113.0/29',
    '--json',
  )
  assert.deepEqual(JSON.parse(network.stdout), { n: 8 })
  const from = (time: string) => hunt('touched-target', '--param', 'host=192.0.2.9', '--from', time, '--json').stdout
  assert.equal(from('2999-01-01'), '')
  for (const [words, said] of [
    [['touched-targets'], /Did you mean touched-target\?/],
    [['touched-target'], /parameter host is missing/],
    [['touched-target', '--param', 'host=nobody'], /"nobody" is no address/],
    [['admin-pairs'], /asks which addresses are ours/],
    [['--sql', `COPY events TO '/tmp/x'`], /only SELECT is allowed/],
    [['--sql', 'SELECT nothing'], /the query failed/],
    [['touched-target', '--sql', 'SELECT 1'], /not both/],
    [['--sql', 'SELECT 1', '--limit', '0'], /--limit 0/],
    [['--sql', 'SELECT 1', '--timeout', 'ever'], /--timeout ever/],
  ] as const) {
    const result = hunt(...words)
    assert.equal(result.status, 2, words.join(' '))
    assert.match(result.stderr, said)
  }
})

test('what a log holds runs neither in a spreadsheet nor in a terminal', async () => {
  assert.equal(
    csvLine(['=HYPERLINK("x")', '+1', '-1', '@a', '\tb', -1, null]),
    `"'=HYPERLINK(""x"")",'+1,'-1,'@a,\\u{9}b,-1,\r\n`,
  )
  assert.equal(csvLine(['a,b', 'c"d', 'e\nf', true]), '"a,b","c""d",e\\u{a}f,true\r\n')
  const directory = temporaryArchive()
  const { writer } = await openWriter(directory)
  writer.observe(batchOf([{ texts: [[Text.userAgent, '\u001b[2J=cmd()\u202e']] }]))
  await writer.close()
  for (const form of [[], ['--csv'], ['--json']]) {
    const { stdout } = sweepwatch('hunt', '--archive', directory, '--sql', 'SELECT user_agent FROM events', ...form)
    assert.ok(stdout.includes('cmd()'))
    assert.ok(![...stdout].some((character) => character === '\u001b' || character === '\u202e'))
  }
  const look = { colour: false, unicode: false, columns: 80 }
  assert.equal(tableText(['a', 'n'], [['x'.repeat(99), 1]], look).split('\n')[2]?.length, 43)
})

test('docs/archive.md names every column, and every hunt', () => {
  const text = readFileSync(join(root, 'docs', 'archive.md'), 'utf8')
  for (const [name] of archiveColumns) assert.ok(text.includes(`\`${name}\``), name)
  for (const name of readdirSync(join(root, 'hunts'))) assert.ok(text.includes(`\`${name.replace('.sql', '')}\``), name)
})

test('the rows of the benchmark are rows of the archive', async () => {
  const duck = await Duck.open()
  const [counted] = await duck.rows(
    `SELECT count(*) AS n, count(DISTINCT src_key) > 1000 AS sources, count(*) FILTER (outcome = 'established') > 1000 AS answered FROM (${madeRows(3, 1_000_000, 10_000)})`,
  )
  duck.close()
  assert.deepEqual(counted, { n: 10_000, sources: true, answered: true })
})

test('a directory of logs is added with those that are not understood told and passed over', async () => {
  const directory = temporaryArchive()
  const folder = `${directory}.logs`
  mkdirSync(folder)
  writeFileSync(join(folder, 'a.log'), lines(0, 20))
  writeFileSync(join(folder, 'b.txt'), 'nothing that anybody logs\n'.repeat(5))
  const { status, stdout, stderr } = sweepwatch('archive', 'add', '--json', '--archive', directory, folder)
  assert.equal(status, 0, stderr)
  assert.equal(JSON.parse(stdout).events, 20)
  assert.match(stderr, /b\.txt.*passed over/)
  assert.deepEqual(await rowsOf(directory, 'SELECT DISTINCT format, rule FROM events'), [
    { format: 'kernel-log', rule: 'DROP' },
  ])
})
