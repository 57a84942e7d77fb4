import { Worker } from 'node:worker_threads'
import type { Feed, Receiver } from '../feed.ts'
import { captureHeader } from './datagram-frame.ts'

/** `line`: a datagram is a line of text (syslog). `packet`: datagrams become records of a capture file (NetFlow, IPFIX, sFlow). */
export type UdpFraming = 'line' | 'packet'

/** What the receiving thread is told. */
export interface UdpTask {
  readonly host: string
  readonly port: number
  readonly framing: UdpFraming
  readonly slots: readonly SharedArrayBuffer[]
  /** Bytes of receive buffer to ask the kernel for; it gives at most net.core.rmem_max. */
  readonly bufferBytes: number
  readonly reuse: boolean
}

export type ToUdp = { readonly kind: 'free'; readonly index: number } | { readonly kind: 'close' }
export type FromUdp =
  | { readonly kind: 'slot'; readonly index: number; readonly length: number }
  | { readonly kind: 'losses'; readonly dropped: number; readonly kernel: number }
  | { readonly kind: 'listening'; readonly port: number }
  | { readonly kind: 'error'; readonly message: string }
  | { readonly kind: 'closed' }

const slotBytes = 1 << 20
const slotCount = 16
const receiveBuffer = 64 << 20

export interface UdpOptions {
  readonly name: string
  readonly host: string
  readonly port: number
  readonly framing: UdpFraming
  /** The format of what comes. */
  readonly format: string
  /** Sockets on the same port, each with a thread; the kernel deals senders out to them. */
  readonly sockets?: number
}

/** Listens for datagrams on threads of its own. */
export class Udp implements Feed {
  readonly name: string
  readonly #options: UdpOptions
  /** Datagrams lost since the sockets were opened, for want of a free slot and in the kernel, as far as told. */
  #dropped = 0
  #kernelDrops = 0

  constructor(options: UdpOptions) {
    this.name = options.name
    this.#options = options
  }

  async run(receiver: Receiver, signal: AbortSignal): Promise<void> {
    const { format, framing, sockets = 1 } = this.#options
    const stream = receiver.open(this.name, { format, isLive: true, isSpooled: true })
    if (framing === 'packet' && stream.isFresh) {
      const header = captureHeader()
      stream.push(header, header.length)
    }
    this.#dropped = this.#kernelDrops = 0
    const losses = Array.from({ length: sockets }, () => [0, 0] as [number, number])
    let known: ((port: number) => void) | undefined
    const first = new Promise<number>((resolve) => {
      known = resolve
    })
    await Promise.all(
      losses.map(async (mine, k) => {
        // Port 0 is any: the others take the one that the first was given.
        const port = k === 0 ? this.#options.port : await first
        return this.#socket(port, sockets > 1, signal, {
          slot: (bytes, length) => stream.push(bytes, length),
          listening: (given) => {
            if (k === 0) receiver.notice(`${this.name}: listening on port ${given}`)
            known?.(given)
          },
          losses: (dropped, kernel) => {
            mine[0] = dropped
            // Every thread reads the sum over the port's sockets.
            mine[1] = kernel
            this.#tellLosses(receiver, losses)
          },
        })
      }),
    )
    stream.end()
  }

  #tellLosses(receiver: Receiver, losses: readonly (readonly [number, number])[]): void {
    const dropped = losses.reduce((sum, [each]) => sum + each, 0)
    const kernel = Math.max(...losses.map(([, each]) => each))
    if (dropped > this.#dropped) {
      receiver.notice(
        `${this.name}: ${dropped - this.#dropped} datagrams were lost: they come faster than they are read`,
      )
    }
    if (kernel > this.#kernelDrops) {
      receiver.notice(
        `${this.name}: the kernel dropped ${kernel - this.#kernelDrops} datagrams (raise net.core.rmem_max, or use several sockets)`,
      )
    }
    if (dropped + kernel > this.#dropped + this.#kernelDrops) {
      receiver.lost(this.name, dropped + kernel - this.#dropped - this.#kernelDrops)
    }
    this.#dropped = dropped
    this.#kernelDrops = kernel
  }

  #socket(
    port: number,
    reuse: boolean,
    signal: AbortSignal,
    on: {
      slot(bytes: Uint8Array, length: number): void
      listening(port: number): void
      losses(dropped: number, kernel: number): void
    },
  ): Promise<void> {
    const { host, framing } = this.#options
    const slots = Array.from({ length: slotCount }, () => new SharedArrayBuffer(slotBytes))
    const buffers = slots.map((slot) => new Uint8Array(slot))
    const task: UdpTask = { host, port, framing, slots, bufferBytes: receiveBuffer, reuse }
    const worker = new Worker(new URL('./udp-worker.ts', import.meta.url), { workerData: task, execArgv: [] })
    const send = (message: ToUdp) => worker.postMessage(message)
    return new Promise((resolve, reject) => {
      const close = () => send({ kind: 'close' })
      signal.addEventListener('abort', close, { once: true })
      worker.on('message', (message: FromUdp) => {
        if (message.kind === 'slot') {
          on.slot(buffers[message.index] as Uint8Array, message.length)
          send({ kind: 'free', index: message.index })
        } else if (message.kind === 'losses') on.losses(message.dropped, message.kernel)
        else if (message.kind === 'listening') on.listening(message.port)
        else if (message.kind === 'error') reject(new Error(message.message))
        else resolve()
      })
      worker.on('error', reject)
      worker.on('exit', () => {
        signal.removeEventListener('abort', close)
        resolve()
      })
      if (signal.aborted) close()
    })
  }
}
