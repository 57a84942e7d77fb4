/** What an attacker may send to a collector: nothing of it may grow memory, throw, or go uncounted. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import './fuzz-seed.ts'
import { EventBatch } from '../src/event/batch.ts'
import { Dictionary } from '../src/event/dictionary.ts'
import { ExportDecoder } from '../src/format/netflow/decoder.ts'
import { decodeAll, fixtures, inputOf } from './decode-fixture.ts'
import { flow5, flow9, ipfix, set, sflow, template, usual, usualRecord } from './netflow-build.ts'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** Bytes in use, once garbage is gone. */
function inUse(): number {
  collect()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

function open(rows: { count: number } = { count: 0 }) {
  const batch = new EventBatch(4096)
  const flush = () => {
    rows.count += batch.length
    batch.clear()
  }
  const decoder = new ExportDecoder({ batch, flush }, new Dictionary())
  return { decoder, batch, flush }
}

/** Packets of garbage: templates of changing ids and fields, data without template. They are changed in place. */
function garbage(): Buffer[] {
  const fields = Array.from({ length: 60 }, (_, k) => [k + 1, (k % 8) + 1] as const)
  const data = set(999, Buffer.alloc(600, 1))
  return [flow9([set(0, template(256, fields)), data]), ipfix([set(2, template(256, fields)), data])]
}

test('100000 spoofed exporters that send templates and data take no more memory than one', () => {
  const { decoder, batch } = open()
  const address = Uint32Array.of(0, 0, 0xffff, 0)
  const packets = garbage()
  const flood = (from: number, to: number) => {
    for (let k = from; k < to; k++) {
      address[3] = 0x0a000000 + k
      const packet = packets[k & 1]!
      const start = k & 1 ? 20 : 24
      packet.writeUInt16BE(256 + (k % 700), start)
      packet.writeUInt16BE(1 + (k % 300), start + 4)
      batch.recordOffset = k
      decoder.datagram(packet, 0, packet.length, address, k & 0xffff)
    }
  }
  flood(0, 20_000)
  const before = inUse()
  flood(20_000, 100_000)
  const grown = inUse() - before
  assert.ok(grown < 256 * 1024, `${grown} bytes`)
  assert.ok(decoder.exporters.length <= 4096)
  assert.ok(decoder.templates.count <= 8192)
  assert.ok(decoder.sessions.evicted > 90_000)
})

test('an exporter that was heard keeps its place in a flood of others', () => {
  const rows = { count: 0 }
  const { decoder, batch, flush } = open(rows)
  const honest = Uint32Array.of(0, 0, 0xffff, 0xc0000201)
  const address = Uint32Array.of(0, 0, 0xffff, 0)
  const data = flow9([set(256, usualRecord())])
  const say = (packet: Buffer, who: Uint32Array) => decoder.datagram(packet, 0, packet.length, who, 1)
  say(flow9([set(0, template(256, usual))]), honest)
  say(data, honest)
  const [packet] = garbage()
  for (let k = 0; k < 50_000; k++) {
    address[3] = 0x0a000000 + k
    batch.recordOffset = k
    say(packet as Buffer, address)
  }
  say(data, honest)
  flush()
  assert.equal(rows.count, 2)
})

test('one exporter with 65000 templates does not push out those that others use', () => {
  const rows = { count: 0 }
  const { decoder, flush } = open(rows)
  const honest = Uint32Array.of(0, 0, 0xffff, 1)
  const other = Uint32Array.of(0, 0, 0xffff, 2)
  const say = (packet: Buffer, who: Uint32Array) => decoder.datagram(packet, 0, packet.length, who, 1)
  say(flow9([set(0, template(256, usual))]), honest)
  say(flow9([set(256, usualRecord())]), honest)
  for (let id = 256; id < 65536; id++) say(flow9([set(0, template(id, usual))]), other)
  say(flow9([set(256, usualRecord())]), honest)
  flush()
  assert.equal(rows.count, 2)
})

test('decoding allocates nothing per flow record', () => {
  const { decoder, batch } = open()
  const who = Uint32Array.of(0, 0, 0xffff, 1)
  const records = Array.from({ length: 30 }, (_, k) => usualRecord({ srcPort: 1000 + k, first: 0xfffff000 + k }))
  const packets = [
    flow9([set(0, template(256, usual)), set(256, ...records)]),
    flow5(records.map((_, k) => ({ srcPort: k }))),
  ]
  const run = (rounds: number) => {
    for (let round = 0; round < rounds; round++) {
      const packet = packets[round & 1]!
      batch.bytes = packet
      decoder.datagram(packet, 0, packet.length, who, 1)
    }
  }
  run(5000)
  const before = process.memoryUsage().heapUsed
  run(20_000)
  const each = (process.memoryUsage().heapUsed - before) / (20_000 * 30)
  assert.ok(each < 8, `${each.toFixed(1)} bytes a record`)
})

const seeds = ['netflow', 'netflow-pcap'].flatMap((id) =>
  readdirSync(join(fixtures, id))
    .filter((name) => !name.endsWith('.jsonl'))
    .map((name) => ({ id, name, bytes: new Uint8Array(readFileSync(join(fixtures, id, name))) })),
)

for (const { id, name, bytes } of seeds) {
  test(`${name}: input cut at any byte never throws`, async () => {
    const whole = await decodeAll(inputOf(bytes), name, id)
    for (let cut = 1; cut < bytes.length; cut += 7) {
      const { tally, bytes: read } = (await decodeAll(inputOf(bytes.subarray(0, cut)), name, id)).result
      assert.equal(read, cut)
      assert.ok(tally.events <= whole.result.tally.events)
    }
  })

  test(`${name}: rows do not depend on how the input is cut into reads`, async () => {
    const whole = await decodeAll(inputOf(bytes), name, id)
    for (const piece of [1, 13, 300, 4000]) {
      const cut = await decodeAll(inputOf(bytes, piece), name, id)
      assert.deepEqual(cut.records, whole.records)
      assert.deepEqual(cut.result.tally, whole.result.tally)
    }
  })

  test(`${name}: hostile bytes never throw`, async () => {
    const flips = fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 60 })
    await fc.assert(
      fc.asyncProperty(flips, fc.uint8Array({ maxLength: 200 }), async (changes, noise) => {
        const hostile = new Uint8Array([...bytes, ...noise])
        for (const [at, value] of changes) hostile[at] = value
        const { result } = await decodeAll(inputOf(hostile), name, id)
        assert.equal(result.bytes, hostile.length)
      }),
      { numRuns: 150 },
    )
  })
}

