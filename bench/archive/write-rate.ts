import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ArchiveWriter } from '../../src/archive/writer.ts'
import { EventBatch, Kind, Outcome } from '../../src/event/batch.ts'
import { Dictionary } from '../../src/event/dictionary.ts'
import { Protocol } from '../../src/event/protocol.ts'

/** How many events a second the writer takes in, and how many it has made durable, of flow records without texts. */
export async function writeRate(
  rows: number,
): Promise<{ rows: number; takenPerSecond: number; durablePerSecond: number }> {
  const directory = mkdtempSync(join(tmpdir(), 'sweepwatch-write-'))
  const writer = await ArchiveWriter.open({
    directory,
    writer: 'bench',
    formats: ['netflow'],
    rules: new Dictionary(),
    source: () => 'netflow+udp://:2055',
    notice: (text) => process.stderr.write(`${text}\n`),
  })
  const batch = new EventBatch()
  let state = 1
  const draw = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0)
  let taken = 0
  const began = performance.now()
  for (let done = 0; done < rows; ) {
    batch.clear()
    for (; batch.length < batch.capacity && done < rows; done++) fill(batch, done, draw)
    const observing = performance.now()
    writer.observe(batch)
    taken += performance.now() - observing
    const room = writer.ready()
    if (room) await room
  }
  await writer.close()
  const whole = performance.now() - began
  rmSync(directory, { recursive: true, force: true })
  return {
    rows,
    takenPerSecond: Math.round((rows * 1000) / taken),
    durablePerSecond: Math.round((rows * 1000) / whole),
  }
}

function fill(batch: EventBatch, number: number, draw: () => number): void {
  const i = batch.begin()
  const c = batch.column
  c.time[i] = 1795305600e6 + number * 1000
  c.kind[i] = Kind.flow
  c.protocol[i] = Protocol.tcp
  c.outcome[i] = Outcome.established
  for (const side of ['src', 'dst'] as const) {
    c[`${side}0`][i] = 0
    c[`${side}1`][i] = 0
    c[`${side}2`][i] = 0xffff
  }
  c.src3[i] = 0xc6120000 | (draw() >>> 20)
  c.dst3[i] = draw()
  c.srcPort[i] = draw() >>> 16
  c.dstPort[i] = 443
  c.flags[i] = 27
  c.packetsOut[i] = draw() >>> 27
  c.packetsIn[i] = draw() >>> 27
  c.bytesOut[i] = draw() >>> 16
  c.bytesIn[i] = draw() >>> 12
  c.duration[i] = draw() >>> 8
  c.offset[i] = number * 48
  c.length[i] = 48
}
