/** Rows of the archive say what `sweepwatch events` says; packets of a connection become one row that says the same of all of them. */
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Row } from '../src/archive/duckdb.ts'
import { Kind, Outcome, Subject } from '../src/event/batch.ts'
import { Flag, Protocol } from '../src/event/protocol.ts'
import type { EventRecord } from '../src/event/record.ts'
import { Text } from '../src/event/texts.ts'
import { formats } from '../src/format/registry.ts'
import { openInputs } from '../src/source/inputs.ts'
import type { Input } from '../src/source/source.ts'
import { address, archiveFiles, batchOf, cell, day, openWriter, rowsOf, temporaryArchive } from './archive-parts.ts'
import { decodeAll, fixtures, root } from './decode-fixture.ts'

const columns: Readonly<Record<string, string>> = {
  sensor: 'device',
  user: 'account',
  offset: 'record_offset',
  length: 'record_length',
}
const snake = (name: string) => columns[name] ?? name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
/** What the archive has no column for, or another form of. */
const apart = new Set(['communityId', 'marks', 'signature', 'query', 'source', 'direction'])

/** A record as the archive's columns have it. */
function asRow(record: EventRecord): Record<string, unknown> {
  const { signature, query, marks } = record
  const plain = Object.entries(record).filter(([name]) => !apart.has(name))
  return {
    ...Object.fromEntries(plain.map(([name, value]) => [snake(name), value])),
    ...(signature?.name !== undefined && { signature: signature.name }),
    ...(signature?.id !== undefined && { signature_id: signature.id }),
    ...(signature?.category !== undefined && { category: signature.category }),
    ...(signature?.severity !== undefined && { severity: signature.severity }),
    ...(query?.name !== undefined && { query: query.name }),
    ...(query?.type !== undefined && { query_type: query.type }),
    ...(query?.rcode !== undefined && { rcode: query.rcode }),
    ...(query?.answer !== undefined && { answer: query.answer }),
    ...(marks !== undefined && { marks: marks.join(',') }),
  }
}

/** A row without what records do not have. */
function comparable(row: Row): Record<string, unknown> {
  const {
    record: _r,
    src_key: _s,
    dst_key: _d,
    records: _n,
    direction: _w,
    source: _f,
    day: _day,
    marks,
    ...rest
  } = row
  // Records do not show `again`; a bit that only says which columns are filled.
  const shown = String(marks ?? '')
    .split(',')
    .filter((mark) => mark !== '' && mark !== 'again')
  const told = Object.entries({ ...rest, marks: shown.length > 0 ? shown.join(',') : null })
  return Object.fromEntries(told.filter(([, value]) => value !== null))
}

/** Packets, or samples of them (sFlow): put together where they are of one connection. */
const packetFormats = new Set(['pcap', 'pcapng', 'netflow', 'netflow-pcap'])
const textual = formats.filter(({ id }) => !packetFormats.has(id))

for (const { id } of textual) {
  test(`${id}: each row of the archive says what its record says`, async () => {
    const names = readdirSync(join(fixtures, id)).filter((name) => !name.endsWith('.jsonl'))
    for (const name of names) {
      const path = join(fixtures, id, name)
      const { records } = await decodeAll(openInputs([path])[0] as Input, name)
      const directory = temporaryArchive()
      await archiveFiles(directory, [path])
      const rows = await rowsOf(directory, 'SELECT * FROM events')
      assert.equal(rows.length, records.length, name)
      const sorted = (list: readonly Record<string, unknown>[]) =>
        list.map((row) => JSON.stringify(row, Object.keys(row).sort())).sort()
      assert.deepEqual(sorted(rows.map(comparable)), sorted(records.map(asRow)), name)
    }
  })
}

for (const id of packetFormats) {
  test(`${id}: no record is lost where packets are put together`, async () => {
    for (const name of readdirSync(join(fixtures, id)).filter((each) => !each.endsWith('.jsonl'))) {
      const path = join(fixtures, id, name)
      const { records } = await decodeAll(openInputs([path])[0] as Input, name)
      const directory = temporaryArchive()
      await archiveFiles(directory, [path])
      assert.deepEqual(await rowsOf(directory, 'SELECT sum(records) AS n FROM events'), [{ n: records.length }], name)
    }
  })
}

