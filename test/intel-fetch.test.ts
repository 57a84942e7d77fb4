/** T2: lists over HTTP and TAXII 2.1 collections, fetched from real servers into a directory. */
import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { retryAfter } from '../src/base/retry-after.ts'
import { fetchList } from '../src/intel/fetch/fetch-list.ts'
import { fetchState, snapshotOf } from '../src/intel/fetch/snapshot.ts'
import type { ListSettings } from '../src/intel/settings.ts'
import { json, withServer } from './intel-server.ts'

const root = mkdtempSync(join(tmpdir(), 'sweepwatch-fetch-'))
after(() => rmSync(root, { recursive: true, force: true }))
const folder = () => mkdtempSync(join(root, 'kept-'))
const secret = join(root, 'secret')
writeFileSync(secret, 'opensesame\n')

const start = Date.parse('2026-05-01T00:00:00Z')
const day = 86_400_000
const plain: ListSettings = {
  path: null,
  url: null,
  taxii: null,
  auth: null,
  means: 'malicious',
  confidence: 0.6,
  halfLife: null,
  actor: null,
  format: null,
  columns: {},
}
const refused = { name: 'Problem', code: 'intel-fetch' }
const fetchAt = (directory: string, list: Partial<ListSettings>, at = start) =>
  fetchList('feed', { ...plain, ...list }, { directory, now: () => at })
const kept = (directory: string) => readFileSync(snapshotOf(directory, 'feed'), 'utf8')

test('T2 a list over HTTP: fetched once, then only asked whether it has changed', async () => {
  let body = '203.0.113.7\n198.51.100.0/24 # a botnet\n'
  const serve = (request: IncomingMessage, response: ServerResponse) => {
    const etag = `"${body.length}"`
    if (request.headers['if-none-match'] === etag) response.writeHead(304).end()
    else response.writeHead(200, { ETag: etag, 'Last-Modified': 'Fri, 01 May 2026 00:00:00 GMT' }).end(body)
  }
  await withServer(serve, async ({ url, asked }) => {
    const directory = folder()
    const list = { url: `${url}/drop.txt` }
    assert.deepEqual(await fetchAt(directory, list), { kind: 'new', entries: 2 })
    assert.equal(kept(directory), body)
    assert.deepEqual(await fetchAt(directory, list), { kind: 'unchanged', entries: 2 })
    assert.equal(asked[1]?.headers['if-modified-since'], 'Fri, 01 May 2026 00:00:00 GMT')
    body += '192.0.2.9\n'
    assert.deepEqual(await fetchAt(directory, list), { kind: 'new', entries: 3 })
    assert.equal(kept(directory), body)
    assert.deepEqual(readdirSync(join(directory, 'lists')).sort(), ['.feed.state', 'feed'], 'nothing is left about')
  })
})

test('T2 what was remembered of another URL, or without the list itself, counts for nothing', async () => {
  await withServer(
    (_, response) => response.writeHead(200, { ETag: '"1"' }).end('203.0.113.7\n'),
    async ({ url, asked }) => {
      const directory = folder()
      await fetchAt(directory, { url: `${url}/a` })
      await fetchAt(directory, { url: `${url}/b` })
      rmSync(snapshotOf(directory, 'feed'))
      assert.deepEqual(await fetchAt(directory, { url: `${url}/b` }), { kind: 'new', entries: 1 })
      assert.deepEqual(
        asked.map(({ headers }) => headers['if-none-match']),
        [undefined, undefined, undefined],
      )
    },
  )
})

const failures: readonly (readonly [string, (to: ServerResponse) => void, RegExp])[] = [
  ['500', (to) => to.writeHead(500).end('203.0.113.9\n'), /HTTP 500/],
  ['a page that says sorry', (to) => to.end('<html><body>Down for maintenance</body></html>'), /no list/],
  ['nothing', (to) => to.end(), /no list/],
  [
    'cut off',
    (to) => to.writeHead(200, { 'Content-Length': '9999' }).write('203.0.113.9\n', () => to.destroy()),
    /cannot fetch/,
  ],
  [
    'a redirect elsewhere',
    (to) => to.writeHead(301, { Location: 'http://127.0.0.2:1/x?key=1' }).end(),
    /sends us to http:\/\/127.0.0.2:1\/x$/,
  ],
  ['a redirect to a file', (to) => to.writeHead(302, { Location: 'file:///etc/passwd' }).end(), /sends us to/],
  ['a redirect in circles', (to) => to.writeHead(302, { Location: '/again' }).end(), /on and on/],
  ['304 to who has nothing', (to) => to.writeHead(304).end(), /though we have nothing/],
]

