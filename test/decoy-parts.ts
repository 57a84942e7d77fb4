/** Real decoys for tests: the program in a network of its own, or its listeners in this process. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { Decoy, type Listen } from '../src/decoy/decoy.ts'
import { openIdentity } from '../src/decoy/identity.ts'
import { type Limits, usualLimits } from '../src/decoy/limits.ts'
import type { Family } from '../src/decoy/software.ts'
import { jsonLine } from '../src/report/escape.ts'
import { Namespace } from './dns-daemon.ts'

const root = join(import.meta.dirname, '..')
const path = `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`
const mostWait = 15_000

/** One line of the log. */
export interface Line {
  readonly decoy: string
  readonly event: 'touch' | 'login'
  readonly id: string
  readonly time: string
  readonly transport: string
  readonly src?: string
  readonly srcPort?: number
  readonly dst: string
  readonly dstPort: number
  readonly ended?: string
  readonly redirected?: boolean
  readonly dstUnknown?: boolean
  readonly user?: string
  readonly password?: string
  readonly capture?: string
  readonly payload?: string
  readonly message?: string
  readonly [name: string]: unknown
}

/** Why what needs these commands and root cannot run here; false where it can. */
export function whyNot(...commands: readonly string[]): string | false {
  const missing = commands.filter(
    (command) => spawnSync('sh', ['-c', `command -v ${command}`], { env: { ...process.env, PATH: path } }).status !== 0,
  )
  if (missing.length > 0) return `not installed: ${missing.join(', ')}`
  if (process.getuid?.() !== 0) return 'a network namespace needs root'
  const probe = new Namespace()
  probe.remove()
  return probe.problem ?? false
}

/** The user that decoys become: one that every Debian has. */
export const decoyUser = 'games'

export function folderFor(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `sweepwatch-decoy-${name}-`))
  // The decoy's directory stands in it and belongs to another.
  chmodSync(folder, 0o711)
  return folder
}

function linesOf(directory: string): Line[] {
  const file = join(directory, 'touches.jsonl')
  if (!existsSync(file)) return []
  return readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Line)
}

/** `sweepwatch decoy`, running in a namespace. */
export class RunningDecoy {
  readonly directory: string
  readonly #folder: string
  readonly #child: ChildProcess
  said = ''

  private constructor(folder: string, child: ChildProcess) {
    this.#folder = folder
    this.directory = join(folder, 'decoy')
    this.#child = child
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.said = (this.said + text).slice(-200_000)
      })
  }

  static async start(namespace: Namespace, words: readonly string[]): Promise<RunningDecoy> {
    const folder = folderFor('run')
    const own = ['--dir', join(folder, 'decoy')]
    const [program = '', ...rest] = namespace.inside([
      process.execPath,
      join(root, 'src', 'cli.ts'),
      'decoy',
      ...own,
      ...words,
    ])
    const child = spawn(program, rest, {
      cwd: folder,
      env: { ...process.env, PATH: path },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const decoy = new RunningDecoy(folder, child)
    await decoy.until(() => decoy.said.includes('decoys are listening'))
    return decoy
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  lines(): Line[] {
    return linesOf(this.directory)
  }

  touches(): Line[] {
    return this.lines().filter(({ event }) => event === 'touch')
  }

  /** Waits until something is so; what it says where it does not come to that. */
  async until(isSo: () => boolean, mostMs = mostWait): Promise<void> {
    const end = Date.now() + mostMs
    while (!isSo()) {
      if (Date.now() > end || this.#child.exitCode !== null)
        throw new Error(`it did not come to that: ${this.said.slice(-2000)}`)
      await wait(50)
    }
  }

  /** @returns its exit code */
  async end(signal: 'SIGTERM' | 'SIGINT' | 'SIGKILL'): Promise<number | null> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return this.#child.exitCode
    const ended = new Promise<void>((resolve) => this.#child.once('close', () => resolve()))
    this.#child.kill(signal)
    await Promise.race([ended, wait(mostWait, undefined, { ref: false })])
    return this.#child.exitCode
  }

  async remove(): Promise<void> {
    await this.end('SIGKILL')
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

/** Listeners in this process, on free ports of loopback. */
export async function openDecoys(
  which: readonly Pick<Listen, 'service' | 'transport'>[],
  { limits = {}, family }: { readonly limits?: Partial<Limits>; readonly family?: Family } = {},
) {
  const directory = folderFor('here')
  const identity = await identityFor()
  const decoy = new Decoy({
    directory,
    identity: { ...identity, ...(family !== undefined && { family }) },
    limits: { ...usualLimits, ...limits },
    now: () => Date.now() * 1000,
    line: jsonLine,
    told: () => {},
    trouble: (text) => {
      throw new Error(text)
    },
  })
  const ports = new Map<string, number>()
  for (const each of which) {
    ports.set(
      `${each.service} ${each.transport}`,
      await decoy.listen({ ...each, address: '127.0.0.1', port: 0, isRedirected: false }),
    )
  }
  decoy.begin()
  return {
    decoy,
    directory,
    lines: () => linesOf(directory),
    port: (service: string, transport = 'tcp') => ports.get(`${service} ${transport}`) ?? 0,
    async remove() {
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

let identity: ReturnType<typeof openIdentity> | undefined

/** Keys take long to draw: one set a test file. */
function identityFor(): ReturnType<typeof openIdentity> {
  const folder = folderFor('keys')
  identity ??= openIdentity(folder, Date.now() * 1000).finally(() => rmSync(folder, { recursive: true }))
  return identity
}

/** A client that has connected. */
export function dial(port: number, address = '127.0.0.1'): Promise<Socket> {
  const socket = connect({ port, host: address })
  socket.on('error', () => {})
  return new Promise((resolve, reject) => {
    socket.once('connect', () => resolve(socket))
    socket.once('error', reject)
  })
}

/** Says something, and hears until the other side has said what is waited for, or closed. */
export async function hear(socket: Socket, enough: RegExp, mostMs = 5000): Promise<string> {
  let heard = ''
  const listen = (bytes: Buffer) => {
    heard += bytes.toString('latin1')
  }
  socket.on('data', listen)
  const end = Date.now() + mostMs
  while (!enough.test(heard) && !socket.destroyed && Date.now() < end) await wait(10)
  socket.off('data', listen)
  return heard
}
