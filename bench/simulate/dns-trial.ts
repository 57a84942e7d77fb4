import { type Prefix, parsePrefix } from '../../src/base/prefix.ts'
import { DnsDetector } from '../../src/detect/dns/dns-detector.ts'
import { OwnNetworks } from '../../src/detect/network/own-networks.ts'
import { EventBatch, Kind, Subject } from '../../src/event/batch.ts'
import { Text } from '../../src/event/texts.ts'
import { Random } from '../random.ts'
import type { Asked, DnsRole } from './dns-clients.ts'

/** How servers log: the query with its answer (Zeek), the query alone (BIND), both as records of their own (Unbound). */
export const logStyles = ['with answers', 'without answers', 'answers apart'] as const
export type LogStyle = (typeof logStyles)[number]

const own = new OwnNetworks([parsePrefix('10.0.0.0/8') as Prefix], 'option')
const encoder = new TextEncoder()
const midnight = Date.UTC(2026, 0, 5) * 1000

export interface DnsTally {
  accused: number
  /** Accused by a sensor that does not know what comes later. */
  accusedLive: number
  queries: number
  readonly met: Float64Array
  readonly because: string[]
}

/** Draws days of as many clients and lets the detector judge them. */
export function simulateDns(role: DnsRole, style: LogStyle, days: number, seed: number): DnsTally {
  const random = new Random(seed)
  const tally: DnsTally = { accused: 0, accusedLive: 0, queries: 0, met: new Float64Array(64), because: [] }
  // Many clients share a detector, as they do a server; few enough that none gives way to another.
  for (let from = 0; from < days; from += 256) {
    const detector = new DnsDetector()
    for (let client = from; client < Math.min(days, from + 256); client++) {
      const rows = role.day(random)
      tally.queries += rows.length
      observe(detector, rows, client, style)
    }
    const found = detector.findings({ own, inputs: ['simulated'] })
    const live = detector.findings({ own, inputs: ['simulated'], causal: true })
    tally.accusedLive += new Set(live.map(({ scan }) => scan.sources[0])).size
    tally.accused += new Set(found.map(({ scan }) => scan.sources[0])).size
    tally.because.push(...found.map(({ scan }) => scan.because.slice(0, 3).join(' ')))
    for (const [n, count] of detector.met.entries()) tally.met[n]! += count
  }
  return tally
}

function observe(detector: DnsDetector, rows: readonly Asked[], client: number, style: LogStyle): void {
  const batch = new EventBatch(4096)
  const add = (row: Asked, isAnswer: boolean) => {
    addRow(batch, row, client, isAnswer)
    if (batch.length < batch.capacity && !batch.isCrowded) return
    detector.observe(batch)
    batch.clear()
  }
  for (const row of rows) {
    add(row, style === 'with answers')
    if (style === 'answers apart') add(row, true)
  }
  detector.observe(batch)
}

function addRow(batch: EventBatch, { at, query, type, rcode }: Asked, client: number, isAnswer: boolean): void {
  const i = batch.begin()
  const c = batch.column
  c.time[i] = midnight + at * 1e6
  c.kind[i] = Kind.log
  c.subject[i] = Subject.dns
  c.protocol[i] = 17
  c.dstPort[i] = 53
  c.src0[i] = c.src1[i] = c.dst0[i] = c.dst1[i] = 0
  c.src2[i] = c.dst2[i] = 0xffff
  c.src3[i] = 0x0a010000 + client
  c.dst3[i] = 0x0a000035
  text(batch, i, Text.query, query)
  text(batch, i, Text.queryType, type)
  if (isAnswer) text(batch, i, Text.rcode, rcode)
}

function text(batch: EventBatch, i: number, field: (typeof Text)[keyof typeof Text], words: string): void {
  const bytes = encoder.encode(words)
  batch.text(i, field, bytes, 0, bytes.length)
}
