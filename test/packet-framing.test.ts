import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import pcap from '../src/format/pcap.ts'
import pcapng from '../src/format/pcapng.ts'
import { be32, bytes, ethernet, ip4, pcapFile, section, tcp } from './packet-build.ts'
import { readCapture } from './packet-capture.ts'

const frame = ethernet(ip4(tcp()))
const three = [frame, frame, frame]
const record = 16 + frame.length
const fixture = (name: string) => readFileSync(new URL(`../fixtures/format/${name}`, import.meta.url))

test('both byte orders, microseconds and nanoseconds, and the variant with longer record headers', () => {
  for (const isLittle of [true, false]) {
    const micro = readCapture(pcapFile(three, { isLittle, fraction: 999_990 }))
    assert.deepEqual(
      micro.rows.map((row) => row.time),
      [0, 1, 2].map((i) => 1_700_000_000_999_990 + i),
    )
    const nano = readCapture(pcapFile(three, { isLittle, magic: 0xa1b23c4d, fraction: 250 }))
    assert.deepEqual(
      nano.rows.map((row) => row.time),
      [0, 1, 2].map((i) => 1_700_000_000_000_000 + (250 + i) / 1000),
    )
    const long = readCapture(pcapFile(three, { isLittle, magic: 0xa1b2cd34, extra: 8 }))
    assert.deepEqual([long.rows.length, long.rows[2]?.dstPort, long.tally.malformed], [3, 80, 0])
  }
})

test('a row points at its record', () => {
  const { rows } = readCapture(pcapFile(three))
  assert.deepEqual(
    rows.map(({ offset, length }) => [offset, length]),
    [0, 1, 2].map((i) => [24 + i * record, record]),
  )
})

test('the window does not matter', () => {
  for (const name of ['pcap/nmap-udp.pcap', 'pcap/nmap-fragments.pcap', 'pcapng/two-interfaces.pcapng']) {
    const file = fixture(name)
    const whole = readCapture(file)
    assert.ok(whole.rows.length > 0)
    for (const window of [1, 300, 4096]) {
      const { rows, tally } = readCapture(file, window)
      assert.deepEqual(rows, whole.rows)
      assert.deepEqual(tally, whole.tally)
    }
  }
})

test('a file that ends in the middle of a packet is damage, once, and keeps what stands before', () => {
  const whole = pcapFile(three)
  for (const cut of [whole.length - 1, whole.length - frame.length, whole.length - record + 1]) {
    const { rows, tally, consumed } = readCapture(whole.subarray(0, cut))
    assert.deepEqual([rows.length, tally.malformed, consumed], [2, 1, cut])
    assert.deepEqual(tally.examples, [{ offset: 24 + 2 * record, reason: 'the file ends in the middle of a packet' }])
  }
})

test('no header, or half of one', () => {
  for (const file of [pcapFile([]).subarray(0, 10), bytes(Array(100).fill(7))]) {
    const { rows, tally, consumed } = readCapture(file)
    assert.deepEqual([rows.length, tally.malformed, consumed], [0, 1, file.length])
  }
  assert.deepEqual(readCapture(pcapFile([])).tally.malformed, 0)
})

test('after a record of absurd length the next one is found again', () => {
  const many = Array.from({ length: 40 }, () => frame)
  for (const length of [be32(0xffffff7f), be32(0x00000500)]) {
    const file = pcapFile(many)
    file.set(length, 24 + 10 * record + 8)
    const { rows, tally } = readCapture(file)
    assert.deepEqual([rows.length, tally.malformed], [39, 1])
    assert.equal(tally.examples[0]?.offset, 24 + 10 * record)
    assert.equal(rows[10]?.offset, 24 + 11 * record)
  }
})

test('a hole of zeros is damage once, not packets', () => {
  const whole = pcapFile([...three, ...three])
  const file = bytes(whole.subarray(0, 24 + 3 * record), Array(5000).fill(0), whole.subarray(24 + 3 * record))
  const { rows, tally } = readCapture(file)
  assert.deepEqual([rows.length, tally.malformed, tally.examples[0]?.offset], [6, 1, 24 + 3 * record])
})

test('a link type that is not decoded is said once; its packets are counted', () => {
  const { rows, tally } = readCapture(pcapFile(three, { linkType: 189 }))
  assert.deepEqual([rows.length, tally.ignored, tally.malformed], [0, 3, 1])
  assert.equal(tally.examples[0]?.reason, 'link type 189 is not decoded')
})

test('recognition', () => {
  assert.equal(pcap.sniff(pcapFile([])), 1)
  assert.equal(pcap.sniff(pcapFile([], { isLittle: false, magic: 0xa1b23c4d })), 1)
  assert.equal(pcapng.sniff(section()), 1)
  assert.equal(pcapng.sniff(section(false)), 1)
  assert.equal(pcapng.sniff(pcapFile([])), 0)
  assert.equal(pcap.sniff(section()), 0)
  for (const head of [bytes(), bytes(0xd4), bytes(...Buffer.from('#separator \\x09 not a capture'))]) {
    assert.equal(pcap.sniff(head) + pcapng.sniff(head), 0)
  }
})
