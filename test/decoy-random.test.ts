/** Whatever a client sends: each session is told once, and the services stand. */
import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import fc from 'fast-check'
import './fuzz-seed.ts'
import { services } from '../src/decoy/service/registry.ts'
import { dial, openDecoys } from './decoy-parts.ts'

const beginnings = [
  '',
  'SSH-2.0-x\r\n',
  'GET / HTTP/1.1\r\nHost: a\r\n',
  'POST /login HTTP/1.1\r\nContent-Length: 40\r\n\r\n',
  '*2\r\n$4\r\nAUTH\r\n',
  '\x16\x03\x01\x00\xc8\x01\x00\x00\xc4\x03\x03',
  '\x00\x00\x00\x80\xfeSMB\x40\x00',
  '\x00\x00\x00\x80\xffSMBr',
  '\x03\x00\x00\x2a\x25\xe0\x00\x00\x00\x00\x00Cookie: mstshash=',
  '\x20\x00\x00\x01\x85\xa6\xff\x01',
  'RFB 003.008\n',
  'REGISTER sip:a SIP/2.0\r\nVia: x\r\n',
  '\xff\xfb\x18\xff\xfa',
  'USER a\r\nPASS ',
]
const names = [...services.map(({ id }) => id), 'any'] as const
const speech = fc
  .tuple(fc.constantFrom(...beginnings), fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 4 }))
  .map(([beginning, parts]) => [Buffer.from(beginning, 'latin1'), ...parts.map((part) => Buffer.from(part))])

let open: Awaited<ReturnType<typeof openDecoys>>
let connections = 0

before(async () => {
  const tcp = names.map((service) => ({ service, transport: 'tcp' }) as const)
  open = await openDecoys([...tcp, { service: 'sip', transport: 'udp' }, { service: 'any', transport: 'udp' }], {
    limits: { idleSeconds: 2, bytes: 4096 },
  })
})
after(() => open.remove())

for (const name of names) {
  test(`C4 ${name}: random bytes after every beginning`, async () => {
    await fc.assert(
      fc.asyncProperty(speech, fc.boolean(), async (parts, isAbrupt) => {
        const socket = await dial(open.port(name))
        connections++
        socket.resume()
        for (const part of parts) socket.write(part)
        if (isAbrupt) socket.resetAndDestroy()
        else {
          const closed = once(socket, 'close')
          socket.end()
          await Promise.race([closed, wait(1000)])
          socket.destroy()
        }
      }),
      { numRuns: 60 },
    )
  })
}

test('C4 random datagrams: nobody gets more than was sent in their name', async () => {
  await fc.assert(
    fc.asyncProperty(speech, fc.constantFrom('sip', 'any'), async (parts, name) => {
      const socket = createSocket('udp4')
      let [sent, got] = [0, 0]
      socket.on('message', (bytes) => {
        got += bytes.length
        assert.ok(got <= sent, `${got} bytes for ${sent}`)
      })
      for (const part of parts) {
        if (part.length === 0) continue
        sent += part.length
        await new Promise((resolve) => socket.send(part, open.port(name, 'udp'), '127.0.0.1', resolve))
      }
      if (sent > 0) connections++
      await wait(5)
      socket.close()
    }),
    { numRuns: 60 },
  )
})

test('C4 each of these sessions was told just once, and those with bytes have a capture', async () => {
  await open.decoy.close()
  const touches = open.lines().filter(({ event }) => event === 'touch')
  assert.equal(new Set(touches.map(({ id }) => id)).size, touches.length)
  assert.equal(touches.length, connections)
  assert.equal(open.decoy.counts.unwritten, 0)
  for (const { src, ended, capture } of touches) {
    if (src === undefined || ended === 'limit') continue
    const file = join(open.directory, capture as string)
    assert.ok(existsSync(file))
    assert.equal(statSync(file).mode & 0o777, 0o600)
  }
  // What a service does not expect is an error of its session only; it should not be how most sessions end.
  const failed = touches.filter(({ ended }) => ended === 'error').length
  assert.ok(failed < touches.length / 4, `${failed} of ${touches.length}`)
})
