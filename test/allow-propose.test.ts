import assert from 'node:assert/strict'
import { globSync } from 'node:fs'
import { basename, join } from 'node:path'
import { test } from 'node:test'
import { entryErrors } from '../src/asset/allow-entry.ts'
import { openAllowlist } from '../src/asset/allowlist.ts'
import type { ScanExtent } from '../src/asset/asset.ts'
import { proposeEntry } from '../src/asset/propose.ts'
import { analyze } from '../src/pipeline/analyze.ts'
import { extentOf } from '../src/pipeline/cases/case-maker.ts'

const captures = globSync(join(import.meta.dirname, '..', 'fixtures', 'lab', '*.pcap.gz')).filter((path) =>
  /masscan_24_p80|nmap_syn_horiz_3|nmap_sV|hping3|ipv6_nmap|distributed20|nmap_udp|nmap_default/.test(path),
)
const day = 86400e3
const given = { owner: 'Vulnerability management', reason: 'closed as expected', ticket: 'CHG-7' }

function moved(extent: ScanExtent, by: number): ScanExtent {
  const touches = extent.touches.map((touch) => ({ ...touch, at: touch.at + by }))
  return { ...extent, first: extent.first + by, last: extent.last + by, touches }
}

for (const path of captures) {
  test(`Q1 the entry proposed for a scan of ${basename(path)} covers it and its weekly repetition, and nothing else`, async () => {
    const { scans } = await analyze({
      paths: [path],
      net: ['192.0.2.0/24', '2001:db8:1::/64', '198.18.0.0/20'],
      threads: 1,
    })
    assert.ok(scans.length > 0)
    for (const drawn of scans) {
      const entry = proposeEntry(drawn.scan, given)
      const list = await openAllowlist([entry])
      const extent = extentOf(drawn)
      const inScope = (what: ScanExtent) => list.match(what)?.inScope
      assert.deepEqual(list.match(extent)?.because.slice(-1), [`The entry holds until ${entry.expires} (CHG-7).`])
      assert.equal(inScope(extent), true)
      assert.equal(inScope(moved(extent, 7 * day)), true)
      assert.equal(inScope(moved(extent, day)), false)
      assert.equal(inScope(moved(extent, 91 * day)), false)
      assert.equal(inScope({ ...extent, sources: [...extent.sources, '198.51.100.9'] }), false)
      assert.equal(inScope({ ...extent, methods: [...extent.methods, 'tcp-null'] }), false)
      if (entry.ports.length > 0) {
        const touches = extent.touches.map((touch) => (touch.port > 0 ? { ...touch, port: 61_000 } : touch))
        assert.equal(inScope({ ...extent, touches, ports: [61_000] }), false)
      }
    }
  })
}

test('Q1 a proposal without an owner and a reason is refused until they are given', async () => {
  const [path] = captures
  assert.ok(path)
  const { scans } = await analyze({ paths: [path], net: ['192.0.2.0/24'], threads: 1 })
  const [drawn] = scans
  assert.ok(drawn)
  const errors = await entryErrors(proposeEntry(drawn.scan))
  assert.deepEqual(
    errors.map((text) => text.split(' ', 1)[0]),
    ['owner', 'reason'],
  )
})
