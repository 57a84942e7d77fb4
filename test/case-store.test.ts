/** Cases in SQLite: events are added and never changed, every state folds out of them, earlier schemas are brought up to date. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, describe, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import type { CaseEventBody, Triage } from '../src/case/case.ts'
import type { Scan } from '../src/detect/finding.ts'
import { analyze } from '../src/pipeline/analyze.ts'
import { makeBackup, restoreBackup } from '../src/store/backup.ts'
import { CaseStore, type Entry } from '../src/store/case-store.ts'
import { openDatabase } from '../src/store/database.ts'
import { baselineBefore, rememberDay } from '../src/store/host-memory.ts'
import { migrations } from '../src/store/migrations.ts'

const root = join(import.meta.dirname, '..')
const capture = join(root, 'fixtures/demo/masscan-sweep.pcap')
const temporary = mkdtempSync(join(tmpdir(), 'sweepwatch-store-'))
after(() => rmSync(temporary, { recursive: true }))
const folder = (name: string) => mkdtempSync(join(temporary, `${name}-`))

const found = await analyze({ paths: [capture], net: ['192.0.2.0/24'] })
const scan = found.scans[0]?.scan as Scan
const triage = found.cases[0]?.triage as Triage

const entry = (body: CaseEventBody, at = '2026-11-22T03:00:00.000000Z', author = 'ada'): Entry => ({
  at,
  author,
  reason: 'a test',
  body,
})
const opened = [
  entry({ kind: 'opened', title: 'a sweep', key: scan.id }, undefined, 'sweepwatch'),
  entry({ kind: 'scan', scan, joined: 'it opened the case' }, undefined, 'sweepwatch'),
  entry({ kind: 'triaged', triage }, undefined, 'sweepwatch'),
]

describe('a case', () => {
  test('is what its events make it, and the history keeps who did what when and why', () => {
    const store = CaseStore.open(folder('fold'))
    store.append('a', opened)
    store.append('a', [entry({ kind: 'assigned', to: 'bob' }), entry({ kind: 'noted', text: 'looked at it' })])
    const one = store.append('a', [
      entry(
        { kind: 'closed', outcome: 'expected', lesson: 'ask first', change: 'none' },
        '2026-11-22T03:10:00.000000Z',
      ),
    ])
    assert.equal(one.status, 'closed')
    assert.equal(one.owner, 'bob')
    assert.equal(one.outcome, 'expected')
    assert.equal(one.probes, scan.probes)
    assert.equal(one.times.toDecide, 600)
    assert.ok((one.times.toDetect ?? -1) >= 0)
    assert.deepEqual(
      one.history.map(({ author, body }) => [author, body.kind]),
      [
        ['sweepwatch', 'opened'],
        ['sweepwatch', 'scan'],
        ['sweepwatch', 'triaged'],
        ['ada', 'assigned'],
        ['ada', 'noted'],
        ['ada', 'closed'],
      ],
    )
    assert.equal(store.append('a', [entry({ kind: 'reopened' })]).status, 'open')
    store.close()
  })

  test('of its scans and triage shows the last word; the earlier ones stay in the store', () => {
    const store = CaseStore.open(folder('last'))
    store.append('a', opened)
    const grown = { ...scan, probes: scan.probes + 100 }
    const one = store.append('a', [
      entry({ kind: 'scan', scan: grown, joined: 'ignored' }),
      entry({ kind: 'triaged', triage }),
    ])
    assert.equal(one.scans.length, 1)
    assert.equal(one.probes, grown.probes)
    const rows = store.database.prepare("SELECT count(*) AS n FROM case_event WHERE kind IN ('scan', 'triaged')").get()
    assert.equal(rows?.['n'], 4)
    store.close()
  })

  test('events cannot be changed or deleted, not even by SQL', () => {
    const store = CaseStore.open(folder('kept'))
    store.append('a', opened)
    assert.throws(() => store.database.exec("UPDATE case_event SET author = 'eve'"), /never changed/)
    assert.throws(() => store.database.exec('DELETE FROM case_event'), /never deleted/)
    store.close()
  })

  test('of many scans opens with the first 256, and counts all', () => {
    const store = CaseStore.open(folder('many'))
    const scans = Array.from({ length: 3000 }, (_, n) =>
      entry({ kind: 'scan', scan: { ...scan, id: `s${n}`, sources: [`198.51.100.${n % 250}`] }, joined: 'noise' }),
    )
    const one = store.append('noise-20261122', [opened[0] as Entry, ...scans, opened[2] as Entry])
    assert.equal(one.scans.length, 256)
    assert.equal(one.scansOmitted, 2744)
    assert.equal(one.probes, 3000 * scan.probes)
    assert.equal(store.caseOfScan('s2999'), 'noise-20261122')
    store.close()
  })
})

describe('lists and searches', () => {
  const store = CaseStore.open(folder('list'))
  after(() => store.close())
  store.append('aa11', opened)
  store.append('aa22', [
    entry({ kind: 'opened', title: 'quiet', key: 'x' }),
    entry({ kind: 'scan', scan: { ...scan, id: 'other', sources: ['198.51.100.7'] }, joined: 'it opened the case' }),
    entry({
      kind: 'triaged',
      triage: { ...triage, decision: { ...triage.decision, decision: 'close', rule: 'background' } },
    }),
  ])

  test('what should be looked at first stands in front', () => {
    assert.deepEqual(
      store.list().map(({ id }) => id),
      ['aa11', 'aa22'],
    )
    assert.deepEqual(
      store.list({ aboveBackground: true }).map(({ id }) => id),
      ['aa11'],
    )
    assert.equal(store.count({ source: '198.51.100.7' }), 1)
    assert.equal(store.count({ since: '2030-01-01T00:00:00Z' }), 0)
  })

  test('the beginning of an id is enough, if it is the only one; signs of patterns are no patterns', () => {
    assert.equal(store.find('aa2').id, 'aa22')
    assert.throws(() => store.find('aa'), { code: 'several-cases' })
    assert.throws(() => store.find('%'), { code: 'no-such-case' })
    assert.throws(() => store.find('_a11'), { code: 'no-such-case' })
  })

  test('Q5: the same source, and the same ports with the same tool, are found again', () => {
    const later = { ...scan, id: 'later', first: '2026-12-01T00:00:00.000000Z' }
    const { cases, since } = store.history('new', [later])
    assert.equal(since?.slice(0, 10), scan.first.slice(0, 10))
    assert.equal(cases[0]?.id, 'aa11')
    assert.match(cases[0]?.alike.join() ?? '', /the same source \(203\.0\.113\.70\)/)
    assert.match(cases[0]?.alike.join() ?? '', /the same ports with masscan/)
    assert.deepEqual(
      store.history('new', [{ ...later, first: scan.first }]).since,
      null,
      'nothing is older than the scan itself',
    )
  })
})

test('a false alarm is counted for every term that spoke for it', () => {
  const store = CaseStore.open(folder('tally'))
  store.append('a', opened)
  store.append('a', [entry({ kind: 'closed', outcome: 'false-alarm', lesson: 'none', change: 'none' })])
  const terms = scan.score.terms.map(({ name }) => name).sort()
  assert.deepEqual(
    store
      .tally()
      .map(({ term, falseAlarms, confirmed }) => [term, falseAlarms, confirmed])
      .sort(),
    terms.map((term) => [term, 1, 0]),
  )
  store.close()
})

test('what is usual is told by the days before, and by nothing of the day itself', () => {
  const database = openDatabase(folder('memory'))
  for (let day = 1; day <= 10; day++) {
    rememberDay(database, {
      day: `2026-11-${String(day).padStart(2, '0')}`,
      outbound: new Map([['192.0.2.10', day % 2 === 0 ? 1000 : 3000]]),
      peers: [['192.0.2.10', '198.51.100.1']],
      admin: [['192.0.2.10', '192.0.2.11', 22]],
      ports: new Map([[22, 4]]),
    })
  }
  const usual = baselineBefore(database, '2026-11-11')
  assert.equal(usual.days, 10)
  assert.deepEqual(usual.outbound('192.0.2.10'), { days: 10, mean: 2000, deviation: 1000 })
  assert.equal(usual.knew('192.0.2.10', '198.51.100.1'), true)
  assert.equal(usual.knew('192.0.2.10', '198.51.100.2'), false)
  assert.equal(usual.administered('192.0.2.10', '192.0.2.11', 22), true)
  assert.equal(usual.administered('192.0.2.10', '192.0.2.11', 3389), false)
  assert.equal(usual.port(22)?.mean, 4)
  const first = baselineBefore(database, '2026-11-01')
  assert.equal(first.days, 0)
  assert.equal(first.outbound('192.0.2.10'), undefined)
  assert.equal(first.knew('192.0.2.10', '198.51.100.1'), false)
  database.close()
})

describe('versions', () => {
  /** A database as an earlier version left it. */
  function earlier(version: number): string {
    const directory = folder(`v${version}`)
    const database = new DatabaseSync(join(directory, 'sweepwatch.db'))
    for (const step of migrations.slice(0, version)) database.exec(step)
    database.exec(`PRAGMA user_version = ${version}`)
    if (version > 0) {
      const add = database.prepare(
        "INSERT INTO case_event (case_id, at, author, reason, kind, ref, body) VALUES ('old', '2026-11-01T00:00:00Z', 'ada', 'then', ?, '', ?)",
      )
      add.run('opened', JSON.stringify({ kind: 'opened', title: 'an old case', key: 'k' }))
      add.run('noted', JSON.stringify({ kind: 'noted', text: 'of an earlier version' }))
      database.exec(
        "INSERT INTO case_view (id, title, status, severity, rank, opened, first, last, updated, scans, probes, sources) VALUES ('old', 'an old case', 'open', 'low', 0, '', '', '', '', 0, 0, '[]')",
      )
    }
    database.close()
    return directory
  }

  for (let version = 0; version <= migrations.length; version++) {
    test(`a database of version ${version} is brought up to date, with its cases`, () => {
      const store = CaseStore.open(earlier(version))
      assert.equal(store.database.prepare('PRAGMA user_version').get()?.['user_version'], migrations.length)
      if (version > 0) {
        const one = store.append('old', [entry({ kind: 'noted', text: 'of this version' })])
        assert.deepEqual(
          one.history.flatMap(({ body }) => (body.kind === 'noted' ? [body.text] : [])),
          ['of an earlier version', 'of this version'],
        )
      }
      store.append('new', opened)
      assert.equal(store.find('new').probes, scan.probes)
      assert.deepEqual(store.tally(), [])
      store.close()
    })
  }

  test('a newer one is refused, and left as it is', () => {
    const directory = folder('newer')
    const database = openDatabase(directory)
    database.exec(`PRAGMA user_version = ${migrations.length + 1}`)
    database.close()
    assert.throws(() => openDatabase(directory), { code: 'damaged-state', hint: /newer Sweepwatch/ })
  })

  test('what is no database is said to be none', () => {
    const directory = folder('garbage')
    writeFileSync(join(directory, 'sweepwatch.db'), 'x'.repeat(10_000))
    assert.throws(() => openDatabase(directory), /sweepwatch\.db/)
  })
})

