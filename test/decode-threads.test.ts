/** Decoding on several threads gives what one thread gives, byte for byte: rows, rule ids, counts, examples, findings. */
import assert from 'node:assert/strict'
import { createHash, type Hash } from 'node:crypto'
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { gunzipSync, gzipSync } from 'node:zlib'
import { Output } from '../bench/generate/output.ts'
import { writeEve, writeKernel, writeZeek } from '../bench/generate/rows.ts'
import { Traffic } from '../bench/generate/traffic.ts'
import { columnNames, type EventBatch, Mark } from '../src/event/batch.ts'
import { Dictionary } from '../src/event/dictionary.ts'
import { analyze } from '../src/pipeline/analyze.ts'
import { decodeInput } from '../src/pipeline/decode.ts'
import { DecodeWorkers } from '../src/pipeline/decode-workers.ts'
import { openInputs } from '../src/source/inputs.ts'
import { inputOf, newest, root } from './decode-fixture.ts'

const folder = mkdtempSync(join(tmpdir(), 'sweepwatch-threads-'))
after(() => rmSync(folder, { recursive: true }))
const threadCounts = [2, 7]
const large = 10 << 20

/** Text of the benchmark with foreign lines put in after every `step` lines. */
function textOf(write: typeof writeZeek, events: number, foreign: readonly string[]): Buffer {
  const path = join(folder, 'text')
  const output = new Output(path)
  write(output, new Traffic(7, 1000, 0.12), events, newest - 3600e6)
  output.close()
  const lines = readFileSync(path, 'latin1').split('\n')
  const step = Math.ceil(lines.length / (foreign.length + 1))
  const mixed = foreign.flatMap((text, n) => [...lines.slice(n * step, (n + 1) * step), text])
  return Buffer.from([...mixed, ...lines.slice(foreign.length * step)].join('\n'), 'latin1')
}

const columns = 'ts uid id.orig_h id.orig_p id.resp_h id.resp_p proto service duration orig_bytes resp_bytes conn_state'
const zeekFields = `${columns} local_orig local_resp missed_bytes history orig_pkts orig_ip_bytes resp_pkts resp_ip_bytes`
const fieldsLine = (fields: string, separator = '\t') => ['#fields', ...fields.split(' ')].join(separator)

function zeek(): Buffer {
  const swapped = zeekFields
    .replace('id.orig_h id.orig_p', 'id.resp_h id.resp_p')
    .replace(/id.resp_h id.resp_p proto/, 'id.orig_h id.orig_p proto')
  return textOf(writeZeek, 90_000, [
    fieldsLine(swapped),
    ` \t${fieldsLine(zeekFields)}\r`,
    '#path\tdns',
    'no record\tat all',
    '#path\tconn\n#unset_field\tSF',
    `x${'y'.repeat(1_300_000)}`,
    '#unset_field\t-\nservice # in the middle\t#fields\tts',
    `#${'z'.repeat(700_000)}`,
    '#separator |\n1795305594.5|C1|192.0.2.1|1|192.0.2.2|2|tcp|-|-|-|-|S0\n#separator \\x09',
    fieldsLine('ts proto'),
    fieldsLine(zeekFields),
  ])
}

function kernel(): Buffer {
  const packet =
    'IN=e OUT= SRC=203.0.113.70 DST=192.0.2.1 LEN=44 TTL=51 ID=7 PROTO=TCP SPT=1024 DPT=80 WINDOW=1024 RES=0x00 SYN URGP=0 '
  const many = (from: number) =>
    Array.from({ length: 3000 }, (_, n) => `Nov 22 10:13:41 fw kernel: [ 1847.5] RULE-${from + n}: ${packet}`).join(
      '\n',
    )
  return textOf(writeKernel, 42_000, [
    Array.from({ length: 50 }, () => `kernel: DROP ${packet}`).join('\n'),
    many(0),
    `Nov 22 11:13:41 fw kernel: [    2.5] AFTER-BOOT ${packet}`,
    many(2000),
    `${packet}\n[ 12.25] ${packet}`,
    'Nov 22 11:13:41 fw kernel: IN=e OUT= SRC=203.0.113.700 DST=192.0.2.1 PROTO=TCP SPT=1 DPT=80 ',
    many(500),
    `kernel: LATE ${packet}`,
  ])
}

