/** What must hold of every record `analyze` gives, whatever the input (src/detect/finding.ts, docs/output.md). */
import assert from 'node:assert/strict'
import type { Analysis } from '../../src/case/analysis.ts'
import { methods, type Scan } from '../../src/detect/finding.ts'

/** Milliseconds that a decision waits for an answer at most, unless one comes later still. */
const longestTimeout = 120_000
const isoForm = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/
const orders = ['sequential', 'reverse', 'strided', 'permuted', 'random', 'unknown']

const milliseconds = (time: string) => Date.parse(`${time.slice(0, -4)}Z`)

/** JSON would turn these into null without a word. */
function assertPlain(value: unknown, path = '$'): void {
  if (typeof value === 'number') assert.ok(Number.isFinite(value), `${path} is ${value}`)
  else if (value !== null && typeof value === 'object') {
    for (const [key, each] of Object.entries(value)) assertPlain(each, `${path}.${key}`)
  } else assert.ok(value !== undefined, `${path} is undefined`)
}

function checkTimes(scan: Scan, newest: number): void {
  for (const time of [scan.first, scan.last, scan.detected]) assert.match(time, isoForm)
  const [first, last, detected] = [scan.first, scan.last, scan.detected].map(milliseconds) as [number, number, number]
  assert.ok(first <= last, `first ${scan.first} after last ${scan.last}`)
  assert.ok(first <= detected, `detected ${scan.detected} before first ${scan.first}`)
  const latest = Math.max(newest, last + longestTimeout)
  assert.ok(detected <= latest, `detected ${scan.detected} long after last ${scan.last} and after all else`)
}

function checkSides(scan: Scan): void {
  assert.ok(scan.sources.length > 0, 'no source')
  assert.equal(new Set(scan.sources).size, scan.sources.length, 'a source twice')
  for (const decoy of scan.decoys) assert.ok(!scan.sources.includes(decoy), `${decoy} is source and decoy`)
  const { addresses, blocks, coverage, ports, protocols } = scan.targets
  // A log of name service may not tell which server was asked for a zone.
  const isZone = (scan.zones ?? []).length > 0
  assert.ok(protocols.length > 0 && ((addresses > 0 && blocks.length > 0) || isZone))
  assert.ok(coverage >= 0 && coverage <= 1, `coverage ${coverage}`)
  for (const port of ports) assert.ok(port >= 0 && port <= 65535)
}

function checkScore({ score, evidence }: Scan): void {
  assert.ok(score.total >= score.threshold - 0.0005, `accused at ${score.total} of ${score.threshold}`)
  const sum = score.terms.reduce((nats, term) => nats + term.nats, 0)
  const tolerance = 0.001 * (score.terms.length + 1)
  assert.ok(Math.abs(sum - score.total) <= tolerance, `terms add up to ${sum}, not ${score.total}`)
  const here = score.terms.filter((term) => term.name !== 'earlier inputs')
  const steps = here.reduce((count, term) => count + term.count, 0)
  assert.equal(evidence.omitted + evidence.steps.length, steps)
}

function checkScan(scan: Scan, newest: number): void {
  assertPlain(scan)
  assert.equal(scan.type, 'scan')
  assert.match(scan.id, /^[0-9a-f]+$/)
  assert.ok(['horizontal', 'vertical', 'block'].includes(scan.shape))
  assert.ok(scan.methods.length > 0 && scan.methods.every((method) => methods.includes(method)), `${scan.methods}`)
  assert.ok(orders.includes(scan.order.kind) && scan.order.p >= 0 && scan.order.p <= 1, `${scan.order.p}`)
  checkTimes(scan, newest)
  checkSides(scan)
  checkScore(scan)
  assert.ok(scan.probesToDetect >= 1 && scan.probes >= scan.probesToDetect, `${scan.probesToDetect} of ${scan.probes}`)
  assert.ok(scan.confidence >= 0 && scan.confidence <= 1)
  assert.ok(Object.values(scan.outcomes).every((count) => Number.isInteger(count) && count >= 0))
  assert.ok(scan.sensors.length > 0, 'recorded by nobody')
  assert.ok(scan.because.length > 0 && scan.because.every((sentence) => sentence !== ''))
}

type Found = Pick<Analysis, 'scans' | 'undecided' | 'backscatter'>

/**
 * Every record is well-formed, no id stands twice, and what is accused is not explained away as something else as well.
 * @param newest the time of the newest event, as the records write times
 */
export function checkFindings({ scans, undecided, backscatter }: Found, newest: string): void {
  for (const { scan, touches, touchesOmitted } of scans) {
    checkScan(scan, milliseconds(newest))
    assertPlain(touches)
    assert.ok((touches.length > 0 || scan.zones) && touchesOmitted >= 0)
    for (const touch of touches) assert.ok(scan.sources[touch.source] !== undefined)
  }
  assertPlain(undecided)
  assertPlain(backscatter)
  assert.equal(new Set(scans.map(({ scan }) => scan.id)).size, scans.length, 'an id twice')
  const accused = new Set(scans.flatMap(({ scan }) => [...scan.sources, ...scan.decoys]))
  for (const { source } of [...undecided, ...backscatter])
    assert.ok(!accused.has(source), `${source} is accused as well`)
  for (const { victims, packets } of backscatter) assert.ok(victims > 0 && packets >= victims)
}

/** The summary accounts for what was read, and says where it was damaged. */
export function checkSummary({ summary, scans, backscatter }: Analysis): void {
  assertPlain(summary)
  for (const key of ['events', 'ignored', 'malformed'] as const) {
    assert.equal(
      summary[key],
      summary.sensors.reduce((sum, sensor) => sum + sensor[key], 0),
    )
  }
  assert.equal(summary.scans, scans.length)
  assert.equal(summary.backscatter, backscatter.length)
  for (const time of [summary.first, summary.last]) if (time !== null) assert.match(time, isoForm)
  if (summary.malformed > 0)
    assert.ok(
      summary.warnings.some((line) => /: at byte \d+: \S/.test(line)),
      'damage unsaid',
    )
}
