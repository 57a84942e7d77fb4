/** `node bench/decoy/generator.ts TARGET SOURCE SECONDS`: logins and random bytes against a decoy, and a count of what it did, as JSON. */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { Random } from '../random.ts'

const [target = '', source = '', seconds = '60'] = process.argv.slice(2)
const ports = [21, 22, 23, 80, 443, 445, 3306, 3389, 5060, 5900, 6379, 9999]
const workers = 20
const end = Date.now() + Number(seconds) * 1000
const random = new Random(20261122)
const counts = { connections: 0, flows: 0, refused: 0 }

const logins: readonly [port: number, text: string][] = [
  [21, 'USER root\r\nPASS 123456\r\n'],
  [23, 'root\r\nxc3511\r\n'],
  [6379, 'AUTH foobared\r\nINFO\r\n'],
  [80, 'GET /admin HTTP/1.1\r\nHost: a\r\nAuthorization: Basic YWRtaW46YWRtaW4=\r\n\r\n'],
  [80, 'POST /login HTTP/1.1\r\nHost: a\r\nContent-Length: 27\r\n\r\nusername=admin&password=foo'],
  [5900, 'RFB 003.008\n\x02aaaaaaaaaaaaaaaa'],
  [3389, '\x03\x00\x00\x2b\x26\xe0\x00\x00\x00\x00\x00Cookie: mstshash=admin\r\n\x01\x00\x08\x00\x03\x00\x00\x00'],
]

async function session(port: number, bytes: Buffer): Promise<void> {
  const socket = connect({ port, host: target, localAddress: source })
  socket.on('error', () => {})
  if (!(await connected(socket))) {
    counts.refused++
    return
  }
  counts.connections++
  socket.resume()
  socket.write(bytes)
  await wait(below(4) === 0 ? 400 : 20)
  if (below(3) === 0) socket.resetAndDestroy()
  else {
    socket.end()
    await Promise.race([once(socket, 'close').catch(() => {}), wait(3000)])
    socket.destroy()
  }
}

function connected(socket: Socket): Promise<boolean> {
  return new Promise((resolve) => {
    socket.once('connect', () => resolve(true))
    socket.once('close', () => resolve(false))
  })
}

function below(most: number): number {
  return random.below(most)
}

function someBytes(): Buffer {
  const bytes = Buffer.alloc(1 + below(600))
  for (let k = 0; k < bytes.length; k++) bytes[k] = below(256)
  return bytes
}

async function work(): Promise<void> {
  while (Date.now() < end) {
    const login = logins[below(logins.length)] as [number, string]
    const isLogin = below(2) === 0
    const port = isLogin ? login[0] : (ports[below(ports.length)] as number)
    await session(port, isLogin ? Buffer.from(login[1], 'latin1') : someBytes())
  }
}

/** Each socket is a port of its own, and so a session. */
async function datagrams(): Promise<void> {
  while (Date.now() < end) {
    const socket = createSocket('udp4')
    await new Promise<void>((resolve) => socket.bind(0, source, resolve))
    await new Promise((resolve) => socket.send(someBytes(), below(2) === 0 ? 5060 : 9999, target, resolve))
    counts.flows++
    await wait(400)
    socket.close()
  }
}

await Promise.all([...Array.from({ length: workers }, work), datagrams()])
console.log(JSON.stringify(counts))
