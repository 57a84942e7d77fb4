import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { closeSync, rmSync } from 'node:fs'
import { promisify } from 'node:util'
import { Problem } from '../base/problem.ts'
import { createNew } from './output-file.ts'
import { packetExpression } from './packet-expression.ts'
import { WholeRecords } from './whole-records.ts'

export interface LiveCaptureOptions {
  readonly interface: string
  /** Addresses and networks, and the other ends, where only some are wanted. */
  readonly filter: { readonly networks: readonly string[]; readonly peers?: readonly string[] }
  /** How long it runs at most, in milliseconds. */
  readonly duration: number
  /** How large the file gets at most. */
  readonly maxBytes: number
  /** The pcap file to write, that is not there yet. */
  readonly out: string
  /** The user that tcpdump becomes once the interface is open (its option -Z); absent: whom it was built for. */
  readonly user?: string
}

/** A capture that was made. */
export interface LiveCaptured {
  readonly file: string
  readonly packets: number
  readonly bytes: number
  readonly sha256: string
  /** Packets that the kernel could not hand on. */
  readonly dropped: number
  /** What ended it; `closed`: tcpdump itself, because the interface went away. */
  readonly ended: 'time' | 'size' | 'stopped' | 'closed'
}

export interface LiveCapture {
  /** Ends it before its time. */
  stop(): void
  /** Rejects with Problem `capture` where packets cannot be captured, `capture-output` where they cannot be written. */
  readonly done: Promise<LiveCaptured>
}

const run = promisify(execFile)
const interfaceName = /^[A-Za-z0-9][A-Za-z0-9_.:@-]{0,31}$/
const userName = /^[a-z_][a-z0-9_-]{0,31}$/
const longest = 86_400e3
/** tcpdump ends at once when it is asked to; where it does not, it is killed. */
const patience = 10_000
const mostSaid = 2000

/**
 * Captures packets with tcpdump into a file (requirement T1). It stops by itself: after its time, at its size, and, where this process
 * dies, soon after its time all the same.
 *
 * @returns when tcpdump is listening
 * @throws Problem `capture` where tcpdump is missing or may not capture, `capture-output`, `bad-network`, `usage`
 */
export async function startCapture(options: LiveCaptureOptions): Promise<LiveCapture> {
  const { duration, maxBytes, out } = options
  if (!interfaceName.test(options.interface))
    throw new Problem('usage', `${options.interface} is no name of an interface`)
  if (options.user !== undefined && !userName.test(options.user))
    throw new Problem('usage', `${options.user} is no name of a user`)
  if (!(duration > 0 && duration <= longest)) throw new Problem('usage', 'a capture runs for at most a day')
  if (!(maxBytes >= 1000)) throw new Problem('usage', 'a capture takes at least 1000 bytes')
  const expression = await expressionFor(options)
  const fd = createNew(out)
  try {
    const capture = new RunningCapture(options, fd)
    await capture.start([...argumentsOf(options), '--', expression])
    return capture
  } catch (error) {
    rmSync(out, { force: true })
    throw error
  }
}

function argumentsOf({ interface: name, user }: LiveCaptureOptions): string[] {
  const become = user === undefined ? [] : ['-Z', user]
  return ['-i', name, '-n', '-U', '-s', '0', '-B', '8192', ...become, '-w', '-']
}

/** The filter, with VLAN tags where the link has them: tcpdump says so before anything is captured. */
async function expressionFor(options: LiveCaptureOptions): Promise<string> {
  const { networks, peers = [] } = options.filter
  const tagged = packetExpression(networks, peers, true)
  const check = (expression: string) => run('tcpdump', ['-i', options.interface, '-d', '--', expression])
  try {
    await check(tagged)
    return tagged
  } catch {
    const plain = packetExpression(networks, peers, false)
    await check(plain).catch((error: NodeJS.ErrnoException & { stderr?: string }) => {
      throw unable(error.code === 'ENOENT' ? 'tcpdump is not installed' : lastLine(error.stderr ?? error.message))
    })
    return plain
  }
}

function unable(why: string): Problem {
  return new Problem('capture', `packets cannot be captured: ${why}`, {
    hint: 'It needs tcpdump, the name of an interface that is up, and the right to capture (root, or CAP_NET_RAW for tcpdump).',
  })
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? ''
}

class RunningCapture implements LiveCapture {
  readonly done: Promise<LiveCaptured>
  readonly #options: LiveCaptureOptions
  readonly #fd: number
  readonly #records: WholeRecords
  #child: ChildProcess | undefined
  #ended: LiveCaptured['ended'] = 'closed'
  #said = ''
  /** The disk is full, say. */
  #failure: Problem | undefined
  #settle!: (result: LiveCaptured | Problem) => void

  constructor(options: LiveCaptureOptions, fd: number) {
    this.#options = options
    this.#fd = fd
    this.#records = new WholeRecords(fd, options.maxBytes)
    this.done = new Promise((resolve, reject) => {
      this.#settle = (result) => (result instanceof Problem ? reject(result) : resolve(result))
    })
    // Whoever waits for it hears of it; a caller that does not is no reason to end the process.
    this.done.catch(() => {})
  }

  stop(): void {
    this.#end('stopped')
  }

  /** Resolves when tcpdump says that it listens. */
  async start(words: readonly string[]): Promise<void> {
    const seconds = Math.ceil(this.#options.duration / 1000) + 5
    // timeout(1) ends it where this process cannot any more.
    const child = await spawned('timeout', ['-k', '5', String(seconds), 'tcpdump', ...words])
      .catch(() => spawned('tcpdump', words))
      .catch((error: Error) => {
        closeSync(this.#fd)
        throw unable(error.message)
      })
    this.#child = child
    child.stdout?.on('data', (bytes: Buffer) => this.#write(bytes))
    const clock = setTimeout(() => this.#end('time'), this.#options.duration)
    await new Promise<void>((resolve, reject) => {
      child.stderr?.on('data', (text: Buffer) => {
        this.#said = (this.#said + text.toString()).slice(-mostSaid)
        if (/listening on /.test(this.#said)) resolve()
      })
      child.on('close', () => {
        clearTimeout(clock)
        reject(unable(lastLine(this.#said)))
        this.#finish()
      })
    })
  }

  #write(bytes: Buffer): void {
    if (this.#failure !== undefined) return
    try {
      if (!this.#records.write(bytes)) this.#end('size')
    } catch (cause) {
      const { out } = this.#options
      this.#failure = new Problem('capture-output', `${out} cannot be written: ${(cause as Error).message}`, { cause })
      this.#end('stopped')
    }
  }

  #end(why: LiveCaptured['ended']): void {
    if (this.#ended === 'closed') this.#ended = why
    const child = this.#child
    if (child === undefined || child.exitCode !== null) return
    child.kill('SIGTERM')
    setTimeout(() => child.kill('SIGKILL'), patience).unref()
  }

  #finish(): void {
    const { packets, bytes, sha256 } = this.#records.close()
    closeSync(this.#fd)
    const dropped = Number(/(\d+) packets? dropped by kernel/.exec(this.#said)?.[1] ?? 0)
    const captured = { file: this.#options.out, packets, bytes, sha256, dropped, ended: this.#ended }
    this.#settle(this.#failure ?? (bytes === 0 ? unable(lastLine(this.#said)) : captured))
  }
}

function spawned(command: string, words: readonly string[]): Promise<ChildProcess> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, words, { stdio: ['ignore', 'pipe', 'pipe'] })
    child.once('spawn', () => resolve(child))
    child.once('error', reject)
  })
}