describe('several processes', () => {
  test('write to one store at once, and nothing is lost; readers are never kept waiting', () => {
    const directory = folder('several')
    const store = CaseStore.open(directory)
    store.append('a', opened)
    store.database.exec('BEGIN')
    store.database.prepare('SELECT count(*) FROM case_event').get()
    const program = `
      import { CaseStore } from ${JSON.stringify(join(root, 'src/store/case-store.ts'))}
      const store = CaseStore.open(${JSON.stringify(directory)})
      for (let n = 0; n < 25; n++) store.append('a', [{ at: '2026-11-22T04:00:00Z', author: 'p' + process.argv[1], reason: 'r', body: { kind: 'noted', text: String(n) } }])
      store.close()`
    const runs = [1, 2].map((n) =>
      spawnSync(process.execPath, ['--input-type=module', '-e', program, String(n)], { encoding: 'utf8' }),
    )
    for (const run of runs) assert.equal(run.status, 0, run.stderr)
    store.database.exec('COMMIT')
    assert.equal(store.find('a').history.filter(({ body }) => body.kind === 'noted').length, 50)
    store.close()
  })
})

describe('backup and restore', () => {
  test('while a writer is at work; the copy opens and holds what was written before it', async () => {
    const state = folder('state')
    const target = join(temporary, 'copy')
    writeFileSync(join(state, 'memory.sweepwatch'), 'tables')
    const store = CaseStore.open(state)
    store.append('a', opened)
    const writer = CaseStore.open(state)
    const copying = makeBackup(store.database, state, target, '2026-11-22T05:00:00Z')
    writer.append('b', opened)
    assert.ok((await copying) >= 2)
    writer.close()
    store.close()
    const copy = CaseStore.open(target)
    assert.equal(copy.find('a').probes, scan.probes)
    copy.close()

    const old = restoreBackup(target, state, 'now')
    assert.ok(old !== undefined && existsSync(old), 'what was there is moved aside')
    const restored = CaseStore.open(state)
    assert.equal(restored.has('a'), true)
    restored.close()
    assert.equal(readFileSync(join(state, 'memory.sweepwatch'), 'utf8'), 'tables')
  })

  test('into a directory that is not empty, or from a copy that is damaged, nothing is done', async () => {
    const state = folder('state')
    const store = CaseStore.open(state)
    await assert.rejects(makeBackup(store.database, state, state, ''), { code: 'backup' })
    const target = join(temporary, 'damaged')
    await makeBackup(store.database, state, target, '')
    store.close()
    const [file] = readdirSync(target).filter((name) => name.endsWith('.db'))
    writeFileSync(join(target, file ?? ''), 'cut')
    assert.throws(() => restoreBackup(target, state, 'now'), { code: 'backup', message: /missing or damaged/ })
    assert.throws(() => restoreBackup(temporary, state, 'now'), { code: 'backup' })
    CaseStore.open(state).close()
  })
})

