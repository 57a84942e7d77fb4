import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createSecureServer, type ServerOptions } from 'node:https'
import type { AddressInfo } from 'node:net'

export interface Heard {
  readonly method: string
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

export interface Said {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  /** What is no text goes as JSON. */
  readonly body?: unknown
}

/** How a peer misbehaves instead of answering. */
export type Mischief = (response: ServerResponse) => void

/** A real server on loopback, at the other end of a target. */
export class Peer {
  readonly heard: Heard[] = []
  /** Comes before its proper answer. */
  mischief: Mischief | undefined
  readonly #server: Server
  readonly #scheme: string

  private constructor(answer: (heard: Heard) => Said, tls?: ServerOptions) {
    const handle = async (request: IncomingMessage, response: ServerResponse) => {
      const parts: Buffer[] = []
      for await (const part of request) parts.push(part as Buffer)
      const { method = '', url: path = '', headers } = request
      const heard = { method, path, headers, body: Buffer.concat(parts).toString() }
      this.heard.push(heard)
      if (this.mischief) return this.mischief(response)
      const { status, headers: told = {}, body = '' } = answer(heard)
      response.writeHead(status, { 'Content-Type': 'application/json', ...told })
      response.end(typeof body === 'string' ? body : JSON.stringify(body))
    }
    this.#scheme = tls === undefined ? 'http' : 'https'
    this.#server = tls === undefined ? createServer(handle) : (createSecureServer(tls, handle) as unknown as Server)
  }

  static async start(answer: (heard: Heard) => Said, tls?: ServerOptions): Promise<Peer> {
    const peer = new Peer(answer, tls)
    peer.#server.listen(0, '127.0.0.1')
    await once(peer.#server, 'listening')
    return peer
  }

  get url(): string {
    return `${this.#scheme}://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async close(): Promise<void> {
    if (!this.#server.listening) return
    const closed = once(this.#server, 'close')
    this.#server.close()
    this.#server.closeAllConnections()
    await closed
  }
}

/** A body, and no end of it. */
export function endless(response: ServerResponse): void {
  response.writeHead(200, { 'Content-Type': 'application/json' })
  const part = ` ${'x'.repeat(65_535)}`
  const more = () => {
    while (!response.destroyed && response.write(part));
  }
  response.on('drain', more)
  more()
}

export const silent: Mischief = () => {}

/** A byte now and then. */
export function dripping(response: ServerResponse): void {
  response.writeHead(200, { 'Content-Type': 'application/json' })
  const timer = setInterval(() => response.write(' '), 20)
  response.on('close', () => clearInterval(timer))
}

export const status =
  (code: number, headers: Readonly<Record<string, string>> = {}, body = ''): Mischief =>
  (response) =>
    void response.writeHead(code, headers).end(body)
