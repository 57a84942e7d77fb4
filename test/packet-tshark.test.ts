import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
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

/** Packets without a row on purpose: later fragments, questions for an address of one's own. */
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
  const isCut = packet.srcPort === ''
  if (isCut) return true
  if (ours === undefined) return packet.isFragment || withoutRow.test(packet.layers) || packet.src === '::'
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

test('the same captures, merged and written in other formats and with short packets', { skip }, (t) => {
  inFolder((folder) => {
    const merged = join(folder, 'merged.pcapng')
    execFileSync('mergecap', ['-a', '-F', 'pcapng', '-w', merged, ...captures])
    const made = [merged, join(folder, 'nanoseconds.pcap'), join(folder, 'short.pcap')]
    execFileSync('editcap', ['-F', 'nsecpcap', merged, made[1] as string])
    execFileSync('editcap', ['-F', 'pcap', '-s', '68', merged, made[2] as string])
    compareAll(t, made)
  })
})

test('what editcap writes as pcapng has the rows of the original', { skip }, () => {
  inFolder((folder) => {
    const file = join(root, 'fixtures/format/pcap/hping3-icmp-ns.pcap')
    const to = join(folder, 'a.pcapng')
    execFileSync('editcap', ['-F', 'pcapng', file, to])
    const plain = (from: string) =>
      readCapture(readFileSync(from)).rows.map((row) => ({ ...row, offset: 0, length: 0 }))
    assert.equal(plain(file).length, 200)
    assert.deepEqual(plain(to), plain(file))
  })
})

test("other people's captures, as tshark reads them", { skip }, (t) => {
  if (!existsSync(real)) return t.skip('../shared/data/real is not there')
  const files = globSync('**/*.{pcap,pcapng}', { cwd: real }).map((name) => join(real, name))
  // One run of tshark over all of them: starting it takes longer than reading.
  inFolder((folder) => {
    const merged = join(folder, 'merged.pcapng')
    execFileSync('mergecap', [
      '-a',
      '-F',
      'pcapng',
      '-w',
      merged,
      ...files.filter((file) => statSync(file).size < 1e6).sort(),
    ])
    compareAll(t, [merged])
  })
})

function inFolder(use: (folder: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'packet-'))
  try {
    use(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}
