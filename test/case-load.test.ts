/** Many scans in a day make a bounded number of cases, and none of the scans is lost (bench/cases.ts is the large version). */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { DrawnScan, Scan } from '../src/detect/finding.ts'
import { Dictionary } from '../src/event/dictionary.ts'
import { analyze } from '../src/pipeline/analyze.ts'
import { CaseMaker } from '../src/pipeline/cases/case-maker.ts'
import { storedBook } from '../src/pipeline/cases/stored-book.ts'
import { Intake } from '../src/pipeline/intake.ts'
import { CaseStore } from '../src/store/case-store.ts'

const temporary = mkdtempSync(join(tmpdir(), 'sweepwatch-load-'))
after(() => rmSync(temporary, { recursive: true }))
const found = await analyze({
  paths: [join(import.meta.dirname, '../fixtures/demo/masscan-sweep.pcap')],
  net: ['192.0.2.0/24'],
})
const template = found.scans[0]?.scan as Scan

/** A scan by a network of its own; `loud` ones stand out of the day's noise. */
function scanOf(n: number, loud: boolean): DrawnScan {
  const at = Date.parse('2026-11-22T00:00:00Z') + 30_000 * n
  const scan: Scan = {
    ...template,
    id: `scan${n}`,
    sources: [`${20 + (n >> 8)}.${n & 255}.7.9`],
    targets: { ...template.targets, ports: [1000 + n, 2000 + n] },
    probes: (loud ? 3000 : 10) + (n % 7),
    first: new Date(at).toISOString(),
    last: new Date(at + 3600e3).toISOString(),
    detected: new Date(at).toISOString(),
    ...{ open: [], tool: null, background: null, order: { kind: 'unknown', p: 1 } },
  }
  return { scan, touches: [], touchesOmitted: 0 }
}

test('1,600 scans of one day, 600 of which stand out: at most 502 cases, each scan in one of them, the noise in one', async () => {
  const store = CaseStore.open(temporary)
  const intake = new Intake({ rules: new Dictionary(), inputs: [] })
  const scans = Array.from({ length: 1600 }, (_, n) => scanOf(n, n < 600))
  await new CaseMaker(storedBook(store)).take(
    { ...intake.finish(), scans },
    '2026-11-23T00:00:00Z',
    Date.parse('2026-11-23T00:00:00Z') * 1000,
  )
  const rows = store.list({ limit: 10_000 })
  assert.ok(rows.length <= 502, `${rows.length} cases`)
  assert.equal(
    rows.reduce((sum, { scans: count }) => sum + count, 0),
    1600,
  )
  assert.equal(store.find('noise-20261122').scans.length + store.find('noise-20261122').scansOmitted, 1000)
  assert.equal(store.find('rest-20261122').scans.length, 100)
  assert.ok(rows.every(({ decision }) => decision !== 'escalate'))
  store.close()
})