test('packets of a connection are one row a minute, with both directions, and where the first stands', async () => {
  const { syn, ack, psh, fin } = Flag
  const client = {
    src: address('203.0.113.7'),
    dst: address('192.0.2.10'),
    srcPort: 40_000,
    dstPort: 443,
    kind: Kind.packet,
    outcome: 0,
  }
  const server = { src: client.dst, dst: client.src, srcPort: 443, dstPort: 40_000, kind: Kind.packet, outcome: 0 }
  const directory = temporaryArchive()
  const { writer } = await openWriter(directory)
  writer.observe(
    batchOf([
      { ...client, time: day, flags: syn, bytesOut: 60, offset: 24 },
      { ...server, time: day + 1000, flags: syn | ack, bytesOut: 60, offset: 100, outcome: Outcome.response },
      { ...client, time: day + 2000, flags: ack | psh, bytesOut: 500, offset: 200 },
      { ...server, time: day + 3000, flags: ack | psh | fin, bytesOut: 1500, offset: 300 },
      // A minute later the same connection goes on: its beginning is not in this piece.
      { ...server, time: day + 61e6, flags: ack | psh, bytesOut: 1400, offset: 400 },
      { ...client, time: day + 62e6, flags: ack, bytesOut: 40, offset: 500 },
    ]),
  )
  await writer.close()
  const rows = await rowsOf(
    directory,
    `SELECT src, src_port, dst, dst_port, outcome, records, packets_out, packets_in, bytes_out, bytes_in, duration, flags, reply_flags,
      marks, record_offset FROM events ORDER BY time`,
  )
  const ends = { src: '203.0.113.7', src_port: 40_000, dst: '192.0.2.10', dst_port: 443, outcome: 'established' }
  assert.deepEqual(rows, [
    {
      ...ends,
      records: 4,
      packets_out: 2,
      packets_in: 2,
      bytes_out: 560,
      bytes_in: 1560,
      duration: 0.003,
      flags: 'SPA',
      reply_flags: 'FSPA',
      marks: null,
      record_offset: 24,
    },
    {
      ...ends,
      records: 2,
      packets_out: 1,
      packets_in: 1,
      bytes_out: 40,
      bytes_in: 1400,
      duration: 1,
      flags: 'A',
      reply_flags: 'PA',
      marks: 'midstream',
      record_offset: 400,
    },
  ])
})

test('a packet without an answer is unanswered only where its sensor shows answers at all', async () => {
  const probe = {
    kind: Kind.packet,
    outcome: 0,
    flags: Flag.syn,
    dst: address('192.0.2.99'),
    srcPort: 50_000,
    dstPort: 23,
  }
  const directory = temporaryArchive()
  const { writer } = await openWriter(directory)
  writer.observe(
    batchOf([
      { ...probe, sensor: 1 },
      { ...probe, sensor: 2, dst: address('192.0.2.10') },
      {
        ...probe,
        sensor: 2,
        src: address('192.0.2.10'),
        dst: address('203.0.113.7'),
        srcPort: 23,
        dstPort: 50_000,
        flags: Flag.rst | Flag.ack,
        outcome: Outcome.response,
      },
      { ...probe, sensor: 2 },
    ]),
  )
  await writer.close()
  const rows = await rowsOf(directory, 'SELECT source, dst, outcome FROM events ORDER BY source, dst')
  assert.deepEqual(rows, [
    { source: 'input 1', dst: '192.0.2.99', outcome: 'unknown' },
    { source: 'input 2', dst: '192.0.2.10', outcome: 'refused' },
    { source: 'input 2', dst: '192.0.2.99', outcome: 'unanswered' },
  ])
})

test('answers that nothing asked for are not turned into contacts of ours', async () => {
  const directory = temporaryArchive()
  const { writer } = await openWriter(directory)
  const backscatter = {
    kind: Kind.packet,
    srcPort: 80,
    dstPort: 33_333,
    flags: Flag.syn | Flag.ack,
    outcome: Outcome.response,
  }
  writer.observe(batchOf([backscatter, { ...backscatter, dst: address('192.0.2.11') }]))
  await writer.close()
  assert.deepEqual(await rowsOf(directory, 'SELECT DISTINCT src, src_port, outcome FROM events'), [
    { src: '203.0.113.7', src_port: 80, outcome: 'response' },
  ])
  assert.deepEqual(await rowsOf(directory, 'SELECT count(*) AS n FROM contacts'), [{ n: 0 }])
})

