import { type Address, parseAddress } from '../base/address.ts'
import { Kind, Mark, Subject } from '../event/batch.ts'
import { Protocol } from '../event/protocol.ts'
import type { TextField } from '../event/texts.ts'
import type { Sink } from '../format/format.ts'

/** Of a text so many characters are kept. */
const longest = 1000
const mostCves = 50

/** What `signatureId` says in rows that tell no weakness. */
export const scanned = 'scan'
export const openPort = 'port'

/** What a vulnerability scanner says of a host: that it was scanned, that a port is open, or that it has a weakness. */
export interface Finding {
  /** Microseconds; what is not above 0 is not told. */
  readonly time: number
  /** Where the record stands in the input. */
  readonly offset: number
  readonly end: number
  /** The host, and the scanner where the report names it. */
  readonly dst?: Address | undefined
  readonly src?: Address | undefined
  readonly protocol?: number
  readonly dstPort?: number
  /** Microseconds. */
  readonly duration?: number
  /** 1 to 4; 0 for what is no weakness but information. */
  readonly severity?: number
  readonly texts: readonly (readonly [TextField, string | undefined])[]
}

/** Writes what a report says as rows; cold, for containers only. */
export class Findings {
  readonly #sink: Sink
  readonly #newest: number

  /** @param newest microseconds: what a report that tells no time at all is dated with */
  constructor(sink: Sink, newest: number) {
    this.#sink = sink
    this.#newest = newest
  }

  write(finding: Finding): void {
    const { batch, tally } = this.#sink
    if (batch.length >= batch.capacity - 1 || batch.isCrowded) this.#sink.flush()
    batch.recordOffset = finding.offset
    batch.recordLength = Math.max(0, finding.end - finding.offset)
    const i = batch.begin()
    const c = batch.column
    c.kind[i] = Kind.log
    c.subject[i] = Subject.finding
    c.marks[i] = Mark.noCounts
    c.time[i] = finding.time > 0 ? finding.time : this.#newest
    c.protocol[i] = finding.protocol ?? 0
    c.dstPort[i] = finding.dstPort ?? 0
    c.duration[i] = Math.max(0, finding.duration ?? 0)
    c.severity[i] = finding.severity ?? 0
    ;[c.src0[i], c.src1[i], c.src2[i], c.src3[i]] = finding.src ?? nowhere
    ;[c.dst0[i], c.dst1[i], c.dst2[i], c.dst3[i]] = finding.dst ?? nowhere
    for (const [field, text] of finding.texts) if (text) batch.put(i, field, oneLine(text))
    tally.events++
  }

  /** What was understood and is nothing for us. */
  ignore(): void {
    this.#sink.tally.ignored++
  }

  damage(offset: number, reason: string): void {
    this.#sink.tally.damage(offset, reason)
  }
}

const nowhere: Address = [0, 0, 0, 0]

/** White space of any length becomes a blank; what is too long is cut. */
function oneLine(text: string): string {
  const line = text
    .slice(0, 4 * longest)
    .replace(/\s+/g, ' ')
    .trim()
  return line.length > longest ? `${line.slice(0, longest - 1)}…` : line
}

/** The address that a report names, or the name that stands in its place: a host is told by one or both. */
export function hostOf(address: string | undefined, name: string | undefined): { dst?: Address; host?: string } {
  const dst = address === undefined ? undefined : parseAddress(address.trim())
  const host = name?.trim() || (dst ? undefined : address?.trim())
  return { ...(dst && { dst }), ...(host && { host: copyOf(host) }) }
}

/** A text of its own: a part of a large one would keep all of it. At most 255 characters, as long as names get. */
export function copyOf(text: string): string {
  return Buffer.from(text.slice(0, 255)).toString()
}

/** CVE ids, each once, with a blank between them; at most fifty. */
export function cvesOf(text: string): string | undefined {
  const found = new Set<string>()
  for (const [id] of text.slice(0, 1 << 16).matchAll(/\bCVE-\d{4}-\d{4,7}\b/gi)) {
    found.add(id.toUpperCase())
    if (found.size === mostCves) break
  }
  return found.size > 0 ? [...found].join(' ') : undefined
}

/** CVSS's own words for a base score (specification 3.1, section 5): 1 low, 2 medium, 3 high, 4 critical; 0 none. */
export function severityOfScore(score: number): number {
  if (!(score > 0)) return 0
  if (score < 4) return 1
  if (score < 7) return 2
  return score < 9 ? 3 : 4
}

const severities = new Map([
  ['low', 1],
  ['medium', 2],
  ['moderate', 2],
  ['high', 3],
  ['critical', 4],
])

/** The same of a word; 0 for any other (`None`, `Log`, `Info`). */
export function severityOfWord(word: string): number {
  return severities.get(word.trim().toLowerCase()) ?? 0
}

/** Remembers which of many things were met, of the last so many thousand: what is forgotten counts as new. */
export class Met {
  readonly #most: number
  #newer = new Set<string>()
  #older = new Set<string>()

  constructor(most = 65536) {
    this.#most = most / 2
  }

  /** @returns whether it was not met before */
  isNew(key: string): boolean {
    if (this.#newer.has(key) || this.#older.has(key)) return false
    if (this.#newer.size >= this.#most) {
      this.#older = this.#newer
      this.#newer = new Set()
    }
    this.#newer.add(copyOf(key))
    return true
  }

  clear(): void {
    this.#newer.clear()
    this.#older.clear()
  }
}

const transports = new Map<string, number>([
  ['tcp', Protocol.tcp],
  ['udp', Protocol.udp],
  ['sctp', Protocol.sctp],
  ['icmp', Protocol.icmp],
])

/** The number of a transport protocol as reports name it; 0 for what is none. */
export function transportOf(word: string | undefined): number {
  return transports.get((word ?? '').trim().toLowerCase()) ?? 0
}

/** A port as reports write it; 0 for what is none. */
export function portOf(text: string | undefined): number {
  const port = /^\s*(\d{1,5})\s*$/.exec(text ?? '')
  return port && Number(port[1]) <= 65535 ? Number(port[1]) : 0
}
