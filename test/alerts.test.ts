import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { parseAddress } from '../src/base/address.ts'
import { Alerts } from '../src/detect/alert/alerts.ts'
import { EventBatch, Subject } from '../src/event/batch.ts'
import { Text } from '../src/event/texts.ts'
import { analyze } from '../src/pipeline/analyze.ts'

const folder = mkdtempSync(join(tmpdir(), 'sweepwatch-alerts-'))
after(() => rmSync(folder, { recursive: true }))
const lab = join(import.meta.dirname, '..', 'fixtures', 'lab')
const scanner = '203.0.113.70'

function write(name: string, lines: readonly string[]): string {
  const path = join(folder, name)
  writeFileSync(path, `${lines.join('\n')}\n`)
  return path
}

const scanLog = () => {
  const path = join(folder, 'fw.log')
  writeFileSync(path, gunzipSync(readFileSync(join(lab, 'masscan_24_p80_r1000.fw.log.gz'))))
  return path
}

function eveAlert(src: string, signature: string, sid: number, category: string, second = 0): string {
  const timestamp = `2026-11-22T02:07:${String(second).padStart(2, '0')}.000000+0000`
  const alert = { action: 'allowed', gid: 1, signature_id: sid, rev: 1, signature, category, severity: 2 }
  const ends = { src_ip: src, src_port: 4000, dest_ip: '192.0.2.10', dest_port: 80, proto: 'TCP' }
  return JSON.stringify({ timestamp, event_type: 'alert', ...ends, alert })
}

test('alerts on the source of a scan are told with it, whatever order the logs are read in', async () => {
  const eve = write('eve.json', [
    eveAlert(scanner, 'ET SCAN Masscan user agent', 2000001, 'Detection of a Network Scan'),
    eveAlert(scanner, 'ET SCAN Masscan user agent', 2000001, 'Detection of a Network Scan', 3),
    eveAlert(scanner, 'ET POLICY something else', 2000002, 'Potentially Bad Traffic'),
    eveAlert('203.0.113.9', 'ET SCAN of somebody else', 2000003, 'Detection of a Network Scan'),
  ])
  const fw = scanLog()
  const net = ['192.0.2.0/24']
  for (const paths of [
    [eve, fw],
    [fw, eve],
  ]) {
    const { scans } = await analyze({ paths, net, threads: 1 })
    const alone = await analyze({ paths: [fw], net, threads: 1 })
    assert.equal(scans.length, 1)
    const { alerts, because, score } = scans[0]!.scan
    assert.deepEqual(
      alerts?.map(({ name, count, means }) => ({ name, count, means })),
      [{ name: 'ET SCAN Masscan user agent', count: 2, means: 'scan' }],
    )
    assert.match(because.at(-1) as string, /call it a scan too: ET SCAN Masscan user agent \(2 ×\)/)
    assert.deepEqual(score, alone.scans[0]!.scan.score, 'the verdict does not depend on alerts')
  }
})

test('ten thousand scan alerts alone make no scan', async () => {
  const lines = Array.from({ length: 10_000 }, (_, k) =>
    eveAlert(scanner, `ET SCAN ${k % 50}`, k % 50, 'Attempted Information Leak', k % 60),
  )
  const { scans, summary } = await analyze({ paths: [write('flood.json', lines)], net: ['192.0.2.0/24'], threads: 1 })
  assert.equal(summary.events, 10_000)
  assert.deepEqual(scans, [])
})

test('a flood of forged sources and signatures takes no more memory, and a source told just now is remembered', () => {
  const alerts = new Alerts(8)
  const batch = new EventBatch(64)
  const put = (address: number, signature: string, time: number) => {
    const i = batch.begin()
    const c = batch.column
    c.subject[i] = Subject.alert
    c.src0[i] = c.src1[i] = c.dst0[i] = c.dst1[i] = c.dst2[i] = c.dst3[i] = 0
    c.src2[i] = 0xffff
    c.src3[i] = address
    c.time[i] = time
    batch.put(i, Text.signature, signature)
    batch.put(i, Text.category, 'attempted-recon')
    alerts.observe(batch)
    batch.clear()
  }
  for (let k = 0; k < 50_000; k++) put(0x0a000000 + k, `ET SCAN forged ${k}`, k)
  const { signatures, tables } = alerts.snapshot()
  assert.equal(signatures.length, 4096)
  assert.equal(
    tables.reduce((sum, table) => sum + table.byteLength, 0),
    256 * 100,
  )
  put(0xcb007146, 'ET SCAN forged 1', 60_000)
  assert.equal(alerts.about(parseAddress(scanner)!).length, 1)
})

test('alerts survive being put aside', () => {
  const alerts = new Alerts(8)
  const batch = new EventBatch(64)
  const i = batch.begin()
  const c = batch.column
  c.subject[i] = Subject.alert
  c.src0[i] = c.src1[i] = 0
  c.src2[i] = 0xffff
  c.src3[i] = 0xcb007146
  c.time[i] = 5
  batch.put(i, Text.signatureId, '122:3')
  alerts.observe(batch)
  const again = new Alerts(8)
  again.resume(structuredClone(alerts.snapshot()))
  assert.deepEqual(again.about(parseAddress(scanner)!), alerts.about(parseAddress(scanner)!))
  assert.equal(again.about(parseAddress(scanner)!)[0]?.signature.id, '122:3')
})
