import assert from 'node:assert/strict'
import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { type Address, formatAddress, ipv4 } from '../src/base/address.ts'
import { truncate } from '../src/base/prefix.ts'
import { Problem } from '../src/base/problem.ts'
import { AddressSet, FilterQuestion } from '../src/capture/address-set.ts'
import { type CaptureFile, findCaptures } from '../src/capture/capture-files.ts'
import { cutCapture } from '../src/capture/cut-capture.ts'
import { indexCapture } from '../src/capture/index-capture.ts'
import { pruneIndexes } from '../src/capture/prune-indexes.ts'
import { allocatedBy } from './allocation.ts'
import { enhanced, ethernet, interfaceBlock, ip4, pcapFile, section, tcp } from './packet-build.ts'

const folder = mkdtempSync(join(tmpdir(), 'sweepwatch-index-'))
after(() => rmSync(folder, { recursive: true }))

let made = 0
const place = (end: string) => join(folder, `${made++}${end}`)
const a = '192.0.2.1'

/** So many packets with a payload, every tenth from 192.0.2.1. */
function packets(count: number): Uint8Array[] {
  const data = Array(400).fill(1)
  return Array.from({ length: count }, (_, k) =>
    ethernet(ip4(tcp(2, [], data), { src: k % 10 === 0 ? a : `203.0.${(k >> 8) & 255}.${k & 255}` })),
  )
}

async function captureOf(path: string): Promise<CaptureFile> {
  const { captures } = await findCaptures([path])
  assert.equal(captures.length, 1)
  return captures[0] as CaptureFile
}

async function countOf(path: string, index: string, network = a): Promise<number> {
  return (await cutCapture({ paths: [path], filter: { networks: [network] }, out: place('.pcapng'), index })).packets
}

for (const [kind, whole] of [
  ['pcap', Buffer.from(pcapFile(packets(12_000)))],
  [
    'pcapng',
    Buffer.concat([section(), interfaceBlock(1), ...packets(12_000).map((packet, k) => enhanced(packet, 395_812, k))]),
  ],
] as const) {
  test(`T3 the index of a ${kind} that grows is brought up to date by what was added`, async () => {
    const [path, index] = [place(`.${kind}`), place('.index')]
    // Cut in the middle of a record.
    const half = (whole.length >> 1) + 7
    writeFileSync(path, whole.subarray(0, half))
    const first = await indexCapture(await captureOf(path), index)
    assert.ok(first.footer.blocks >= 2)
    assert.ok(first.footer.packets > 5900 && first.footer.packets < 6100)
    appendFileSync(path, whole.subarray(half))
    const second = await indexCapture(await captureOf(path), index)
    assert.equal(second.footer.packets, 12_000)
    assert.ok(second.read < whole.length * 0.75, `${second.read} of ${whole.length}`)
    const fresh = await indexCapture(await captureOf(path), place('.index'))
    assert.deepEqual(
      [second.footer.packets, second.footer.indexedTo, second.footer.malformed],
      [12_000, fresh.footer.indexedTo, 0],
    )
    assert.deepEqual(
      readFileSync(second.path).subarray(0, second.footer.bodyBytes),
      readFileSync(fresh.path).subarray(0, fresh.footer.bodyBytes),
    )
    assert.equal((await indexCapture(await captureOf(path), index)).read, 0)
    assert.equal(await countOf(path, index), 1200)
  })

  test(`T3 while the last record of a ${kind} is not whole, all before it is found`, async () => {
    const [path, index] = [place(`.${kind}`), place('.index')]
    for (const length of [0, 3, 30, 1000, 300_000, 2_000_000, whole.length]) {
      writeFileSync(path, whole.subarray(0, length))
      const { captures } = await findCaptures([path])
      if (captures.length === 0) continue
      const plain = await cutCapture({ paths: [path], filter: { networks: [a] }, out: place('.pcapng') })
      assert.equal(await countOf(path, index), plain.packets, `${length}`)
    }
  })
}

test('T3 an index that is damaged inside is told, not believed', async () => {
  const [path, index] = [place('.pcap'), place('.index')]
  writeFileSync(path, pcapFile(packets(12_000)))
  const { path: kept, footer } = await indexCapture(await captureOf(path), index)
  assert.ok(footer.blocks > 2)
  const damaged = readFileSync(kept)
  damaged.writeUInt32LE(0xffffffff, 40)
  writeFileSync(kept, damaged)
  await assert.rejects(countOf(path, index), (error) => error instanceof Problem && error.code === 'capture-index')
})