function eve(): Buffer {
  return textOf(writeEve, 22_000, [
    '{"event_type":"flow"',
    'garbage',
    `{"event_type":"flow","x":"${'x'.repeat(600_000)}"}`,
  ])
}

/** Records of every lab capture with this header, over and over, with two fragments of each of many packets put far apart. */
function capture(): { bytes: Buffer; records: Buffer[] } {
  const files = globSync(join(root, 'fixtures', 'lab', '*.pcap.gz'))
    .sort()
    .map((path) => gunzipSync(readFileSync(path)))
  const header = (files[0] as Buffer).subarray(0, 24)
  const records = files.filter((file) => file.subarray(20, 24).equals(header.subarray(20))).flatMap(recordsOf)
  const some = records.slice(0, 20_000)
  const long: Buffer[] = []
  for (let size = 0, n = 0; size < large; n++) {
    const record = some[n % some.length] as Buffer
    long.push(record)
    size += record.length
    if (n % 500 === 0) long.push(fragment(n, 0))
    if (n % 500 === 0 && n >= 15_000) long.push(fragment(n - 15_000, 1))
  }
  return { bytes: Buffer.concat([header, ...long]), records: long }
}

/** A log whose header, in its middle, says that the columns stand in another order. */
function windowsFirewall(): Buffer {
  const lines = readFileSync(join(root, 'fixtures/format/windows-firewall/in.log'), 'latin1').split('\n')
  const rows = lines.filter((line) => line.startsWith('2026') && line.split(' ').length === 18)
  const swapped = rows.map((line) => line.replace(/^(\S+ \S+ \S+ \S+) (\S+) (\S+)/, '$1 $3 $2'))
  const header = lines.filter((line) => line.startsWith('#')).slice(0, 4)
  const other =
    '#Fields: date time action protocol dst-ip src-ip src-port dst-port size tcpflags tcpsyn tcpack tcpwin icmptype icmpcode info path pid'
  const half = (part: string[]) =>
    Array.from({ length: Math.ceil(large / 2 / part.join('\n').length) }, () => part).flat()
  return Buffer.from([...header, ...half(rows), other, ...half(swapped), ''].join('\n'), 'latin1')
}

function recordsOf(file: Buffer): Buffer[] {
  const records: Buffer[] = []
  for (let at = 24; at < file.length; ) {
    const end = at + 16 + file.readUInt32LE(at + 8)
    records.push(file.subarray(at, end))
    at = end
  }
  return records
}

/** A TCP SYN in two fragments, of 8 and 12 bytes (RFC 791), as an Ethernet record. */
function fragment(id: number, which: 0 | 1): Buffer {
  const tcp = Buffer.alloc(20)
  tcp.writeUInt16BE(40_000, 0)
  tcp.writeUInt16BE(22, 2)
  tcp.writeUInt16BE(0x5002, 12)
  const data = which === 0 ? tcp.subarray(0, 8) : tcp.subarray(8)
  const ip = Buffer.from('4500000000000000400600000a000001c0000201', 'hex')
  ip.writeUInt16BE(20 + data.length, 2)
  ip.writeUInt16BE(id & 0xffff, 4)
  ip.writeUInt16BE(which === 0 ? 0x2000 : 1, 6)
  const frame = Buffer.concat([Buffer.from('0200000000010200000000020800', 'hex'), ip, data])
  const record = Buffer.alloc(16)
  record.writeUInt32LE(1_795_305_594, 0)
  record.writeUInt32LE(frame.length, 8)
  record.writeUInt32LE(frame.length, 12)
  return Buffer.concat([record, frame])
}

function damaged(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes)
  for (const part of [0.1, 0.45, 0.46, 0.8])
    copy.fill(0xff, Math.floor(bytes.length * part), Math.floor(bytes.length * part) + 3000)
  return copy.subarray(0, copy.length - 7)
}

