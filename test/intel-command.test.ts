/** sweepwatch intel, as it is typed, and the section of the configuration that it reads. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { Problem } from '../src/base/problem.ts'
import type { Invocation } from '../src/command/command.ts'
import { exitCodeOf } from '../src/command/exit-code.ts'
import { intelExample } from '../src/command/intel/example.ts'
import intel from '../src/command/intel.ts'
import { parseConfig } from '../src/config/load.ts'
import { halfLifeOf } from '../src/intel/confidence.ts'
import { listFormats } from '../src/intel/format/registry.ts'
import { meanings } from '../src/intel/list/entry.ts'
import { json, withServer } from './intel-server.ts'

const bin = join(import.meta.dirname, '../bin/sweepwatch')
const scratch = mkdtempSync(join(tmpdir(), 'sweepwatch-intel-command-'))
after(() => rmSync(scratch, { recursive: true, force: true }))
let folders = 0

interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** A folder with a configuration, and files beside it. */
function site(config: string, files: Readonly<Record<string, string>> = {}): string {
  const folder = join(scratch, `site-${folders++}`)
  mkdirSync(folder)
  writeFileSync(join(folder, 'sweepwatch.yaml'), config)
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(folder, name), text)
    utimesSync(join(folder, name), new Date('2026-08-20T00:00:00Z'), new Date('2026-08-20T00:00:00Z'))
  }
  return folder
}

function run(folder: string, ...words: readonly string[]): Promise<Ran> {
  const env = { ...process.env, LC_ALL: 'C.UTF-8', NO_COLOR: '1' }
  return new Promise((resolve) => {
    execFile(bin, ['intel', ...words], { cwd: folder, env }, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), out, err })
    })
  })
}

const plain = 'intel: {lists: {honeypot: {path: list.txt, means: malicious, actor: TeamTNT}}}'

test('T2 intel list: what is loaded, with what is wrong with it', async () => {
  const folder = site(plain, { 'list.txt': '203.0.113.70\nexample.org\n300.1.1.1\n' })
  const { code, out, err } = await run(folder, 'list')
  assert.deepEqual([code, err], [0, ''])
  assert.match(out, /^LIST +MEANS +ENTRIES +DATE +AGE +FORMAT +READ FROM\n/)
  assert.match(out, /\nhoneypot +malicious +1 +2026-08-20 \(file\) +\d+ days +plain +list\.txt\n/)
  assert.match(out, /\n {2}1 malformed line or object: line 3: "300\.1\.1\.1" is no address\n/)
  assert.match(out, /\n {2}1 entry about other things than addresses\n$/)
  const [line = ''] = (await run(folder, 'list', '--json')).out.split('\n')
  const { kind, name, entries, malformed } = JSON.parse(line) as Record<string, unknown>
  assert.deepEqual([kind, name, entries, malformed], ['list', 'honeypot', 1, 1])
})