describe('decisive records', () => {
  const gz = gzipSync(readFileSync(capture))

  for (const [what, bytes, name] of [
    ['a capture', readFileSync(capture), 'a.pcap'],
    ['a packed one', gz, 'a.pcap.gz'],
  ] as const) {
    test(`of ${what} are copied, with digests that anybody can compute again`, async () => {
      const directory = folder('records')
      const path = join(directory, name)
      writeFileSync(path, bytes)
      const state = folder('state')
      await analyze({ paths: [path], net: ['192.0.2.0/24'], state })
      const store = CaseStore.open(state)
      const [row] = store.list()
      const { copied } = store.find(row?.id ?? '')
      store.close()
      assert.ok(copied.length > 0 && copied.length <= 64)
      const whole = readFileSync(capture)
      for (const { offset, length, bytes: text, encoding, sha256 } of copied) {
        const original = whole.subarray(offset, offset + length)
        assert.ok(Buffer.from(text, encoding).equals(original))
        assert.equal(createHash('sha256').update(original).digest('hex'), sha256)
      }
    })
  }
})

test('only their owner may read the database of cases, what is beside it, and a backup of them', async () => {
  const state = folder('private')
  const target = join(temporary, 'private-copy')
  const restored = join(temporary, 'private-restored')
  const store = CaseStore.open(state)
  const others = (directory: string) =>
    readdirSync(directory).filter((name) => (statSync(join(directory, name)).mode & 0o077) !== 0)
  assert.deepEqual(readdirSync(state).sort(), ['sweepwatch.db', 'sweepwatch.db-shm', 'sweepwatch.db-wal'])
  assert.deepEqual(others(state), [])
  await makeBackup(store.database, state, target, '2026-11-22T05:00:00Z')
  store.close()
  assert.deepEqual(others(target), [])
  chmodSync(join(target, 'sweepwatch.db'), 0o644)
  restoreBackup(target, restored, 'now')
  assert.deepEqual(others(restored), [])
})
