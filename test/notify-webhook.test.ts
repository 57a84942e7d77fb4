import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { escalated } from '../fixtures/case/sample.ts'
import { hostileText } from '../fixtures/report/sample.ts'
import type { Sent } from '../src/notify/channel.ts'
import { noticeOf } from '../src/notify/notice.ts'
import { webhook } from '../src/notify/webhook.ts'
import { printable } from '../src/report/escape.ts'
import { delivery, escalatedCase, selfSigned, start } from './notify-parts.ts'

const secret = Buffer.from('a secret of some length')
const never = new AbortController().signal

interface Got {
  readonly headers: IncomingMessage['headers']
  readonly body: string
  readonly method: string
}

/** Runs a real server, sends it one delivery, and gives what each saw. */
async function exchange(
  answer: (response: ServerResponse, request: IncomingMessage) => void,
  made = delivery(),
  signal = never,
): Promise<{ got: Got[]; sent: Sent }> {
  const got: Got[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    got.push({ headers: request.headers, body: Buffer.concat(chunks).toString(), method: request.method ?? '' })
    answer(response, request)
  })
  return listening(server, async (port) => {
    const channel = webhook({
      name: 'soc',
      url: `http://127.0.0.1:${port}/in?x=1`,
      secret,
      ca: null,
      link: 'https://console.example.org/cases/{id}',
    })
    const sent = await channel.send(made, { at: start, signal })
    return { got, sent }
  })
}

async function listening<T>(server: Server, act: (port: number) => Promise<T>): Promise<T> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    return await act((server.address() as AddressInfo).port)
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

const status =
  (code: number, headers: Record<string, string> = {}) =>
  (response: ServerResponse) =>
    void response.writeHead(code, headers).end()

test('webhook: a signed JSON object with the id of the delivery', async () => {
  const { got, sent } = await exchange(status(204))
  assert.deepEqual(sent, { kind: 'delivered', detail: 'HTTP 204' })
  const [{ headers, body, method }] = got as [Got]
  assert.equal(method, 'POST')
  assert.equal(headers['content-type'], 'application/json')
  assert.equal(headers['x-sweepwatch-delivery'], delivery().id)
  assert.equal(headers['x-sweepwatch-attempt'], '1')
  const timestamp = headers['x-sweepwatch-timestamp'] as string
  assert.equal(timestamp, String(start / 1000))
  assert.equal(
    headers['x-sweepwatch-signature'],
    `sha256=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`,
  )
  const told = JSON.parse(body)
  assert.deepEqual([told.type, told.delivery, told.cases.length, told.omitted], ['cases', delivery().id, 2, 0])
  assert.deepEqual(
    [told.cases[0].id, told.cases[0].rule, told.cases[0].link],
    ['c-1', 'E3', 'https://console.example.org/cases/c-1'],
  )
})

test('webhook: the body is the same however often it is sent, so that its receiver can tell', async () => {
  const bodies = await Promise.all(
    [1, 2, 3].map(async (attempts) => (await exchange(status(200), delivery({ attempts }))).got[0]?.body),
  )
  assert.equal(new Set(bodies).size, 1)
})

test('webhook: which answers are worth another attempt', async () => {
  for (const code of [301, 302, 401, 403, 404, 408, 429, 500, 502, 503]) {
    const { sent } = await exchange(status(code, { location: 'http://127.0.0.1:1/' }))
    assert.deepEqual(sent, { kind: 'retry', reason: `HTTP ${code}` })
  }
  for (const code of [400, 410, 413, 422])
    assert.deepEqual((await exchange(status(code))).sent, { kind: 'rejected', reason: `HTTP ${code}` })
})

test('webhook: Retry-After in seconds or as a date; nonsense is passed over', async () => {
  const after = async (value: string) => (await exchange(status(503, { 'retry-after': value }))).sent
  assert.deepEqual(await after('120'), { kind: 'retry', reason: 'HTTP 503', after: 120_000 })
  assert.deepEqual(await after('Sun, 22 Nov 2026 04:01:30 GMT'), { kind: 'retry', reason: 'HTTP 503', after: 90_000 })
  assert.deepEqual(await after('soon'), { kind: 'retry', reason: 'HTTP 503' })
})

test('webhook: nobody there, somebody who hangs up, and somebody who never answers', async () => {
  const nobody = webhook({ name: 'soc', url: 'http://127.0.0.1:1/', secret, ca: null, link: null })
  assert.equal((await nobody.send(delivery(), { at: start, signal: never })).kind, 'retry')
  assert.equal((await exchange((response) => response.destroy())).sent.kind, 'retry')
  const limit = AbortSignal.timeout(150)
  const { sent } = await exchange(() => {}, delivery(), limit)
  assert.equal(sent.kind, 'retry')
  // An answer without end is not read.
  const endless = await exchange((response) => {
    response.writeHead(200)
    const timer = setInterval(() => response.write('x'.repeat(65_536)), 1)
    response.on('close', () => clearInterval(timer))
  })
  assert.equal(endless.sent.kind, 'delivered')
})

test('webhook: hostile cases stay one JSON object', async () => {
  const made = noticeOf(
    escalatedCase(1, { title: hostileText.repeat(100), owner: hostileText, id: hostileText }),
    'low',
  )
  const { got } = await exchange(status(200), delivery({ notices: [made!] }))
  const { body } = got[0] as Got
  assert.equal(body.split('\n').length, 1)
  assert.ok(body.length < 10_000)
  assert.equal(printable(body), body)
  assert.match(JSON.parse(body).cases[0].link, /^https:\/\/console\.example\.org\/cases\/%3C%2Fscript%3E/)
})

test('webhook: over TLS the certificate must be of an authority that is known', async (t) => {
  const made = selfSigned()
  if (made === undefined) return t.skip('no openssl on this machine: webhooks over TLS were not tried')
  const server = createSecureServer(
    { key: made.key, cert: made.cert },
    (_, response) => void response.writeHead(200).end(),
  )
  await listening(server as unknown as Server, async (port) => {
    const url = `https://127.0.0.1:${port}/`
    const known = webhook({ name: 'soc', url, secret, ca: made.cert, link: null })
    assert.equal((await known.send(delivery(), { at: start, signal: never })).kind, 'delivered')
    const unknown = webhook({ name: 'soc', url, secret, ca: null, link: null })
    assert.match(JSON.stringify(await unknown.send(delivery(), { at: start, signal: never })), /retry.*self-signed/)
  })
})

test('what is told: open, escalated cases from a severity on', () => {
  assert.ok(noticeOf(escalated, 'critical'))
  assert.equal(noticeOf({ ...escalated, severity: 'medium' }, 'high'), undefined)
  assert.equal(noticeOf({ ...escalated, status: 'closed' }, 'low'), undefined)
  assert.equal(noticeOf({ ...escalated, decision: null, escalatedTo: null }, 'low'), undefined)
  assert.ok(noticeOf({ ...escalated, decision: null }, 'low'), 'a person escalated it')
  assert.notEqual(noticeOf(escalated, 'low')?.key, noticeOf({ ...escalated, severity: 'high' }, 'low')?.key)
})
