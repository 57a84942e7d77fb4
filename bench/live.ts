/**
 * `node bench/live.ts [SECONDS]`: what `sweepwatch watch` takes over loopback without loss (60 s each by default): NetFlow at 300,000
 * records a second, and syslog at 80 % of what a bare receiver that only counts takes on this machine, with one socket and with
 * two. Losses are counted by comparison with what was sent, and by the kernel; memory is read every second.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { recordsEach } from './live/datagrams.ts'

type Kind = keyof typeof recordsEach

const root = join(import.meta.dirname, '..')
const seconds = Number(process.argv[2] ?? 60)
const netflowRecords = 300_000
const share = 0.8

interface Run {
  readonly sent: number
  readonly taken: number
  readonly kernelDrops: number
  readonly memory: readonly number[]
}

function start(script: string, ...args: string[]): { child: ChildProcess; out: () => string; err: () => string } {
  const child = spawn(process.execPath, [script, ...args], { cwd: root })
  let out = ''
  let err = ''
  child.stdout?.on('data', (text) => (out += text))
  child.stderr?.on('data', (text) => (err += text))
  return { child, out: () => out, err: () => err }
}

async function until<T>(read: () => T | undefined, what: string): Promise<T> {
  for (let k = 0; k < 400; k++) {
    const value = read()
    if (value !== undefined) return value
    await wait(50)
  }
  throw new Error(`no ${what} in 20 s`)
}

const ended = (child: ChildProcess) =>
  new Promise<void>((resolve) => (child.exitCode === null ? child.on('close', () => resolve()) : resolve()))

async function send(kind: Kind, port: number, rate: number, time: number): Promise<number> {
  const sender = start('bench/live/sender.ts', kind, String(port), String(rate), String(time))
  await ended(sender.child)
  return Number(sender.out())
}

async function bare(rate: number, time: number): Promise<{ sent: number; taken: number }> {
  const receiver = start('bench/live/bare.ts')
  const port = await until(() => Number(/^(\d+)\n/.exec(receiver.out())?.[1] ?? 0) || undefined, 'port')
  const sent = await send('syslog', port, rate, time)
  await wait(300)
  receiver.child.kill('SIGTERM')
  await ended(receiver.child)
  return { sent, taken: Number(receiver.out().trim().split('\n')[1]) }
}

/** Datagrams a second that a bare receiver takes with at most 0.01 % loss: rates go up by a tenth until it fails twice. */
async function bareRate(): Promise<number> {
  let best = 0
  for (let rate = 20_000, failures = 0; failures < 2 && rate < 1e6; rate = Math.round(rate * 1.1)) {
    const { sent, taken } = await bare(rate, 3)
    const reached = sent / 3
    if (taken >= sent * 0.9999 && reached > best) best = reached
    else failures++
    // A sender that cannot send faster finds no limit of the receiver's.
    if (reached < 0.9 * rate) break
  }
  return Math.floor(best)
}

function memoryOf(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? 0) / 1024
}

async function watch(kind: Kind, source: string, rate: number): Promise<Run> {
  const state = mkdtempSync(join(tmpdir(), 'sweepwatch-live-'))
  const service = start('src/cli.ts', 'watch', '--net', '192.0.2.0/24', '--json', '--state', state, source)
  try {
    const port = await until(() => Number(/listening on port (\d+)/.exec(service.err())?.[1] ?? 0) || undefined, 'port')
    const memory: number[] = []
    const reading = setInterval(() => memory.push(memoryOf(service.child.pid as number)), 1000)
    const sent = await send(kind, port, rate, seconds)
    await wait(1500)
    clearInterval(reading)
    service.child.kill('SIGTERM')
    await ended(service.child)
    const told = start('src/cli.ts', 'sensors', '--json', '--state', state)
    await ended(told.child)
    const sensors = told
      .out()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { events: number; lost: number })
    const taken = sensors.reduce((sum, { events }) => sum + events, 0)
    const dropped = [...service.err().matchAll(/kernel dropped (\d+)/g)].reduce(
      (sum, [, count]) => sum + Number(count),
      0,
    )
    return { sent: sent * recordsEach[kind], taken, kernelDrops: dropped, memory }
  } finally {
    service.child.kill('SIGKILL')
    rmSync(state, { recursive: true, force: true })
  }
}

function row(name: string, rate: number, { sent, taken, kernelDrops, memory }: Run): string {
  const half = memory.slice(Math.floor(memory.length / 2))
  const cells = [name, rate.toLocaleString('en'), sent.toLocaleString('en'), (sent - taken).toLocaleString('en')]
  const flat = `${Math.round(half[0] ?? 0)} -> ${Math.round(half.at(-1) ?? 0)}`
  return `| ${[...cells, kernelDrops.toLocaleString('en'), flat].join(' | ')} |`
}

console.log('| source | records a second | sent | lost | dropped by the kernel | RSS in MiB, half-way -> end |')
console.log('|---|---|---|---|---|---|')
const netflow = await watch('netflow', 'netflow+udp://127.0.0.1:0', netflowRecords / recordsEach.netflow)
console.log(row('NetFlow v5', netflowRecords, netflow))
const most = await bareRate()
const rate = Math.floor(most * share)
for (const sockets of [1, 2]) {
  const run = await watch('syslog', `syslog+udp://127.0.0.1:0${sockets > 1 ? `?sockets=${sockets}` : ''}`, rate)
  console.log(row(`syslog (ASA), ${sockets} socket${sockets > 1 ? 's' : ''}`, rate, run))
}
console.log(
  `\nA bare receiver took ${most.toLocaleString('en')} datagrams a second; syslog was sent at ${share * 100} % of that for ${seconds} s.`,
)
