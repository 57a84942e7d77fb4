import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { openInventory } from '../src/asset/inventory.ts'
import { formatIpv4, ipv4 } from '../src/base/address.ts'
import { contains, type Prefix, truncate } from '../src/base/prefix.ts'
import { PrefixTable } from '../src/base/prefix-table.ts'
import { Problem } from '../src/base/problem.ts'

const fixture = (name: string) => join(import.meta.dirname, '..', 'fixtures', 'asset', name)
const folder = mkdtempSync(join(tmpdir(), 'sweepwatch-asset-'))
after(() => rmSync(folder, { recursive: true }))

function file(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

test('Q2 a spreadsheet: owners, criticality, roles; wrong rows are told with their lines', async () => {
  const { inventory, reports } = await openInventory({ files: [fixture('hosts.csv')] })
  assert.deepEqual(inventory.find('192.0.2.10'), {
    network: '192.0.2.10',
    name: 'www.example.org',
    owner: 'Web team',
    criticality: 'high',
    roles: ['web', 'public'],
  })
  // An address with the length of its network is an address.
  assert.equal(inventory.find('192.0.2.20')?.criticality, 'critical')
  assert.equal(inventory.find('192.0.2.21'), undefined)
  assert.equal(inventory.find('2001:db8:1::53')?.name, 'ns1.example.org')
  assert.equal(inventory.find('192.0.2.200')?.owner, 'Vulnerability management')
  assert.deepEqual(
    ['192.0.2.249', '192.0.2.250', '192.0.2.251'].map((address) => inventory.find(address)?.name),
    [undefined, 'decoy', 'decoy'],
  )
  assert.equal(inventory.size, 6)
  assert.equal(inventory.hosts.length, 5)
  const [report] = reports
  assert.ok(report)
  assert.deepEqual(
    { ...report, file: '', faults: report.faults.map(({ line, reason }) => [line, reason]) },
    {
      file: '',
      assets: 6,
      malformed: 2,
      repeated: 1,
      omitted: 0,
      faults: [
        [6, '"192.0.2.300" is no address or network'],
        [9, 'no address and no network'],
        [10, 'criticality "7" is none of low, medium, high, critical'],
      ],
    },
  )
})

test('Q2 of several networks that hold an address the longest counts, whatever the order of files', async () => {
  for (const files of [
    ['networks.yaml', 'hosts.csv', 'netbox.json'],
    ['netbox.json', 'hosts.csv', 'networks.yaml'],
  ]) {
    const { inventory, reports } = await openInventory({ files: files.map(fixture) })
    const nameOf = (address: string) => inventory.find(address)?.name
    assert.equal(nameOf('192.0.2.10'), 'www.example.org')
    assert.equal(nameOf('192.0.2.11'), 'Published servers')
    assert.equal(nameOf('192.0.2.129'), 'Administration')
    assert.equal(nameOf('2001:db8:1:ffff::1'), 'Published servers, IPv6')
    assert.equal(nameOf('10.20.0.5'), 'db1.example.org')
    assert.equal(inventory.find('10.20.9.9')?.network, '10.20.0.0/16')
    assert.equal(nameOf('198.51.100.1'), undefined)
    const faults = reports.flatMap((report) => report.faults.map(({ line, reason }) => `${line}: ${reason}`)).sort()
    assert.deepEqual(faults, [
      '10: criticality "7" is none of low, medium, high, critical',
      '14: "not a network" is no address or network',
      '16: not a row of columns',
      '6: "10.20.0" is no address or network',
      '6: "192.0.2.300" is no address or network',
      '9: no address and no network',
    ])
    assert.deepEqual(inventory.find('10.20.0.5'), {
      network: '10.20.0.5',
      name: 'db1.example.org',
      owner: 'Database team',
      criticality: null,
      roles: ['database', 'prod', 'sql'],
    })
  }
})

test('Q2 a partner is known by the longest of its networks', async () => {
  const partners = [
    { name: 'Provider', networks: ['198.51.100.0/24'], contact: null },
    { name: 'Pentest Ltd', networks: ['198.51.100.64/28', '2001:db8:f::/48'], contact: 'soc@example.net' },
  ]
  const { inventory } = await openInventory({ files: [], partners })
  assert.equal(inventory.partnerOf('198.51.100.65')?.name, 'Pentest Ltd')
  assert.equal(inventory.partnerOf('198.51.100.1')?.name, 'Provider')
  assert.equal(inventory.partnerOf('2001:db8:f::1')?.contact, 'soc@example.net')
  assert.equal(inventory.partnerOf('203.0.113.1'), undefined)
  assert.equal(inventory.partnerOf('no address'), undefined)
  await assert.rejects(
    openInventory({ files: [], partners: [{ name: 'P', networks: ['198.51.100.0/33'], contact: null }] }),
    (error) => error instanceof Problem && error.code === 'bad-network',
  )
})

test('Q2 tables without a header, with tabs, with netmasks, by network as keys, with a byte order mark', async () => {
  const bare = file('bare.csv', '192.0.2.0/24,Lab,Lab team,low,lab\n')
  const masks = file(
    'masks.tsv',
    '\uFEFFSubnet\tMask\tTeam\n198.51.100.0\t255.255.255.128\tA\n203.0.113.0\t255.0.255.0\tB\n',
  )
  const keyed = file('keyed.yaml', '10.0.0.0/8: {name: inside, owner: IT, roles: lan}\n')
  const { inventory, reports } = await openInventory({ files: [bare, masks, keyed] })
  assert.equal(inventory.find('192.0.2.9')?.owner, 'Lab team')
  assert.equal(inventory.find('198.51.100.127')?.owner, 'A')
  assert.equal(inventory.find('198.51.100.128'), undefined)
  assert.equal(reports[1]?.malformed, 1)
  assert.deepEqual(inventory.find('10.9.8.7')?.roles, ['lan'])
})

test('Q2 hostile files: nothing throws but a Problem, and nothing is lost silently', async () => {
  const open = file('open.csv', 'ip,name\n192.0.2.1,"never closed\n192.0.2.2,b\n')
  const { inventory, reports } = await openInventory({ files: [open] })
  assert.equal(inventory.find('192.0.2.2')?.name, 'b')
  assert.equal(reports[0]?.malformed, 1)
  const deep = file('deep.json', `${'['.repeat(5000)}${']'.repeat(5000)}`)
  assert.equal((await openInventory({ files: [deep] })).reports[0]?.malformed, 1)
  for (const [name, text] of [
    ['bad.json', '{"assets": ['],
    ['none.json', '{"assets": 1}'],
    ['word.yaml', 'just words'],
    ['bad.yaml', 'a: [1'],
  ] as const) {
    await assert.rejects(openInventory({ files: [file(name, text)] }), (error) => {
      assert.ok(error instanceof Problem, `${name}: ${error}`)
      assert.equal(error.code, 'inventory')
      return true
    })
  }
  await assert.rejects(openInventory({ files: [join(folder, 'missing.csv')] }), Problem)
  await fc.assert(
    fc.asyncProperty(fc.string({ maxLength: 300 }), fc.constantFrom('csv', 'json', 'yaml'), async (text, kind) => {
      await openInventory({ files: [file(`any.${kind}`, text)] }).catch((error) => assert.ok(error instanceof Problem))
    }),
    { seed: 1, numRuns: 300 },
  )
})

test('Q2 a million rows are kept, the rest is counted', async () => {
  const rows = Array.from({ length: 1_000_010 }, (_, k) => `${formatIpv4(0x0a000000 + k)},host${k},team,low,web`)
  const { inventory, reports } = await openInventory({ files: [file('large.csv', rows.join('\n'))] })
  assert.equal(inventory.size, 1_000_000)
  assert.equal(reports[0]?.omitted, 10)
  assert.equal(inventory.find('10.1.2.3')?.name, `host${0x10203}`)
})

test('a table of networks finds the longest one, as trying all of them does', () => {
  const network = fc.record({ word: fc.integer({ min: 0, max: 0xffff }), bits: fc.integer({ min: 104, max: 128 }) })
  fc.assert(
    fc.property(fc.array(network, { maxLength: 60 }), fc.array(fc.integer({ min: 0, max: 0xffff })), (given, asked) => {
      const prefixes = given.map(({ word, bits }) => truncate(ipv4((word << 16) | word), bits))
      const table = new PrefixTable()
      for (const [k, prefix] of prefixes.entries()) table.add(prefix, k)
      for (const low of asked) {
        const address = ipv4((low << 16) | low)
        const holding = prefixes.filter((prefix) => contains(prefix, ...address))
        const longest = holding.reduce<Prefix | undefined>((a, b) => (a && a.bits >= b.bits ? a : b), undefined)
        assert.equal(table.find(...address), longest === undefined ? -1 : prefixes.indexOf(longest))
      }
    }),
    { seed: 2 },
  )
})