/** Everything a consumer can see, as one digest. `via` means something in rows marked `quoted` only, `payload` where there is one. */
class Seen {
  readonly #hashes: readonly Hash[] = columnNames.map(() => createHash('sha256'))
  readonly #payloads = createHash('sha256')

  take(batch: EventBatch): void {
    const { column, length } = batch
    for (let i = 0; i < length; i++) {
      if (!(column.marks[i]! & Mark.quoted)) column.via0[i] = column.via1[i] = column.via2[i] = column.via3[i] = 0
      const at = column.payload[i]!
      this.#payloads.update(batch.bytes.subarray(at, at + column.payloadLength[i]!))
    }
    columnNames.forEach((name, k) => {
      const { buffer, byteOffset, BYTES_PER_ELEMENT } = column[name]
      if (name !== 'payload') this.#hashes[k]?.update(new Uint8Array(buffer, byteOffset, length * BYTES_PER_ELEMENT))
    })
  }

  digest(): string[] {
    return [...this.#hashes.map((hash, k) => `${columnNames[k]} ${hash.digest('hex')}`), this.#payloads.digest('hex')]
  }
}

async function decoded(path: string, workers?: DecodeWorkers): Promise<unknown> {
  const seen = new Seen()
  const rules = new Dictionary()
  const [input] = openInputs([path])
  const options = { sensor: 3, newest, rules, ...(workers && { workers }) }
  const { format, tally, bytes } = await decodeInput(input!, options, (batch) => seen.take(batch))
  return { format, tally: { ...tally }, bytes, rules: rules.texts, rows: seen.digest() }
}

const { bytes: whole } = capture()
const inputs: Record<string, Buffer> = {
  'conn.log': zeek(),
  'kern.log': kernel(),
  'eve.json': eve(),
  'pfirewall.log': windowsFirewall(),
  'all.pcap': whole,
  'damaged.pcap': damaged(whole),
  'damaged.conn.log': damaged(zeek()),
  'conn.log.gz': gzipSync(zeek(), { level: 1 }),
}

for (const [name, bytes] of Object.entries(inputs)) {
  test(`${name}: ${threadCounts.join(' and ')} threads decode it as one does`, async () => {
    const path = join(folder, name)
    writeFileSync(path, bytes)
    const alone = await decoded(path)
    for (const count of threadCounts) {
      const workers = new DecodeWorkers(count)
      try {
        assert.deepEqual(await decoded(path, workers), alone, `${count} threads`)
        assert.ok(workers.pieces > 5, `${workers.pieces} pieces went to other threads`)
      } finally {
        await workers.close()
      }
    }
  })
}

test('analyze finds the same with 1, 2 and 7 threads', async () => {
  const paths = ['all.pcap', 'kern.log', 'damaged.conn.log'].map((name) => join(folder, name))
  const found = async (threads: number) => {
    const { summary, ...rest } = await analyze({ paths, threads })
    return { ...rest, summary: { ...summary, seconds: 0 } }
  }
  const alone = await found(1)
  assert.ok(alone.scans.length > 0)
  for (const threads of threadCounts) assert.deepEqual(await found(threads), alone, `${threads} threads`)
})

test('a consumer that throws ends the decoding, and the threads can be used again', async () => {
  const workers = new DecodeWorkers(2)
  const path = join(folder, 'eve.json')
  let batches = 0
  const [input] = openInputs([path])
  const options = { sensor: 0, newest, rules: new Dictionary(), workers }
  const failing = decodeInput(input!, options, () => {
    if (++batches === 3) throw new Error('enough')
  })
  await assert.rejects(failing, /enough/)
  assert.deepEqual(await decoded(path, workers), await decoded(path))
  await workers.close()
  await assert.rejects(decoded(path, workers), /closed/)
})

test('small inputs stay on one thread', async () => {
  const workers = new DecodeWorkers(2)
  const options = { sensor: 0, newest, rules: new Dictionary(), workers }
  await decodeInput(inputOf(inputs['eve.json']!.subarray(0, 1 << 20)), options, () => {})
  assert.equal(workers.pieces, 0)
  await workers.close()
})