for (const [name, answer, message] of failures) {
  test(`T2 a fetch that fails leaves the list before as it was: ${name}`, async () => {
    const directory = folder()
    await withServer(
      (request, response) => (request.url === '/good' ? response.end('203.0.113.7\n') : answer(response)),
      async ({ url }) => {
        await fetchAt(directory, { url: `${url}/good` })
        await assert.rejects(fetchAt(directory, { url: `${url}/bad` }), { ...refused, message })
        assert.equal(kept(directory), '203.0.113.7\n')
        assert.deepEqual(readdirSync(join(directory, 'lists')).sort(), ['.feed.state', 'feed'])
      },
    )
  })
}

test('T2 redirects within the server are followed, with the secret', async () => {
  await withServer(
    (request, response) => {
      if (request.url === '/old') response.writeHead(308, { Location: '/new' }).end()
      else response.end('203.0.113.7\n')
    },
    async ({ url, asked }) => {
      const directory = folder()
      await fetchAt(directory, { url: `${url}/old`, auth: { user: 'me', passwordFile: secret } })
      await fetchAt(directory, { url: `${url}/new`, auth: { tokenFile: secret } })
      await fetchAt(directory, { url: `${url}/new`, auth: { header: 'X-Key', keyFile: secret } })
      const basic = `Basic ${Buffer.from('me:opensesame').toString('base64')}`
      assert.deepEqual(
        asked.map(({ path, headers }) => [path, headers.authorization ?? headers['x-key']]),
        [
          ['/old', basic],
          ['/new', basic],
          ['/new', 'Bearer opensesame'],
          ['/new', 'opensesame'],
        ],
      )
    },
  )
})

test('T2 429 with Retry-After is told as it is; the key in a URL is not', async () => {
  await withServer(
    (_, response) => response.writeHead(429, { 'Retry-After': '120' }).end(),
    async ({ url }) => {
      await assert.rejects(
        fetchAt(folder(), { url: `${url}/feed?key=hidden` }),
        (problem: Error & { hint?: string }) => {
          assert.match(problem.message, /\/feed answers HTTP 429$/)
          assert.equal(problem.hint, 'It asks us to wait 2 min.')
          return true
        },
      )
    },
  )
})

test('Retry-After: seconds, a date, or neither; a day at most', () => {
  assert.equal(retryAfter('120', start), 120_000)
  assert.equal(retryAfter('Fri, 01 May 2026 00:01:00 GMT', start), 60_000)
  assert.equal(retryAfter('Thu, 30 Apr 2026 00:00:00 GMT', start), 0)
  assert.equal(retryAfter('999999999', start), day)
  for (const none of [undefined, '', '-1', 'soon', '1.5']) assert.equal(retryAfter(none, start), undefined)
})

/** Objects of a collection, each with the time at which the server took it up. */
interface Stored {
  added: string
  object: Record<string, unknown>
}

