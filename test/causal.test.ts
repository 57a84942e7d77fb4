import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Analysis } from '../src/case/analysis.ts'
import { analyze } from '../src/pipeline/analyze.ts'
import { type LabInput, labBytes, labInputs, labNetworks } from './lab-set.ts'
import { offsets } from './packet-offsets.ts'

/** Analyses, as it happens, what of a capture had come by `until` (ISO), and nothing later. */
async function seenBy(input: LabInput, until: string): Promise<Analysis> {
  const bytes = labBytes(input)
  const seconds = Date.parse(until) / 1000 + 0.001
  const later = offsets(bytes).find((at) => bytes.readUInt32LE(at) + bytes.readUInt32LE(at + 4) / 1e6 > seconds)
  const folder = mkdtempSync(join(tmpdir(), 'causal-'))
  try {
    const path = join(folder, 'cut.pcap')
    writeFileSync(path, bytes.subarray(0, later ?? bytes.length))
    return await analyze({ paths: [path], net: labNetworks, causal: true })
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const small = labInputs.filter(
  (input) =>
    input.kind === 'packets' &&
    input.truth.expected_verdict === 'scan' &&
    !/top1000|100ports|3ports_r|hour/.test(input.name),
)

for (const input of small) {
  test(`${input.name}: what is said to be detected at a time is found in what had come by then`, async () => {
    const whole = await analyze({ paths: [input.path], net: labNetworks, causal: true })
    assert.ok(whole.scans.length > 0)
    for (const { scan } of whole.scans) {
      assert.equal(scan.knowledge, 'causal')
      const { scans } = await seenBy(input, scan.detected)
      const found = scans.some((early) => early.scan.sources.some((source) => scan.sources.includes(source)))
      assert.ok(found, `${scan.sources[0]} at ${scan.detected}, after ${scan.probesToDetect} probes`)
    }
  })
}
