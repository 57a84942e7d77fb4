/** The external dynamic list as a firewall fetches it, with a real HTTP client. */
import assert from 'node:assert/strict'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { request as secureRequest } from 'node:https'
import { connect } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import paloAltoSchema from '../src/config/targets/palo-alto.ts'
import type { Target } from '../src/respond/respond.ts'
import paloAlto from '../src/respond/target/palo-alto.ts'
import { selfSigned } from './notify-parts.ts'
import { block, change } from './target/change.ts'
import { inSeconds, never, openTarget, withFolder } from './target/open.ts'

interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

interface Options {
  readonly method?: string
  readonly headers?: Record<string, string>
  readonly ca?: string
  readonly body?: string
}

function ask(url: string, { method = 'GET', headers = {}, ca, body }: Options = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const send = url.startsWith('https:') ? secureRequest : request
    const sent = send(url, { method, headers, agent: false, ...(ca === undefined ? {} : { ca }) }, (response) => {
      let text = ''
      response.on('data', (part) => (text += part))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }))
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

interface Bench {
  readonly target: Target
  readonly url: string
  readonly list: string
  readonly folder: string
}

const clock = () => Date.parse('2026-11-22T04:00:00Z')

async function withServer(settings: object, act: (bench: Bench) => Promise<void>): Promise<void> {
  await withFolder(async (folder) => {
    const given = { kind: 'palo-alto', serve: { port: 0, ...settings } }
    const target = await openTarget(given, folder)
    const state = join(folder, 'state')
    const server = await paloAlto.serve('edge', paloAltoSchema.parse(given), state, clock)
    assert.ok(server)
    try {
      await act({ target, url: server.url, list: join(state, 'list.txt'), folder })
    } finally {
      await server.close()
    }
  })
}

const one = block({ network: '203.0.113.7/32', until: inSeconds(600) })
const two = block({ network: '2001:db8:1::/64', until: inSeconds(600) })
const put = (target: Target, ...blocks: (typeof one)[]) => target.apply(change({ add: blocks, at: Date.now() }), never)

/** Each line as the firewall reads it: an address or a network, and what follows a blank is a comment. */
const syntax = /^(?:[\d.]+|[\da-f:]+)(?:\/\d{1,3})?(?: .*)?$/

test('palo-alto: the list is text of the documented form, with what HTTP needs to ask again cheaply', async () => {
  await withServer({}, async ({ target, url, list }) => {
    await put(target, one, two)
    const first = await ask(url, { headers: { 'accept-encoding': 'gzip, br' } })
    assert.equal(first.status, 200)
    assert.equal(first.body, readFileSync(list, 'utf8'))
    for (const line of first.body.trimEnd().split('\n')) assert.match(line, syntax)
    assert.equal(first.headers['content-type'], 'text/plain; charset=utf-8')
    assert.equal(first.headers['content-length'], String(first.body.length))
    assert.equal(first.headers['content-encoding'], undefined)
    const tag = first.headers['etag'] as string
    const modified = first.headers['last-modified'] as string
    for (const value of [tag, `W/${tag}`, `"other", ${tag}`, '*']) {
      const again = await ask(url, { headers: { 'if-none-match': value } })
      assert.deepEqual([again.status, again.body, again.headers['etag']], [304, '', tag], value)
    }
    assert.equal((await ask(url, { headers: { 'if-modified-since': modified } })).status, 304)
    assert.equal(
      (await ask(url, { headers: { 'if-none-match': '"other"', 'if-modified-since': modified } })).status,
      200,
    )
    assert.equal((await ask(url, { headers: { 'if-modified-since': 'yesterday' } })).status, 200)
    const head = await ask(url, { method: 'HEAD' })
    assert.deepEqual([head.status, head.body, head.headers['content-length']], [200, '', String(first.body.length)])
    await put(target, block({ network: '198.51.100.0/24' }))
    assert.equal((await ask(url, { headers: { 'if-none-match': tag } })).status, 200)
  })
})

test('palo-alto: who took the list when, and whether it is still the one, is kept', async () => {
  await withServer({}, async ({ target, url, folder }) => {
    const fetched = async () => (await target.list(never)).fetched
    const becomes = async (wanted: object[]) => {
      for (let left = 100; left > 0 && JSON.stringify(await fetched()) !== JSON.stringify(wanted); left--)
        await sleep(30)
      assert.deepEqual(await fetched(), wanted)
    }
    await put(target, one)
    assert.deepEqual(await fetched(), [])
    await ask(url, { method: 'HEAD' })
    await ask(`${url}x`)
    assert.deepEqual(await fetched(), [], 'a HEAD and another path take nothing')
    const { headers } = await ask(url)
    const by = { by: '127.0.0.1', at: '2026-11-22T04:00:00.000Z' }
    await becomes([{ ...by, isCurrent: true }])
    await put(target, two)
    assert.deepEqual(await fetched(), [{ ...by, isCurrent: false }])
    assert.equal((await ask(url, { headers: { 'if-none-match': headers['etag'] as string } })).status, 200)
    await becomes([{ ...by, isCurrent: true }])
    writeFileSync(join(folder, 'state', 'fetches.json'), '[{"address": 5}, 7, null')
    assert.deepEqual(await fetched(), [])
  })
})

