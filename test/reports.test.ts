/** Reports of scanners, and fixtures of which a line becomes several rows: golden rows, cuts, hostile documents, memory. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import './fuzz-seed.ts'
import { readWrittenTime } from '../src/base/written-time.ts'
import { EventBatch } from '../src/event/batch.ts'
import { Dictionary } from '../src/event/dictionary.ts'
import { Text } from '../src/event/texts.ts'
import { type ContainerFormat, type Sink, Tally } from '../src/format/format.ts'
import { formatById } from '../src/format/registry.ts'
import { decodeAll, decodeFile, fixtures, inputOf, newest } from './decode-fixture.ts'
import { goldenOf, reportIds, reportsOf, severalRowIds } from './report-fixtures.ts'

const xmlIds = reportIds.filter((id) => id !== 'qualys-csv')
const nmap = (inside: string) =>
  `<?xml version="1.0"?>\n<nmaprun scanner="nmap" args="nmap" start="1795313621">${inside}</nmaprun>`
const host = (address: string) =>
  `<host><status state="up"/><address addr="${address}" addrtype="ipv4"/><ports/></host>`
const bytesOf = (text: string) => new Uint8Array(Buffer.from(text))
const decodeText = (text: string, id = 'nmap-xml') => decodeAll(inputOf(bytesOf(text)), 'report', id)

for (const id of [...reportIds, ...severalRowIds]) {
  for (const path of reportsOf(id)) {
    const name = path.split('/').slice(-2).join('/')
    test(`${name}: golden rows, whatever the reads`, async () => {
      const { records, result } = await decodeFile(path, id)
      const golden = readFileSync(goldenOf(path), 'utf8').trimEnd().split('\n')
      assert.deepEqual(
        records.map((record) => JSON.stringify(record)),
        golden,
      )
      assert.equal(result.tally.events, golden.length)
      const bytes = new Uint8Array(readFileSync(path))
      for (const piece of [1, 7, 1000]) {
        const cut = await decodeAll(inputOf(bytes, piece), 'in.log', id)
        assert.deepEqual(cut.records, records)
        assert.deepEqual(cut.result.tally, result.tally)
      }
    })
  }
}

for (const id of reportIds) {
  test(`${id}: a report cut anywhere is counted and never throws`, async () => {
    for (const path of reportsOf(id)) {
      const bytes = new Uint8Array(readFileSync(path))
      const whole = (await decodeAll(inputOf(bytes), 'report', id)).result
      const body = bytes.length - (Buffer.from(bytes).toString('latin1').match(/\s*$/) as RegExpMatchArray)[0].length
      for (let cut = 1; cut < body; cut += 11) {
        const { tally, bytes: read } = (await decodeAll(inputOf(bytes.subarray(0, cut)), 'report', id)).result
        assert.equal(read, cut)
        // What is cut off may have said that a host is described later, or that a weakness is fixed.
        assert.ok(tally.events <= whole.tally.events + 2)
        if (id !== 'qualys-csv') assert.ok(tally.malformed > 0, `${path} cut at ${cut}`)
      }
    }
  })

  test(`${id}: hostile bytes never throw`, async () => {
    const seed = readFileSync(reportsOf(id)[0] as string)
    const flips = fc.array(fc.tuple(fc.nat(seed.length - 1), fc.nat(255)), { minLength: 1, maxLength: 60 })
    await fc.assert(
      fc.asyncProperty(flips, fc.uint8Array({ maxLength: 100 }), async (changes, noise) => {
        const bytes = new Uint8Array([...seed, ...noise])
        for (const [at, value] of changes) bytes[at] = value
        const { result } = await decodeAll(inputOf(bytes), 'report', id)
        assert.equal(result.bytes, bytes.length)
      }),
      { numRuns: 100 },
    )
  })
}

test('rows point at the elements they are made of, whatever stands in them', async () => {
  for (const id of xmlIds) {
    for (const path of reportsOf(id)) {
      const text = readFileSync(path, 'utf8').replaceAll('\n', '\r\n')
      const windows = Buffer.from(`\ufeff${text.replaceAll('<host ', '<host\r\n ').replaceAll('<port ', '<port\r\n ')}`)
      const { records } = await decodeAll(inputOf(new Uint8Array(windows), 1000), 'report', id)
      assert.ok(records.length > 0)
      for (const { offset } of records) assert.equal(windows[offset], 60, `${path} at ${offset}`)
    }
  }
})

const laughs = Array.from({ length: 9 }, (_, k) => `<!ENTITY l${k + 1} "${`&l${k};`.repeat(10)}">`).join('')
const deep = '<a>'.repeat(100_000)
const hostile: readonly (readonly [string, string, RegExp])[] = [
  [
    'a billion laughs',
    `<!DOCTYPE nmaprun [<!ENTITY l0 "lol">${laughs}]>${nmap(`<host>&l9;</host>`)}`,
    /declares entities/,
  ],
  [
    'an external entity',
    `<!DOCTYPE nmaprun [<!ENTITY x SYSTEM "file:///etc/passwd">]>${nmap('<host>&x;</host>')}`,
    /declares entities/,
  ],
  [
    'a parameter entity',
    `<!DOCTYPE nmaprun [<!ENTITY % p SYSTEM "http://198.51.100.1/x.dtd"> %p;]>${nmap('')}`,
    /declares entities/,
  ],
  ['endless nesting', nmap(deep), /nested deeper than 64/],
  ['an attribute of 17 MiB', nmap(`<host x="${'a'.repeat(17 << 20)}"/>`), /longer than 16 MiB/],
  ['a text of 17 MiB', nmap(`<x>${'a'.repeat(17 << 20)}</x>`), /longer than 16 MiB/],
  ['a comment of 17 MiB', nmap(`<!--${'a'.repeat(17 << 20)}-->`), /longer than 16 MiB/],
  [
    'a thousand attributes',
    nmap(`<x ${Array.from({ length: 1000 }, (_, k) => `a${k}=""`).join(' ')}/>`),
    /256 attributes/,
  ],
  ['nothing but errors', nmap('&a;'.repeat(200)), /not well-formed/],
]

for (const [name, text, reason] of hostile) {
  test(`refused: ${name}`, async () => {
    const { records, result } = await decodeText(text)
    assert.equal(records.length, 0)
    assert.ok(result.tally.malformed > 0 && result.tally.malformed <= 101)
    assert.equal(result.bytes, Buffer.byteLength(text))
    if (result.tally.malformed <= 5) assert.ok(result.tally.examples.some((example) => reason.test(example.reason)))
  })
}

test('what was read before damage is kept, and what follows small damage is read', async () => {
  const cut = await decodeText(nmap(`${host('192.0.2.1')}${deep}`))
  assert.equal(cut.records.length, 1)
  const control = await decodeText(nmap(`${host('192.0.2.1')}<x>\u0001&nope;</x>${host('192.0.2.2')}`))
  assert.deepEqual([control.records.length, control.result.tally.malformed], [2, 2])
  const wide = await decodeAll(
    inputOf(new Uint8Array(Buffer.from(`\ufeff${nmap('')}`, 'utf16le'))),
    'report',
    'nmap-xml',
  )
  assert.equal(wide.result.tally.malformed, 1)
})

test('a document type without entities is no damage, as Nmap and Qualys write it', async () => {
  const { result } = await decodeText(
    nmap(host('192.0.2.1')).replace('?>', '?><!DOCTYPE nmaprun SYSTEM "http://192.0.2.1/nmap.dtd">'),
  )
  assert.deepEqual([result.tally.events, result.tally.malformed], [1, 0])
})

test('texts are what the report says: references, UTF-8, Latin-1', async () => {
  const named = (name: string) =>
    nmap(
      `<host><status state="up"/><address addr="192.0.2.1"/><hostnames><hostname name="${name}"/></hostnames><ports/></host>`,
    )
  const hostOf = async (bytes: Buffer) =>
    (await decodeAll(inputOf(new Uint8Array(bytes)), 'report', 'nmap-xml')).records[0]?.host
  assert.equal(await hostOf(Buffer.from(named('ä&#xe4;&#x20ac;€&amp;'))), 'ää€€&')
  assert.equal(await hostOf(Buffer.from(named('ä'), 'latin1')), 'ä')
})

test('a quote that is never closed costs its line, not the rest', async () => {
  const header = '"IP","QID","Title","Severity"\n'
  const rest = Array.from({ length: 200_000 }, (_, k) => `192.0.2.${k % 250},${k},a title,3\n`).join('')
  const { records, result } = await decodeText(`${header}192.0.2.1,1,"open,3\n${rest}`, 'qualys-csv')
  assert.equal(result.tally.malformed, 1)
  assert.equal(records.length, 200_000 + 250)
})

/** A Nessus report of so many bytes, and what the reading of it took. */
function readLarge(bytes: number): { readonly events: number; readonly rss: readonly number[] } {
  const batch = new EventBatch()
  const tally = new Tally()
  const sink: Sink = { batch, tally, flush: () => batch.clear() }
  const reader = (formatById('nessus') as ContainerFormat).open({ newest, rules: new Dictionary() }, sink)
  const item = (n: number) =>
    `<ReportItem port="${n % 1000}" svc_name="www" protocol="tcp" severity="2" pluginID="${n}" pluginName="Test ${n}">` +
    `<cve>CVE-2026-${1000 + n}</cve><plugin_output>${`line ${n} `.repeat(2000)}</plugin_output></ReportItem>\n`
  const rss: number[] = []
  let base = 0
  const give = (text: string, last = false) => {
    const part = Buffer.from(text)
    base += reader.push(part, part.length, base, last)
    sink.flush()
  }
  give('<NessusClientData_v2><Report name="x">')
  for (let n = 0; base < bytes; n++) {
    const address = `198.${51 + ((n >> 16) & 15)}.${(n >> 8) & 255}.${n & 255}`
    const tags = `<HostProperties><tag name="host-ip">${address}</tag></HostProperties>`
    give(
      `<ReportHost name="h${n}">${tags}${Array.from({ length: 20 }, (_, k) => item(20 * n + k)).join('')}</ReportHost>`,
    )
    if (n % 100 === 0) rss.push(process.memoryUsage().rss)
  }
  give('</Report></NessusClientData_v2>', true)
  assert.equal(tally.malformed, 0)
  return { events: tally.events, rss }
}

