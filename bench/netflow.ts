/**
 * `node bench/netflow.ts [RECORDS]`: decoding NetFlow v9 and summing up its records by source, against `nfdump -A srcip` on the
 * same records: whole processes on one processor, one warm-up, median of five, in turns. nfdump reads its own file, which
 * nfcapd makes here of the same packets, sent over loopback. Then how fast IPFIX and sFlow are decoded. Needs nfdump, nfcapd and
 * taskset (Debian: nfdump, util-linux); inputs are made once in .cache/bench.
 */
import { spawn, spawnSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { exportLength } from '../src/format/netflow/header.ts'
import { type ExportForm, writeExports } from './generate/netflow.ts'
import { Output } from './generate/output.ts'
import { Traffic } from './generate/traffic.ts'

const root = join(import.meta.dirname, '..')
const folder = join(root, '.cache', 'bench')
const rounds = 5
const defaultRecords = 5_000_000
const start = Date.UTC(2026, 10, 22) * 1000
const port = 29_995
/** Packets sent before the receiver is given time: its socket's buffer holds more. */
const burst = 30

function ensure(form: ExportForm, records: number): string {
  const path = join(folder, `${records}.${form}`)
  if (existsSync(path)) return path
  mkdirSync(folder, { recursive: true })
  const output = new Output(path)
  writeExports(form, output, new Traffic(42, Math.max(1000, Math.floor(records / 40)), 0.12), records, start)
  output.close()
  return path
}

/** nfdump's file of the same packets. */
async function ensureCollected(path: string, records: number): Promise<string> {
  const collected = `${path}.nfcapd`
  if (existsSync(collected)) return collected
  const temporary = `${collected}.tmp`
  rmSync(temporary, { recursive: true, force: true })
  mkdirSync(temporary)
  const options = ['-w', temporary, '-p', String(port), '-b', '127.0.0.1', '-t', '86400', '-B', '8000000']
  const collector = spawn('nfcapd', options, { stdio: 'ignore' })
  await sleep(1000)
  await send(path)
  await sleep(1000)
  const ended = new Promise((resolve) => collector.on('exit', resolve))
  collector.kill('SIGTERM')
  await ended
  const { stdout } = spawnSync('nfdump', ['-R', temporary, '-I'], { encoding: 'utf8' })
  const flows = Number(/^Flows: (\d+)/m.exec(stdout)?.[1])
  if (flows !== records) throw new Error(`nfcapd kept ${flows} of ${records} records`)
  renameSync(temporary, collected)
  return collected
}

async function send(path: string): Promise<void> {
  const bytes = new Uint8Array(readFileSync(path))
  const socket = createSocket('udp4')
  for (let at = 0, packets = 0; at < bytes.length; packets++) {
    const length = exportLength(bytes, at, Math.min(bytes.length, at + 70_000), at + 70_000 >= bytes.length)
    await new Promise((resolve) => socket.send(bytes, at, length, port, '127.0.0.1', resolve))
    if (packets % burst === burst - 1) await sleep(1)
    at += length
  }
  socket.close()
}

interface Time {
  readonly wall: number
  /** User and system time, in seconds, as is `wall`. */
  readonly cpu: number
}

/** A whole process on the first processor. */
function timed(command: readonly string[]): Time {
  const script = 'TIMEFORMAT="%3R %3U %3S"; { time taskset -c 0 "$@" >/dev/null 2>&3; } 3>/dev/null'
  const run = spawnSync('bash', ['-c', script, 'bash', ...command], { cwd: root, encoding: 'utf8' })
  if (run.status !== 0) throw new Error(`failed (${run.status}): ${command.join(' ')}`)
  const [wall = 0, user = 0, system = 0] = run.stderr.trim().split(' ').map(Number)
  return { wall, cpu: user + system }
}

function median(times: readonly Time[]): Time {
  const middle = (pick: (time: Time) => number) => times.map(pick).sort((a, b) => a - b)[times.length >> 1] as number
  return { wall: middle((time) => time.wall), cpu: middle((time) => time.cpu) }
}

const records = Number(process.argv[2] ?? defaultRecords)
const raw = ensure('netflow9', records)
const collected = await ensureCollected(raw, records)
const commands = {
  ours: [process.execPath, 'bench/netflow-sources.ts', raw],
  theirs: ['nfdump', '-R', collected, '-A', 'srcip', '-n', '10', '-q'],
}
const times: Record<keyof typeof commands, Time[]> = { ours: [], theirs: [] }
for (let round = 0; round <= rounds; round++) {
  for (const who of ['ours', 'theirs'] as const) {
    const taken = timed(commands[who])
    if (round > 0) times[who].push(taken)
  }
}
const [ours, theirs] = [median(times.ours), median(times.theirs)]
const line = (what: string, time: Time, last: string) => {
  const rate = `${(records / time.cpu / 1e6).toFixed(2)} M/s`
  console.log(`| ${[what, time.wall.toFixed(2), time.cpu.toFixed(2), rate, last].join(' | ')} |`)
}
console.log('| what | wall s | user+sys s | records | |')
console.log('|---|---|---|---|---|')
line('NetFlow v9, summed up by source', ours, '')
const ratios = [ours.wall / theirs.wall, ours.cpu / theirs.cpu].map((ratio) => ratio.toFixed(2))
line('nfdump -A srcip, its own file', theirs, `ratio ${ratios[0]} wall, ${ratios[1]} user+sys`)
for (const form of ['netflow9', 'ipfix', 'sflow'] as const) {
  const path = ensure(form, records)
  const command = [process.execPath, 'bench/netflow-sources.ts', path, '--decode-only']
  const time = median([1, 2, 3].map(() => timed(command)))
  line(`${form}, decoded only`, time, `${(statSync(path).size / 1e6 / time.cpu).toFixed(0)} MB/s`)
}
