/**
 * `npm run bench -- [EVENTS] [--decode-only]`: the whole program (or only its decoding) against the field's fastest reader of each format, whole processes, one
 * warm-up and the median of three, taken in turns on the same file. The whole program runs with one thread that decodes
 * and with two. Prints a table and, for the whole program, writes docs/performance.json.
 */
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { arch, cpus, platform } from 'node:os'
import { join } from 'node:path'
import { compareWithCounting } from './firewall.ts'
import { defaultEvents, ensure, type Input, inputs } from './generate.ts'

const root = join(import.meta.dirname, '..')
const rounds = 3

interface Time {
  readonly wall: number
  /** User and system time of the process and its children, in seconds, as is `wall`. */
  readonly cpu: number
}

interface Contest {
  readonly input: Input
  readonly events: number
  readonly ours: Time
  /** With `--threads 2`; absent for decoding alone. */
  readonly oursThreaded?: Time
  readonly rival: Time
  readonly rivalName: string
}

const decodeOnly = process.argv.includes('--decode-only')
const ours = (path: string, threads: number) =>
  decodeOnly
    ? [process.execPath, 'bench/decode-only.ts', path]
    : ['bin/sweepwatch', 'analyze', '--json', '--threads', String(threads), path]

function rivalOf(input: Input, path: string): { name: string; command: string[] } {
  if (input === 'pcap') return { name: 'capinfos -c', command: ['capinfos', '-c', path] }
  return { name: 'DuckDB, 1 thread', command: [process.execPath, 'bench/duckdb.ts', input, path] }
}

/** Bash's `time` counts what the whole process tree used; Node has no call for that. */
function timed(command: readonly string[]): Time {
  const script = 'TIMEFORMAT="%3R %3U %3S"; { time "$@" >/dev/null 2>&3; } 3>/dev/null'
  const run = spawnSync('bash', ['-c', script, 'bash', ...command], { cwd: root, encoding: 'utf8' })
  if (run.status !== 0) throw new Error(`failed (${run.status}): ${command.join(' ')}`)
  const [wall = 0, user = 0, system = 0] = run.stderr.trim().split(' ').map(Number)
  return { wall, cpu: Math.round(1000 * (user + system)) / 1000 }
}

function median(times: readonly Time[]): Time {
  const middle = (pick: (time: Time) => number) => times.map(pick).sort((a, b) => a - b)[times.length >> 1] as number
  return { wall: middle((time) => time.wall), cpu: middle((time) => time.cpu) }
}

function contest(input: Input, events: number): Contest {
  const path = ensure(input, events)
  const rival = rivalOf(input, path)
  const oursTaken: Time[] = []
  const threadedTaken: Time[] = []
  const theirsTaken: Time[] = []
  for (let round = 0; round <= rounds; round++) {
    const mine = timed(ours(path, 1))
    const threaded = decodeOnly ? undefined : timed(ours(path, 2))
    const theirs = timed(rival.command)
    if (round === 0) continue
    oursTaken.push(mine)
    if (threaded) threadedTaken.push(threaded)
    theirsTaken.push(theirs)
  }
  const threaded = threadedTaken.length > 0 ? { oursThreaded: median(threadedTaken) } : {}
  return { input, events, ours: median(oursTaken), ...threaded, rival: median(theirsTaken), rivalName: rival.name }
}

function lines({ input, events, ours, oursThreaded, rival, rivalName }: Contest): string {
  const alone = line(input, events, ours, rival, rivalName)
  return oursThreaded ? `${alone}\n${line(`${input}, 2 threads`, events, oursThreaded, rival, rivalName)}` : alone
}

function line(input: string, events: number, ours: Time, rival: Time, rivalName: string): string {
  const rate = `${(events / ours.wall / 1e6).toFixed(2)} M/s`
  const cells = [input, rate, ours.wall.toFixed(2), ours.cpu.toFixed(2), rival.wall.toFixed(2), rival.cpu.toFixed(2)]
  return `| ${[...cells, (ours.wall / rival.wall).toFixed(2), (ours.cpu / rival.cpu).toFixed(2), rivalName].join(' | ')} |`
}

const events = Number(process.argv.slice(2).find((word) => /^\d+$/.test(word)) ?? defaultEvents)
const contests: Contest[] = []
console.log('| input | rate | wall s | user+sys s | rival wall s | rival user+sys s | wall ratio | cpu ratio | rival |')
console.log('|---|---|---|---|---|---|---|---|---|')
for (const input of inputs) {
  const result = contest(input, events)
  contests.push(result)
  console.log(lines(result))
}
if (!decodeOnly) {
  const machine = `${platform()} ${arch()}, ${cpus().length} x ${cpus()[0]?.model ?? 'unknown processor'}`
  const report = { node: process.version, machine, rounds, contests }
  writeFileSync(join(root, 'docs', 'performance.json'), `${JSON.stringify(report, null, 2)}\n`)
}
if (events === defaultEvents) await compareWithCounting()