test('a report of 200 MB is read in memory that does not grow with it', () => {
  const { events, rss } = readLarge(200e6)
  assert.ok(events > 10_000)
  const early = Math.max(...rss.slice(0, Math.ceil(rss.length / 4)))
  const late = Math.max(...rss)
  assert.ok(late - early < 64e6, `${early / 1e6} MB, then ${late / 1e6} MB`)
})

test('times as reports write them', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['1648042311', '2022-03-23T13:31:51.000Z'],
    ['1648042311500', '2022-03-23T13:31:51.500Z'],
    ['2022-03-23T14:31:51+02:00', '2022-03-23T12:31:51.000Z'],
    ['2022-03-23T14:31:51.25Z', '2022-03-23T14:31:51.250Z'],
    ['2013/7/1 11:33', '2013-07-01T11:33:00.000Z'],
    ['Wed Mar 23 14:31:51 2022', '2022-03-23T14:31:51.000Z'],
    ['Mon Jul  1 11:33:11 UTC 2013', '2013-07-01T11:33:11.000Z'],
    ['05/25/2021 07:36:58', '2021-05-25T07:36:58.000Z'],
    ['22/09/2022 13:01', '2022-09-22T13:01:00.000Z'],
    ['Feb 03, 2026 07:00 PM', '2026-02-03T19:00:00.000Z'],
    ['Feb 03, 2026 12:30 AM', '2026-02-03T00:30:00.000Z'],
    ['04 Feb 2026', '2026-02-04T00:00:00.000Z'],
  ]
  for (const [text, iso] of cases) assert.equal(new Date(readWrittenTime(text) / 1000).toISOString(), iso, text)
  for (const text of ['', 'never', '2022-13-01', '99999', undefined]) assert.equal(readWrittenTime(text), 0)
})

