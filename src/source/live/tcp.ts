import { readFileSync, rmSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
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
    const server = this.#server((socket) => {
      sockets.add(socket)
      socket.on('close', () => sockets.delete(socket))
      serve(socket, receiver.open(this.name, { format, isLive: true, isSpooled: true, isShared: true }), (text) =>
        receiver.notice(`${this.name}: ${text}`),
      )
    })
    server.maxConnections = mostConnections
    server.on('drop', () => receiver.notice(`${this.name}: more than ${mostConnections} connections; one was refused`))
    server.on('tlsClientError', (error: Error) => receiver.notice(`${this.name}: TLS: ${error.message}`))
    await new Promise<void>((resolve, reject) => {
      const stop = () => {
        // What senders have sent already is read before the last goodbye.
        setTimeout(() => {
          for (const socket of sockets) socket.destroy()
          server.close(() => resolve())
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
  socket.setTimeout(idle, () => socket.destroy())
  socket.on('data', (bytes: Buffer) => stream.push(bytes, bytes.length))
  socket.on('error', (error) => notice(`${socket.remoteAddress ?? 'a sender'}: ${error.message}`))
  socket.on('close', () => stream.end())
}
