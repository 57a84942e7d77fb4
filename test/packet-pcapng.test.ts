import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PcapngClock } from '../src/framing/pcapng-clock.ts'
import { be16, be32, block, bytes, enhanced, ethernet, interfaceBlock, ip4, section, tcp } from './packet-build.ts'
import { readCapture } from './packet-capture.ts'

const raw = ip4(tcp())
const frame = ethernet(raw)

/** A time as microseconds, split into the two words of a block. */
const split = (time: bigint): [number, number] => [Number(time >> 32n), Number(time & 0xffff_ffffn)]
const now = split(1_700_000_000_123_456n)

test('sections of either byte order, several interfaces, blocks of other kinds between', () => {
  const parts: Uint8Array[] = []
  for (const isLittle of [true, false]) {
    parts.push(section(isLittle))
    parts.push(interfaceBlock(1, [], isLittle), interfaceBlock(101, [], isLittle))
    parts.push(enhanced(frame, ...now, 0, isLittle))
    parts.push(
      block(4, bytes(1, 2, 3, 4), isLittle),
      block(0x0bad, bytes(1), isLittle),
      block(0x80000001, bytes(), isLittle),
    )
    parts.push(enhanced(raw, ...now, 1, isLittle))
  }
  const { rows, tally } = readCapture(bytes(...parts))
  assert.deepEqual([rows.length, tally.malformed, tally.ignored], [4, 0, 0])
  for (const row of rows) assert.deepEqual([row.time, row.dstPort, row.bytesOut], [1_700_000_000_123_456, 80, 40])
})

test('simple packets and the older packet block', () => {
  const simple = block(3, bytes(be32(frame.length).reverse(), frame))
  const words = [...now, frame.length, frame.length].flatMap((value) => be32(value).reverse())
  const older = block(2, bytes(0, 0, 5, 0, words, frame))
  const { rows, tally } = readCapture(bytes(section(), interfaceBlock(1), simple, older, simple))
  assert.equal(tally.malformed, 0)
  assert.deepEqual(
    rows.map((row) => row.time),
    [0, 1_700_000_000_123_456, 1_700_000_000_123_456],
    'a simple packet has the time of the one before it',
  )
})

test('clocks: decimal and binary resolutions, exact where a double can be, and an offset', () => {
  const at = (resolution: number, ticks: bigint, seconds = 0) => {
    const clock = new PcapngClock(resolution, seconds)
    clock.read(bytes(...split(ticks).map(be32)), 0, false)
    return clock.time
  }
  assert.equal(at(6, 1_700_000_000_123_457n), 1_700_000_000_123_457)
  assert.equal(at(9, 1_700_000_000_123_457_000n), 1_700_000_000_123_457)
  assert.equal(at(9, 1_700_000_000_123_457_250n), 1_700_000_000_123_457 + 0.25)
  assert.equal(at(12, 1_700_000_123_457_000_000n), 1_700_000_123_457)
  assert.equal(at(3, 1_700_000_000_123n), 1_700_000_000_123_000)
  assert.equal(at(0, 1_700_000_000n), 1_700_000_000_000_000)
  assert.equal(at(0x80 | 32, (1_700_000_000n << 32n) | (1n << 31n)), 1_700_000_000_500_000)
  assert.equal(at(0x80 | 10, 1_700_000_000n * 1024n + 1n), 1_700_000_000_000_976 + 0.5)
  assert.equal(at(6, 5n, 1_700_000_000), 1_700_000_000_000_005)
})

test('resolution and offset are read from the interface description, in either byte order', () => {
  for (const isLittle of [true, false]) {
    const short = (value: number) => (isLittle ? be16(value).reverse() : be16(value))
    const word = (value: number) => (isLittle ? be32(value).reverse() : be32(value))
    const offset = isLittle ? [...word(100), ...word(0)] : [...word(0), ...word(100)]
    const name = [...short(2), ...short(3), 0x65, 0x74, 0x68, 0]
    const options = [
      ...name,
      ...short(9),
      ...short(1),
      9,
      0,
      0,
      0,
      ...short(14),
      ...short(8),
      ...offset,
      ...short(0),
      ...short(0),
    ]
    const file = bytes(section(isLittle), interfaceBlock(1, options, isLittle), enhanced(frame, 0, 2000, 0, isLittle))
    assert.equal(readCapture(file).rows[0]?.time, 100e6 + 2)
  }
})

test('damage: an interface that is not described, a packet longer than its block', () => {
  const long = enhanced(frame, ...now)
  long.set([0xff, 0xff], 20)
  const good = enhanced(frame, ...now)
  const { rows, tally } = readCapture(bytes(section(), interfaceBlock(1), enhanced(frame, ...now, 3), good, long, good))
  assert.equal(rows.length, 2)
  assert.deepEqual(
    tally.examples.map(({ reason }) => reason),
    ['packet of an interface that is not described', 'packet block cut short'],
  )
})

test('damage: after lengths that cannot be, the next block is found again', () => {
  const good = enhanced(frame, ...now)
  for (const length of [0, 4, 13, good.length + 4, 0x7fff_fff0]) {
    const bad = good.slice()
    bad.set(be32(length).reverse(), 4)
    const { rows, tally } = readCapture(bytes(section(), interfaceBlock(1), good, bad, good, good))
    assert.deepEqual([rows.length, tally.malformed, tally.examples[0]?.offset], [3, 1, 28 + 20 + good.length])
  }
})

test('a large block of another kind is passed over, however small the window', () => {
  const good = enhanced(frame, ...now)
  const file = bytes(section(), interfaceBlock(1), good, block(0x0bad, new Uint8Array(400_000)), good)
  const { rows, tally, pushes } = readCapture(file, 1000)
  assert.deepEqual([rows.length, tally.malformed], [2, 0])
  assert.ok(pushes > 100)
  const cut = readCapture(file.subarray(0, 300_000), 1000)
  assert.deepEqual([cut.rows.length, cut.tally.malformed], [1, 1])
})

test('a file that ends in the middle of a block', () => {
  const good = enhanced(frame, ...now)
  const file = bytes(section(), interfaceBlock(1), good, good)
  for (const missing of [1, 50, good.length - 3]) {
    const { rows, tally, consumed } = readCapture(file.subarray(0, file.length - missing))
    assert.deepEqual([rows.length, tally.malformed, consumed], [1, 1, file.length - missing])
    assert.equal(tally.examples[0]?.reason, 'the file ends in the middle of a block')
  }
})
