import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import './fuzz-seed.ts'
import { hostile, hostileText, sample } from '../fixtures/report/sample.ts'
import { parsePrefix } from '../src/base/prefix.ts'
import { chance, count, duration, nats, percent, ranges, span } from '../src/base/quantity.ts'
import type { Analysis } from '../src/case/analysis.ts'
import type { Scan } from '../src/detect/finding.ts'
import { reasons } from '../src/detect/record/reasons.ts'
import { addressRanges } from '../src/report/address-ranges.ts'
import { clipped, jsonLine, markup, printable } from '../src/report/escape.ts'
import { cellsOf } from '../src/report/html/cells.ts'
import { hilbertCurve } from '../src/report/html/hilbert.ts'
import { addressSpace } from '../src/report/html/space.ts'
import { htmlReport } from '../src/report/html.ts'
import { jsonReport } from '../src/report/json.ts'
import { reasonSentences } from '../src/report/narrate.ts'
import { nextSteps } from '../src/report/next-steps.ts'
import { textReport } from '../src/report/text.ts'

const typed = { program: 'sweepwatch', paths: ['edge.pcap', 'my logs/asa.log'] }
const plain = { colour: false, unicode: false, columns: 80 }
const nothing: Analysis = {
  ...sample,
  scans: [],
  undecided: [],
  backscatter: [],
  summary: { ...sample.summary, events: 0, first: null, last: null, sensors: [], malformed: 0, warnings: [] },
}

test('escape: what could steer a terminal or mislead a reader is written as an escape', () => {
  assert.equal(
    printable('a\u001b[2Jb\u202Ec\u200Bd\u2028e\u0085f\ud800g\u{e0041}'),
    'a\\u{1b}[2Jb\\u{202e}c\\u{200b}d\\u{2028}e\\u{85}f\\u{d800}g\\u{e0041}',
  )
  assert.equal(printable('grün 日本 😀'), 'grün 日本 😀')
  assert.equal(markup(`<b a="x">&'`), '&lt;b a=&quot;x&quot;&gt;&amp;&#39;')
  assert.equal(clipped('abcdef', 4), 'abc…')
})

test('escape: jsonLine parses back to the same value and holds no dangerous character', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const line = jsonLine({ text: `${text}\u202e\u009b\u{e0001}` })
      assert.deepEqual(JSON.parse(line), { text: `${text}\u202e\u009b\u{e0001}` })
      assert.equal(printable(line), line)
    }),
    { numRuns: 300 },
  )
})

test('quantities read as a person writes them', () => {
  assert.deepEqual([count(999), count(1234567)], ['999', '1,234,567'])
  assert.deepEqual([0.2, 21, 7146, 59_999, 61_000, 3_660_000, 90_000_000].map(duration), [
    '0 s',
    '21 ms',
    '7.1 s',
    '1 min',
    '1 min 1 s',
    '1 h 1 min',
    '1 d 1 h',
  ])
  assert.deepEqual([1, 0.9999, 0.5, 0.004, 0].map(percent), ['100%', '99.9%', '50%', '0.40%', '0%'])
  assert.deepEqual([nats(35.12), nats(-3.9)], ['+35.1', '−3.9'])
  assert.deepEqual([chance(0), chance(1e-12), chance(0.4)], ['under 1e-300', '1e-12', '0.40'])
  assert.equal(ranges([443, 22, 80, 81, 82]), '22, 80-82, 443')
  assert.equal(span('2026-11-22T03:27:00.603Z', '2026-11-22T03:27:07.700Z'), '2026-11-22 03:27:00 to 03:27:07 UTC')
  assert.deepEqual(
    addressRanges([
      '192.0.2.12',
      '192.0.2.10',
      '192.0.2.11',
      '192.0.2.20',
      '2001:db8::e',
      '2001:db8::f',
      '2001:db8::10',
      'host',
    ]),
    ['192.0.2.10-192.0.2.12', '192.0.2.20', '2001:db8::e-2001:db8::10', 'host'],
  )
})

