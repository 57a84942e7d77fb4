import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { test } from 'node:test'
import { createServer as createSecureServer } from 'node:tls'
import { OctetCutter } from '../src/framing/octets.ts'
import type { Sent } from '../src/notify/channel.ts'
import { syslog } from '../src/notify/syslog.ts'
import { delivery, selfSigned, start } from './notify-parts.ts'

const never = new AbortController().signal

function channel(transport: 'udp' | 'tcp' | 'tls', port: number, ca: string | null = null) {
  return syslog({
    name: 'siem',
    settings: { kind: 'syslog', transport, host: '127.0.0.1', port, ca: null },
    ca,
    hostname: 'sensor 1',
  })
}

/** Whole messages of a stream, by the cutter that Sweepwatch reads syslog with. */
function messagesOf(bytes: Buffer): string[] {
  const found: string[] = []
  const cutter = new OctetCutter({
    message: (window, from, to) => void found.push(Buffer.from(window.subarray(from, to)).toString()),
    damage: (_, reason) => assert.fail(reason),
  })
  assert.equal(cutter.push(bytes, bytes.length, true), bytes.length)
  return found
}

/** What a server got and what the channel said. */
async function exchange(
  server: Server,
  transport: 'tcp' | 'tls',
  ca: string | null = null,
  signal = never,
): Promise<{ bytes: Buffer; sent: Sent }> {
  const chunks: Buffer[] = []
  const ended = Promise.withResolvers<void>()
  server.on(transport === 'tls' ? 'secureConnection' : 'connection', (socket) => {
    socket.on('data', (chunk: Buffer) => chunks.push(chunk))
    socket.on('end', () => ended.resolve())
    socket.on('error', () => {}).unref()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const sent = await channel(transport, (server.address() as AddressInfo).port, ca).send(delivery(), {
    at: start,
    signal,
  })
  if (sent.kind === 'delivered') await ended.promise
  server.close()
  return { bytes: Buffer.concat(chunks), sent }
}

function assertLines(lines: readonly string[]): void {
  assert.equal(lines.length, 2)
  assert.match(
    lines[0] ?? '',
    /^<82>1 2026-11-22T04:00:00\.000Z sensor1 sweepwatch - case-escalate \[sweepwatch@32473 case="c-1" /,
  )
  assert.match(lines[1] ?? '', / case="c-2" /)
}

test('syslog over UDP: a datagram a case', async () => {
  const socket = createSocket('udp4')
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const lines: string[] = []
  const both = Promise.withResolvers<void>()
  socket.on('message', (message) => {
    if (lines.push(message.toString()) === 2) both.resolve()
  })
  const sent = await channel('udp', socket.address().port).send(delivery(), { at: start, signal: never })
  await both.promise
  socket.close()
  assert.equal(sent.kind, 'delivered')
  assertLines(lines)
})

test('syslog over TCP: messages are octet-counted, and the reader of Sweepwatch cuts them again', async () => {
  const { bytes, sent } = await exchange(createServer(), 'tcp')
  assert.equal(sent.kind, 'delivered')
  assertLines(messagesOf(bytes))
})

test('syslog over TLS: likewise, if the certificate is of an authority that is known', async (t) => {
  const made = selfSigned()
  if (made === undefined) return t.skip('no openssl on this machine: syslog over TLS was not tried')
  const server = () => createSecureServer({ key: made.key, cert: made.cert }) as unknown as Server
  const { bytes, sent } = await exchange(server(), 'tls', made.cert)
  assert.equal(sent.kind, 'delivered')
  assertLines(messagesOf(bytes))
  assert.equal((await exchange(server(), 'tls')).sent.kind, 'retry')
})

test('syslog: nobody there, somebody who hangs up, somebody who does not even greet', async (t) => {
  assert.equal((await channel('tcp', 1).send(delivery(), { at: start, signal: never })).kind, 'retry')
  const hangingUp = createServer((socket) => socket.resetAndDestroy())
  assert.equal((await exchange(hangingUp, 'tcp')).sent.kind, 'retry')
  if (selfSigned() === undefined) return t.skip('no openssl on this machine: a silent TLS server was not tried')
  const silent = createServer((socket) => void socket.on('error', () => {}).unref())
  silent.listen(0, '127.0.0.1')
  await once(silent, 'listening')
  const { port } = silent.address() as AddressInfo
  assert.equal(
    (await channel('tls', port).send(delivery(), { at: start, signal: AbortSignal.timeout(150) })).kind,
    'retry',
  )
  silent.close()
})
