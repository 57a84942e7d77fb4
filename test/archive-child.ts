/**
 * A process to be killed: `node test/archive-child.ts DIRECTORY STATE ROWS`. Reads rows 0 to ROWS, which are their own offsets, into an
 * archive, as `watch` does: seals, waits until that is durable, keeps its position with the mark, confirms; goes on after a kill from
 * what it kept.
 */
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { ArchiveWriter } from '../src/archive/writer.ts'
import { Dictionary } from '../src/event/dictionary.ts'
import { batchOf, day } from './archive-parts.ts'

const [directory = '', statePath = '', rows = ''] = process.argv.slice(2)
const total = Number(rows)
const step = 500
const state = existsSync(statePath)
  ? (JSON.parse(readFileSync(statePath, 'utf8')) as { mark: number; position: number })
  : { mark: 0, position: 0 }

function keep(kept: typeof state): void {
  const file = openSync(`${statePath}.new`, 'w')
  writeSync(file, JSON.stringify(kept))
  fsyncSync(file)
  closeSync(file)
  renameSync(`${statePath}.new`, statePath)
}

const writer = await ArchiveWriter.open({
  directory,
  writer: 'child',
  mark: state.mark,
  formats: ['zeek-conn'],
  rules: new Dictionary(),
  source: () => 'conn.log',
  rowsPerFile: 1200,
  notice: (text) => process.stdout.write(`${text}\n`),
})
process.stdout.write('opened\n')
let { position } = state
while (position < total) {
  const count = Math.min(step, total - position)
  const from = position
  // The day turns in the midst, so that files of two folders belong together.
  writer.observe(
    batchOf(Array.from({ length: count }, (_, i) => ({ time: day + ((from + i) % 2) * 86400e6, offset: from + i }))),
  )
  position += count
  await writer.ready()
  if ((position / step) % 4 === 0 || position === total) {
    const { mark, durable } = writer.seal()
    await durable
    keep({ mark, position })
    writer.confirm(mark)
  }
  await wait(1)
}
await writer.close()
process.stdout.write('done\n')