test('palo-alto: without a list there is nothing to take, so that a firewall keeps what it has', async () => {
  await withServer({}, async ({ target, url, list }) => {
    assert.equal((await ask(url)).status, 503)
    await put(target, one)
    assert.equal((await ask(url)).status, 200)
    rmSync(list)
    assert.equal((await ask(url)).status, 503)
  })
})

test('palo-alto: other methods, paths and bodies are refused', async () => {
  await withServer({}, async ({ target, url }) => {
    await put(target, one)
    assert.equal((await ask(`${url}?from=fw`)).status, 200)
    for (const path of ['/', '/list.txt/', '/list.txt%00', '//list.txt'])
      assert.equal((await ask(new URL(url).origin + path)).status, 404, path)
    const post = await ask(url, { method: 'POST', body: 'x' })
    assert.deepEqual([post.status, post.headers['allow']], [405, 'GET, HEAD'])
    for (const method of ['PUT', 'DELETE', 'OPTIONS', 'PATCH']) assert.equal((await ask(url, { method })).status, 405)
    assert.equal((await ask(url, { body: 'x', headers: { 'content-length': '1' } })).status, 413)
    const large = await ask(url, { headers: { 'x-padding': 'x'.repeat(10_000) } })
    assert.equal(large.status, 431)
  })
})

test('palo-alto: only those who may fetch do, the others are not even listened to', async () => {
  await withServer({ allow: ['192.0.2.0/24'] }, async ({ target, url }) => {
    await put(target, one)
    await assert.rejects(ask(url), /hang up|ECONNRESET/)
  })
  await withServer({ allow: ['192.0.2.0/24', '127.0.0.0/8'] }, async ({ target, url }) => {
    await put(target, one)
    assert.equal((await ask(url)).status, 200)
  })
})

test('palo-alto: over TLS, with a name and a password', async (t) => {
  const made = selfSigned()
  if (made === undefined) return t.skip('no openssl on this machine: the list was not served over TLS')
  await withFolder(async (secrets) => {
    const [keyFile, passwordFile] = [join(secrets, 'key.pem'), join(secrets, 'password')]
    writeFileSync(keyFile, made.key)
    writeFileSync(passwordFile, 'a password: with colons\n')
    await withServer({ user: 'fw', certFile: made.file, keyFile, passwordFile }, async ({ target, url }) => {
      await put(target, one)
      const as = (text: string) => ({ ca: made.cert, headers: { authorization: `Basic ${btoa(text)}` } })
      assert.match(url, /^https:/)
      assert.equal((await ask(url, as('fw:a password: with colons'))).status, 200)
      const anybody = await ask(url, { ca: made.cert })
      assert.deepEqual([anybody.status, anybody.body], [401, ''])
      assert.match(String(anybody.headers['www-authenticate']), /^Basic realm=/)
      for (const wrong of ['fw:a password', 'fw', 'other:a password: with colons', ':', ''])
        assert.equal((await ask(url, as(wrong))).status, 401, wrong)
      assert.equal((await ask(`${url}/elsewhere`, { ca: made.cert })).status, 401, 'nothing is told to strangers')
      await assert.rejects(ask(url), /self-signed/)
    })
  })
})

test('palo-alto: who sends nothing, or slowly, is shown out, and then others are served', async () => {
  await withServer({}, async ({ target, url }) => {
    await put(target, one)
    const { port, hostname } = new URL(url)
    const sockets = Array.from({ length: 80 }, () => connect(Number(port), hostname).on('error', () => {}))
    const slow = sockets[0] as (typeof sockets)[number]
    slow.write('GET /list.txt HTTP/1.1\r\nHost: x\r\n')
    const ended = new Promise<number>((resolve) => slow.on('close', () => resolve(performance.now())))
    slow.resume()
    const started = performance.now()
    assert.ok((await ended) - started < 9000)
    for (const socket of sockets) socket.destroy()
    assert.equal((await ask(url)).status, 200)
  })
})

test('palo-alto: a list longer than the firewall takes is refused whole', async () => {
  await withFolder(async (folder) => {
    const target = await openTarget({ kind: 'palo-alto', mostEntries: 2 }, folder)
    await put(target, one, two)
    await assert.rejects(put(target, block({ network: '198.51.100.0/24' })), {
      code: 'target',
      message: /3 entries, 2 are taken/,
    })
    assert.equal((await target.list(never)).entries.length, 2)
    assert.equal(
      (
        await target.apply(
          change({ add: [block({ network: '198.51.100.0/24' })], remove: [one], at: Date.now() }),
          never,
        )
      ).outcome,
      'applied',
    )
  })
})

test('palo-alto: an address that is taken, and a server that is not configured, are told', async () => {
  await withServer({}, async ({ url, folder }) => {
    const port = Number(new URL(url).port)
    const again = paloAltoSchema.parse({ kind: 'palo-alto', serve: { port } })
    await assert.rejects(paloAlto.serve('edge', again, folder, clock), { code: 'target', message: /cannot listen/ })
    const none = paloAltoSchema.parse({ kind: 'palo-alto' })
    assert.equal(await paloAlto.serve('edge', none, folder, clock), undefined)
  })
})
