import { spawn } from 'node:child_process'
import type { Feed, Receiver } from '../feed.ts'

export interface ChildOptions {
  readonly name: string
  readonly command: string
  readonly args: readonly string[]
  readonly format: string
}

const mostSaid = 500

/** Reads what a program writes: `tcpdump -w -` captures without this process needing any right to. */
export class Child implements Feed {
  readonly name: string
  readonly #options: ChildOptions

  constructor(options: ChildOptions) {
    this.name = options.name
    this.#options = options
  }

  async run(receiver: Receiver, signal: AbortSignal): Promise<void> {
    const { command, args, format } = this.#options
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    const stream = receiver.open(this.name, { format, from: 0 })
    let said = ''
    child.stderr.on('data', (text: Buffer) => {
      said = (said + text.toString()).slice(-mostSaid)
    })
    child.stdout.on('data', (bytes: Buffer) => stream.push(bytes, bytes.length))
    const stop = () => child.kill('SIGTERM')
    signal.addEventListener('abort', stop, { once: true })
    await new Promise<void>((resolve, reject) => {
      child.on('error', reject)
      child.on('close', (code) => {
        signal.removeEventListener('abort', stop)
        stream.end()
        if (signal.aborted) resolve()
        else reject(new Error(`${command} ended (${code ?? 'by a signal'})${said === '' ? '' : `: ${said.trim()}`}`))
      })
    })
    tellLoss(said, this.name, receiver)
  }
}

/** tcpdump says at its end how many packets the kernel dropped. */
function tellLoss(said: string, name: string, receiver: Receiver): void {
  const dropped = Number(/(\d+) packets? dropped by kernel/.exec(said)?.[1] ?? 0)
  if (dropped === 0) return
  receiver.notice(`${name}: the kernel dropped ${dropped} packets`)
  receiver.lost(name, dropped)
}
