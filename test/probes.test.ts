import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Analysis } from '../src/case/analysis.ts'
import { analyzeLab, type LabInput, labInputs } from './lab-set.ts'
import { hasTshark } from './packet-oracle.ts'
import { countProbes } from './probe-count.ts'

const analyses = new Map<LabInput, Promise<Analysis>>()

function analysisOf(input: LabInput): Promise<Analysis> {
  const analysis = analyses.get(input) ?? analyzeLab(input, true)
  analyses.set(input, analysis)
  return analysis
}

const scans = labInputs.filter(({ truth }) => truth.expected_verdict === 'scan')

for (const input of scans) {
  const by = input.kind === 'packets' && hasTshark ? 'tshark' : '`sweepwatch events`'
  test(`${input.name}, ${input.kind}: probesToDetect is what ${by} shows`, async () => {
    const analysis = await analysisOf(input)
    assert.ok(analysis.scans.length > 0)
    for (const { scan } of analysis.scans) {
      assert.equal(scan.probesToDetect, await countProbes(input, scan))
      assert.ok(scan.probesToDetect <= scan.probes)
      assert.ok(scan.first <= scan.detected)
    }
  })
}

test('a sequential sweep is found by its fifth probe at most, and its order is no accident', async () => {
  for (const kind of ['packets', 'firewall log'] as const) {
    const { scan } = await onlyScan('nmap_sequential', kind)
    assert.ok(scan.probesToDetect <= 5, `${kind}: ${scan.probesToDetect}`)
    assert.equal(scan.order.kind, 'sequential')
    assert.ok(scan.order.p <= 1e-7, `${scan.order.p}`)
  }
})

test('orders that are claimed are no accident', async () => {
  for (const input of scans) {
    for (const { scan } of (await analysisOf(input)).scans) {
      const { kind, p } = scan.order
      const claimed = kind === 'sequential' || kind === 'reverse' || kind === 'strided' || kind === 'permuted'
      if (claimed) assert.ok(p <= 1e-5, `${input.name}: ${kind} with p ${p}`)
    }
  }
})

/** Median and 95th percentile of the targets tried before detection, over all scans seen in packets; the prototype needed 4 and 8. */
test('half of the scans are found by their fourth probe, 95 of 100 by their eighth', async () => {
  const probes: number[] = []
  // Divided scans count the probes of all members until the division is proven; they are measured by `npm run evaluate`.
  for (const input of scans.filter(({ kind }) => kind === 'packets'))
    for (const { scan } of (await analysisOf(input)).scans) if (!scan.distributed) probes.push(scan.probesToDetect)
  probes.sort((a, b) => a - b)
  assert.ok(probes[Math.floor(probes.length / 2)]! <= 4, probes.join(' '))
  assert.ok(probes[Math.ceil(probes.length * 0.95) - 1]! <= 8, probes.join(' '))
})

async function onlyScan(name: string, kind: LabInput['kind']) {
  const input = scans.find((one) => one.name === name && one.kind === kind)
  assert.ok(input, `${name}, ${kind}`)
  const { scans: found } = await analysisOf(input)
  assert.equal(found.length, 1)
  return found[0]!
}
