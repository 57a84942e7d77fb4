import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { type Measured, measure, quantile } from '../bench/evaluate/measure.ts'
import { healthChecks, oneProbeEach, rotatingPrefix, type Scenario, sweep, twice } from '../bench/evaluate/scenarios.ts'
import { analyze } from '../src/pipeline/analyze.ts'
import { checkTerms, replay } from './score-replay.ts'

const start = Date.UTC(2026, 2, 3) * 1000
const minute = 60e6
const hour = 3600e6
const modes = [true, false]

/** The one record of a scenario's one scan. */
async function only(scenario: Scenario, causal = false): Promise<Measured> {
  const measured = await measure(scenario, (options) => analyze({ ...options, causal }))
  assert.deepEqual(measured.falseSources, [])
  assert.equal(measured.scans, 1)
  const { scan } = measured.analysis.scans[0]!
  assert.equal(scan.direction, 'inbound')
  replay(scan)
  checkTerms(scan)
  return measured
}

async function probesOver(seeds: number, scenario: (seed: number) => Scenario, causal: boolean): Promise<number[]> {
  const probes: number[] = []
  for (let seed = 1; seed <= seeds; seed++) probes.push((await only(scenario(seed), causal)).probes ?? Infinity)
  return probes.sort((a, b) => a - b)
}

test('random order in a quarter-full /24: half are found by probe 6, 95 of 100 by probe 10', async () => {
  const probes = await probesOver(24, (seed) => sweep({ seed, start }, { interval: 1e6, probes: 48 }), false)
  assert.ok(quantile(probes, 0.5) <= 6, probes.join(' '))
  assert.ok(quantile(probes, 0.95) <= 10, probes.join(' '))
})

test('the same, judged as it happens and with nothing known before: half by probe 9, 95 of 100 by probe 12', async () => {
  const probes = await probesOver(24, (seed) => sweep({ seed, start }, { interval: 1e6, probes: 48 }), true)
  assert.ok(quantile(probes, 0.5) <= 9, probes.join(' '))
  assert.ok(quantile(probes, 0.95) <= 12, probes.join(' '))
})

for (const causal of modes) {
  const how = causal ? 'as it happens' : 'from the whole input'
  test(`one probe each 300 s, as nmap -T0 sends them, is found by probe 10 ${how}`, async () => {
    const { probes, analysis } = await only(sweep({ seed: 5, start }, { interval: 5 * minute, probes: 120 }), causal)
    assert.ok(probes !== undefined && probes <= 10, String(probes))
    assert.equal(analysis.scans[0]?.scan.probes, 120, 'however slow, it is one scan')
  })

  test(`one probe each 6 h for 15 days is found by probe 10 ${how}`, async () => {
    const { probes, analysis } = await only(sweep({ seed: 6, start }, { interval: 6 * hour, probes: 60 }), causal)
    assert.ok(probes !== undefined && probes <= 10, String(probes))
    assert.equal(analysis.scans[0]?.scan.probes, 60)
  })

  test(`a client of a thousand good contacts that turns scanner is found by probe 10 ${how}`, async () => {
    const scenario = sweep({ seed: 7, start }, { interval: 1e6, probes: 60, goodBefore: 1000 })
    const { probes } = await only(scenario, causal)
    assert.ok(probes !== undefined && probes <= 10, String(probes))
  })

  test(`IPv6: a /64 whose every probe has another source is found by probe 8 ${how}`, async () => {
    const { probes, analysis } = await only(rotatingPrefix({ seed: 8, start }, 40), causal)
    assert.ok(probes !== undefined && probes <= 8, String(probes))
    assert.equal(analysis.scans[0]?.scan.prefix, '2001:db8:ff::/64')
  })

  for (const sources of [128, 254]) {
    test(`${sources} sources of one probe each are one distributed scan ${how}`, async () => {
      const { named, analysis } = await only(oneProbeEach({ seed: 9, start }, sources), causal)
      assert.ok(named >= 0.8, String(named))
      assert.equal(analysis.scans[0]?.scan.distributed, true)
    })
  }
}

test('four good contacts before each probe do not hide a scan: half are found within ten probes, all within twenty', async () => {
  const probes = await probesOver(
    16,
    (seed) => sweep({ seed, start }, { interval: minute, probes: 60, goodEach: 4 }),
    false,
  )
  assert.ok(quantile(probes, 0.5) <= 10, probes.join(' '))
  assert.ok(quantile(probes, 1) <= 20, probes.join(' '))
})

test('nineteen good contacts before each probe do not hide it either: found within thirty', async () => {
  for (const causal of modes) {
    const { probes } = await only(sweep({ seed: 1, start }, { interval: minute, probes: 60, goodEach: 19 }), causal)
    assert.ok(probes !== undefined && probes <= 30, String(probes))
  }
})

test('good contacts are no part of the scan: a one-port sweep stays one', async () => {
  const scenario = sweep({ seed: 1, start }, { interval: minute, probes: 60, goodEach: 4 })
  const { analysis } = await only(scenario)
  const { scan } = analysis.scans[0]!
  assert.deepEqual([scan.shape, scan.methods, scan.targets.ports, scan.probes], ['horizontal', ['tcp-syn'], [8088], 60])
})

test('a second scan of other targets is a second record', async () => {
  const { analysis, falseSources } = await measure(twice({ seed: 3, start }, 'other targets'), analyze)
  assert.deepEqual(falseSources, [])
  const found = analysis.scans.map(({ scan }) => [scan.targets.ports, scan.probes, scan.targets.blocks[0]?.slice(0, 6)])
  assert.deepEqual(found, [
    [[8088], 200, '192.0.'],
    [[3389], 200, '198.18'],
  ])
})

test('a scan repeated after an hour goes on in its record: nothing is counted twice or silenced', async () => {
  const { analysis } = await only(twice({ seed: 3, start }, 'same targets'))
  const { scan } = analysis.scans[0]!
  assert.equal(scan.probes, 200)
  assert.ok(Date.parse(scan.last) - Date.parse(scan.first) > 3600e3, 'the second round is in it')
  assert.equal(scan.sensors[0]?.events, 400)
})

test('ordinary clients alone accuse nobody', async () => {
  for (const causal of modes) {
    const { analysis } = await measure(sweep({ seed: 2, start }, { interval: 1e6, probes: 0 }), (options) =>
      analyze({ ...options, causal }),
    )
    assert.ok(analysis.summary.events > 5000)
    assert.deepEqual(analysis.scans, [])
  }
})

test('a balancer that checks dead backends day after day is no scanner, neither the first day nor the second', async () => {
  const state = mkdtempSync(join(tmpdir(), 'synthetic-'))
  try {
    for (const day of [0, 1]) {
      const scenario = healthChecks({ seed: 4, start: start + day * 24 * hour })
      const { analysis } = await measure(scenario, (options) => analyze({ ...options, causal: true, state }))
      assert.deepEqual(
        analysis.scans.map(({ scan }) => scan.sources),
        [],
        `day ${day + 1}`,
      )
    }
  } finally {
    rmSync(state, { recursive: true })
  }
})
