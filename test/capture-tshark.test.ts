/** Cuts against what Wireshark's and tcpdump's own filters select of the same captures. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, globSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { after, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { cutCapture } from '../src/capture/cut-capture.ts'
import { addressesOf, displayFilter, hasTcpdump, hasTshark, packetsOf, selectWithTshark } from './capture-oracle.ts'

const folder = mkdtempSync(join(tmpdir(), 'sweepwatch-tshark-'))
after(() => rmSync(folder, { recursive: true }))
const root = join(import.meta.dirname, '..')
const lab = join(root, 'fixtures', 'lab')
const real = join(root, '..', 'shared', 'data', 'real')
const skip = hasTshark ? false : 'tshark is missing'

let made = 0
const place = (end: string) => join(folder, `${made++}${end}`)

/** A capture of the lab, unpacked. */
function unpacked(name: string): string {
  const path = join(folder, name.replace('.gz', ''))
  writeFileSync(path, gunzipSync(readFileSync(join(lab, name))))
  return path
}

async function cut(paths: readonly string[], networks: readonly string[], index?: string): Promise<string[]> {
  const out = place('.pcap')
  await cutCapture({ paths, filter: { networks }, out, index })
  return packetsOf(out)
}

/** The addresses with most and with fewest packets, and one between. */
function some(addresses: readonly string[]): string[] {
  return [...new Set([0, addresses.length >> 1, addresses.length - 1].flatMap((k) => addresses[k] ?? []))]
}

async function compare(capture: string, address: string): Promise<number> {
  const selected = place('.pcap')
  selectWithTshark(capture, displayFilter(address), selected)
  const ours = await cut([capture], [address])
  assert.deepEqual([...ours].sort(), packetsOf(selected).sort(), `${basename(capture)}: ${address}`)
  return ours.length
}

const chosen = /^(killchain|nmap_(decoy|ip_protocol|sn_default|udp|sV|fin)|ipv6|hping3|zmap_20_icmp|distributed20)/
for (const name of readdirSync(lab).filter((each) => each.endsWith('.pcap.gz') && chosen.test(each))) {
  test(`T3 ${name}: the packets that tshark selects`, { skip }, async () => {
    const capture = unpacked(name)
    let packets = 0
    for (const address of some(addressesOf(capture))) packets += await compare(capture, address)
    assert.ok(packets > 0)
  })
}

/** Captures of other people: tunnels, tags, fragments, rare links. Named in the folder of Zeek's tests. */
const odd =
  /tunnels\.(gre|vxlan|geneve|4in|6in|teredo\b)|vlan|mpls|pppoe|erspan|fragment|icmp|arp|ipv6|llc|sll|q-in-q|raw|nd\b/
const captures = existsSync(real)
  ? globSync(join(real, 'g1_parsers', 'zeek_btest', '**', '*')).filter(
      (path) => statSync(path).isFile() && odd.test(path) && !path.includes('gtp') && !path.includes('ayiya'),
    )
  : []

test('T3 real captures with tunnels, tags and fragments: the packets that tshark selects', {
  skip: skip || (existsSync(real) ? false : 'captures of zeek_btest: real data absent'),
}, async () => {
  let packets = 0
  for (const capture of captures.slice(0, 40)) {
    if (!/^(d4c3b2a1|4d3cb2a1|a1b2c3d4|a1b23c4d|0a0d0d0a)/.test(readFileSync(capture).subarray(0, 4).toString('hex')))
      continue
    for (const address of addressesOf(capture).slice(0, 2)) packets += await compare(capture, address)
  }
  assert.ok(packets > 100, `${packets}`)
})

test('T3 what tcpdump selects is in the cut, and beyond it only what ICMP quotes', {
  skip: hasTcpdump ? skip : 'tcpdump is missing',
}, async () => {
  for (const name of [
    'killchain.pcap.gz',
    'nmap_udp_5ports.pcap.gz',
    'ipv6_nmap_syn.pcap.gz',
    'benign_web_in.pcap.gz',
  ].filter((each) => existsSync(join(lab, each)))) {
    const capture = unpacked(name)
    for (const address of some(addressesOf(capture))) {
      const selected = place('.pcap')
      execFileSync(
        'tcpdump',
        ['-r', capture, '--nano', '-w', selected, `host ${address} or (vlan and host ${address})`],
        { stdio: 'ignore' },
      )
      const theirs = packetsOf(selected)
      const ours = await cut([capture], [address])
      const known = new Set(theirs)
      assert.deepEqual(
        ours.filter((packet) => known.has(packet)),
        theirs,
      )
      const quoting = place('.pcap')
      selectWithTshark(
        capture,
        `(${displayFilter(address)}) && (icmp.type in {3, 4, 5, 11, 12} || icmpv6.type < 5 || icmpv6.type in {135, 136})`,
        quoting,
      )
      const explained = new Set(packetsOf(quoting))
      assert.deepEqual(
        ours.filter((packet) => !known.has(packet) && !explained.has(packet)),
        [],
      )
    }
  }
})

test('T3 a directory of several captures: what mergecap puts together and tshark selects', { skip }, async () => {
  const names = ['killchain.pcap.gz', 'nmap_sV_banner.pcap.gz', 'masscan_24_p80_r1000.pcap.gz', 'nmap_decoy.pcap.gz']
  const paths = names.map(unpacked)
  const merged = place('.pcap')
  execFileSync('mergecap', ['-F', 'nsecpcap', '-w', merged, ...paths], { stdio: 'ignore' })
  for (const network of ['192.0.2.10', '203.0.113.0/24', '192.0.2.0/26']) {
    const selected = place('.pcap')
    selectWithTshark(merged, displayFilter(network), selected)
    const ours = await cut(paths, [network], join(folder, 'index'))
    assert.deepEqual([...ours].sort(), packetsOf(selected).sort(), network)
    const times = ours.map((packet) => packet.split(' ')[0])
    assert.deepEqual(times, [...times].sort())
    assert.ok(ours.length > 100)
  }
})
