/** SQL of one's own reads the events and nothing else: every way out that DuckDB has is tried. */
import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { Duck } from '../src/archive/duckdb.ts'
import { everyFile } from '../src/archive/layout.ts'
import { type Archive, openArchive } from '../src/archive/reader.ts'
import { Problem } from '../src/base/problem.ts'
import { batchOf, day, openWriter, temporaryArchive } from './archive-parts.ts'

const outside = mkdtempSync(join(tmpdir(), 'sweepwatch-outside-'))
after(() => rmSync(outside, { recursive: true, force: true }))
const secret = join(outside, 'secret.csv')
writeFileSync(secret, 'name,word\nadmin,hunter2\n')

const directory = temporaryArchive()
let archive: Archive
let file = ''

before(async () => {
  const { writer } = await openWriter(directory)
  writer.observe(batchOf([{ time: day }, { time: day + 1e6, dstPort: 22 }]))
  await writer.close()
  file = everyFile(directory)[0]?.path as string
  archive = await openArchive(directory)
})
after(() => archive.close())

const escapes: readonly (readonly [what: string, sql: (file: string) => string])[] = [
  ['read_csv', () => `SELECT * FROM read_csv('${secret}')`],
  ['read_csv_auto', () => `SELECT * FROM read_csv_auto('${secret}')`],
  ['read_text', () => `SELECT * FROM read_text('${secret}')`],
  ['read_blob', () => `SELECT * FROM read_blob('${secret}')`],
  ['read_json', () => `SELECT * FROM read_json('${secret}')`],
  ['read_parquet of the archive itself', (path) => `SELECT * FROM read_parquet('${path}')`],
  ['parquet_metadata', (path) => `SELECT * FROM parquet_metadata('${path}')`],
  ['sniff_csv', () => `SELECT * FROM sniff_csv('${secret}')`],
  ['glob', () => `SELECT * FROM glob('${outside}/*')`],
  ['a file as a table', () => `SELECT * FROM '${secret}'`],
  ['a file as a table, quoted', () => `FROM "${secret}"`],
  ['a Parquet file as a table', (path) => `SELECT * FROM '${path}'`],
  ['a file within a WITH of another name', () => `WITH "x" AS (SELECT 1) SELECT * FROM "${secret}"`],
  ['a file in a subquery', () => `SELECT (SELECT count(*) FROM read_text('${secret}')) FROM events`],
  ['a file in a lateral join', () => `SELECT * FROM events, LATERAL (SELECT * FROM read_text('${secret}')) t`],
  ['a file in EXISTS', () => `SELECT 1 WHERE EXISTS (FROM read_text('${secret}'))`],
  [
    'a file in a recursive WITH',
    () => `WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM t, read_text('${secret}')) SELECT * FROM t`,
  ],
  ['COPY TO', () => `COPY (SELECT 1) TO '${outside}/out.csv'`],
  ['COPY TO a file of the archive', (path) => `COPY (SELECT 1) TO '${path}'`],
  ['COPY FROM', () => `COPY events FROM '${secret}'`],
  ['ATTACH', () => `ATTACH '${outside}/other.db'`],
  ['EXPORT DATABASE', () => `EXPORT DATABASE '${outside}/export'`],
  ['IMPORT DATABASE', () => `IMPORT DATABASE '${outside}'`],
  ['httpfs', () => `SELECT * FROM read_csv('http://127.0.0.1:9/x.csv')`],
  ['a URL as a table', () => `SELECT * FROM 'https://127.0.0.1:9/x.parquet'`],
  ['INSTALL', () => 'INSTALL httpfs'],
  ['LOAD', () => 'LOAD httpfs'],
  ['LOAD of a file', () => `LOAD '${outside}/evil.duckdb_extension'`],
  ['PRAGMA', () => 'PRAGMA database_list'],
  ['SET', () => 'SET threads = 1'],
  ['SET enable_external_access', () => 'SET enable_external_access = true'],
  ['RESET', () => 'RESET lock_configuration'],
  ['SET VARIABLE', () => 'SET VARIABLE a = 1'],
  ['CALL', () => 'CALL pragma_version()'],
  ['CREATE TABLE', () => 'CREATE TABLE t AS SELECT 1'],
  ['CREATE SECRET', () => `CREATE SECRET (TYPE s3, KEY_ID 'a', SECRET 'b')`],
  ['CREATE MACRO', () => 'CREATE MACRO ip(a) AS 1'],
  ['CREATE OR REPLACE VIEW', () => 'CREATE OR REPLACE VIEW events AS SELECT 1'],
  ['DROP', () => 'DROP VIEW events'],
  ['INSERT', () => 'INSERT INTO events VALUES (1)'],
  ['DELETE', () => 'DELETE FROM events'],
  ['CHECKPOINT', () => 'CHECKPOINT'],
  ['force_checkpoint', () => 'SELECT * FROM force_checkpoint()'],
  ['BEGIN', () => 'BEGIN'],
  ['PREPARE', () => 'PREPARE p AS SELECT 1'],
  ['EXECUTE', () => 'EXECUTE p'],
  ['USE', () => 'USE memory'],
  ['two statements', () => `SELECT 1; COPY (SELECT 1) TO '${outside}/out.csv'`],
  ['getenv', () => `SELECT getenv('HOME')`],
  ['current_setting', () => `SELECT current_setting('temp_directory')`],
  ['duckdb_settings', () => 'SELECT * FROM duckdb_settings()'],
  ['duckdb_secrets', () => 'SELECT * FROM duckdb_secrets()'],
  ['duckdb_views, which tell the files', () => 'SELECT * FROM duckdb_views()'],
  ['a catalogue', () => 'SELECT * FROM information_schema.tables'],
  ['a catalogue of another name', () => 'SELECT * FROM pg_catalog.pg_views'],
  ['sqlite_master', () => 'SELECT * FROM sqlite_master'],
  ['a schema before the name', () => 'SELECT * FROM memory.main.events'],
  ['query', () => `SELECT * FROM query('SELECT 1')`],
  ['query_table', () => `SELECT * FROM query_table('events')`],
  ['json_execute_serialized_sql', () => `SELECT * FROM json_execute_serialized_sql('{}')`],
  ['enable_logging', () => `SELECT * FROM enable_logging(storage_path = '${outside}/log')`],
  ['enable_profiling', () => `SELECT * FROM enable_profiling(save_location = '${outside}/profile.txt')`],
  ['write_log', () => `SELECT write_log('x')`],
  ['nextval', () => `SELECT nextval('s')`],
  ['sleep_ms', () => 'SELECT sleep_ms(10)'],
  ['repeat', () => `SELECT length(repeat('x', 4000000000))`],
  ['PIVOT', () => `PIVOT events ON kind`],
  ['SHOW', () => 'SHOW ALL TABLES'],
  ['EXPLAIN ANALYZE', () => 'EXPLAIN ANALYZE SELECT 1'],
  ['no SQL', () => 'hello'],
  ['nothing', () => ''],
]

