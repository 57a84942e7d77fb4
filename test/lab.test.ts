import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Analysis } from '../src/case/analysis.ts'
import type { Scan } from '../src/detect/finding.ts'
import {
  accusedBy,
  analyzeLab,
  expectedMethods,
  expectedOrders,
  expectedShape,
  expectedTool,
  type LabInput,
  labInputs,
} from './lab-set.ts'

test('the lab set holds packets and logs, scans and ordinary days', () => {
  const count = (kind: LabInput['kind'], verdict: string) =>
    labInputs.filter((input) => input.kind === kind && input.truth.expected_verdict === verdict).length
  assert.ok(count('packets', 'scan') >= 30)
  assert.ok(count('firewall log', 'scan') >= 25)
  assert.ok(count('packets', 'benign') >= 6)
  assert.ok(count('firewall log', 'benign') >= 6)
})

for (const input of labInputs) {
  for (const given of [true, false]) {
    const title = `${input.name}, ${input.kind}, own networks ${given ? 'given' : 'inferred'}`
    if (input.truth.expected_verdict === 'benign') test(`${title}: nobody is accused`, () => checkBenign(input, given))
    else test(`${title}: the scan is found and described`, () => checkScan(input, given))
  }
}

async function checkBenign(input: LabInput, given: boolean): Promise<void> {
  const analysis = await analyzeLab(input, given)
  assert.ok(analysis.summary.events > 0)
  assert.equal(analysis.summary.malformed, 0)
  assert.deepEqual(accusedBy(analysis), [])
  assert.deepEqual(
    analysis.undecided.map((one) => one.source),
    [],
  )
  const expected = input.name === 'benign_backscatter' ? ['203.0.113.200'] : []
  assert.deepEqual(
    analysis.backscatter.map((one) => one.source),
    expected,
  )
}

async function checkScan(input: LabInput, given: boolean): Promise<void> {
  const analysis = await analyzeLab(input, given)
  const { truth } = input
  const known = [...truth.scanner_ips, ...(truth.decoy_ips ?? [])]
  assert.deepEqual(
    accusedBy(analysis).filter((source) => !known.includes(source)),
    [],
    'false sources',
  )
  assert.deepEqual(
    analysis.backscatter.map((one) => one.source),
    [],
  )
  if (truth.shape === 'killchain') checkKillchain(input, analysis, given)
  else checkSources(input, analysis)
  for (const { scan } of analysis.scans) checkDescription(input, scan, given)
}

function checkSources(input: LabInput, analysis: Analysis): void {
  const { truth } = input
  assert.equal(analysis.scans.length, 1, 'one scan is one record')
  const { scan } = analysis.scans[0]!
  if (truth.shape === 'distributed') {
    assert.equal(scan.distributed, true)
    const named = truth.scanner_ips.filter((source) => scan.sources.includes(source))
    assert.ok(named.length >= 0.8 * truth.scanner_ips.length, `${named.length} of ${truth.scanner_ips.length} named`)
    assert.equal(scan.members?.length, scan.sources.length)
    return
  }
  assert.equal(scan.distributed, false)
  const suspects = [...scan.sources, ...scan.decoys].sort()
  assert.deepEqual(suspects, [...truth.scanner_ips, ...(truth.decoy_ips ?? [])].sort())
}

/** The attacker, what it turned the victim into, and, where packets show it, who grabbed five banners. */
function checkKillchain(input: LabInput, analysis: Analysis, given: boolean): void {
  const direction = (source: string) => analysis.scans.find(({ scan }) => scan.sources.includes(source))?.scan.direction
  assert.equal(direction('203.0.113.88'), 'inbound')
  assert.equal(given ? direction('192.0.2.20') : 'internal', 'internal')
  assert.notEqual(direction('192.0.2.20'), undefined)
  if (input.kind === 'firewall log') return
  const reported = [...accusedBy(analysis), ...analysis.undecided.map((one) => one.source)]
  assert.deepEqual([...new Set(reported)].sort(), [...input.truth.scanner_ips].sort())
}

function checkDescription(input: LabInput, scan: Scan, given: boolean): void {
  const shape = expectedShape(input.truth)
  if (shape !== undefined) assert.equal(scan.shape, shape)
  const { must, may } = expectedMethods(input)
  assert.deepEqual(
    must.filter((method) => !scan.methods.includes(method)),
    [],
    `methods missing from ${scan.methods}`,
  )
  assert.deepEqual(
    scan.methods.filter((method) => !must.includes(method) && !may.includes(method)),
    [],
    `methods too many, expected ${must}`,
  )
  const orders = expectedOrders(input.name)
  if (orders) assert.ok(orders.includes(scan.order.kind), `order ${scan.order.kind}, expected ${orders}`)
  if (given && input.truth.shape !== 'killchain') assert.equal(scan.direction, 'inbound')
  const tool = input.kind === 'packets' ? expectedTool(input.truth) : undefined
  if (tool !== undefined) assert.equal(scan.tool?.name ?? null, tool)
}
