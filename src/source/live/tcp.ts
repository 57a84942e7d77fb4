import { readFileSync, rmSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { type Messages, OctetCutter } from '../../framing/octets.ts'
import type { Feed, Receiver, Stream } from '../feed.ts'
import { unreadable } from '../file.ts'

const mostConnections = 1024
/** A sender that says nothing for so long is gone. */
const idle = 3600e3

export interface TcpOptions {
  readonly name: string
  /** A port to listen on, or the path of a unix socket. */
  readonly listen: { readonly host: string; readonly port: number } | { readonly path: string }
  readonly format: string
  readonly tls?: { readonly cert: string; readonly key: string; readonly ca?: string }
}

/** Listens for connections, over TCP, TLS (RFC 5425) or a unix socket; each is a stream of its own to one sensor. */
export class Tcp implements Feed {
  readonly name: string
  readonly #options: TcpOptions

  constructor(options: TcpOptions) {
    this.name = options.name
    this.#options = options
  }

  async run(receiver: Receiver, signal: AbortSignal): Promise<void> {
    const { listen, format } = this.#options
    const sockets = new Set<Socket>()
    const stream = receiver.open(this.name, { format, isLive: true, isSpooled: true })
    const notice = (text: string) => receiver.notice(`${this.name}: ${text}`)
    const server = this.#server((socket) => {
      sockets.add(socket)
      socket.on('close', () => sockets.delete(socket))
      serve(socket, stream, notice)
    })
    server.maxConnections = mostConnections
    let refused = 0
    server.on('drop', () => {
      refused++
      // At powers of two: who opens thousands must not fill the log as well.
      if ((refused & (refused - 1)) === 0) notice(`more than ${mostConnections} connections; ${refused} refused so far`)
    })
    server.on('tlsClientError', (error: Error) => receiver.notice(`${this.name}: TLS: ${error.message}`))
    await new Promise<void>((resolve, reject) => {
      const stop = () => {
        // What senders have sent already is read before the last goodbye.
        setTimeout(() => {
          for (const socket of sockets) socket.destroy()
          server.close(() => {
            stream.end()
            resolve()
          })
        }, 50)
      }
      server.on('error', reject)
      if ('path' in listen) rmSync(listen.path, { force: true })
      server.listen(listen, () => {
        const at = server.address()
        receiver.notice(`${this.name}: listening${typeof at === 'object' && at ? ` on port ${at.port}` : ''}`)
      })
      signal.addEventListener('abort', stop, { once: true })
      if (signal.aborted) stop()
    })
  }

  #server(accept: (socket: Socket) => void): Server {
    const { tls } = this.#options
    if (!tls) return createServer(accept)
    const file = (path: string) => {
      try {
        return readFileSync(path)
      } catch (error) {
        throw unreadable(path, error as NodeJS.ErrnoException)
      }
    }
    const client = tls.ca === undefined ? {} : { ca: file(tls.ca), requestCert: true, rejectUnauthorized: true }
    return createTlsServer({ cert: file(tls.cert), key: file(tls.key), minVersion: 'TLSv1.2', ...client }, accept)
  }
}

function serve(socket: Socket, stream: Stream, notice: (text: string) => void): void {
  const sender = new Sender(stream, notice)
  socket.setTimeout(idle, () => socket.destroy())
  socket.on('data', (bytes: Buffer) => sender.push(bytes))
  socket.on('error', (error) => notice(`${socket.remoteAddress ?? 'a sender'}: ${error.message}`))
  socket.on('close', () => sender.end())
}

/** What one connection sends, cut into messages: each becomes a line of the stream that all connections share. */
class Sender implements Messages {
  readonly #stream: Stream
  readonly #notice: (text: string) => void
  readonly #cutter = new OctetCutter(this)
  /** What came and is no whole message yet. */
  #rest = Buffer.alloc(0)
  #lines = Buffer.alloc(1 << 16)
  #filled = 0
  #isDamaged = false

  constructor(stream: Stream, notice: (text: string) => void) {
    this.#stream = stream
    this.#notice = notice
  }

  push(bytes: Buffer): void {
    this.#cut(this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]), false)
  }

  end(): void {
    if (this.#rest.length > 0) this.#cut(this.#rest, true)
  }

  message(bytes: Uint8Array, from: number, to: number): void {
    if (this.#filled + to - from + 1 > this.#lines.length) this.#handOn(to - from + 1)
    const line = this.#lines.subarray(this.#filled, this.#filled + to - from)
    line.set(bytes.subarray(from, to))
    // A message may hold line feeds; a line may not.
    for (let at = line.indexOf(10); at >= 0; at = line.indexOf(10, at + 1)) line[at] = 32
    this.#lines[this.#filled + to - from] = 10
    this.#filled += to - from + 1
  }

  damage(_at: number, reason: string): void {
    if (!this.#isDamaged) this.#notice(`a sender: ${reason}`)
    this.#isDamaged = true
  }

  #cut(bytes: Buffer, last: boolean): void {
    const consumed = this.#cutter.push(bytes, bytes.length, last)
    // The bytes are the socket's: what is left is copied.
    this.#rest = Buffer.from(bytes.subarray(consumed))
    this.#handOn(0)
  }

  #handOn(needed: number): void {
    if (this.#filled > 0) this.#stream.push(this.#lines, this.#filled)
    this.#filled = 0
    if (needed > this.#lines.length) this.#lines = Buffer.alloc(needed)
  }
}
