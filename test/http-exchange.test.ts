/** The one HTTP client: bounded in size and time, and led nowhere. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { type Asked, exchange, type Got } from '../src/base/http/exchange.ts'
import { dripping, endless, type Mischief, Peer, silent, status } from './target/peer.ts'

async function get(mischief: Mischief, asked: Partial<Asked> = {}): Promise<Got> {
  const peer = await Peer.start(() => ({ status: 500 }))
  peer.mischief = mischief
  try {
    return await exchange({ url: peer.url, headers: {}, mostBytes: 1000, timeoutMs: 20_000, ...asked })
  } finally {
    await peer.close()
  }
}

const compressed =
  (encoding: string, body: Buffer): Mischief =>
  (response) =>
    void response.writeHead(200, { 'Content-Encoding': encoding }).end(body)
const why = (got: Got) => (got.kind === 'failed' ? got.why : assert.fail(`answered ${got.status}`))

test('exchange: what comes out of a compressed answer is counted', async () => {
  const ways = { gzip: gzipSync, 'x-gzip': gzipSync, deflate: deflateSync, br: brotliCompressSync }
  for (const [encoding, compress] of Object.entries(ways)) {
    const small = await get(compressed(encoding, compress(Buffer.from('hello'))))
    assert.equal(small.kind === 'answer' && small.body.toString(), 'hello', encoding)
    const bomb = await get(compressed(encoding, compress(Buffer.alloc(5_000_000))))
    assert.match(why(bomb), /larger than 1000 bytes/, encoding)
    assert.ok(why(await get(compressed(encoding, Buffer.from('no such thing')))).length > 0, encoding)
    const cut = compress(Buffer.from('hello'.repeat(1000)))
    assert.ok(why(await get(compressed(encoding, cut.subarray(0, cut.length - 3)))).length > 0, encoding)
  }
})

test('exchange: exactly as much as is allowed, and not one byte more', async () => {
  const got = await get(status(200, {}, 'x'.repeat(1000)))
  assert.equal(got.kind === 'answer' && got.body.length, 1000)
  assert.match(why(await get(status(200, {}, 'x'.repeat(1001)))), /larger/)
})

test('exchange: an answer without end, one that drips, none', async () => {
  assert.match(why(await get(endless, { mostBytes: 1 << 20 })), /larger/)
  assert.match(why(await get(dripping, { timeoutMs: 200 })), /no whole answer within 0\.2 s/)
  assert.match(why(await get(silent, { timeoutMs: 200 })), /no whole answer within 0\.2 s/)
  assert.match(why(await get(silent, { signal: AbortSignal.timeout(100) })), /abort/i)
  assert.ok(why(await exchange({ url: 'http://127.0.0.1:1/', headers: {}, mostBytes: 1 })).includes('ECONNREFUSED'))
})

test('exchange: where the body is of no interest its size is none either', async () => {
  const got = await get(endless, { mostBytes: 0 })
  assert.deepEqual(got.kind === 'answer' && [got.status, got.body.length], [200, 0])
})

test('exchange: a redirect is an answer like others', async () => {
  const got = await get(status(302, { location: 'http://127.0.0.1:1/' }))
  assert.deepEqual(got.kind === 'answer' && [got.status, got.headers['location']], [302, 'http://127.0.0.1:1/'])
})

test('exchange: a URL that holds a password, or is none, is not asked', async () => {
  assert.match(why(await get(status(200), { url: 'http://a:b@127.0.0.1:1/' })), /must not/)
  assert.ok(why(await get(status(200), { url: 'nonsense' })).length > 0)
})

test('exchange: garbage instead of HTTP, and headers without end', async () => {
  const garbage: Mischief = (response) => void response.socket?.end('220 smtp.example.org ESMTP\r\n')
  assert.ok(why(await get(garbage)).length > 0)
  const long: Mischief = (response) => {
    response.socket?.write('HTTP/1.1 200 OK\r\n')
    for (let i = 0; i < 2000; i++) response.socket?.write(`X-${i}: ${'x'.repeat(100)}\r\n`)
  }
  assert.ok(why(await get(long)).length > 0)
})
