/** A service's state of the version before cases is gone on from; what is damaged or newer is refused. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { deserialize, serialize } from 'node:v8'
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { inFolder, labLines, WatchRun } from './watch-run.ts'

const net = ['--net', '192.0.2.0/24']
const log = labLines('nmap_syn_horiz_3ports')
/** Columns of the journal that version 2 did not have: the first repetition of a contact. */
const addedColumns = 4

interface Live {
  readonly intake: Record<string, unknown> & {
    tracker: { contacts: { journal: { columns: unknown[] } } }
    detector: { kept?: { columns: unknown[] } }
  }
}

/** Rewrites a state as version 2 had it. */
function asVersion2(path: string): void {
  const file = readFileSync(path)
  const state = deserialize(zstdDecompressSync(file.subarray(file.indexOf(10) + 1))) as Live
  for (const name of ['notables', 'kept', 'reports', 'weaknesses']) delete state.intake[name]
  for (const journal of [state.intake.tracker.contacts.journal, state.intake.detector.kept]) {
    journal?.columns.splice(journal.columns.length - 1 - addedColumns, addedColumns)
  }
  const body = zstdCompressSync(serialize(state))
  const header = { version: 2, sha256: createHash('sha256').update(body).digest('hex') }
  writeFileSync(path, Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), body]))
}

test(
  'a state of version 2 is gone on from: the scan is the same, nothing is told twice, and its case is opened',
  inFolder(async (folder) => {
    const path = join(folder, 'fw.log')
    const state = join(folder, 'state', 'live.sweepwatch')
    const args = [...net, '--state', 'state', '--until-end', 'fw.log']
    writeFileSync(path, `${log.slice(0, 200).join('\n')}\n`)
    const before = new WatchRun(args, folder)
    assert.equal(await before.ended, 0, before.err)
    const [told] = before.scans
    assert.ok(told)
    asVersion2(state)
    writeFileSync(path, `${log.join('\n')}\n`)
    const after = new WatchRun(args, folder)
    assert.equal(await after.ended, 0, after.err)
    assert.deepEqual([...new Set(after.scans.map(({ id }) => id))], [told.id])
    assert.ok(after.scans.every(({ status }) => status !== 'new'))
    assert.ok((after.scans.at(-1)?.probes ?? 0) > told.probes)
  }),
)

test(
  'a state of another version, and a damaged one, are refused with what to do',
  inFolder(async (folder) => {
    writeFileSync(join(folder, 'fw.log'), `${log.slice(0, 50).join('\n')}\n`)
    const args = [...net, '--state', 'state', '--until-end', 'fw.log']
    const first = new WatchRun(args, folder)
    assert.equal(await first.ended, 0, first.err)
    const state = join(folder, 'state', 'live.sweepwatch')
    const file = readFileSync(state)
    for (const damaged of [
      file.subarray(0, file.length - 10),
      Buffer.concat([Buffer.from('{"version":99,"sha256":""}\n'), file]),
    ]) {
      writeFileSync(state, damaged)
      const run = new WatchRun(args, folder)
      assert.equal(await run.ended, 1)
      assert.match(run.err, /live\.sweepwatch is damaged or of another version[\s\S]*Remove it/)
    }
  }),
)
