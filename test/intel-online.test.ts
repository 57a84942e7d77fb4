/** T2: services that are asked about one address, against a real server that answers as they document. */
import assert from 'node:assert/strict'
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { openOnline } from '../src/intel/online/open-online.ts'
import { Pace } from '../src/intel/online/pace.ts'
import type { ServiceSettings } from '../src/intel/settings.ts'
import { json, type LocalServer, withServer } from './intel-server.ts'

const directory = mkdtempSync(join(tmpdir(), 'sweepwatch-online-'))
after(() => rmSync(directory, { recursive: true, force: true }))
const keyFile = join(directory, 'key')
writeFileSync(keyFile, 'a-key-of-ours\n')

const start = Date.parse('2026-05-01T00:00:00Z')
const source = '203.0.113.7'
const limits = { perHour: 3600, burst: 100, timeout: 5, keep: 24 }

type Answer = (response: ServerResponse) => void
interface Asking {
  readonly settings: (url: string) => ServiceSettings
  readonly answer: Answer
  readonly addresses?: readonly string[]
  readonly at?: () => number
  readonly mayAsk?: boolean
  readonly directory?: string | null
}

const greynoise = (url: string): ServiceSettings => ({
  kind: 'greynoise',
  url: `${url}/v3/community/`,
  keyFile,
  ...limits,
})
const abuseipdb = (url: string): ServiceSettings => ({
  kind: 'abuseipdb',
  url: `${url}/api/v2/check`,
  keyFile,
  ...limits,
})

/** Asks a service about addresses, one after the other, and gives the last answer and what the server was asked. */
async function ask({ settings, answer, addresses = [source], at = () => start, mayAsk = true, ...rest }: Asking) {
  return withServer(
    (_, response) => answer(response),
    async (server: LocalServer) => {
      const services = { mine: settings(server.url) }
      const online = await openOnline({ services, directory: rest.directory ?? null, now: at })
      const answers = []
      for (const address of addresses) answers.push(await online.about(address, mayAsk))
      return { ...answers.at(-1)!, answers, asked: server.asked, url: server.url }
    },
  )
}

const noise = {
  ip: source,
  noise: true,
  riot: false,
  classification: 'malicious',
  name: 'unknown',
  link: 'https://viz.greynoise.io/ip/203.0.113.7',
  last_seen: '2026-04-30',
  message: 'Success',
}
const notSeen = {
  ip: source,
  noise: false,
  riot: false,
  message: 'IP not observed scanning the internet or contained in RIOT data set.',
}

test('T2 GreyNoise: a malicious scanner, with its key in a header and its last day', async () => {
  const { said, looked, asked, url } = await ask({ settings: greynoise, answer: (to) => json(to, 200, noise) })
  assert.deepEqual(said, [
    {
      service: 'mine',
      about: { name: undefined, lastSeen: Date.parse('2026-04-30'), means: 'malicious', confidence: 0.9 },
      reference: `${url}/v3/community/203.0.113.7`,
    },
  ])
  assert.deepEqual(looked, ['mine: seen scanning the Internet, malicious'])
  assert.equal(asked[0]?.path, '/v3/community/203.0.113.7')
  assert.partialDeepStrictEqual(asked[0]?.headers, { key: 'a-key-of-ours' })
})

test('T2 GreyNoise: benign with a name is research, a common service is benign, without a class it scans', async () => {
  const means = async (changed: object) => {
    const { said } = await ask({ settings: greynoise, answer: (to) => json(to, 200, { ...noise, ...changed }) })
    return [said[0]?.about.means, said[0]?.about.name]
  }
  assert.deepEqual(await means({ classification: 'benign', name: 'Example Census' }), ['research', 'Example Census'])
  assert.deepEqual(await means({ classification: 'benign' }), ['scanner', undefined])
  assert.deepEqual(await means({ noise: false, riot: true, classification: 'benign', name: 'A DNS' }), [
    'benign',
    'A DNS',
  ])
  assert.deepEqual(await means({ classification: 'unknown' }), ['scanner', undefined])
})

test('T2 GreyNoise: 404 is an answer, and is not asked again', async () => {
  const { said, looked, asked } = await ask({
    settings: greynoise,
    answer: (to) => json(to, 404, notSeen),
    addresses: [source, source],
  })
  assert.deepEqual([said, looked, asked.length], [[], ['mine: not seen scanning'], 1])
})

const checked = {
  ipAddress: source,
  isPublic: true,
  ipVersion: 4,
  isWhitelisted: false,
  abuseConfidenceScore: 87,
  countryCode: 'NL',
  usageType: 'Data Center/Web Hosting/Transit',
  isp: 'Example Hosting',
  domain: 'hosting.example',
  hostnames: [],
  isTor: false,
  totalReports: 12,
  numDistinctUsers: 5,
  lastReportedAt: '2026-04-20T20:55:14+00:00',
}

