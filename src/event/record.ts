import { type Address, formatAddress } from '../base/address.ts'
import { isoTime } from '../base/time.ts'
import {
  Action,
  type EventBatch,
  isContact,
  Kind,
  Mark,
  Outcome,
  outcomeNames,
  Subject,
  subjectNames,
} from './batch.ts'
import { communityId } from './community-id.ts'
import type { Dictionary } from './dictionary.ts'
import { Protocol, protocolName } from './protocol.ts'
import { Text, type TextField, textNames } from './texts.ts'

/** One row as `sweepwatch events` prints it (docs/output.md). Fields that do not apply are absent. */
export interface EventRecord extends Partial<Omit<Record<keyof typeof Text, string>, 'signature' | 'query'>> {
  readonly time: string
  readonly kind: keyof typeof Subject
  readonly src?: string
  readonly srcPort?: number
  readonly dst?: string
  readonly dstPort?: number
  readonly protocol?: string
  readonly icmpType?: number
  readonly icmpCode?: number
  readonly outcome?: string
  readonly direction?: string
  readonly packetsOut?: number
  readonly packetsIn?: number
  readonly bytesOut?: number
  readonly bytesIn?: number
  /** Seconds from the first to the last packet of a flow. */
  readonly duration?: number
  readonly flags?: string
  readonly replyFlags?: string
  readonly ttl?: number
  /** Who sent the ICMP error that quotes this packet. */
  readonly via?: string
  readonly marks?: readonly string[]
  readonly communityId?: string
  /** The device that wrote the record, as it names itself. */
  readonly sensor?: string
  readonly rule?: string
  readonly action?: string
  /** One packet in so many was looked at. */
  readonly sampling?: number
  readonly signature?: {
    readonly id?: string
    readonly name?: string
    readonly severity?: number
    readonly category?: string
  }
  readonly query?: { readonly name?: string; readonly type?: string; readonly rcode?: string; readonly answer?: string }
  readonly userAgent?: string
  readonly process?: string
  readonly user?: string
  readonly format: string
  readonly source: string
  readonly offset: number
  readonly length: number
}

/** What a record needs to know beyond its row. */
export interface RecordContext {
  /** Ids of the formats, by number. */
  readonly formats: readonly string[]
  /** The input's name, as given. */
  readonly source: string
  readonly rules: Dictionary
  /** Which side of our networks source and destination are on; absent where our networks are not known. */
  readonly classify?: (src: Address, dst: Address) => string
}

const actionNames = ['none', 'allow', 'deny', 'reject'] as const
/** Marks that say something of the event; the others say which columns are filled. */
const shownMarks = [
  'fragment',
  'tinyFragment',
  'tunnelled',
  'quoted',
  'truncated',
  'midstream',
  'reverse',
  'uniflow',
  'data',
  'replyData',
] as const
const ported: ReadonlySet<number> = new Set([Protocol.tcp, Protocol.udp, Protocol.sctp])
const icmp: ReadonlySet<number> = new Set([Protocol.icmp, Protocol.icmp6])

/** The record of one row. Cold: for printing. */
export function toRecord(batch: EventBatch, row: number, context: RecordContext): EventRecord {
  const c = batch.column
  const src: Address = [c.src0[row]!, c.src1[row]!, c.src2[row]!, c.src3[row]!]
  const dst: Address = [c.dst0[row]!, c.dst1[row]!, c.dst2[row]!, c.dst3[row]!]
  const protocol = c.protocol[row]!
  const subject = c.subject[row]!
  const withPorts = ported.has(protocol) && !isPartial(batch, row)
  // What is no contact may lack an end (a login says whence, not whither) and the protocol.
  const withSrc = subject === Subject.contact || isTold(src)
  const withDst = subject === Subject.contact || isTold(dst)
  const withOutcome = isContact(subject) || c.outcome[row] !== Outcome.unknown
  return {
    time: isoTime(c.time[row]!),
    kind: subjectNames[subject] ?? 'contact',
    ...(withSrc && { src: formatAddress(...src) }),
    ...(withPorts && withSrc && (subject === Subject.contact || c.srcPort[row]! > 0) && { srcPort: c.srcPort[row]! }),
    ...(withDst && { dst: formatAddress(...dst) }),
    ...(withPorts && withDst && (subject === Subject.contact || c.dstPort[row]! > 0) && { dstPort: c.dstPort[row]! }),
    ...((subject === Subject.contact || protocol > 0) && { protocol: protocolName(protocol) }),
    ...(subject === Subject.contact && icmpOf(batch, row)),
    ...(withOutcome && { outcome: outcomeNames[c.outcome[row]!] ?? 'unknown' }),
    ...(context.classify && withSrc && withDst && { direction: context.classify(src, dst) }),
    ...(isContact(subject) && countsOf(batch, row)),
    ...(subject === Subject.lease && c.duration[row]! > 0 && { duration: c.duration[row]! / 1e6 }),
    ...(isContact(subject) && headerOf(batch, row)),
    ...marksOf(c.marks[row]!),
    ...(subject === Subject.contact || (withPorts && c.srcPort[row]! > 0 && c.dstPort[row]! > 0 && withSrc && withDst)
      ? communityIdOf(batch, row)
      : {}),
    ...ruleOf(batch, row, context.rules),
    ...(c.sampling[row]! > 1 && { sampling: c.sampling[row]! }),
    ...textsOf(batch, row),
    format: context.formats[c.format[row]!] ?? '',
    source: context.source,
    offset: c.offset[row]!,
    length: c.length[row]!,
  }
}

