/** Q2, Q3, T2, E2: intelligence on lists, databases and a day of the Internet that others have published. */
import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { BlockList, isIPv4, isIPv6 } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { openIntelligence } from '../src/intel/open.ts'
import type { IntelSettings, ListSettings } from '../src/intel/settings.ts'

const real = join(import.meta.dirname, '..', '..', 'shared', 'data', 'real')
const reference = join(real, 'g4_reference')
const day = join(real, 'g3_labelled', 'rita_internet_host', 'derived_sources_2024-04-19.tsv')
const skipped = { skip: existsSync(reference) && existsSync(day) ? false : 'shared/data/real is not there' }
const scratch = mkdtempSync(join(tmpdir(), 'sweepwatch-intel-'))
after(() => rmSync(scratch, { recursive: true, force: true }))
const now = Date.parse('2026-11-28T00:00:00Z')

function list(path: string, means: ListSettings['means'] = null): ListSettings {
  const none = { url: null, taxii: null, auth: null, halfLife: null, actor: null, format: null, columns: {} }
  return { path, means, confidence: 0.8, ...none }
}

function open(given: Partial<IntelSettings>) {
  const none = { directory: null, lists: {}, databases: [], halfLife: {}, reverseDns: false, services: {} }
  return openIntelligence({ settings: { ...none, ...given }, now: () => now })
}

const files = (folder: string) => readdirSync(join(reference, folder)).map((name) => join(reference, folder, name))
const read = (file: string) => readFileSync(file, 'utf8')

/** Whether Node's own parser takes it as an address or network. */
function isNetwork(text: string): boolean {
  const [address = '', bits, more] = text.split('/')
  const most = isIPv4(address) ? 32 : isIPv6(address) ? 128 : -1
  return more === undefined && most > 0 && (bits === undefined || (/^\d+$/.test(bits) && Number(bits) <= most))
}

/** Entries of a text of lines, by their first word. */
function countLines(file: string) {
  const words = read(file)
    .split('\n')
    .map((line) => line.split('#')[0]!.trim())
    .filter((word) => word !== '')
  const entries = words.filter(isNetwork).length
  return { entries, malformed: words.length - entries }
}

for (const folder of ['blocklists', 'known_scanners']) {
  test(`Q3 every real list of ${folder} has as many entries as counted by other means`, skipped, async () => {
    for (const file of files(folder)) {
      const { lists } = await open({ lists: { it: list(file, 'malicious') } })
      assert.equal(lists.length, 1)
      const { entries, malformed, cut, error } = lists[0]!
      assert.deepEqual({ entries, malformed, cut, error }, { ...countLines(file), cut: 0, error: null }, file)
    }
  })
}

test(
  'Q3 every real MISP warning list has as many entries as its JSON, and names of other things are passed over',
  skipped,
  async () => {
    for (const file of files('misp_warninglists')) {
      const { list: items, type, name } = JSON.parse(read(file)) as { list: string[]; type: string; name: string }
      const { lists } = await open({ lists: { it: list(file) } })
      const { entries, passedOver, malformed } = lists[0]!
      const networks = type === 'cidr' ? items.filter(isNetwork).length : 0
      assert.deepEqual([entries, passedOver, malformed], [networks, items.length - networks, 0], name)
    }
  },
)

test('Q3 every real STIX bundle has the addresses that the patterns in its text have', skipped, async () => {
  let all = 0
  for (const file of files('stix21')) {
    const { lists } = await open({ lists: { it: list(file, 'malicious') } })
    const patterns = read(file).match(/"pattern": *"[^"]*"/g) ?? []
    const addresses = patterns.flatMap((pattern) => pattern.match(/ipv[46]-addr:value *= *'[^']+'/g) ?? [])
    const others = patterns.filter((pattern) => !/ipv[46]-addr:value/.test(pattern))
    assert.deepEqual([lists[0]?.entries, lists[0]?.passedOver], [addresses.length, others.length], file)
    all += addresses.length
  }
  assert.ok(all > 40)
})

test('E2 the Poison Ivy report names the campaign behind an address', skipped, async () => {
  const file = join(reference, 'stix21', 'poisonivy.json')
  const { objects } = JSON.parse(read(file)) as { objects: Record<string, string>[] }
  const campaigns = objects.filter(({ type }) => type === 'campaign').map(({ name }) => name)
  const addresses = read(file)
    .match(/ipv4-addr:value *= *'([^']+)'/g)!
    .map((text) => text.split("'")[1]!)
  const intelligence = await open({ lists: { it: list(file, 'malicious') } })
  let named = 0
  for (const address of new Set(addresses)) {
    const { hits } = await intelligence.about(address, Date.parse('2015-06-01'))
    assert.ok(hits.length > 0, address)
    const told = hits.map(({ actor, name }) => actor?.name ?? name)
    if (told.some((name) => campaigns.includes(name ?? ''))) named++
  }
  assert.ok(named > 0, 'an address of a named campaign')
})

