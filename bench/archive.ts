/**
 * `node bench/archive.ts [ROWS [DIRECTORY]]`: makes an archive of so many rows (100 million) over 30 days, unless the directory holds one
 * of as many already, and measures the hunts over it; before that, how fast the writer takes events. One line of JSON at the end. Ends
 * with 1 where a hunt takes longer than it may: by address or by day 2 s, over the whole archive 30 s.
 *
 * The archive's rows are made by DuckDB and written as the writer writes them (order, row groups, compression); 2 million a file.
 */
import { mkdirSync, rmSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { prefixesOf } from '../src/archive/address-key.ts'
import { Duck } from '../src/archive/duckdb.ts'
import { loadHunts } from '../src/archive/hunt/library.ts'
import { runHunt, runSql } from '../src/archive/hunt/run.ts'
import { everyFile, filePath, makeArchive } from '../src/archive/layout.ts'
import { publish, writeParquet } from '../src/archive/parquet.ts'
import { openArchive } from '../src/archive/reader.ts'
import { days, firstDay, madeRows, ownNetwork } from './archive/rows.ts'
import { writeRate } from './archive/write-rate.ts'

const rows = Number(process.argv[2] ?? 100_000_000)
const directory = process.argv[3] ?? join(tmpdir(), `sweepwatch-archive-${rows}`)
const rowsPerFile = 2_000_000
const bytesPerRow = 40
const own = prefixesOf([ownNetwork])
const now = (Date.parse(firstDay) + days * 86400e3) * 1000

const room = statfsSync(tmpdir())
if (room.bavail * room.bsize < rows * bytesPerRow)
  throw new Error(`an archive of ${rows} rows needs ${rows * bytesPerRow} bytes`)
const rate = await writeRate(Math.min(rows, 2_000_000))
const made = await make()
const results = await measure()
const bytes = everyFile(directory).reduce((sum, file) => sum + file.bytes, 0)
console.log(
  JSON.stringify({
    rows,
    days,
    files: everyFile(directory).length,
    bytes,
    bytesPerRow: bytes / rows,
    ...made,
    writer: rate,
    results,
  }),
)
process.exitCode = results.every(({ seconds, target }) => seconds < target) ? 0 : 1

async function make(): Promise<{ makeSeconds?: number }> {
  if (process.argv[3] !== undefined && (await countRows()) === rows) return {}
  rmSync(directory, { recursive: true, force: true })
  mkdirSync(directory, { recursive: true })
  makeArchive(directory)
  const duck = await Duck.open({
    threads: '2',
    memory_limit: '6GB',
    preserve_insertion_order: 'false',
    temp_directory: `${directory}/spill`,
  })
  const began = performance.now()
  const perDay = Math.floor(rows / days)
  for (let day = 0; day < days; day++) {
    const count = day === days - 1 ? rows - perDay * (days - 1) : perDay
    const files = Math.ceil(count / rowsPerFile)
    for (let file = 0; file < files; file++) {
      const from = Math.floor((count * file) / files)
      const to = Math.floor((count * (file + 1)) / files)
      const name = new Date(Date.parse(firstDay) + day * 86400e3).toISOString().slice(0, 10)
      const number = day * 100 + file + 1
      const sql = madeRows(day, day * perDay + from, to - from)
      await publish([await writeParquet(duck, sql, filePath(directory, name, 'made', number, number), true)])
    }
    process.stderr.write(`day ${day + 1} of ${days}\n`)
  }
  duck.close()
  return { makeSeconds: (performance.now() - began) / 1000 }
}

async function countRows(): Promise<number> {
  try {
    const archive = await openArchive(directory)
    const { rows: counted } = await archive.query('SELECT count(*) FROM events')
    archive.close()
    return Number(counted[0]?.[0])
  } catch {
    return 0
  }
}

/** Every hunt once, with the time that a person waits: opening the archive included. The files' pages may be in memory. */
async function measure() {
  const last = new Date(Date.parse(firstDay) + (days - 1) * 86400e3).toISOString().slice(0, 10)
  const ask = async (sql: string) => (await runSql(directory, sql, [], { now })).rows[0] as readonly unknown[]
  const scanners = (order: string) =>
    `SELECT src FROM events WHERE day = DATE '${last}' AND direction = 'inbound' GROUP BY src ORDER BY count(*) ${order}, src LIMIT 1`
  const [busy] = await ask(scanners('DESC'))
  const [rare] = await ask(scanners('ASC'))
  const [host] = await ask(
    `SELECT src FROM events WHERE day = DATE '${last}' AND direction = 'outbound' GROUP BY src ORDER BY count(*) DESC, src LIMIT 1`,
  )
  const [quiet] = await ask(
    `SELECT src FROM events WHERE day = DATE '${last}' AND direction = 'outbound' GROUP BY src ORDER BY count(*), src LIMIT 1`,
  )
  const results: { name: string; about: string; rows: number; seconds: number; cpuSeconds: number; target: number }[] =
    []
  const one = async (name: string, about: string, target: number, run: () => Promise<{ rows: readonly unknown[] }>) => {
    const [began, used] = [performance.now(), process.cpuUsage()]
    const { rows: found } = await run()
    const { user, system } = process.cpuUsage(used)
    const seconds = (performance.now() - began) / 1000
    results.push({ name, about, rows: found.length, seconds, cpuSeconds: (user + system) / 1e6, target })
    process.stderr.write(`${JSON.stringify(results.at(-1))}\n`)
  }
  const hunts = loadHunts()
  const hunt = (id: string, given: Record<string, unknown> = {}, to?: number) => {
    const found = hunts.find((each) => each.id === id)
    if (found === undefined) throw new Error(`no hunt ${id}`)
    const parameters = new Map(Object.entries(given).map(([name, value]) => [name, String(value)]))
    return runHunt(directory, found, {
      own,
      given: parameters,
      now,
      threads: 2,
      most: 1000,
      ...(to === undefined ? {} : { to }),
    })
  }
  for (const [about, address] of Object.entries({
    'busiest scanner': busy,
    'rare source': rare,
    'busiest host of ours': host,
    'quiet host of ours': quiet,
  })) {
    await one('host-traffic', about, 2, () => hunt('host-traffic', { host: address }))
  }
  await one('touched-target', 'busiest host of ours', 2, () => hunt('touched-target', { host }))
  await one('between', 'busiest scanner, busiest host', 2, () => hunt('between', { a: busy, b: host }))
  await one('contacted-by', 'two sources', 2, () => hunt('contacted-by', { sources: `${busy},${rare}` }))
  const dayOnly = { now, threads: 2, from: Date.parse(last) * 1000, to: (Date.parse(last) + 86400e3) * 1000 }
  const perPort =
    'SELECT dst_port, count(*) AS n, count(DISTINCT src) FROM contacts WHERE time >= $from AND time < $to GROUP BY 1 ORDER BY n DESC LIMIT 20'
  await one('one day by port', last, 2, () => runSql(directory, perPort, [], dayOnly))
  const talkers =
    'SELECT src, count(*) AS n, sum(bytes_out) FROM events WHERE time >= $from AND time < $to GROUP BY 1 ORDER BY n DESC LIMIT 20'
  await one('one day by source', last, 2, () => runSql(directory, talkers, [], dayOnly))
  const whole =
    'SELECT any_value(src), count(*) AS n, count(DISTINCT dst_key) AS targets FROM contacts GROUP BY src_key ORDER BY n DESC LIMIT 20'
  await one('sources of the whole archive', 'all', 30, () => runSql(directory, whole, [], { now, threads: 2 }))
  for (const id of [
    'new-destinations',
    'outbound-volume',
    'admin-pairs',
    'inside-scanners',
    'long-flows',
    'new-services',
    'silent-hosts',
    'dns-sweeps',
    'exploit-alerts',
    'login-after-failures',
  ]) {
    await one(id, 'all', 30, () => hunt(id))
  }
  await one('sweep', 'two hosts', 30, () => hunt('sweep', { hosts: `${host},${quiet}` }))
  return results
}
