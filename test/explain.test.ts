import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseAddress } from '../src/base/address.ts'
import type { Scan } from '../src/detect/finding.ts'
import { Score, shares } from '../src/detect/score.ts'
import { bonuses, ratios } from '../src/detect/terms.ts'
import { analyzeLab, type LabInput, labBytes, labInputs } from './lab-set.ts'

for (const input of labInputs.filter(({ truth }) => truth.expected_verdict === 'scan')) {
  test(`${input.name}, ${input.kind}: the score is replayed from the evidence, and each step points at its record`, async () => {
    const { scans } = await analyzeLab(input, true)
    const bytes = labBytes(input)
    for (const { scan } of scans) {
      replay(scan)
      checkTerms(scan)
      checkRecords(input, scan, bytes)
    }
  })
}

/** Runs the recursion of `Score` over the recorded steps; every recorded total must come out bit for bit. */
function replay(scan: Scan): void {
  const { from, omitted, steps } = scan.evidence
  assert.ok(steps.length > 0 && steps.length <= 64)
  assert.equal(from.length, omitted > 0 ? shares.length + 1 : 0)
  const score = new Score()
  if (omitted > 0) {
    score.state.set(from.slice(0, shares.length))
    score.bonuses = from[shares.length] as number
  }
  for (const step of steps) {
    if (step.kind === 'contact') score.contact(step.value)
    else score.bonus(step.value)
    assert.equal(score.total, step.total)
  }
  assert.equal(round3(score.total), scan.score.total)
  assert.ok(score.total >= scan.score.threshold)
  assert.equal(steps.at(-1)?.at, scan.detected, 'the last step is the decision')
}

/** Each contact's ratio is the one its term is documented with; a bonus never exceeds its cap. */
function checkTerms(scan: Scan): void {
  const { omitted, steps } = scan.evidence
  for (const step of steps) {
    if (step.kind === 'contact') assert.equal(step.value, ratios[step.term as keyof typeof ratios], step.term)
    else assert.ok(step.value <= bonuses[step.term as keyof typeof bonuses].nats, step.term)
  }
  const nats = scan.score.terms.reduce((sum, term) => sum + term.nats, 0)
  const rounding = 0.0005 * (scan.score.terms.length + 1)
  assert.ok(Math.abs(nats - scan.score.total) <= rounding + 1e-9, `${nats} nats, total ${scan.score.total}`)
  const count = scan.score.terms.reduce((sum, term) => sum + term.count, 0)
  assert.equal(count, omitted + steps.length)
}

function checkRecords(input: LabInput, scan: Scan, bytes: Buffer): void {
  for (const step of scan.evidence.steps) {
    assert.equal(step.source, input.path)
    const record = bytes.subarray(step.offset, step.offset + step.length)
    assert.equal(record.length, step.length)
    const source = input.kind === 'packets' ? packetSource(record) : lineSource(record)
    assert.ok(scan.sources.includes(source), `${step.offset}: a record of ${source}, who is not accused`)
  }
}

/** The sender in a capture record: 16 bytes of record header, Ethernet, IP, read without the decoder under test. */
function packetSource(record: Buffer): string {
  assert.equal(record.readUInt32LE(8), record.length - 16, 'a whole record')
  const ip = record.subarray(30)
  if (record.readUInt16BE(28) === 0x0800) return [...ip.subarray(12, 16)].join('.')
  assert.equal(record.readUInt16BE(28), 0x86dd)
  return canonical(
    ip
      .subarray(8, 24)
      .toString('hex')
      .replace(/(....)(?!$)/g, '$1:'),
  )
}

function lineSource(record: Buffer): string {
  const line = record.toString('latin1')
  assert.equal(line.trimEnd().split('\n').length, 1, 'one line')
  return canonical(/ SRC=(\S+)/.exec(line)?.[1] ?? '')
}

/** IPv6 text as a URL writes it (RFC 5952), which is not our own formatting; IPv4 as it is. */
function canonical(text: string): string {
  assert.ok(parseAddress(text), text)
  return text.includes(':') ? new URL(`http://[${text}]`).hostname.slice(1, -1) : text
}

function round3(value: number): number {
  return Math.round(value * 1000) / 1000
}
