/**
 * `node bench/capture.ts [GB] [FOLDER]`: how fast captures are indexed and cut. Makes a rolling directory of so many gigabytes (default
 * 2, files of 256 MB) in FOLDER (default: the temporary directory) and removes it afterwards. Every figure is of files in the page
 * cache as far as memory goes; `tcpdump -r` over the same files stands beside it.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statfsSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { findCaptures } from '../src/capture/capture-files.ts'
import type { CaptureFilter } from '../src/capture/capture-filter.ts'
import { cutCapture } from '../src/capture/cut-capture.ts'
import { indexCapture } from '../src/capture/index-capture.ts'
import { burst, slow, writeCaptures } from './generate/capture.ts'

const gigabytes = Number(process.argv[2] ?? 2)
const bytes = gigabytes * 1e9
const folder = mkdtempSync(join(process.argv[3] ?? tmpdir(), 'sweepwatch-capture-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))

const { bavail, bsize } = statfsSync(folder)
if (bavail * bsize < bytes * 1.3) {
  console.error(`${folder}: ${Math.floor((bavail * bsize) / 1e9)} GB are free, which is too little for ${gigabytes} GB`)
  process.exit(1)
}

/** Seconds by the clock, and of processor time: others may be using the machine. */
async function timed<T>(act: () => T | Promise<T>): Promise<{ value: T; seconds: number; busy: number }> {
  const start = performance.now()
  const before = process.cpuUsage()
  const value = await act()
  const { user, system } = process.cpuUsage(before)
  return { value, seconds: (performance.now() - start) / 1000, busy: (user + system) / 1e6 }
}

const captures = join(folder, 'captures')
const index = join(folder, 'index')
mkdirSync(captures)
const shape = { fileBytes: Math.min(256e6, bytes / 4), bytes }
const made = await timed(() => writeCaptures((k) => join(captures, `roll-${String(k).padStart(5, '0')}.pcap`), shape))
const { captures: files } = await findCaptures([captures])
const total = files.reduce((sum, { size }) => sum + size, 0)
console.log(`${files.length} files, ${(total / 1e9).toFixed(2)} GB, made in ${made.seconds.toFixed(0)} s`)

let packets = 0
const indexed = await timed(async () => {
  for (const file of files) packets += (await indexCapture(file, index)).footer.packets
})
const indexBytes = readdirSync(index).reduce((sum, name) => sum + statSync(join(index, name)).size, 0)
const perSecond = packets / indexed.seconds
console.log(
  `index: ${indexed.seconds.toFixed(1)} s (${indexed.busy.toFixed(1)} s of processor), ${(total / 1e6 / indexed.seconds).toFixed(0)} MB/s, ${(perSecond / 1e6).toFixed(2)} M packets/s; ` +
    `${(indexBytes / 1e6).toFixed(1)} MB, ${((100 * indexBytes) / total).toFixed(2)}% of the captures`,
)
const again = await timed(async () => {
  for (const file of files) await indexCapture(file, index)
})
console.log(`index that is up to date: ${(again.seconds * 1000).toFixed(0)} ms`)

const hour = { from: Date.UTC(2026, 10, 22, 0, 1), to: Date.UTC(2026, 10, 22, 0, 2) }
const cuts: readonly (readonly [string, CaptureFilter, number?])[] = [
  ['a scan of a minute', { networks: [burst] }, made.value.burst],
  ['a scanner that knocks all the time', { networks: [slow] }, made.value.slow],
  ['both, by their network', { networks: ['203.0.113.0/24'] }, made.value.burst + made.value.slow],
  ['a server of ours, all the time', { networks: ['198.51.100.7'] }],
  ['a server of ours, one minute', { networks: ['198.51.100.7'], ...hour }],
  ['an address that is not there', { networks: ['192.88.99.1'] }, 0],
]
console.log('\n| cut | packets | MB read | s | s of processor | peak MB of memory |\n|---|---|---|---|---|---|')
for (const [k, [what, filter, expected]] of cuts.entries()) {
  const out = join(folder, `${k}.pcapng`)
  const { value, seconds, busy } = await timed(() => cutCapture({ paths: [captures], filter, out, index }))
  if (expected !== undefined && value.packets !== expected)
    throw new Error(`${what}: ${value.packets} of ${expected} packets`)
  const memory = process.resourceUsage().maxRSS / 1000
  console.log(
    `| ${what} | ${value.packets} | ${(value.read / 1e6).toFixed(0)} | ${seconds.toFixed(2)} | ${busy.toFixed(2)} | ${memory.toFixed(0)} |`,
  )
}

const beside = await timed(() =>
  files.every(({ path }) => spawnSync('tcpdump', ['-r', path, '-w', '/dev/null', 'host', burst]).status === 0),
)
if (beside.value) console.log(`\ntcpdump -r over all files, one address: ${beside.seconds.toFixed(1)} s`)