test('packets of random bytes behind each header never throw', () => {
  const { decoder, batch } = open()
  const who = Uint32Array.of(0, 0, 0xffff, 1)
  const heads = [flow5([]), flow9([]), ipfix([]), sflow([])].map((head) => Uint8Array.from(head))
  fc.assert(
    fc.property(fc.nat(heads.length - 1), fc.uint8Array({ maxLength: 400 }), fc.nat(60), (which, noise, count) => {
      const packet = new Uint8Array([...heads[which]!, ...noise])
      if (which < 2) packet[3] = count
      if (which === 2) packet[3] = packet.length & 0xff
      if (which === 3) packet[27] = count
      batch.bytes = packet
      decoder.datagram(packet, 0, packet.length, who, 1)
    }),
    { numRuns: 3000 },
  )
  // Sets with plausible ids and lengths reach further than random ones.
  const ids = fc.constantFrom(0, 1, 2, 3, 256, 257, 258)
  fc.assert(
    fc.property(
      fc.boolean(),
      fc.array(fc.tuple(ids, fc.uint8Array({ maxLength: 80 })), { maxLength: 6 }),
      (isNine, parts) => {
        const sets = parts.map(([id, body]) => set(id, body))
        const packet = isNine ? flow9(sets) : ipfix(sets)
        batch.bytes = packet
        decoder.datagram(packet, 0, packet.length, who, 1)
      },
    ),
    { numRuns: 5000 },
  )
})