test('T3 a file that is rotated by renaming keeps its index; one that is written anew gets a new one', async () => {
  const [path, index] = [place('.pcap'), place('.index')]
  writeFileSync(path, pcapFile(packets(3000)))
  await indexCapture(await captureOf(path), index)
  const renamed = `${path}.1`
  renameSync(path, renamed)
  assert.equal((await indexCapture(await captureOf(renamed), index)).read, 0)
  // The same inode with other packets, as tcpdump -W writes its ring.
  const other = pcapFile(packets(3000), { second: 1_800_000_000 })
  writeFileSync(renamed, other)
  const anew = await indexCapture(await captureOf(renamed), index)
  assert.ok(anew.read > other.length - 100)
  const shorter = pcapFile(packets(100), { second: 1_800_000_000 })
  writeFileSync(renamed, shorter)
  assert.equal((await indexCapture(await captureOf(renamed), index)).footer.packets, 100)
  assert.equal(await countOf(renamed, index), 10)
})

test('T3 an index that is damaged is made anew; indexes of captures that are gone are removed', async () => {
  const [path, index] = [place('.pcap'), place('.index')]
  writeFileSync(path, pcapFile(packets(500)))
  const { path: kept } = await indexCapture(await captureOf(path), index)
  const sound = readFileSync(kept)
  assert.equal(statSync(kept).mode & 0o077, 0)
  assert.ok(!sound.includes('203.0'))
  for (const damaged of [
    Buffer.alloc(0),
    sound.subarray(5),
    sound.subarray(0, -2),
    Buffer.from('{}\x02\0\0\0'),
    Buffer.alloc(400, 255),
  ]) {
    writeFileSync(kept, damaged)
    const { read, footer } = await indexCapture(await captureOf(path), index)
    assert.deepEqual([read > 0, footer.packets], [true, 500])
  }
  const gone = place('.pcap')
  writeFileSync(gone, pcapFile(packets(10)))
  const { path: stale } = await indexCapture(await captureOf(gone), index)
  rmSync(gone)
  writeFileSync(`${kept}.abc.new`, 'left by a kill')
  const now = statSync(kept).mtimeMs
  assert.equal(pruneIndexes(index, new Set([kept]), now), 1)
  assert.equal(pruneIndexes(index, new Set([kept]), now + 2 * 86400e3), 1)
  assert.deepEqual(
    readdirSync(index).map((name) => join(index, name)),
    [kept],
  )
  assert.notEqual(stale, kept)
})

const address = fc.oneof(
  fc.integer({ min: 0, max: 0xffffffff }).map(ipv4),
  fc.tuple(
    fc.constant(0x20010db8),
    fc.nat(0xffffffff),
    fc.nat(0xffffffff),
    fc.nat(0xffffffff),
  ) as fc.Arbitrary<Address>,
)

test('T3 a filter never denies an address that is in it, nor a network that holds one', () => {
  const set = new AddressSet()
  fc.assert(
    fc.property(
      fc.array(address, { minLength: 1, maxLength: 50 }),
      fc.integer({ min: 0, max: 128 }),
      (addresses, length) => {
        set.clear()
        for (const each of addresses) set.add(...each)
        const filter = set.filter()
        for (const each of addresses) {
          assert.ok(new FilterQuestion([{ address: each, bits: 128 }]).mayHold(filter), formatAddress(...each))
          assert.ok(new FilterQuestion([truncate(each, length)]).mayHold(filter), `${formatAddress(...each)}/${length}`)
        }
      },
    ),
    { seed: 8, numRuns: 500 },
  )
})

test('T3 of addresses that are not in a filter it lets through few', () => {
  const set = new AddressSet()
  for (let k = 0; k < 5000; k++) set.add(...ipv4(0x0a000000 + 7919 * k))
  const filter = set.filter()
  let wrong = 0
  for (let k = 0; k < 20_000; k++) {
    if (new FilterQuestion([{ address: ipv4(0x50000000 + 104_729 * k), bits: 128 }]).mayHold(filter)) wrong++
  }
  assert.ok(wrong / 20_000 < 0.025, `${wrong} of 20000`)
  assert.ok(filter.length * 32 <= set.size * 10 + 64)
})

test('T3 indexing allocates nothing for a packet', async () => {
  const path = place('.pcap')
  const capture = gunzipSync(readFileSync(join(import.meta.dirname, '..', 'fixtures', 'lab', 'killchain.pcap.gz')))
  writeFileSync(path, Buffer.concat([capture, ...Array(19).fill(capture.subarray(24))]))
  const file = await captureOf(path)
  await indexCapture(file, place('.index'))
  let read = 0
  const allocated = await allocatedBy(/src\/(capture|packet|framing|base)\//, async () => {
    read = (await indexCapture(file, place('.index'))).footer.packets
  })
  assert.ok(read > 400_000)
  // What there is are tables of fixed size, and now and then a time that is not kept off the heap.
  assert.ok(allocated / read < 8, `${allocated} bytes for ${read} packets`)
})
