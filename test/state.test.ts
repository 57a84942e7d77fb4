import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { Problem } from '../src/base/problem.ts'
import { emptyMemory } from '../src/detect/detector.ts'
import { analyze } from '../src/pipeline/analyze.ts'
import { loadMemory, saveMemory } from '../src/pipeline/state.ts'

function inFolder(use: (folder: string) => Promise<void> | void): () => Promise<void> {
  return async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sweepwatch-'))
    try {
      await use(folder)
    } finally {
      rmSync(folder, { recursive: true })
    }
  }
}

const capture = join(import.meta.dirname, '..', 'fixtures', 'demo', 'masscan-sweep.pcap')

test(
  'memory is written and read back as it was',
  inFolder((folder) => {
    const memory = emptyMemory()
    const words = Uint32Array.of(0, 0, 0xffff, 0xcb007109)
    memory.sources.store(words, 0, { state: Float64Array.of(1, 2, 3, 4), bonuses: 8, hosts: 5, ports: 2 })
    memory.knowledge.learnedFor = 42
    saveMemory(folder, memory)
    const again = loadMemory(folder)
    const carried = { state: new Float64Array(4), bonuses: 0, hosts: 0, ports: 0 }
    assert.ok(again.sources.load(words, 0, carried))
    assert.deepEqual({ ...carried, state: [...carried.state] }, { state: [1, 2, 3, 4], bonuses: 8, hosts: 5, ports: 2 })
    assert.equal(again.knowledge.learnedFor, 42)
  }),
)

test(
  'without a state folder nothing is kept; with one the services of an earlier input are known',
  inFolder(async (folder) => {
    const first = await analyze({ paths: [capture], causal: true })
    await analyze({ paths: [capture], state: folder })
    const warm = await analyze({ paths: [capture], causal: true, state: folder })
    const cold = first.scans[0]!.scan
    const known = warm.scans[0]!.scan
    assert.ok(cold.score.terms.some((term) => term.name === 'silent address'))
    assert.ok(known.score.terms.some((term) => term.name === 'dark address'))
    assert.ok(known.probesToDetect < cold.probesToDetect, `${known.probesToDetect} warm, ${cold.probesToDetect} cold`)
  }),
)

test(
  'a damaged state file is said to be damaged, and left as it is',
  inFolder(async (folder) => {
    saveMemory(folder, emptyMemory())
    const path = join(folder, 'memory.sweepwatch')
    const file = readFileSync(path)
    for (const damage of [
      file.subarray(0, file.length >> 1),
      Buffer.from('garbage'),
      Buffer.from(file).fill(7, file.length - 20),
    ]) {
      writeFileSync(path, damage)
      await assert.rejects(
        analyze({ paths: [capture], state: folder }),
        (error) => error instanceof Problem && error.code === 'damaged-state',
      )
      assert.deepEqual(readFileSync(path), damage)
    }
  }),
)

test('a state folder that cannot be made is said before any work is done', async () => {
  await assert.rejects(
    analyze({ paths: [capture], state: '/proc/sweepwatch' }),
    (error) => error instanceof Problem && error.code === 'unwritable-state',
  )
})