test('auditd: pieces that begin anywhere give the rows of the whole', async () => {
  const format = formatById('auditd')
  assert.ok(format?.framing === 'line' && format.carry)
  const bytes = new Uint8Array(readFileSync(join(fixtures, 'auditd', 'in.log')))
  const context = { newest, rules: new Dictionary() }
  const ends = [...bytes.keys()].filter((at) => bytes[at] === 10).map((at) => at + 1)
  const rows = (from: number, carried: unknown) => {
    const batch = new EventBatch()
    batch.bytes = bytes
    const decode = format.open({ ...context, carried })
    let at = from
    const found: (readonly [number, string, string])[] = []
    for (const end of ends.filter((end) => end > from)) {
      batch.recordOffset = at
      decode(bytes, at, end - 1, batch)
      at = end
    }
    for (let i = 0; i < batch.length; i++)
      found.push([batch.column.offset[i]!, batch.textOf(i, Text.process), batch.textOf(i, Text.user)])
    return found
  }
  const whole = rows(0, format.carry.start())
  for (const cut of ends) {
    const state: unknown = format.carry.start()
    format.carry.pass(state, bytes, 0, cut)
    assert.deepEqual(
      rows(cut, structuredClone(state)),
      whole.filter(([offset]) => offset >= cut),
    )
  }
})