test('Q3 intel about: as of a time, in words and as JSON', async () => {
  const folder = site(plain, { 'list.txt': '203.0.113.64/26 # \u001b[31mred\n' })
  const { code, out, err } = await run(folder, 'about', '203.0.113.70', '198.51.100.1', '--at', '2026-09-19')
  assert.deepEqual([code, err], [0, ''])
  assert.match(out, /^203\.0\.113\.70 {2}documentation\n {2}as of 2026-09-19 00:00:00 UTC\n/)
  assert.match(out, /\n {4}malicious {2}40% {2}honeypot: 203\.0\.113\.64\/26, TeamTNT \(G0139\), \\u\{1b\}\[31mred\n/)
  assert.match(out, /\n {6}30 days from then; list\.txt\n/)
  assert.match(out, /\n\n198\.51\.100\.1 {2}documentation\n[\s\S]*No list names it\.\n/)
  assert.ok(!out.includes('\u001b'))
  const told = JSON.parse((await run(folder, 'about', '203.0.113.70', '--at', '2026-09-19', '--json')).out) as {
    readonly at: string
    readonly hits: readonly { readonly confidence: number; readonly actor: unknown }[]
  }
  assert.equal(told.at, '2026-09-19T00:00:00.000Z')
  assert.deepEqual(
    told.hits.map(({ confidence, actor }) => [confidence, actor]),
    [[0.4, { id: 'G0139', name: 'TeamTNT' }]],
  )
})

test('T2 intel fetch: new, unchanged, failed; what is fetched is then known', async () => {
  let list = '203.0.113.70\n'
  await withServer(
    (request, response) => {
      const tag = `"${list.length}"`
      if (request.url === '/gone') json(response, 410, {})
      else if (request.headers['if-none-match'] === tag) response.writeHead(304).end()
      else response.writeHead(200, { ETag: tag, 'Last-Modified': 'Thu, 20 Aug 2026 00:00:00 GMT' }).end(list)
    },
    async ({ url, asked }) => {
      const lists = `ours: {url: '${url}/list', means: scanner}, gone: {url: '${url}/gone', means: tor}`
      const folder = site(`intel: {directory: kept, lists: {${lists}}}`)
      assert.deepEqual(await run(folder, 'fetch', 'ours'), { code: 0, out: 'ours: 1 entry\n', err: '' })
      assert.deepEqual(await run(folder, 'fetch', 'ours'), { code: 0, out: 'ours: unchanged\n', err: '' })
      list += '203.0.113.71\n'
      const all = await run(folder, 'fetch')
      assert.deepEqual([all.code, all.out], [1, 'ours: 2 entries\n'])
      assert.match(all.err, /^sweepwatch: cannot fetch gone: http:\/\/127\.0\.0\.1:\d+\/gone answers HTTP 410\n/)
      const { out } = await run(folder, 'about', '203.0.113.71', '--at', '2026-08-20')
      assert.match(out, new RegExp(`scanner {2}80% {2}ours: 203\\.0\\.113\\.71\\n {6}0 days from then; ${url}/list`))
      assert.match(out, /gone was not read: it was never fetched \(sweepwatch intel fetch gone\)/)
      assert.deepEqual(
        asked.map(({ path }) => path),
        ['/list', '/list', '/list', '/gone'],
        'reading asks nobody',
      )
      assert.match(readFileSync(join(folder, 'kept/lists/ours'), 'utf8'), /71/)
    },
  )
})

/** The same, in this process: what a command would have said as its error. */
async function problem(folder: string, words: readonly string[], at?: string): Promise<Problem> {
  const out: string[] = []
  const invocation: Invocation = {
    words,
    text: (option) => ({ config: join(folder, 'sweepwatch.yaml'), at })[option],
    list: () => [],
    flag: () => false,
    terminal: { out: (text) => out.push(text), err: () => {}, outLook: look, errLook: look, errIsTerminal: false },
  }
  const error: unknown = await intel.run(invocation).catch((thrown: unknown) => thrown)
  assert.ok(error instanceof Problem, `${words.join(' ')} is wrong`)
  assert.deepEqual(out, [])
  assert.equal(exitCodeOf(error.code), 2)
  return error
}

const look = { colour: false, unicode: true, columns: 100 }

test('wrong things typed: what was meant, and what can be done', async () => {
  const folder = site(plain, { 'list.txt': '203.0.113.70\n' })
  const cases: readonly (readonly [string, RegExp, at?: string])[] = [
    ['lst', /intel lst: no such action Did you mean list\? What can be done: list, about, fetch, example\./],
    ['constructor', /intel constructor: no such action/],
    ['about', /which address\?/],
    ['about 300.1.1.1', /300\.1\.1\.1 is no address/],
    ['about 203.0.113.70', /--at soon: not a time/, 'soon'],
    ['list more', /intel list takes no more/],
    ['fetch', /no list is to be fetched/],
    ['fetch honeypot', /the list honeypot is a file/],
    ['fetch other', /there is no list other Lists that are fetched: none\./],
  ]
  for (const [words, message, at] of cases) {
    const { message: said, hint } = await problem(folder, words.split(' '), at)
    assert.match(`${said} ${hint}`, message)
  }
  const other = site('networks: [192.0.2.0/24]')
  assert.match((await problem(other, ['list'])).message, /no intelligence is configured: .*yaml has no `intel:`/)
  const { code, out, err } = await run(folder, 'lst')
  assert.deepEqual([code, out], [2, ''])
  assert.match(err, /Did you mean list\?/)
})

test('intel example: a configuration that is valid, with and without what is commented out', async () => {
  const { intel: section } = await parseConfig(intelExample, 'example')
  assert.ok(Object.keys(section?.lists ?? {}).length >= 6)
  const whole = intelExample.replace(/^( +)# (?=(?: *[a-zA-Z]+: )|warninglists|partner)/gm, '$1')
  const { intel: all } = await parseConfig(whole, 'example')
  assert.deepEqual(Object.keys(all?.services ?? {}), ['greynoise', 'abuseipdb'])
  const { partner } = all?.lists ?? {}
  assert.deepEqual([partner?.taxii?.collection, all?.reverseDns], ['scans', true])
})

test('the section of the configuration: what it takes, with what is usual', async () => {
  const text = `
intel:
  directory: kept
  databases: GeoLite2-ASN.mmdb
  reverseDns: '[2001:db8::53]:53'
  halfLife: {tor: 7}
  lists:
    a: {path: a.csv, means: malicious, columns: {address: 2, name: family}}
    b: {taxii: {server: 'https://example.org/taxii2/', collection: scans}, auth: {user: me, passwordFile: p}}
  services:
    g: {kind: greynoise}
    a: {kind: abuseipdb, keyFile: k}
    j: {kind: json, url: 'https://example.org/{address}', fields: {confidence: data.score}, scale: 100}
`
  const { intel: section } = await parseConfig(text, 'sweepwatch.yaml')
  assert.deepEqual(section?.databases, ['GeoLite2-ASN.mmdb'])
  const { a, b } = section?.lists ?? {}
  assert.deepEqual(a?.columns, { address: '2', name: 'family' })
  assert.equal(b?.confidence, 0.8)
  assert.deepEqual(
    Object.values(section?.services ?? {}).map(({ kind, keep }) => [kind, keep]),
    [
      ['greynoise', 24],
      ['abuseipdb', 24],
      ['json', 24],
    ],
  )
})

test('the section of the configuration: what cannot be, and where', async () => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ['lists: {a: {path: x, url: "https://example.org"}}', /intel\.lists\.a: give one of path, url and taxii/],
    ['lists: {a: {}}', /intel\.lists\.a: give one of path, url and taxii/],
    ['lists: {a: {url: "https://example.org"}}', /intel: give `directory`/],
    ['lists: {a: {path: x, auth: {tokenFile: t}}}', /auth is for url and taxii/],
    ['lists: {a: {path: x, means: evil}}', /intel\.lists\.a\.means: is one of malicious, scanner/],
    ['lists: {a: {path: x, confidence: 80}}', /intel\.lists\.a\.confidence: is from 0 to 1/],
    ['lists: {a: {path: x, format: cvs}}', /intel\.lists\.a\.format: is one of plain, csv/],
    ['lists: {a: {path: x, columns: {adress: 1}}}', /intel\.lists\.a\.columns: may name address, name/],
    ['lists: {A B: {path: x}}', /intel\.lists\.A B: a name is made of small letters/],
    ['directory: d, lists: {a: {url: "ftp://example.org"}}', /intel\.lists\.a\.url: is no http or https URL/],
    ['halfLife: {tor: 0}', /intel\.halfLife\.tor: is a number of days/],
    ['halfLife: {evil: 3}', /intel\.halfLife/],
    ['services: {g: {kind: greynois}}', /intel\.services\.g\.kind: write kind: greynoise, abuseipdb or json/],
    ['services: {j: {kind: json, url: "https://example.org/"}}', /intel\.services\.j\.url: must hold \{address\}/],
    ['services: {a: {kind: abuseipdb}}', /intel\.services\.a\.keyFile/],
    ['services: {g: {kind: greynoise, timeout: 600}}', /intel\.services\.g\.timeout: is at most 60 seconds/],
    ['reverseDns: 3', /intel\.reverseDns: is true, false or the address of a resolver/],
    ['list: {}', /intel: Unrecognized key: "list"/],
  ]
  for (const [text, message] of cases) {
    await assert.rejects(parseConfig(`intel: {${text}}`, 'sweepwatch.yaml'), message, text)
  }
})

test('docs/intelligence.md has every format, meaning and half-life, and its configuration is valid', async () => {
  const text = readFileSync(join(import.meta.dirname, '../docs/intelligence.md'), 'utf8')
  const rows = (heading: string) =>
    [...(text.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '').matchAll(/^\| (`[^|]+) \|/gm)].map(
      (row) => row[1]!,
    )
  const names = (cells: readonly string[]) =>
    cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map((found) => found[1]!))
  assert.deepEqual(names(rows('Formats of lists')).sort(), listFormats.map(({ id }) => id).sort())
  assert.deepEqual(names(rows('What it means to be named')).sort(), [...meanings].sort())
  const [head = '', , days = ''] = text
    .split('\n')
    .slice(text.split('\n').findIndex((line) => line.startsWith('| `tor` |')))
  const cells = (line: string) => line.split('|').slice(1, -1)
  const told = cells(head).flatMap((cell, k) => names([cell]).map((name) => [name, Number(cells(days)[k])]))
  assert.deepEqual(told.sort(), meanings.map((means) => [means, halfLifeOf(means, {})]).sort())
  for (const example of text.matchAll(/^```yaml\n(intel:[\s\S]*?)^```$/gm)) await parseConfig(example[1]!, 'docs')
})
