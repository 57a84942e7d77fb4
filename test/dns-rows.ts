/** Rows of name service logs, as formats make them, for the tests of their detection. */
import { parseAddress } from '../src/base/address.ts'
import { parsePrefix } from '../src/base/prefix.ts'
import { DnsDetector, type DnsOptions } from '../src/detect/dns/dns-detector.ts'
import type { DrawnScan, Scan } from '../src/detect/finding.ts'
import { OwnNetworks } from '../src/detect/network/own-networks.ts'
import { EventBatch, Kind, Outcome, Subject } from '../src/event/batch.ts'
import { Text } from '../src/event/texts.ts'

export interface DnsRow {
  /** Seconds. */
  readonly at: number
  readonly src: string
  readonly dst?: string
  readonly query: string
  readonly type?: string
  readonly rcode?: string
  readonly answer?: string
  readonly protocol?: number
  readonly sensor?: number
  readonly dstPort?: number
}

export const inputs = ['dns.log', 'other.log']
const start = Date.UTC(2026, 10, 22) * 1000
const encoder = new TextEncoder()

/** Adds a row; each record is thought to be 100 bytes long. */
export function addRow(batch: EventBatch, row: DnsRow, n: number): void {
  batch.sensor = row.sensor ?? 0
  batch.recordOffset = n * 100
  batch.recordLength = 100
  const i = batch.begin()
  const c = batch.column
  c.time[i] = start + row.at * 1e6
  c.kind[i] = Kind.log
  c.subject[i] = Subject.dns
  c.protocol[i] = row.protocol ?? 17
  c.dstPort[i] = row.dstPort ?? 53
  c.outcome[i] =
    row.rcode === 'REFUSED' ? Outcome.refused : row.rcode === undefined ? Outcome.unknown : Outcome.established
  const src = parseAddress(row.src)!
  const dst = row.dst === undefined ? ([0, 0, 0, 0] as const) : parseAddress(row.dst)!
  for (const k of [0, 1, 2, 3] as const) {
    c[`src${k}`][i] = src[k]
    c[`dst${k}`][i] = dst[k]
  }
  for (const [field, text] of [
    [Text.query, row.query],
    [Text.queryType, row.type ?? 'PTR'],
    [Text.rcode, row.rcode],
    [Text.answer, row.answer],
  ] as const) {
    if (text === undefined) continue
    const bytes = encoder.encode(text)
    batch.text(i, field, bytes, 0, bytes.length)
  }
}

export function feed(detector: DnsDetector, rows: Iterable<DnsRow>): DnsDetector {
  const batch = new EventBatch(1024)
  let n = 0
  for (const row of rows) {
    addRow(batch, row, n++)
    if (batch.length < batch.capacity && !batch.isCrowded) continue
    detector.observe(batch)
    batch.clear()
  }
  detector.observe(batch)
  return detector
}

export function ownNetworks(...blocks: string[]): OwnNetworks {
  return new OwnNetworks(
    blocks.map((block) => parsePrefix(block)!),
    'option',
  )
}

/** The scans that are found in the rows. */
export function scansIn(rows: Iterable<DnsRow>, own?: OwnNetworks, options?: DnsOptions): Scan[] {
  return drawnIn(rows, own, options).map(({ scan }) => scan)
}

export function drawnIn(rows: Iterable<DnsRow>, own?: OwnNetworks, options?: DnsOptions): DrawnScan[] {
  return feed(new DnsDetector(options), rows).findings({ own, inputs })
}

/** The PTR name of an address. */
export function reverse(address: string): string {
  const [a0, a1, a2, a3] = parseAddress(address)!
  if (a2 === 0xffff && a0 === 0 && a1 === 0)
    return `${[a3 & 255, (a3 >>> 8) & 255, (a3 >>> 16) & 255, a3 >>> 24].join('.')}.in-addr.arpa`
  const hex = [a0, a1, a2, a3].map((word) => word.toString(16).padStart(8, '0')).join('')
  return `${[...hex].reverse().join('.')}.ip6.arpa`
}