test('Q3 what the lists say of sampled addresses is what Node’s own block list says', skipped, async () => {
  const names = ['firehol_level1.netset', 'spamhaus_drop.netset', 'ciarmy.ipset']
  for (const name of names) {
    const file = join(reference, 'blocklists', name)
    const oracle = new BlockList()
    const words = read(file)
      .split('\n')
      .filter((line) => isNetwork(line))
    for (const word of words) {
      const [address = '', bits = '32'] = word.split('/')
      oracle.addSubnet(address, Number(bits))
    }
    const intelligence = await open({ lists: { it: list(file, 'malicious') } })
    let held = 0
    for (let k = 0; k < 2000; k++) {
      // Half of them in the list's own networks, the others anywhere that is public.
      const base =
        k % 2 === 0 ? words[(k * 7) % words.length]!.split('/')[0]! : `${11 + (k % 80)}.${k % 251}.${(k * 13) % 256}.9`
      const address = k % 4 === 0 ? base : base.replace(/\d+$/, String(k % 256))
      const { hits, identity } = await intelligence.about(address, now)
      if (identity.scope !== 'public') continue
      assert.equal(hits.length > 0, oracle.check(address), `${name} ${address}`)
      if (hits.length > 0) held++
    }
    assert.ok(held > 100, name)
  }
})

test('Q2 the research scanners of a day on the Internet are recognised', skipped, async (t) => {
  const intelligence = await open({
    lists: {
      scanners: list(join(reference, 'known_scanners'), 'research'),
      warnings: list(join(reference, 'misp_warninglists')),
      drop: list(join(reference, 'blocklists', 'spamhaus_drop.netset'), 'malicious'),
    },
  })
  const at = Date.parse('2024-04-19T12:00:00Z')
  const rows = read(day)
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split('\t'))
  const labelled = rows.filter((row) => (row[7] ?? '').trim() !== '')
  const missed: string[] = []
  for (const [source = ''] of labelled) {
    const { identity } = await intelligence.about(source, at)
    if (identity.research === null || identity.kind !== 'research') missed.push(source)
  }
  const many = labelled.filter((row) => Number(row[2]) >= 10)
  t.diagnostic(
    `${labelled.length} labelled sources, ${many.length} of them on 10 ports or more, ${missed.length} missed`,
  )
  assert.deepEqual(missed, [])
  assert.ok(labelled.length > 1900 && many.length >= 1)
  // A source that no list names is nobody we know.
  const scanner = rows.find(([source]) => source === '165.154.254.36')
  assert.ok(scanner)
  assert.equal((await intelligence.about('165.154.254.36', at)).identity.research, null)
})

const databases = [
  ['GeoLite2-ASN-Test', (record: Source) => record.autonomous_system_number ?? null, 'asn'],
  ['GeoLite2-Country-Test', countryOf, 'country'],
  ['GeoLite2-City-Test', countryOf, 'country'],
] as const

interface Source {
  readonly autonomous_system_number?: number
  readonly country?: { readonly iso_code?: string }
  readonly registered_country?: { readonly iso_code?: string }
}

function countryOf({ country, registered_country: registered }: Source): string | null {
  return (country ?? registered)?.iso_code ?? null
}

for (const [name, expected, field] of databases) {
  test(`Q2 ${name}: for every network what its source says`, skipped, async () => {
    const intelligence = await open({ databases: [join(reference, 'mmdb', `${name}.mmdb`)] })
    const sources = JSON.parse(read(join(reference, 'mmdb', `${name}.source.json`))) as Record<string, Source>[]
    let told = 0
    for (const [network, record] of sources.flatMap((each) => Object.entries(each))) {
      const address = network.split('/')[0]!.replace(/^::(?:ffff:)?(?=\d+\.)/, '')
      const { identity } = await intelligence.about(address, now)
      assert.equal(identity[field], expected(record), network)
      if (identity[field] !== null) told++
    }
    assert.ok(told > 100)
  })
}

test('Q2 a database that is cut or damaged anywhere is told, and is never a crash', skipped, async () => {
  const whole = readFileSync(join(reference, 'mmdb', 'GeoLite2-ASN-Test.mmdb'))
  const file = join(scratch, 'damaged.mmdb')
  const addresses = ['1.0.0.1', '1.128.0.1', '12.81.92.1', '2600:6000::1']
  let seed = 1
  const draw = (most: number) => (seed = (Math.imul(seed, 1103515245) + 12345) >>> 0) % most
  for (let k = 0; k < 300; k++) {
    const bytes = k < 100 ? whole.subarray(0, draw(whole.length)) : Buffer.from(whole)
    for (let hurt = k < 100 ? 0 : 16; hurt > 0; hurt--) bytes[draw(bytes.length)] = draw(256)
    writeFileSync(file, bytes)
    const intelligence = await open({ databases: [file] })
    for (const address of addresses) {
      const { identity, looked } = await intelligence.about(address, now)
      assert.equal(identity.address, address)
      assert.ok(looked.length > 0)
      if (k < 100) assert.equal(identity.asn, null, 'what is cut has no metadata at its end')
    }
  }
  for (const name of [
    'MaxMind-DB-no-ipv4-search-tree',
    'MaxMind-DB-test-broken-pointers-24',
    'MaxMind-DB-test-decoder',
  ]) {
    const intelligence = await open({ databases: [join(reference, 'mmdb', `${name}.mmdb`)] })
    for (let k = 0; k < 500; k++) await intelligence.about(`${(k % 223) + 1}.${k % 256}.${(k * 3) % 256}.1`, now)
  }
})
