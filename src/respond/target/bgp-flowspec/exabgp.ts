import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { setTimeout as wait } from 'node:timers/promises'
import { elapsed } from '../../../base/clock.ts'
import { Problem } from '../../../base/problem.ts'

export interface Pipes {
  /** As the target is configured, for messages. */
  readonly name: string
  /** What ExaBGP reads: `/run/exabgp/exabgp.in`. What it answers stands beside it, in `.out`. */
  readonly pipe: string
}

const pauseMs = 5
const patienceMs = 10_000
const mostBytes = 64e6

/**
 * A conversation with ExaBGP 4 over its named pipes (`exabgp.api.cli`). One command at a time, each answered by lines and `done` or `error`.
 * Who opens them has them alone: an `exabgpcli` beside it would take answers away.
 */
export class ExaBgp {
  readonly #pipes: Pipes
  readonly #answers: FileHandle
  readonly #commands: FileHandle
  readonly #signal: AbortSignal
  #rest = ''

  private constructor(pipes: Pipes, answers: FileHandle, commands: FileHandle, signal: AbortSignal) {
    this.#pipes = pipes
    this.#answers = answers
    this.#commands = commands
    this.#signal = signal
  }

  /** @throws Problem `target` where ExaBGP does not run, or answers nothing */
  static async open(pipes: Pipes, signal: AbortSignal): Promise<ExaBgp> {
    signal.throwIfAborted()
    const answers = await openPipe(pipes, pipes.pipe.replace(/\.in$/, '.out'), constants.O_RDONLY)
    const commands = await openPipe(pipes, pipes.pipe, constants.O_WRONLY).catch(async (error) => {
      await answers.close()
      throw error
    })
    const talk = new ExaBgp(pipes, answers, commands, signal)
    try {
      await talk.#meet()
      return talk
    } catch (error) {
      await talk.close()
      throw error
    }
  }

  /** Answers to others, whom nobody read, come first. */
  async #meet(): Promise<void> {
    await this.#commands.write('version\n')
    const limit = elapsed() + patienceMs
    while (!(await this.#line(limit)).startsWith('exabgp '));
    while (!isEnd(await this.#line(limit)));
  }

  /** @throws Problem `target` where ExaBGP does not take the command */
  async ask(command: string): Promise<readonly string[]> {
    await this.#commands.write(`${command}\n`)
    const limit = elapsed() + patienceMs
    const lines: string[] = []
    for (;;) {
      const line = await this.#line(limit)
      if (line === 'error') {
        throw new Problem('target', `target ${this.#pipes.name}: ExaBGP does not take: ${command.slice(0, 200)}`, {
          hint: 'A neighbour must be configured, with `family { ipv4 flow; ipv6 flow; }`; its log says more.',
        })
      }
      if (isEnd(line)) return lines
      lines.push(line)
    }
  }

  async #line(limit: number): Promise<string> {
    for (;;) {
      const end = this.#rest.indexOf('\n')
      if (end >= 0) {
        const line = this.#rest.slice(0, end)
        this.#rest = this.#rest.slice(end + 1)
        return line
      }
      this.#signal.throwIfAborted()
      const bytes = await this.#read()
      this.#rest += bytes.toString()
      if (this.#rest.length > mostBytes || elapsed() > limit) throw this.#silence()
      if (bytes.length === 0) await wait(pauseMs)
    }
  }

  /** Nothing where there is nothing just now, or ExaBGP has not opened its end. */
  async #read(): Promise<Buffer> {
    try {
      const { bytesRead, buffer } = await this.#answers.read(Buffer.alloc(65_536))
      return buffer.subarray(0, bytesRead)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return Buffer.alloc(0)
      throw error
    }
  }

  #silence(): Problem {
    return new Problem('target', `target ${this.#pipes.name}: ExaBGP does not answer`, {
      hint: 'It needs `ack = true` and `cli = true` in `[exabgp.api]`, and no exabgpcli that hangs on the same pipes.',
    })
  }

  async close(): Promise<void> {
    await this.#answers.close()
    await this.#commands.close()
  }
}

function isEnd(line: string): boolean {
  return line === 'done' || line === 'error' || line === 'shutdown'
}

async function openPipe({ name }: Pipes, path: string, mode: number): Promise<FileHandle> {
  const fail = (what: string, hint: string, cause?: unknown) =>
    new Problem('target', `target ${name}: ${what}`, { hint, cause })
  const handle = await open(path, mode | constants.O_NONBLOCK).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENXIO') throw fail('ExaBGP does not run', 'Start it: nobody reads its named pipe.', cause)
    const hint =
      cause.code === 'ENOENT'
        ? 'Make it and its `.out` with mkfifo, as its service does, and start ExaBGP; or name another in `pipe:`.'
        : 'Sweepwatch needs the right to use it: be a member of the group exabgp.'
    throw fail(`${path} cannot be opened: ${cause.message}`, hint, cause)
  })
  if ((await handle.stat()).isFIFO()) return handle
  await handle.close()
  throw fail(`${path} is no named pipe`, 'Make it with mkfifo.')
}
