import { createServer, type Server, type Socket } from 'node:net'
import type { Ends } from './record/touch.ts'
import type { Session, Wire } from './session.ts'

/** What a listener hands on: who came, and how to answer. */
export interface Arrival {
  readonly ends: Ends
  /** The decoy's own address and port, which a redirect put in the place of those in `ends`. */
  readonly localPort: number
}

export interface TcpHandler {
  /** @returns undefined where there is no room, or nobody */
  arrived(arrival: Arrival, wire: Wire): Promise<Session | undefined>
}

const mostWaiting = 65_536

/** Listens on one TCP port. Bytes that come before a session is made wait in the kernel. */
export function listenTcp(address: string, port: number, handler: TcpHandler): Promise<Server> {
  const server = createServer({ allowHalfOpen: true, noDelay: true, pauseOnConnect: true }, (socket) => {
    socket.on('error', () => socket.destroy())
    void take(socket, handler)
  })
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host: address, port, backlog: 1024 }, () => {
      server.off('error', reject)
      // Without room for one more file an accept fails; the next may not.
      server.on('error', () => {})
      resolve(server)
    })
  })
}

async function take(socket: Socket, handler: TcpHandler): Promise<void> {
  const { remoteAddress, remotePort, localAddress = '', localPort = 0 } = socket
  const ends: Ends = {
    transport: 'tcp',
    ...(remoteAddress !== undefined && { src: plain(remoteAddress) }),
    ...(remotePort !== undefined && { srcPort: remotePort }),
    dst: plain(localAddress),
    dstPort: localPort,
  }
  const session = await handler.arrived({ ends, localPort }, wireOf(socket))
  if (session === undefined) {
    socket.destroy()
    return
  }
  if (socket.destroyed) {
    session.closed('client')
    return
  }
  socket.on('data', (bytes) => session.received(bytes as Buffer))
  // As a server does whose client has said all: it closes, too.
  socket.on('end', () => socket.end())
  socket.on('close', () => session.closed('client'))
  socket.resume()
}

function wireOf(socket: Socket): Wire {
  return {
    write: (bytes) => {
      if (socket.writable && socket.writableLength < mostWaiting) socket.write(bytes)
    },
    end: () => socket.end(),
    destroy: () => socket.destroy(),
  }
}

/** An IPv4 address on a socket of both families is written `::ffff:192.0.2.1`; zones are dropped. */
export function plain(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '')
}
