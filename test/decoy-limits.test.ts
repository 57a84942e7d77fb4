/** Floods: limits hold, nothing that came is lost from the log, and who comes later is served. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { Gate } from '../src/decoy/gate.ts'
import { dial, hear, openDecoys } from './decoy-parts.ts'

const ssh = { service: 'ssh', transport: 'tcp' } as const
const http = { service: 'http', transport: 'tcp' } as const
const any = { service: 'any', transport: 'tcp' } as const

async function closed(socket: Socket): Promise<void> {
  socket.resume()
  if (!socket.destroyed) await Promise.race([once(socket, 'close'), wait(5000)])
}

test('C4 a source gets so many sessions, all sources together so many, and each that finds no room is told', async () => {
  const open = await openDecoys([ssh], { limits: { sessions: 10, perSource: 4 } })
  const sockets = await Promise.all(Array.from({ length: 500 }, () => dial(open.port('ssh'))))
  await wait(300)
  const refused = open.lines().filter(({ ended }) => ended === 'limit')
  assert.equal(refused.length, 496)
  for (const socket of sockets) socket.destroy()
  await Promise.all(sockets.map(closed))
  await wait(200)
  const later = await dial(open.port('ssh'))
  later.write('SSH-2.0-later\r\n')
  await hear(later, /diffie-hellman/)
  later.destroy()
  await wait(200)
  await open.decoy.close()
  const touches = open.lines().filter(({ event }) => event === 'touch')
  assert.equal(touches.length, 501)
  assert.equal(new Set(touches.map(({ id }) => id)).size, 501)
  assert.equal(touches.at(-1)?.['clientBanner'], 'SSH-2.0-later')
  assert.deepEqual([open.decoy.counts.touches, open.decoy.counts.refused], [501, 496])
  await open.remove()
})

test('C4 the gate counts a /64 as one source, and holds nothing of who has left', () => {
  const gate = new Gate(5, 2)
  const leave = gate.enter('2001:db8::1')
  assert.ok(leave && gate.enter('2001:db8::2'))
  assert.equal(gate.enter('2001:db8::3'), undefined)
  assert.ok(gate.enter('2001:db8:0:1::1'))
  leave()
  assert.ok(gate.enter('2001:db8::3') && gate.enter('203.0.113.1') && gate.enter('203.0.113.1'))
  assert.equal(gate.enter('203.0.113.2'), undefined, 'all together')
  assert.equal(gate.open, 5)
})

test('C4 a session ends at its bytes, its silence and its time, and each says so', async () => {
  const open = await openDecoys([any, ssh, http], { limits: { bytes: 5000, idleSeconds: 1, seconds: 2 } })
  const much = await dial(open.port('any'))
  much.write(Buffer.alloc(20_000, 'x'))
  const silent = await dial(open.port('ssh'))
  const slow = await dial(open.port('http'))
  const drip = setInterval(() => slow.write('G'), 300)
  await Promise.all([much, silent, slow].map(closed))
  clearInterval(drip)
  await wait(100)
  await open.decoy.close()
  const touches = open.lines()
  const of = (service: string) =>
    touches.filter(({ decoy }) => decoy === service).map(({ ended, bytesIn }) => [ended, bytesIn])
  assert.deepEqual(of('any'), [['bytes', 5000]])
  assert.deepEqual(of('ssh'), [['idle', 0]])
  assert.equal(of('http')[0]?.[0], 'time')
  await open.remove()
})

test('C4 of many accounts in one session the first are told, and all sessions in progress end with the decoy', async () => {
  const open = await openDecoys([http], { limits: { logins: 3 } })
  const socket = await dial(open.port('http'))
  for (let k = 0; k < 8; k++)
    socket.write(`GET / HTTP/1.1\r\nAuthorization: Basic ${Buffer.from(`u${k}:p`).toString('base64')}\r\n\r\n`)
  await hear(socket, /(?:HTTP\/1\.1.*){8}/s)
  await open.decoy.close()
  const logins = open.lines().filter(({ event }) => event === 'login')
  assert.deepEqual(
    logins.map(({ user }) => user),
    ['u0', 'u1', 'u2'],
  )
  const [touch] = open.lines().filter(({ event }) => event === 'touch')
  assert.deepEqual([touch?.ended, touch?.['logins']], ['stopped', 3])
  await open.remove()
})

test('C4 captures and logs give way to newer ones, and are for their owner only', async () => {
  const open = await openDecoys([any], { limits: { captures: 5, logBytes: 4000, logFiles: 2 } })
  for (let k = 0; k < 60; k++) {
    const socket = await dial(open.port('any'))
    socket.end(`hello ${k}`)
    await closed(socket)
  }
  await open.decoy.close()
  const sessions = readdirSync(join(open.directory, 'sessions'))
  assert.equal(sessions.length, 5)
  assert.equal(open.lines().at(-1)?.capture, `sessions/${sessions.sort().at(-1)}`)
  const logs = readdirSync(open.directory)
    .filter((name) => name.startsWith('touches'))
    .sort()
  assert.deepEqual(logs, ['touches.jsonl', 'touches.jsonl.1', 'touches.jsonl.2'])
  for (const name of logs) {
    const file = join(open.directory, name)
    assert.equal(statSync(file).mode & 0o777, 0o600)
    assert.ok(statSync(file).size <= 4000)
    for (const line of readFileSync(file, 'utf8').trimEnd().split('\n')) JSON.parse(line)
  }
  await open.remove()
})

test('C4 what a client says cannot act on a terminal, nor make a line', async () => {
  const open = await openDecoys([http, ssh])
  const evil = '\x1b]0;owned\x07\u202e\u2028'
  const web = await dial(open.port('http'))
  web.write(
    Buffer.from(
      `GET /${encodeURIComponent('a')}\x1b[2J HTTP/1.1\r\nUser-Agent: ${evil}\r\nAuthorization: Basic ${Buffer.from(`${evil}\n{}:x`).toString('base64')}\r\n\r\n`,
    ),
  )
  await hear(web, /HTTP/)
  web.destroy()
  const shell = await dial(open.port('ssh'))
  shell.write(`SSH-2.0-${evil}\r\n`)
  await hear(shell, /curve/)
  shell.destroy()
  await wait(100)
  await open.decoy.close()
  const text = readFileSync(join(open.directory, 'touches.jsonl'), 'utf8')
  assert.ok(!/[^\P{C}\n]|\p{Zl}|\p{Zp}/u.test(text), 'escapes are written out')
  assert.equal(open.lines().length, 3)
  assert.equal(open.lines().find(({ event }) => event === 'login')?.user, `${evil}\n{}`)
  await open.remove()
})
