import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { Output } from '../bench/generate/output.ts'
import { writePcap } from '../bench/generate/pcap.ts'
import { writeEve, writeKernel, writeZeek } from '../bench/generate/rows.ts'
import { Traffic } from '../bench/generate/traffic.ts'
import { Dictionary } from '../src/event/dictionary.ts'
import { decodeInput } from '../src/pipeline/decode.ts'
import { openInputs } from '../src/source/inputs.ts'

const events = 20_000
const start = Date.UTC(2026, 10, 22) * 1000
const folder = mkdtempSync(join(tmpdir(), 'sweepwatch-bench-'))
test.after(() => rmSync(folder, { recursive: true }))

test('the benchmark counts its new attempts and sources rightly', () => {
  const traffic = new Traffic(42, 1000, 0.12)
  const attempts = new Set<string>()
  const sources = new Set<number>()
  for (let i = 0; i < events; i++) {
    traffic.next()
    sources.add(traffic.source)
    attempts.add(`${traffic.source} ${traffic.target} ${traffic.targetPort} ${traffic.protocol}`)
  }
  assert.equal(attempts.size, traffic.fresh)
  assert.equal(sources.size, traffic.sources)
  assert.ok(traffic.fresh >= events / 10)
})

for (const [format, write] of Object.entries({
  pcap: writePcap,
  zeek: writeZeek,
  kernel: writeKernel,
  eve: writeEve,
})) {
  test(`every record of the ${format} benchmark input decodes to one event`, async () => {
    const path = join(folder, format)
    const output = new Output(path)
    write(output, new Traffic(42, 1000, 0.12), events, start)
    output.close()
    let rows = 0
    const options = { sensor: 0, newest: start + 86400e6, rules: new Dictionary() }
    const { tally } = await decodeInput(openInputs([path])[0]!, options, (batch) => (rows += batch.length))
    assert.equal(tally.malformed, 0, JSON.stringify(tally.examples))
    assert.equal(rows, events)
  })
}