test('json: one object a line in the order of the contract, and a summary at the end', () => {
  const lines = jsonReport(sample)
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { type: string })
  assert.deepEqual(
    lines.map(({ type }) => type),
    ['scan', 'scan', 'scan', 'scan', 'undecided', 'backscatter', 'uncommon', 'uncommon', 'summary'],
  )
  assert.deepEqual(lines[0], JSON.parse(JSON.stringify(sample.scans[0]?.scan)))
  assert.equal(jsonReport(sample), jsonReport(sample))
})

test('text: tells who, what, when, what answered, how it is known and what to do', () => {
  const text = textReport(sample, plain, typed)
  for (const part of [
    '4 scans',
    '203.0.113.70 swept all 256 addresses of 192.0.2.0/24 for tcp/80 in 7.1 s.',
    '192.0.2.10-192.0.2.19',
    'threshold 16.1',
    'What would reverse this',
    "sweepwatch events --where 'host = 203.0.113.70' edge.pcap 'my logs/asa.log'",
    'Decided after 6 targets, in 21 ms',
    '24 members: same tool and settings',
    '2001:db8:1::/48 (given with',
    '3 records DAMAGED',
    'Backscatter',
    'Undecided',
  ]) {
    assert.ok(text.includes(part), `${part} is missing in\n${text}`)
  }
})

test('reasons: what the reports show in another form is not said again, everything else is', () => {
  const scan: Scan = {
    ...sample.scans[2]!.scan,
    sources: ['203.0.113.70', '203.0.113.71', '203.0.113.72'],
    order: { kind: 'sequential', p: 1e-9 },
    tool: { name: 'masscan', because: 'of its looks' },
    tricks: { fragments: 1, trustedPort: 53 },
    pending: 3,
  }
  const told = reasons({ ...scan, spoofable: true }, 'it alone answers ARP', { p: 1e-9, collisions: 2, expected: 40 })
  const guessed = reasons({ ...scan, spoofable: null, pending: 1, sources: ['203.0.113.70'] })
  assert.deepEqual([told.length, guessed.length], [11, 10])
  const further = (because: readonly string[]) =>
    reasonSentences({ ...scan, because })
      .slice(3)
      .map((sentence) => sentence.split(' ').slice(0, 4).join(' '))
  const evasions = ['1 probe came in', 'The probes came from']
  assert.deepEqual(further(told), ['3 sources divided the', ...evasions, '9 other sources sent'])
  assert.deepEqual(further(guessed), [...evasions, '9 other sources sent'])
})

