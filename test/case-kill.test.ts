/** kill -9 while scans come in and people work on cases: no case lost, none doubled, every change that was confirmed is there once. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { openArchive } from '../src/archive/reader.ts'
import { analyze } from '../src/pipeline/analyze.ts'
import { CaseStore } from '../src/store/case-store.ts'
import { seed } from './fuzz-seed.ts'
import { inFolder, labLines, WatchRun } from './watch-run.ts'

const root = join(import.meta.dirname, '..')
const net = ['--net', '192.0.2.0/24', '--net', '198.18.0.0/20', '--net', '10.20.0.0/24']
const log = ['nmap_syn_horiz_3ports', 'killchain', 'masscan_24_p80_r1000', 'zmap_20_p80'].flatMap((name) =>
  labLines(name),
)
const kills = 6

function hasCases(state: string): boolean {
  const store = CaseStore.open(state)
  const { length } = store.list({ limit: 1 })
  store.close()
  return length > 0
}

/** What cases hold, without when it was written. */
function casesIn(state: string): Record<string, readonly [scans: string, decision: string]> {
  const store = CaseStore.open(state)
  const found = store.list({ limit: 1000 }).map(({ id }) => store.find(id))
  store.close()
  return Object.fromEntries(
    found
      .map(({ id, scans, decision }) => [
        id,
        [
          scans
            .map(({ scan }) => `${scan.id} ${scan.probes}`)
            .sort()
            .join(),
          `${decision?.decision} ${decision?.rule}`,
        ] as const,
      ])
      .sort(),
  )
}

test(
  'killed at random moments, cases are those of an unbroken run, and every confirmed note is kept once',
  inFolder(async (folder) => {
    mkdirSync(join(folder, 'whole'))
    writeFileSync(join(folder, 'whole', 'fw.log'), `${log.join('\n')}\n`)
    for (const place of [folder, join(folder, 'whole')]) {
      writeFileSync(join(place, 'sweepwatch.yaml'), 'archive: {directory: archive}\n')
    }
    const whole = new WatchRun([...net, '--state', 'state', '--until-end', 'fw.log'], join(folder, 'whole'))
    assert.equal(await whole.ended, 0, whole.err)
    assert.equal(await archived(join(folder, 'whole', 'archive')), await eventsOf(join(folder, 'whole', 'fw.log')))
    const expected = casesIn(join(folder, 'whole', 'state'))
    assert.ok(Object.keys(expected).length >= 3)

    const path = join(folder, 'fw.log')
    const state = join(folder, 'state')
    writeFileSync(path, '')
    const args = [...net, '--state', 'state', '--keep-every', '0.2', 'fw.log']
    let random = seed
    const draw = (below: number) => {
      random = (Math.imul(random, 1103515245) + 12345) >>> 0
      return (random >>> 8) % below
    }
    const confirmed: string[] = []
    for (let kill = 0; kill < kills; kill++) {
      const run = new WatchRun(args, folder)
      const from = Math.floor((log.length * kill) / kills)
      const to = Math.floor((log.length * (kill + 1)) / kills)
      for (let at = from; at < to; at += 50) {
        appendFileSync(
          path,
          log
            .slice(at, Math.min(to, at + 50))
            .map((line) => `${line}\n`)
            .join(''),
        )
      }
      await new Promise((resolve) => setTimeout(resolve, 1200 + draw(1500)))
      // On a slow machine the first runs may not come to a case; the last one is waited for.
      if (kill === kills - 1) await run.until(() => hasCases(state))
      confirmed.push(...noteOn(folder, state, kill))
      await run.kill('SIGKILL')
    }
    const last = new WatchRun([...args, '--until-end'], folder)
    assert.equal(await last.ended, 0, last.err)

    assert.deepEqual(casesIn(state), expected)
    assert.equal(
      await archived(join(folder, 'archive')),
      await archived(join(folder, 'whole', 'archive')),
      'no event lost or doubled',
    )
    assert.ok(confirmed.length > 0, 'notes were written while it ran')
    const store = CaseStore.open(state)
    const notes = store.list({ limit: 1000 }).flatMap(({ id }) => store.find(id).history)
    store.close()
    const texts = notes.flatMap(({ body }) => (body.kind === 'noted' ? [body.text] : []))
    for (const text of confirmed) assert.equal(texts.filter((each) => each === text).length, 1, text)
    const database = new DatabaseSync(join(state, 'sweepwatch.db'))
    assert.equal(database.prepare('PRAGMA integrity_check').get()?.['integrity_check'], 'ok')
    database.close()
  }),
)

/** Rows of an archive. */
async function archived(directory: string): Promise<number> {
  const archive = await openArchive(directory)
  try {
    const { rows } = await archive.query('SELECT count(*)::DOUBLE AS n FROM events')
    return Number(rows[0]?.[0])
  } finally {
    archive.close()
  }
}

/** Events of a log, as `sweepwatch events` counts them. */
async function eventsOf(path: string): Promise<number> {
  const { summary } = await analyze({ paths: [path] })
  return summary.events
}

/** Notes something on the first case, as a person would, from another process. */
function noteOn(folder: string, state: string, round: number): string[] {
  const listed = spawnSync(process.execPath, [join(root, 'src/cli.ts'), 'cases', '--state', state, '--json'], {
    encoding: 'utf8',
  })
  const [first] = listed.stdout.split('\n')
  if (listed.status !== 0 || first === undefined || first === '') return []
  const { id } = JSON.parse(first) as { id: string }
  const text = `round ${round}`
  const noted = spawnSync(
    process.execPath,
    [join(root, 'src/cli.ts'), 'case', 'note', id, text, '--state', state, '--author', 'tester'],
    { encoding: 'utf8', cwd: folder },
  )
  return noted.status === 0 ? [text] : []
}
