/** kill -9 at any moment leaves an archive that can be read, in which what was confirmed is there, once. */
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream, existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { everyFile, isWhole, unfinishedFiles } from '../src/archive/layout.ts'
import { openArchive } from '../src/archive/reader.ts'
import { verifyArchive } from '../src/archive/verify.ts'
import { cell, rowsOf, temporaryArchive } from './archive-parts.ts'
import { root } from './decode-fixture.ts'

const node = process.execPath
const child = join(import.meta.dirname, 'archive-child.ts')
const rounds = 8
const rows = 30_000

/** Runs the child and kills it so long after it has opened the archive. @returns whether it was done before */
async function runAndKill(args: readonly string[], after: number): Promise<boolean> {
  const running = spawn(node, [child, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  running.stdout.on('data', (bytes: Buffer) => {
    said += bytes.toString()
  })
  while (!said.includes('opened') && running.exitCode === null) await wait(5)
  const killer = setTimeout(() => running.kill('SIGKILL'), after)
  await once(running, 'exit')
  clearTimeout(killer)
  return said.includes('done')
}

test('killed again and again while it writes, the archive is readable each time and in the end holds every event once', async () => {
  const directory = temporaryArchive()
  const state = `${directory}.state`
  const kept = () =>
    existsSync(state) ? (JSON.parse(readFileSync(state, 'utf8')) as { position: number }).position : 0
  let killed = 0
  let tornSeen = 0
  for (let round = 0; round < rounds; round++) {
    const done = await runAndKill([directory, state, String(rows)], 20 + Math.floor(Math.random() * 300))
    if (done) break
    killed++
    tornSeen += unfinishedFiles(directory).length
    assert.ok(
      everyFile(directory).every(({ path }) => isWhole(path)),
      'a file under its name is whole',
    )
    const archive = await openArchive(directory)
    try {
      const [counted] = await archive.rows(
        'SELECT count(*) AS n, count(DISTINCT record_offset) AS different, count(*) FILTER (record_offset < $kept) AS confirmed FROM events',
        { kept: kept() },
      )
      assert.equal(cell(counted, 'n'), cell(counted, 'different'), 'nothing stands twice')
      assert.equal(cell(counted, 'confirmed'), kept(), 'what was confirmed is there')
    } finally {
      archive.close()
    }
  }
  assert.ok(killed >= 3, `killed ${killed} times, with ${tornSeen} unfinished files`)
  assert.ok(await runAndKill([directory, state, String(rows)], 120_000))
  assert.deepEqual(unfinishedFiles(directory), [])
  assert.deepEqual(
    await rowsOf(
      directory,
      'SELECT count(*) AS n, count(DISTINCT record_offset) AS different, max(record_offset) AS last FROM events',
    ),
    [{ n: rows, different: rows, last: rows - 1 }],
  )
  assert.deepEqual((await verifyArchive(directory)).faults, [])
})

test('archive add that is killed leaves nothing that counts: added again, each event is there once', async () => {
  const directory = temporaryArchive()
  const log = `${directory}.log`
  const lines = 60_000
  const out = createWriteStream(log)
  for (let i = 0; i < lines; i++) {
    out.write(
      `Nov 22 03:${String(Math.floor(i / 3600) % 60).padStart(2, '0')}:${String(i % 60).padStart(2, '0')} fw kernel: DROP IN=e0 OUT= SRC=203.0.113.${i % 250} DST=192.0.2.${i % 200} LEN=44 TTL=50 ID=${i % 65000} PROTO=TCP SPT=40000 DPT=${1 + (i % 1000)} WINDOW=1024 SYN\n`,
    )
  }
  out.end()
  await once(out, 'finish')
  const command = [join(root, 'src', 'cli.ts'), 'archive', 'add', '--archive', directory, log]
  for (const after of [150, 400, 700, 1000]) {
    const running = spawn(node, command, { stdio: 'ignore' })
    const killer = setTimeout(() => running.kill('SIGKILL'), after)
    await once(running, 'exit')
    clearTimeout(killer)
  }
  const result = spawnSync(node, command, { encoding: 'utf8' })
  assert.equal(result.status, 0, result.stderr)
  assert.deepEqual(
    await rowsOf(directory, 'SELECT count(*) AS n, count(DISTINCT record_offset) AS different FROM events'),
    [{ n: lines, different: lines }],
  )
  assert.ok(existsSync(join(dirname(directory), 'events', 'added.jsonl')))
})