/** Fragments but the first do not hold the ports. */
function isPartial({ column: c }: EventBatch, row: number): boolean {
  return (c.marks[row]! & Mark.fragment) !== 0 && c.srcPort[row] === 0 && c.dstPort[row] === 0
}

/** Letters of TCP flags in the order of their bits: `SA`, `FPU`. */
export function flagLetters(flags: number): string {
  let letters = ''
  for (let bit = 0; bit < 8; bit++) if (flags & (1 << bit)) letters += 'FSRPAUEC'[bit]
  return letters
}

function icmpOf({ column: c }: EventBatch, row: number): Partial<EventRecord> {
  const isQuoted = (c.marks[row]! & Mark.quoted) !== 0
  if (!isQuoted && !icmp.has(c.protocol[row]!)) return {}
  return { icmpType: c.icmpType[row]!, icmpCode: c.icmpCode[row]! }
}

function countsOf({ column: c }: EventBatch, row: number): Partial<EventRecord> {
  const isFlow = c.kind[row] === Kind.flow
  const counted = (c.marks[row]! & Mark.noCounts) === 0
  const replies = isFlow && counted && (c.marks[row]! & (Mark.reverse | Mark.uniflow)) === 0
  return {
    ...(counted && { packetsOut: c.packetsOut[row]! }),
    ...((replies || c.packetsIn[row]! > 0) && { packetsIn: c.packetsIn[row]! }),
    ...((counted || c.bytesOut[row]! > 0) && { bytesOut: c.bytesOut[row]! }),
    ...((replies || c.bytesIn[row]! > 0) && { bytesIn: c.bytesIn[row]! }),
    ...(isFlow && c.duration[row]! > 0 && { duration: c.duration[row]! / 1e6 }),
  }
}

function headerOf({ column: c }: EventBatch, row: number): Partial<EventRecord> {
  const marks = c.marks[row]!
  // A packet without a flag is a NULL probe; a record without one is a format that does not tell.
  const told = c.kind[row] === Kind.packet || (marks & Mark.flagsTold) !== 0 || c.flags[row] !== 0
  const flagged = c.protocol[row] === Protocol.tcp && told
  return {
    ...(flagged && { flags: flagLetters(c.flags[row]!) }),
    ...(c.replyFlags[row] !== 0 && { replyFlags: flagLetters(c.replyFlags[row]!) }),
    ...(marks & Mark.hasTtl ? { ttl: c.ttl[row]! } : {}),
    ...(marks & Mark.quoted ? { via: formatAddress(c.via0[row]!, c.via1[row]!, c.via2[row]!, c.via3[row]!) } : {}),
  }
}

function marksOf(bits: number): Partial<EventRecord> {
  const marks = shownMarks.filter((name) => bits & Mark[name])
  return marks.length > 0 ? { marks } : {}
}

function communityIdOf(batch: EventBatch, row: number): Partial<EventRecord> {
  const protocol = batch.column.protocol[row]!
  // The type of a quoted ICMP packet is not kept, only that of the error around it.
  const unknown = icmp.has(protocol) && (batch.column.marks[row]! & Mark.quoted) !== 0
  return unknown || protocol === Protocol.arp || isPartial(batch, row) ? {} : { communityId: communityId(batch, row) }
}

function isTold(address: Address): boolean {
  return address.some((word) => word !== 0)
}

/** Texts that are printed together, as an object. */
const grouped = new Map<TextField, readonly ['signature' | 'query', string]>([
  [Text.signature, ['signature', 'name']],
  [Text.signatureId, ['signature', 'id']],
  [Text.category, ['signature', 'category']],
  [Text.query, ['query', 'name']],
  [Text.queryType, ['query', 'type']],
  [Text.rcode, ['query', 'rcode']],
  [Text.answer, ['query', 'answer']],
])

function textsOf(batch: EventBatch, row: number): Partial<EventRecord> {
  const texts: Record<string, string | Record<string, string | number>> = {}
  for (const field of batch.texts.fields(row, batch.column.texts[row]!)) {
    const group = grouped.get(field)
    const text = batch.textOf(row, field)
    if (group === undefined) texts[textNames.get(field) as string] = text
    else (texts[group[0]] ??= {} as Record<string, string>)[group[1] as never] = text as never
  }
  const severity = batch.column.severity[row]!
  if (severity > 0) texts['signature'] = { ...(texts['signature'] as object), severity }
  return texts as Partial<EventRecord>
}

function ruleOf({ column: c }: EventBatch, row: number, rules: Dictionary): Partial<EventRecord> {
  const rule = rules.text(c.rule[row]!)
  const sensor = rules.text(c.device[row]!)
  const action = actionNames[c.action[row]!]
  return {
    ...(sensor !== '' && { sensor }),
    ...(rule !== '' && { rule }),
    ...(c.action[row] !== Action.none && action !== undefined && { action }),
  }
}
