import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import type { ScanExtent } from '../src/asset/asset.ts'
import { ScanReports } from '../src/asset/scan-reports.ts'
import { supportingReports } from '../src/asset/supporting-reports.ts'
import { extent, touch } from './allow-samples.ts'
import { fixtures } from './decode-fixture.ts'
import { decodeAllInto } from './decode-into.ts'

const files = ['nessus/report.nessus', 'nmap-xml/scan.xml', 'openvas/report.xml']
const inputs = files.map((file) => file.split('/')[0] ?? '')

async function read(): Promise<ScanReports> {
  const reports = new ScanReports()
  for (const [sensor, file] of files.entries()) {
    await decodeAllInto(join(fixtures, file), sensor, (batch) => reports.observe(batch))
  }
  return reports
}

const probes = ['192.0.2.10', '192.0.2.11', '192.0.2.12'].map((address) => touch('2026-11-22T02:15:00Z', { address }))
const sentences = async (changes: Partial<ScanExtent> = {}) =>
  supportingReports(await read(), inputs, extent(probes, changes))

test('Q1 reports of scanners about the same time and targets are told, with who scanned', async () => {
  const [first, ...others] = await sentences()
  assert.equal(others.length, 1)
  assert.equal(
    first,
    'openvas (OpenVAS: Office network) reports a scan of 2 of its 3 targets, 2026-11-22 02:13:41 to 02:50:00 UTC; it names ' +
      '192.0.2.200, a source of this scan, as the scanner.',
  )
  assert.equal(
    others[0],
    'nessus (Nessus 10.8.3: Weekly, internal: week 47 and Nessus: Weekly, internal: week 47) reports a scan of 1 of its 3 targets, ' +
      '2026-11-22 02:13:41 to 02:23:41 UTC; it names 192.0.2.200, a source of this scan, as the scanner; it asked for ports 1-65535.',
  )
})

test('Q1 a report that names another scanner, another time or other targets supports nothing', async () => {
  const about = async (name: string, changes: Partial<ScanExtent>) =>
    (await sentences(changes)).some((text) => text.startsWith(name))
  assert.equal(await about('nessus', {}), true)
  assert.equal(await about('nessus', { sources: ['203.0.113.1'] }), false)
  const day = 86400e3
  assert.deepEqual(await sentences({ first: probes[0]!.at + day, last: probes[0]!.at + day }), [])
  const elsewhere = probes.map((each) => ({ ...each, address: '198.51.100.1' }))
  assert.deepEqual(await sentences({ touches: elsewhere }), [])
  // Without single probes the blocks are compared.
  assert.ok(await about('nessus', { touches: [] }))
  assert.deepEqual(await sentences({ touches: [], blocks: ['198.51.100.0/24'] }), [])
})

test('Q1 what reports tell goes on after a restart', async () => {
  const reports = await read()
  const again = new ScanReports()
  again.resume(structuredClone(reports.snapshot()))
  assert.deepEqual(again.reports, reports.reports)
})
