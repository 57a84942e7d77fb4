import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { readCapture } from './packet-capture.ts'
import { offsets } from './packet-offsets.ts'
import { hasTshark, type Seen, tsharkOf } from './packet-oracle.ts'

const root = new URL('..', import.meta.url).pathname
const captures = globSync(['fixtures/format/pcap/*', 'fixtures/format/pcapng/*'], { cwd: root }).map((name) =>
  join(root, name),
)
const real = join(root, '../shared/data/real')

/** Tunnels and shims that are not followed: the row is the packet around them. */
const notFollowed = /:(gtp|teredo|ayiya|openflow|nsh|l2tp|capwap)/

/** Packets without a row on purpose: later fragments, questions for an address of one's own, what the snaplen cut. */
const withoutRow = /:(data|ipv6\.fraghdr|malformed)$|:arp$/

/** What the two disagree on in one file: at most a few lines, and the number of packets compared. */
function compare(file: string): { packets: number; differences: string[] } {
  const bytes = readFileSync(file)
  const places = offsets(bytes)
  const rows = new Map(readCapture(bytes).rows.map((row) => [row.offset, row]))
  const seen = tsharkOf(file)
  assert.equal(seen.length, places.length, file)
  const differences: string[] = []
  seen.forEach((packet, i) => {
    const row = rows.get(places[i] as number)
    if (packet && notFollowed.test(packet.layers)) return
    const ours = row && [row.src, row.dst, row.protocol, row.srcPort, row.dstPort].join(' ')
    if (!isSame(packet, ours)) differences.push(`${basename(file)} #${i + 1}: ${JSON.stringify(packet)}, ours ${ours}`)
  })
  return { packets: seen.length, differences }
}

function isSame(packet: Seen | undefined, ours: string | undefined): boolean {
  if (!packet) return ours === undefined
  if (ours === undefined) return withoutRow.test(packet.layers) || packet.src === '::'
  const cells = ours.split(' ')
  const theirs = [packet.src, packet.dst, packet.protocol, packet.srcPort, packet.dstPort]
  return theirs.every((cell, i) => cell === undefined || String(cell) === cells[i])
}

function compareAll(t: TestContext, files: readonly string[]): void {
  let packets = 0
  const differences: string[] = []
  for (const file of files) {
    const result = compare(file)
    packets += result.packets
    differences.push(...result.differences)
  }
  t.diagnostic(`${packets} packets of ${files.length} captures compared with tshark`)
  assert.ok(packets > 0)
  assert.deepEqual(differences.slice(0, 10), [])
}

const skip = hasTshark ? false : 'tshark is not installed'

test('our captures, as tshark reads them', { skip }, (t) => {
  assert.ok(captures.length >= 9)
  compareAll(t, captures)
})

test('the same captures, written by editcap as other formats and with short packets', { skip }, (t) => {
  if (spawnSync('editcap', ['--version']).status !== 0) return t.skip('editcap is not installed')
  const folder = mkdtempSync(join(tmpdir(), 'packet-'))
  try {
    const made = captures.flatMap((file) => {
      return ['pcapng', 'nsecpcap', 'pcap'].map((format) => {
        const to = join(folder, `${basename(file)}.${format}`)
        // Classic captures cannot hold several interfaces of different clocks; editcap then fails, and that one is left out.
        const { status } = spawnSync('editcap', ['-F', format, '-s', format === 'pcap' ? '62' : '262144', file, to])
        return status === 0 ? to : undefined
      })
    })
    compareAll(
      t,
      made.filter((file) => file !== undefined),
    )
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('what editcap writes as pcapng has the rows of the original', { skip }, (t) => {
  if (spawnSync('editcap', ['--version']).status !== 0) return t.skip('editcap is not installed')
  const folder = mkdtempSync(join(tmpdir(), 'packet-'))
  try {
    const file = join(root, 'fixtures/format/pcap/hping3-icmp-ns.pcap')
    const to = join(folder, 'a.pcapng')
    execFileSync('editcap', ['-F', 'pcapng', file, to])
    const plain = (from: string) =>
      readCapture(readFileSync(from)).rows.map((row) => ({ ...row, offset: 0, length: 0 }))
    assert.equal(plain(file).length, 200)
    assert.deepEqual(plain(to), plain(file))
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test("other people's captures, as tshark reads them", { skip }, (t) => {
  if (!existsSync(real)) return t.skip('../shared/data/real is not there')
  const files = globSync('**/*.{pcap,pcapng}', { cwd: real }).map((name) => join(real, name))
  compareAll(t, files.filter((file) => statSync(file).size < 1e6).sort())
})