for (const [what, sql] of escapes) {
  test(`refused: ${what}`, async () => {
    await assert.rejects(archive.query(sql(file)), (error) => error instanceof Problem && error.code === 'hunt-sql')
  })
}

test('nothing was written and nothing changed by all that was tried', async () => {
  assert.deepEqual(readdirSync(outside), ['secret.csv'])
  assert.equal(readFileSync(secret, 'utf8'), 'name,word\nadmin,hunter2\n')
  assert.equal(everyFile(directory).length, 1)
  assert.deepEqual((await archive.query('SELECT count(*) FROM events')).rows, [[2]])
})

test('even without the check of its text, a query reaches no file but those of the archive, and sets nothing', async () => {
  const duck = await Duck.open()
  await duck.run(`SET allowed_paths = ['${file}']; SET enable_external_access = false; SET lock_configuration = true`)
  const behind = [
    `SELECT * FROM read_text('${secret}')`,
    `SELECT * FROM glob('${outside}/*')`,
    `COPY (SELECT 1) TO '${outside}/out.csv'`,
    `COPY (SELECT 1) TO '${file}'`,
    `ATTACH '${outside}/other.db'`,
    'INSTALL httpfs',
    'LOAD httpfs',
    'SET enable_external_access = true',
    'SET lock_configuration = false',
    `EXPORT DATABASE '${outside}/export'`,
  ]
  for (const sql of behind) await assert.rejects(duck.run(sql), sql)
  duck.close()
  assert.deepEqual(readdirSync(outside), ['secret.csv'])
})