test('T2 AbuseIPDB: its score is the confidence, and the address goes into the query', async () => {
  const v6 = '2001:db8::7'
  const { said, looked, asked } = await ask({
    settings: abuseipdb,
    answer: (to) => json(to, 200, { data: checked }),
    addresses: [v6],
  })
  const lastSeen = Date.parse('2026-04-20T20:55:14Z')
  assert.deepEqual(said[0]?.about, { lastSeen, means: 'malicious', confidence: 0.87 })
  assert.deepEqual(looked, ['mine: score 87 of 100 from 12 reports in 90 days'])
  assert.equal(asked[0]?.path, '/api/v2/check?ipAddress=2001%3Adb8%3A%3A7&maxAgeInDays=90')
  assert.partialDeepStrictEqual(asked[0]?.headers, { key: 'a-key-of-ours' })
})

test('T2 AbuseIPDB: a low score says nothing, unless it is a Tor exit or whitelisted', async () => {
  const about = async (changed: object) => {
    const data = { ...checked, abuseConfidenceScore: 3, ...changed }
    return (await ask({ settings: abuseipdb, answer: (to) => json(to, 200, { data }) })).said[0]?.about.means
  }
  assert.equal(await about({}), undefined)
  assert.equal(await about({ isTor: true }), 'tor')
  assert.equal(await about({ isWhitelisted: true }), 'benign')
  assert.equal(await about({ abuseConfidenceScore: 101 }), undefined)
})

const ownService = (url: string): ServiceSettings => ({
  kind: 'json',
  url: `${url}/lookup/{address}?full=1`,
  keyFile,
  keyHeader: 'Authorization',
  keyPrefix: 'Bearer ',
  means: 'malicious',
  meaningOf: { exit: 'tor', lab: 'research' },
  fields: {
    known: 'result.0',
    means: 'result.0.kind',
    name: 'result.0.who',
    confidence: 'result.0.score',
    lastSeen: 'result.0.seen',
  },
  scale: 10,
  ...limits,
})

test('T2 any service with JSON: paths, words that say what it means, a scale, and a key behind its prefix', async () => {
  const result = [{ kind: 'lab', who: 'Example Lab', score: 7, seen: 1_777_000_000 }]
  const { said, asked } = await ask({ settings: ownService, answer: (to) => json(to, 200, { result }) })
  assert.deepEqual(said[0]?.about, {
    means: 'research',
    name: 'Example Lab',
    confidence: 0.7,
    firstSeen: undefined,
    lastSeen: 1_777_000_000_000,
    validUntil: undefined,
  })
  assert.equal(asked[0]?.path, '/lookup/203.0.113.7?full=1')
  assert.equal(asked[0]?.headers.authorization, 'Bearer a-key-of-ours')
  for (const empty of [{ result: [] }, {}, [], { result: [{ score: 0 }] }]) {
    const { said, looked } = await ask({ settings: ownService, answer: (to) => json(to, 200, empty) })
    assert.deepEqual([said, looked], [[], ['mine: not known']], JSON.stringify(empty))
  }
  const hostile = { result: [{ kind: '__proto__', who: { a: 1 }, score: 'x', seen: 'never' }] }
  const { said: odd } = await ask({ settings: ownService, answer: (to) => json(to, 200, hostile) })
  assert.deepEqual(
    [odd[0]?.about.means, odd[0]?.about.name, odd[0]?.about.confidence],
    ['malicious', undefined, undefined],
  )
})

test('T2 429 with Retry-After: nobody is asked again until then, and the line says so', async () => {
  let now = start
  const { answers, asked } = await ask({
    settings: greynoise,
    answer: (to) => {
      json(
        to,
        429,
        { plan: 'unauthenticated', 'rate-limit': '50-requests/week', message: 'limit' },
        { 'Retry-After': '3600' },
      )
      now += 1000
    },
    addresses: ['203.0.113.1', '203.0.113.2'],
    at: () => now,
  })
  assert.equal(asked.length, 1)
  assert.deepEqual(
    answers.map(({ looked }) => looked),
    [['mine: HTTP 429, too many questions'], ['mine: not asked before 2026-05-01 01:00: HTTP 429, too many questions']],
  )
})

const failures: readonly (readonly [string, Answer, RegExp])[] = [
  ['500', (to) => json(to, 500, { error: 'x' }), /^mine: HTTP 500$/],
  ['401', (to) => json(to, 401, { message: 'invalid' }), /^mine: HTTP 401, the key is refused$/],
  ['garbage', (to) => to.end(Buffer.from([0, 255, 123, 34, 10])), /^mine: an answer that is none of this service$/],
  ['JSON of another shape', (to) => json(to, 200, [[[{ noise: 'yes' }]]]), /^mine: an answer that is none of/],
  ['a redirect', (to) => to.writeHead(302, { Location: 'http://127.0.0.1:1/' }).end(), /^mine: HTTP 302$/],
  ['huge', (to) => to.end(Buffer.alloc(1 << 20, 32)), /^mine: the answer is larger than 262144 bytes$/],
  ['cut off', (to) => to.writeHead(200, { 'Content-Length': '100' }).write('{', () => to.destroy()), /^mine: \S/],
]