test('echo requests and replies are one row; so are IPv6 connections', async () => {
  const ping = { kind: Kind.packet, protocol: Protocol.icmp, srcPort: 77, dstPort: 0, icmpType: 8, outcome: 0 }
  const far = [0x20010db8, 0, 0, 7] as const
  const near = [0x20010db8, 0x10000, 0, 9] as const
  const six = { kind: Kind.packet, src: far, dst: near, srcPort: 40_001, dstPort: 22, flags: Flag.syn, outcome: 0 }
  const directory = temporaryArchive()
  const { writer } = await openWriter(directory)
  writer.observe(
    batchOf([
      ping,
      { ...ping, src: address('192.0.2.10'), dst: address('203.0.113.7'), icmpType: 0, outcome: Outcome.response },
      six,
      {
        ...six,
        src: near,
        dst: far,
        srcPort: 22,
        dstPort: 40_001,
        flags: Flag.syn | Flag.ack,
        outcome: Outcome.response,
      },
    ]),
  )
  await writer.close()
  const rows = await rowsOf(
    directory,
    'SELECT src, dst, dst_port, icmp_type, outcome, records, src_key FROM events ORDER BY protocol',
  )
  assert.deepEqual(rows, [
    {
      src: '203.0.113.7',
      dst: '192.0.2.10',
      dst_port: null,
      icmp_type: 8,
      outcome: 'established',
      records: 2,
      src_key: 3405803783,
    },
    {
      src: '2001:db8::7',
      dst: '2001:db8:1::9',
      dst_port: 22,
      icmp_type: null,
      outcome: 'established',
      records: 2,
      src_key: '2306139568115548160',
    },
  ])
})

test('the lab capture of a break-in is told in fewer rows, and none of its packets is lost', async () => {
  const path = join(root, '..', 'shared', 'data', 'lab', 'captures', 'killchain.pcap')
  const { records } = await decodeAll(openInputs([path])[0] as Input, 'killchain.pcap')
  const directory = temporaryArchive()
  await archiveFiles(directory, [path])
  const [sums] = await rowsOf(
    directory,
    'SELECT count(*) AS rows, sum(records) AS records, sum(packets_out) + sum(coalesce(packets_in, 0)) AS packets, sum(bytes_out) + sum(coalesce(bytes_in, 0)) AS bytes FROM events',
  )
  const bytes = records.reduce((sum, { bytesOut = 0 }) => sum + bytesOut, 0)
  assert.equal(cell(sums, 'records'), records.length)
  assert.equal(cell(sums, 'packets'), records.length)
  assert.equal(cell(sums, 'bytes'), bytes)
  assert.ok(Number(cell(sums, 'rows')) * 10 < records.length)
  assert.deepEqual(
    await rowsOf(
      directory,
      `SELECT dst, dst_port, direction, bytes_out > 25000000 AS many FROM events WHERE src = '192.0.2.20' AND direction = 'outbound'`,
    ),
    [{ dst: '203.0.113.88', dst_port: 4444, direction: 'outbound', many: true }],
  )
})

test('hostile numbers and texts become values, not errors', async () => {
  const directory = temporaryArchive()
  const { writer, notices } = await openWriter(directory)
  const text = `'; DROP TABLE events; --\u0000\u202e\ud800"`
  writer.observe(
    batchOf([
      { time: 1e300, bytesOut: 1e300, bytesIn: -5, packetsIn: 1 },
      { time: Number.NaN, bytesOut: Number.NaN, offset: Number.MAX_SAFE_INTEGER },
      {
        time: -1e18,
        subject: Subject.alert,
        texts: [
          [Text.signature, text],
          [Text.signature, 'second'],
          [Text.message, 'x'.repeat(4096)],
        ],
      },
    ]),
  )
  await writer.close()
  assert.deepEqual(notices, [])
  const rows = await rowsOf(
    directory,
    'SELECT kind, bytes_out, bytes_in, signature, length(message) AS message, day FROM events ORDER BY kind, bytes_out',
  )
  assert.equal(rows.length, 3)
  assert.equal(cell(rows[0], 'signature'), text.replace('\ud800', '\ufffd'))
  assert.equal(cell(rows[0], 'message'), 4096)
  assert.deepEqual(
    rows.slice(1).map((row) => cell(row, 'bytes_out')),
    [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  )
  assert.ok(rows.every((row) => cell(row, 'day') === '1970-01-01'))
})