test('what is asked in good faith is answered', async () => {
  const asked = [
    'SELECT count(*) FROM events',
    'select * from EVENTS limit 1',
    'WITH a AS (SELECT * FROM events), b AS (SELECT * FROM a) SELECT count(*) FROM b JOIN a USING (src)',
    'SELECT * FROM range(3)',
    'SELECT * FROM (VALUES (1), (2)) t(n)',
    'SELECT unnest([1, 2])',
    'SELECT src, count(*) OVER (PARTITION BY dst_port) FROM contacts QUALIFY row_number() OVER () = 1',
    'DESCRIBE SELECT * FROM events',
    'SUMMARIZE events',
    'FROM events SELECT DISTINCT dst_port ORDER BY 1',
    `SELECT count(*) FROM events WHERE in_net(dst_key, '192.0.2.0/24') AND dst_key = ip('192.0.2.10')`,
  ]
  for (const sql of asked) assert.ok((await archive.query(sql)).rows.length > 0, sql)
})

test('networks are understood as they are written', async () => {
  const one = async (sql: string) => (await archive.query(`SELECT ${sql}`)).rows[0]?.[0]
  assert.equal(await one(`ip('0.0.0.0')`), 0)
  assert.equal(await one(`ip('255.255.255.255')`), 4294967295)
  assert.equal(await one(`ip('2001:db8:0:7::1')`), '2306139568115548167')
  assert.equal(await one(`ip('fe80::1')`), '18338657682652659712')
  assert.equal(await one(`ip('1:2:3:4:5:6:7:8')`), 281483566841860)
  assert.equal(await one(`net_low('10.1.2.3/8')`), 10 * 2 ** 24)
  assert.equal(await one(`net_high('10.1.2.3/8')`), 11 * 2 ** 24 - 1)
  assert.equal(await one(`in_net(ip('2001:db8:ffff::1'), '2001:db8::/32')`), true)
  assert.equal(await one(`in_net(ip('2001:db9::1'), '2001:db8::/32')`), false)
  assert.equal(await one(`in_net(ip('10.0.0.1'), '0.0.0.0/0')`), true)
  await assert.rejects(archive.query(`SELECT ip('300.1.1.1')`), Problem)
})

test('parameters are bound and never become SQL', async () => {
  const hostile = `' OR 1=1 --`
  const { rows } = await archive.query('SELECT count(*) FROM events WHERE src = $host', { host: hostile })
  assert.deepEqual(rows, [[0]])
  assert.deepEqual((await archive.query('SELECT $host', { host: hostile })).rows, [[hostile]])
  await assert.rejects(archive.query('SELECT $missing'), /no value is given for \$missing/)
})

test('a query that does not end is ended, and the next one runs', async () => {
  const endless = 'WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n % 7 + 1 FROM t) SELECT count(*) FROM t'
  await assert.rejects(archive.query(endless, {}, { timeLimit: 200 }), (error: Problem) => error.code === 'hunt-time')
  const wide = 'SELECT count(*) FROM range(10000000) a, range(10000000) b WHERE a.range * b.range % 7 = 3'
  await assert.rejects(archive.query(wide, {}, { timeLimit: 200 }), (error: Problem) => error.code === 'hunt-time')
  assert.deepEqual((await archive.query('SELECT count(*) FROM events')).rows, [[2]])
})

test('more rows than asked for are left out and said; memory is bounded', async () => {
  const answer = await archive.query('SELECT * FROM range(1000000)', {}, { most: 10 })
  assert.deepEqual([answer.rows.length, answer.isCut], [10, true])
  const small = await openArchive(directory, { memory: '100MB' })
  await assert.rejects(small.query('SELECT len(list(range)) FROM range(30000000)'), Problem)
  small.close()
  await assert.rejects(archive.query(`SELECT '${'x'.repeat(1 << 17)}'`), /longer than/)
  await assert.rejects(archive.query(`SELECT ${'('.repeat(20_000)}1${')'.repeat(20_000)}`), Problem)
})

test('the temporary folder of an archive goes with it', async () => {
  const temporary = () => readdirSync(tmpdir()).filter((name) => name.startsWith('sweepwatch-hunt-')).length
  const before = temporary()
  const other = await openArchive(directory)
  assert.equal(temporary(), before + 1)
  other.close()
  assert.equal(temporary(), before)
  assert.ok(existsSync(file))
})