for (const [name, answer, line] of failures) {
  test(`T2 a service that fails becomes a line: ${name}`, async () => {
    const { said, looked, asked } = await ask({ settings: greynoise, answer, addresses: [source, '203.0.113.8'] })
    assert.deepEqual([said, asked.length], [[], 1], 'it rests after a failure')
    assert.match(looked[0] as string, /^mine: not asked before 2026-05-01 00:01: /)
    const { looked: first } = await ask({ settings: greynoise, answer })
    assert.match(first[0] as string, line)
  })
}

test('T2 a service that never ends its answer is cut off', async () => {
  const dripping: Answer = (to) => {
    to.writeHead(200).write(' ')
  }
  const settings = (url: string) => ({ ...greynoise(url), timeout: 0.2 })
  const { looked } = await ask({ settings, answer: dripping })
  assert.deepEqual(looked, ['mine: no whole answer within 0.2 s'])
})

test('T2 a service that is not there becomes a line', async () => {
  const gone = await withServer(
    () => {},
    async ({ url }) => url,
  )
  const online = await openOnline({
    services: { mine: greynoise(gone) },
    directory: null,
    now: () => start,
  })
  const { said, looked } = await online.about(source, true)
  assert.deepEqual(said, [])
  assert.match(looked[0] as string, /ECONNREFUSED/)
})

test('T2 nobody is told of private or own addresses', async () => {
  const { looked, asked } = await ask({
    settings: greynoise,
    answer: (to) => json(to, 200, noise),
    addresses: ['10.0.0.1'],
    mayAsk: false,
  })
  assert.deepEqual([asked.length, looked], [0, ['mine: not asked, only public addresses of others are']])
})

test('T2 answers outlive the process until they are too old; a damaged file costs only what is damaged', async () => {
  let now = start
  const kept = { directory, settings: greynoise, at: () => now }
  const first = await ask({ ...kept, answer: (to) => json(to, 200, noise) })
  const file = join(directory, 'answers', 'mine.jsonl')
  appendFileSync(file, '{"at":1e99,"address":"203.0.113.9","answer":null}\n{"at":17\n\u0000\u00ff garbage\n[]\n')
  const refuse: Answer = (to) => json(to, 500, {})
  const second = await ask({ ...kept, answer: refuse })
  assert.deepEqual([second.asked.length, second.looked], [0, first.looked])
  assert.deepEqual(second.said[0]?.about.lastSeen, first.said[0]?.about.lastSeen)
  now = start + 25 * 3_600_000
  const third = await ask({ ...kept, answer: refuse })
  assert.deepEqual([third.asked.length, third.looked], [1, ['mine: HTTP 500']])
  assert.equal(readFileSync(file, 'utf8').includes('a-key-of-ours'), false)
})

test('T2 a service is asked no faster than is configured, also after a restart', async () => {
  const folder = mkdtempSync(join(directory, 'paced-'))
  const settings = (url: string) => ({ ...greynoise(url), perHour: 1, burst: 2 })
  const paced = { settings, answer: (to: ServerResponse) => json(to, 404, notSeen), directory: folder }
  const { asked, looked } = await ask({ ...paced, addresses: ['203.0.113.1', '203.0.113.2', '203.0.113.3'] })
  assert.deepEqual([asked.length, looked], [2, ['mine: not asked before 2026-05-01 01:00: at most 1 an hour']])
  const again = await ask({ ...paced, addresses: ['203.0.113.3'], at: () => start + 1000 })
  assert.equal(again.asked.length, 0)
  const later = await ask({ ...paced, addresses: ['203.0.113.3'], at: () => start + 3_600_000 })
  assert.equal(later.asked.length, 1)
})

test('pace: the burst at once, then one an interval', () => {
  const pace = new Pace(2, 3)
  const taken: number[] = []
  for (let at = start; at < start + 4 * 3_600_000; at += 60_000) {
    while (pace.readyAt <= at) {
      pace.take(at)
      taken.push((at - start) / 60_000)
    }
  }
  assert.deepEqual(taken, [0, 0, 0, 30, 60, 90, 120, 150, 180, 210])
})

test('a key file that is missing, empty or of several lines is a Problem', async () => {
  const open = (file: string) =>
    openOnline({
      services: { mine: { ...greynoise('http://127.0.0.1:1'), keyFile: file } },
      directory: null,
      now: () => start,
    })
  const lines = join(directory, 'lines')
  writeFileSync(lines, 'one\r\nX-Other: two\n')
  for (const file of [join(directory, 'none'), lines, '/dev/null']) {
    await assert.rejects(open(file), { name: 'Problem', code: 'intel' })
  }
})
