import { createSocket, type Socket } from 'node:dgram'
import { isIP } from 'node:net'
import type { Session, Wire } from './session.ts'
import type { Arrival } from './tcp.ts'
import { plain } from './tcp.ts'

export interface UdpHandler {
  arrived(arrival: Arrival, wire: Wire): Promise<Session | undefined>
}

/** Datagrams of one sender that wait until its session is made. */
const mostWaiting = 8
/** Senders whose session is being made, and those that were refused of late: what they go on sending is no touch more. */
const mostPending = 4096
const mostRefused = 16_384
const refusedMs = 5000

/**
 * Listens on one UDP port of one address. Datagrams of one sender's port are one session, which ends when it falls silent.
 * Answers go only to who asked, and are never larger (`Session.send`).
 */
export function listenUdp(address: string, port: number, handler: UdpHandler): Promise<Socket> {
  const socket = createSocket({ type: isIP(address) === 6 ? 'udp6' : 'udp4', ipv6Only: false })
  const flows = new Flows(socket, address, handler)
  socket.on('message', (bytes, { address: from, port: fromPort }) => void flows.take(bytes, from, fromPort))
  return new Promise((resolve, reject) => {
    socket.once('error', reject)
    socket.bind({ address, port, exclusive: true }, () => {
      socket.off('error', reject)
      socket.on('error', () => {})
      socket.on('close', () => flows.closed())
      resolve(socket)
    })
  })
}

class Flows {
  readonly #socket: Socket
  readonly #address: string
  readonly #handler: UdpHandler
  /** Bounded by the gate, which lets in so many sessions. */
  readonly #sessions = new Map<string, Session>()
  readonly #pending = new Map<string, Buffer[]>()
  /** Of this while and of the one before. */
  #refused: readonly [Set<string>, Set<string>] = [new Set(), new Set()]
  readonly #forget = setInterval(() => {
    this.#refused = [new Set(), this.#refused[0]]
  }, refusedMs).unref()

  constructor(socket: Socket, address: string, handler: UdpHandler) {
    this.#socket = socket
    this.#address = address
    this.#handler = handler
  }

  async take(bytes: Buffer, from: string, fromPort: number): Promise<void> {
    const key = `${from} ${fromPort}`
    const open = this.#sessions.get(key)
    if (open !== undefined) {
      open.received(bytes)
      return
    }
    const waiting = this.#pending.get(key)
    if (waiting !== undefined) {
      if (waiting.length < mostWaiting) waiting.push(Buffer.from(bytes))
      return
    }
    const [now, before] = this.#refused
    if (now.has(key) || before.has(key) || this.#pending.size >= mostPending) return
    await this.#begin(key, bytes, from, fromPort)
  }

  async #begin(key: string, bytes: Buffer, from: string, fromPort: number): Promise<void> {
    const waiting = [Buffer.from(bytes)]
    this.#pending.set(key, waiting)
    const { port } = this.#socket.address()
    const ends = { transport: 'udp', src: plain(from), srcPort: fromPort, dst: this.#address, dstPort: port } as const
    const wire: Wire = {
      write: (answer) => this.#socket.send(answer, fromPort, from, () => {}),
      end: () => this.#end(key, 'decoy'),
      destroy: () => this.#end(key, 'client'),
    }
    const session = await this.#handler.arrived({ ends, localPort: port }, wire)
    this.#pending.delete(key)
    if (session === undefined) {
      if (this.#refused[0].size < mostRefused) this.#refused[0].add(key)
      return
    }
    this.#sessions.set(key, session)
    for (const each of waiting) session.received(each)
  }

  #end(key: string, cause: 'decoy' | 'client'): void {
    const session = this.#sessions.get(key)
    this.#sessions.delete(key)
    session?.closed(cause)
  }

  closed(): void {
    clearInterval(this.#forget)
    for (const key of [...this.#sessions.keys()]) this.#end(key, 'client')
  }
}
