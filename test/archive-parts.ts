import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { prefixesOf } from '../src/archive/address-key.ts'
import type { Row } from '../src/archive/duckdb.ts'
import { type OpenOptions, openArchive } from '../src/archive/reader.ts'
import { ArchiveWriter, type WriterOptions } from '../src/archive/writer.ts'
import { type Address, ipv4 } from '../src/base/address.ts'
import { EventBatch, Kind, Outcome, Subject } from '../src/event/batch.ts'
import { Dictionary } from '../src/event/dictionary.ts'
import { Protocol } from '../src/event/protocol.ts'
import { formatIds } from '../src/format/registry.ts'
import { decodeInput } from '../src/pipeline/decode.ts'
import { openInputs } from '../src/source/inputs.ts'
import { newest } from './decode-fixture.ts'

export const labNetworks = ['192.0.2.0/24', '198.18.0.0/20', '10.10.0.0/24', '10.20.0.0/24', '2001:db8:1::/64']
/** 2026-11-22T00:00:00Z, microseconds. */
export const day = Date.UTC(2026, 10, 22) * 1000

export function temporaryArchive(): string {
  const directory = mkdtempSync(join(tmpdir(), 'sweepwatch-archive-'))
  after(() => rmSync(directory, { recursive: true, force: true }))
  return join(directory, 'events')
}

/** A writer whose rules are at hand and whose notices are kept. */
export async function openWriter(directory: string, options: Partial<WriterOptions> = {}) {
  const notices: string[] = []
  const rules = new Dictionary()
  const writer = await ArchiveWriter.open({
    directory,
    writer: 'test',
    formats: formatIds,
    rules,
    source: (sensor) => `input ${sensor}`,
    notice: (text) => notices.push(text),
    ...options,
  })
  return { writer, rules, notices }
}

/** Archives files as they are, under names without their folders. */
export async function archiveFiles(
  directory: string,
  paths: readonly string[],
  options: Partial<WriterOptions> = {},
): Promise<void> {
  const inputs = openInputs(paths)
  const rules = new Dictionary()
  const source = (sensor: number) => inputs[sensor]?.name.split('/').at(-1) ?? ''
  const { writer } = await openWriter(directory, { rules, source, own: prefixesOf(labNetworks), ...options })
  for (const [sensor, input] of inputs.entries()) {
    await decodeInput(input, { sensor, newest, rules }, (batch) => writer.observe(batch))
  }
  await writer.close()
}

/** A value of a row that may be missing. */
export function cell(row: Row | undefined, name: string): Row[string] | undefined {
  return row?.[name]
}

export async function rowsOf(directory: string, sql: string, options: OpenOptions = {}): Promise<Row[]> {
  const archive = await openArchive(directory, options)
  try {
    return await archive.rows(sql)
  } finally {
    archive.close()
  }
}

export interface MadeRow {
  readonly time?: number
  readonly src?: Address
  readonly dst?: Address
  readonly srcPort?: number
  readonly dstPort?: number
  readonly protocol?: number
  readonly kind?: number
  readonly subject?: number
  readonly outcome?: number
  readonly flags?: number
  readonly bytesOut?: number
  readonly bytesIn?: number
  readonly packetsIn?: number
  readonly icmpType?: number
  readonly severity?: number
  readonly sensor?: number
  readonly offset?: number
  readonly texts?: readonly (readonly [field: number, text: string])[]
}

const v4 = (text: string): Address => ipv4(text.split('.').reduce((word, octet) => word * 256 + Number(octet), 0))
export const address = v4

/** A batch of rows, each a flow from 203.0.113.7 to 192.0.2.10:443 but for what is given. */
export function batchOf(rows: readonly MadeRow[]): EventBatch {
  const batch = new EventBatch(Math.max(8, Math.ceil(rows.length / 8) * 8))
  for (const row of rows) fill(batch, row)
  return batch
}

function fill(batch: EventBatch, row: MadeRow): void {
  batch.sensor = row.sensor ?? 0
  batch.recordOffset = row.offset ?? 0
  batch.recordLength = 100
  const i = batch.begin()
  const c = batch.column
  const [src, dst] = [row.src ?? v4('203.0.113.7'), row.dst ?? v4('192.0.2.10')]
  for (const [w, name] of ([0, 1, 2, 3] as const).entries()) {
    c[`src${name}`][i] = src[w] as number
    c[`dst${name}`][i] = dst[w] as number
  }
  c.time[i] = row.time ?? day
  c.kind[i] = row.kind ?? Kind.flow
  c.subject[i] = row.subject ?? Subject.contact
  c.protocol[i] = row.protocol ?? Protocol.tcp
  c.outcome[i] = row.outcome ?? Outcome.established
  c.srcPort[i] = row.srcPort ?? 40_000
  c.dstPort[i] = row.dstPort ?? 443
  c.flags[i] = row.flags ?? 0
  c.bytesOut[i] = row.bytesOut ?? 100
  c.bytesIn[i] = row.bytesIn ?? 0
  c.packetsIn[i] = row.packetsIn ?? 0
  c.icmpType[i] = row.icmpType ?? 0
  c.severity[i] = row.severity ?? 0
  for (const [field, text] of row.texts ?? []) batch.put(i, field as never, text)
}