const collectionId = '91a7b528-80eb-42ed-a74d-c6fbd5a26116'
const indicator = (n: number, address: string, modified = '2026-04-01T00:00:00.000Z', more = {}) => ({
  type: 'indicator',
  spec_version: '2.1',
  id: `indicator--00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
  created: '2026-04-01T00:00:00.000Z',
  modified,
  valid_from: '2026-04-01T00:00:00Z',
  indicator_types: ['malicious-activity'],
  pattern_type: 'stix',
  pattern: `[ipv4-addr:value = '${address}']`,
  ...more,
})
const stamp = (n: number) => new Date(start + n * 1000).toISOString()

/** A TAXII 2.1 server of one collection, of so many objects a page, that resumes by token or by time. */
function taxiiServer(stored: readonly Stored[], perPage: number, by: 'token' | 'time') {
  return (request: IncomingMessage, response: ServerResponse) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://server.example')
    const headers = { 'Content-Type': 'application/taxii+json;version=2.1' }
    if (request.headers.accept !== headers['Content-Type']) return void response.writeHead(406).end()
    if (pathname === '/taxii2/') return json(response, 200, { title: 'T', api_roots: ['/other/', '/api/'] }, headers)
    if (pathname === '/other/collections/') return json(response, 200, {}, headers)
    if (pathname === '/api/')
      return json(response, 200, { title: 'R', versions: ['application/taxii+json;version=2.1'] }, headers)
    if (pathname === '/api/collections/') {
      const collections = [
        { id: 'closed', title: 'Closed', can_read: false, can_write: true },
        { id: collectionId, title: 'High Value Indicators', alias: 'high', can_read: true, can_write: false },
      ]
      return json(response, 200, { collections }, headers)
    }
    if (pathname !== `/api/collections/${collectionId}/objects/`) return void response.writeHead(404).end()
    const after = searchParams.get('added_after') ?? ''
    const from = Number(searchParams.get('next') ?? 0)
    const wanted = stored.filter(({ added }) => added > after)
    const page = wanted.slice(from, from + perPage)
    if (page.length === 0) return json(response, 200, {}, headers)
    const more = from + perPage < wanted.length
    const envelope = {
      more,
      ...(more && by === 'token' && { next: String(from + perPage) }),
      objects: page.map(({ object }) => object),
    }
    const added = { 'X-TAXII-Date-Added-First': page[0]!.added, 'X-TAXII-Date-Added-Last': page.at(-1)!.added }
    json(response, 200, envelope, { ...headers, ...added })
  }
}

const idsOf = (directory: string) => JSON.parse(kept(directory)).objects.map(({ id }: { id: string }) => id.slice(-3))

for (const by of ['token', 'time'] as const) {
  test(`T2 a TAXII 2.1 collection: all pages (resumed by ${by}), then only what was added`, async () => {
    const stored: Stored[] = Array.from({ length: 7 }, (_, n) => ({
      added: stamp(n),
      object: indicator(n, `203.0.113.${n}`),
    }))
    await withServer(taxiiServer(stored, 3, by), async ({ url, asked }) => {
      const directory = folder()
      const list = { taxii: { server: `${url}/taxii2/`, collection: 'high' } }
      assert.deepEqual(await fetchAt(directory, list), { kind: 'new', entries: 7 })
      assert.equal(asked.filter(({ path }) => path.includes('/objects/')).length, 3)
      assert.deepEqual(await fetchAt(directory, list, start + 3600_000), { kind: 'unchanged', entries: 7 })
      const last = asked.at(-1)!.path
      assert.equal(new URLSearchParams(last.split('?')[1]).get('added_after'), stamp(6))
      stored.push({ added: stamp(8), object: indicator(8, '203.0.113.8') })
      stored.push({
        added: stamp(9),
        object: indicator(0, '203.0.113.0', '2026-04-02T00:00:00.000Z', { revoked: true }),
      })
      assert.deepEqual(
        await fetchAt(directory, list, start + day),
        { kind: 'new', entries: 7 },
        'one came, one was revoked',
      )
      assert.deepEqual(idsOf(directory), ['000', '001', '002', '003', '004', '005', '006', '008'])
    })
  })
}

test('T2 what a TAXII server took out of a collection goes with the whole fetch of the week', async () => {
  const stored: Stored[] = [0, 1].map((n) => ({ added: stamp(n), object: indicator(n, `203.0.113.${n}`) }))
  await withServer(taxiiServer(stored, 10, 'token'), async ({ url }) => {
    const directory = folder()
    const list = { taxii: { server: `${url}/api`, collection: collectionId } }
    await fetchAt(directory, list)
    stored.shift()
    await fetchAt(directory, list, start + 6 * day)
    assert.deepEqual(idsOf(directory), ['000', '001'])
    assert.deepEqual(await fetchAt(directory, list, start + 8 * day), { kind: 'new', entries: 1 })
    assert.deepEqual(idsOf(directory), ['001'])
    const state = await fetchState(directory, 'feed', `${url}/api ${collectionId}`)
    assert.equal(state?.wholeAt, start + 8 * day)
  })
})

test('T2 an older version of an object, given after the newer, does not replace it', async () => {
  const stored: Stored[] = [
    { added: stamp(0), object: indicator(0, '203.0.113.2', '2026-04-02T00:00:00.000Z') },
    { added: stamp(1), object: indicator(0, '203.0.113.1', '2026-04-01T00:00:00.000Z') },
  ]
  await withServer(taxiiServer(stored, 10, 'token'), async ({ url }) => {
    const directory = folder()
    await fetchAt(directory, { taxii: { server: `${url}/api/`, collection: 'high' } })
    assert.match(kept(directory), /203\.0\.113\.2/)
    assert.doesNotMatch(kept(directory), /203\.0\.113\.1'/)
  })
})

const collection = { title: 'C', id: 'c', can_read: true }
const taxiiFailures: readonly (readonly [string, string, (path: string, to: ServerResponse) => void, RegExp])[] = [
  ['no such collection', 'low', (_, to) => json(to, 200, { collections: [collection] }), /has no collection low/],
  [
    'not for us to read',
    'c',
    (_, to) => json(to, 200, { collections: [{ ...collection, can_read: false }] }),
    /not for us/,
  ],
  ['401', 'c', (_, to) => json(to, 401, {}), /HTTP 401/],
  [
    'roots on another server',
    'c',
    (_, to) => json(to, 200, { api_roots: ['https://elsewhere.example/api/'] }),
    /on another server/,
  ],
  ['garbage', 'c', (_, to) => to.end('\u0000{'), /has no collection/],
  [
    'the same page for ever',
    'c',
    (path, to) =>
      json(
        to,
        200,
        path.includes('/objects/') ? { more: true, next: 'n', objects: [] } : { collections: [collection] },
      ),
    /again and again/,
  ],
  [
    'more, and no way to go on',
    'c',
    (path, to) => json(to, 200, path.includes('/objects/') ? { more: true } : { collections: [collection] }),
    /again and again/,
  ],
]

for (const [name, wanted, answer, message] of taxiiFailures) {
  test(`T2 a TAXII server that fails is a Problem: ${name}`, async () => {
    const directory = folder()
    await withServer(
      (request, response) => answer(request.url ?? '', response),
      async ({ url }) => {
        const list = { taxii: { server: `${url}/api/`, collection: wanted } }
        await assert.rejects(fetchAt(directory, list), { ...refused, message })
        assert.deepEqual(readdirSync(directory), [])
      },
    )
  })
}

test('T2 a page that fails leaves the bundle before as it was', async () => {
  const stored: Stored[] = [0, 1, 2].map((n) => ({ added: stamp(n), object: indicator(n, `203.0.113.${n}`) }))
  let broken = false
  const serve = taxiiServer(stored, 1, 'token')
  await withServer(
    (request, response) => {
      if (broken && request.url?.includes('next=')) response.writeHead(500).end()
      else serve(request, response)
    },
    async ({ url }) => {
      const directory = folder()
      const list = { taxii: { server: `${url}/taxii2/`, collection: 'High Value Indicators' } }
      await fetchAt(directory, list)
      const before = kept(directory)
      stored.push(...[3, 4].map((n) => ({ added: stamp(n), object: indicator(n, `203.0.113.${n}`) })))
      broken = true
      await assert.rejects(fetchAt(directory, list), refused)
      assert.equal(kept(directory), before)
      broken = false
      assert.deepEqual(await fetchAt(directory, list), { kind: 'new', entries: 5 })
    },
  )
})

test('a list that is a file is nothing to fetch; a secret that is missing is a Problem', async () => {
  await assert.rejects(fetchAt(folder(), { path: 'x' }), { code: 'intel' })
  const auth = { tokenFile: join(root, 'none') }
  await assert.rejects(fetchAt(folder(), { url: 'http://127.0.0.1:1/', auth }), { code: 'intel' })
})