test('text: keeps to the columns, and to ASCII where the terminal asks for it', () => {
  for (const columns of [60, 80, 100]) {
    for (const analysis of [sample, hostile]) {
      const lines = textReport(analysis, { ...plain, columns }, typed).split('\n')
      const long = lines.filter((line) => line.length > columns && !line.includes('sweepwatch events'))
      assert.deepEqual(long, [])
    }
  }
  assert.match(textReport(sample, plain, typed), /^[\n\x20-\x7e]*$/)
  assert.doesNotMatch(textReport(sample, { ...plain, unicode: true }, typed), /\u001b/)
  assert.match(textReport(sample, { ...plain, colour: true }, typed), /\u001b\[1m/)
})

test('text: hostile strings reach no terminal', () => {
  const text = textReport(hostile, { colour: false, unicode: true, columns: 100 }, typed)
  assert.equal(printable(text.replaceAll('\n', '')), text.replaceAll('\n', ''))
  assert.ok(text.includes('\\u{1b}'))
})

test('next steps: a forged or decoyed source is not to be blocked, a genuine one may be, our own is looked into', () => {
  const text = (index: number) =>
    nextSteps(sample.scans[index]!.scan, typed)
      .map((step) => step.text)
      .join('\n')
  assert.match(text(0), /block or throttle 203\.0\.113\.70/)
  assert.match(text(1), /Do not block the source/)
  assert.match(text(2), /Block none of these sources/)
  assert.match(text(3), /is ours/)
})

test('hilbert: every cell once, neighbours stay neighbours, also for odd powers', () => {
  for (const bits of [0, 1, 2, 5, 8, 12]) {
    const curve = hilbertCurve(bits)
    const places = Array.from({ length: 2 ** bits }, (_, index) => curve.place(index))
    assert.equal(new Set(places.map(String)).size, 2 ** bits)
    assert.ok(places.every(([x, y]) => x >= 0 && y >= 0 && x < curve.width && y < curve.height))
    const jumps = places.slice(1).filter(([x, y], i) => Math.abs(x - places[i]![0]) + Math.abs(y - places[i]![1]) !== 1)
    assert.equal(jumps.length, 0, `${bits} bits`)
  }
})

test('address map: cells of many addresses show the most telling outcome', () => {
  const space = addressSpace(parsePrefix('198.18.0.0/15')!)
  const touch = (address: string, outcome: 'established' | 'unanswered') => ({
    at: 0,
    address,
    port: 80,
    outcome,
    source: 0,
  })
  const cells = cellsOf(space, [
    touch('198.18.0.1', 'unanswered'),
    touch('198.18.0.2', 'established'),
    touch('198.19.255.255', 'unanswered'),
    touch('10.0.0.1', 'unanswered'),
  ])
  assert.deepEqual([cells.bits, cells.each, cells.touched], [12, 32, 3])
  assert.deepEqual(
    cells.cells.map(({ index, outcome }) => [index, outcome]),
    [
      [0, 'established'],
      [4095, 'unanswered'],
    ],
  )
})

test('html: self-contained, with a policy that matches its style and no way out', () => {
  const html = htmlReport(sample, typed)
  const style = /<style>([\s\S]*?)<\/style>/.exec(html)?.[1] ?? ''
  const hash = createHash('sha256').update(style).digest('base64')
  assert.ok(html.includes(`default-src 'none'; style-src 'sha256-${hash}'`))
  assert.doesNotMatch(html, /<script|<img|<link|<iframe|\son\w+=|\sstyle=|url\(|@import|https?:|src=/i)
  assert.doesNotMatch(html, /undefined|NaN|\[object/)
  assert.equal(htmlReport(sample, typed), html)
})

test('html: elements are balanced and ids are unique', () => {
  for (const analysis of [sample, hostile, nothing]) {
    const html = htmlReport(analysis, typed)
    const open: string[] = []
    for (const [, close, name = '', self] of html.matchAll(/<(\/?)([a-z][a-z0-9]*)(?:\s[^<>]*?)?(\/?)>/gi)) {
      if (close) assert.equal(open.pop(), name)
      else if (!self && !['meta', 'input', 'br'].includes(name)) open.push(name)
    }
    assert.deepEqual(open, [])
    const ids = [...html.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id)
    assert.equal(new Set(ids).size, ids.length)
  }
})

test('html: hostile strings stay text', () => {
  const html = htmlReport(hostile, { program: 'sweepwatch', paths: [hostileText] })
  assert.doesNotMatch(html, /<img|onerror=alert\(1\)>|<script/)
  assert.ok(html.includes('&lt;img src=x onerror=alert(1)&gt;\\u{1b}[2J\\u{202e}'))
  assert.equal(printable(html.replaceAll('\n', '')), html.replaceAll('\n', ''))
})

test('reports of nothing say so', () => {
  const quiet = { ...nothing, summary: { ...nothing.summary, events: 5 } }
  assert.match(textReport(quiet, plain, typed), /No scan found/)
  assert.match(htmlReport(quiet, typed), /No scan found/)
})

test('reports of an empty input do not sound the all-clear', () => {
  const unread = { ...nothing, summary: { ...nothing.summary, events: 0 } }
  for (const report of [textReport(unread, plain, typed), htmlReport(unread, typed)]) {
    assert.match(report, /Nothing was read/)
    assert.doesNotMatch(report, /No scan found/)
  }
})

test('a thousand scans: the worst are written out, in order, and the page stays small', () => {
  const many = Array.from({ length: 1000 }, (_, i) => {
    const { scan, touches } = sample.scans[1]!
    const severity = i % 100 === 7 ? ('critical' as const) : ('low' as const)
    return { scan: { ...scan, id: `n${i}`, severity }, touches, touchesOmitted: 0 }
  })
  const analysis = { ...sample, scans: many }
  const text = textReport(analysis, plain, typed)
  for (let i = 7; i < 1000; i += 100) assert.ok(text.includes(` n${i} `))
  assert.match(text, /950 less severe scans/)
  const html = htmlReport(analysis, typed)
  assert.ok(html.length < 6_000_000, `${html.length} bytes`)
  assert.equal(html.match(/<article/g)?.length, 200)
  assert.ok(html.includes('>n907<'))
})
