/** hot: nothing is allocated per record. */
import { mapped } from '../../base/address.ts'
import { Action, type EventBatch, Kind, Mark, Outcome } from '../../event/batch.ts'
import { judgeUniflow, midstreamBit, otherOutcome, tcpOutcome, uniflowOutcome } from '../../event/flow-outcome.ts'
import { isIcmpAnswer } from '../../event/icmp.ts'
import { Flag, Protocol } from '../../event/protocol.ts'
import type { Datagram } from './datagram.ts'
import { Slot } from './element.ts'
import { Version } from './header.ts'
import { type Layout, readCount, small } from './layout.ts'
import { addMapped } from './mapped.ts'
import { readTime } from './time.ts'

/** firewallEvent (IANA 233) and natEvent (IANA 230) values. */
const FirewallEvent = { created: 1, deleted: 2, denied: 3, updated: 5 } as const
/** biflowDirection (RFC 5103): the source is who answered. */
const reverseInitiator = 2
/** Translations made; the others end one, or report on the translator. */
const natCreations: ReadonlySet<number> = new Set([1, 4, 6])
/** ASA's reason: the first TCP packet was no SYN, which is most often the tail of a connection. */
const notSyn = 1004
/** forwardingStatus (RFC 7270): what the upper two bits say, and of the reasons those that are a rule's doing. */
const dropped = 2
const aclDeny = 129
const aclDrop = 130

/** start, end, scratch. */
const numbers = new Float64Array(3)
const greatestCount = 0xffffffff
const word = 4294967296
const oneWay = Mark.uniflow

/**
 * Appends the flow record at `at`, laid out as `layout` says. Its caller has made room in the batch.
 *
 * @returns false where the record is none of a contact
 */
export function appendFlow(batch: EventBatch, d: Datagram, layout: Layout, at: number): boolean {
  if (layout.isUsual && appendUsual(batch, d, layout, at)) return true
  return appendAny(batch, d, layout, at)
}

/** The same for TCP and UDP in the layout of most exporters, in one go. @returns whether it could be done */
function appendUsual(batch: EventBatch, d: Datagram, layout: Layout, at: number): boolean {
  const { view } = d
  const protocol = view.getUint8(at + layout.protocolAt)
  const packets = view.getUint32(at + layout.packets)
  const isTimed = layout.isMilli ? view.getUint32(at + layout.start + 4) !== 0 : d.version !== Version.ipfix
  if (packets === 0 || !isTimed || (protocol !== Protocol.tcp && protocol !== Protocol.udp)) return false
  const flags = protocol === Protocol.tcp && layout.flagsAt >= 0 ? view.getUint8(at + layout.flagsAt) : 0
  const srcPort = view.getUint16(at + layout.srcPort)
  const dstPort = view.getUint16(at + layout.dstPort)
  const outcome = uniflowOutcome(protocol, flags, srcPort, dstPort)
  const i = batch.begin()
  const c = batch.column
  c.kind[i] = Kind.flow
  c.protocol[i] = protocol
  c.src0[i] = 0
  c.src1[i] = 0
  c.src2[i] = mapped
  c.src3[i] = view.getUint32(at + layout.src)
  c.dst0[i] = 0
  c.dst1[i] = 0
  c.dst2[i] = mapped
  c.dst3[i] = view.getUint32(at + layout.dst)
  c.srcPort[i] = srcPort
  c.dstPort[i] = dstPort
  c.flags[i] = flags
  c.packetsOut[i] = layout.packetsHigh >= 0 && view.getUint32(at + layout.packetsHigh) > 0 ? greatestCount : packets
  const bytes = view.getUint32(at + layout.bytes)
  c.bytesOut[i] = layout.bytesHigh >= 0 ? view.getUint32(at + layout.bytesHigh) * word + bytes : bytes
  c.outcome[i] = outcome
  c.marks[i] = outcome === Outcome.response ? oneWay | Mark.reverse : oneWay
  c.device[i] = d.device
  if (d.rate > 1) c.sampling[i] = d.rate
  if (layout.isMilli) readMillis(batch, i, view, at + layout.start, at + layout.end)
  else readUptimes(batch, i, d, at + layout.start, at + layout.end)
  return true
}

/** Both times as milliseconds since 1970. */
function readMillis(batch: EventBatch, i: number, view: DataView, start: number, end: number): void {
  const { time, duration } = batch.column
  const first = view.getUint32(start) * word + view.getUint32(start + 4)
  const lasted = view.getUint32(end) * word + view.getUint32(end + 4) - first
  time[i] = first * 1000
  if (lasted > 0) duration[i] = lasted * 1000
}

/** Both times as uptimes of four bytes: what NetFlow most often has (`readTime` has the others). */
function readUptimes(batch: EventBatch, i: number, d: Datagram, start: number, end: number): void {
  const { view, uptime } = d
  const { time, duration } = batch.column
  const first = view.getInt32(start)
  const lasted = (view.getInt32(end) - first) | 0
  time[i] = d.times[0]! - ((uptime - first) | 0) * 1000
  if (lasted > 0) duration[i] = lasted * 1000
}

function appendAny(batch: EventBatch, d: Datagram, layout: Layout, at: number): boolean {
  const { view } = d
  if (!layout.isPlain && isNoCreation(layout, view, at)) return false
  const i = batch.begin()
  const c = batch.column
  if (!readEnds(batch, i, view, layout, at)) {
    batch.undo()
    return false
  }
  c.kind[i] = Kind.flow
  c.device[i] = d.device
  if (d.rate > 1) c.sampling[i] = d.rate
  readCounts(batch, i, view, layout, at)
  if (isEmpty(batch, i, layout)) {
    batch.undo()
    return false
  }
  if (layout.isUptime && d.version !== Version.ipfix) readUptimes(batch, i, d, at + layout.start, at + layout.end)
  else readTimes(batch, i, d, layout, at)
  readTransport(batch, i, view, layout, at)
  if (layout.isPlain) judgeOneWay(batch, i)
  else judgeSpecial(batch, i, d, layout, at)
  return true
}

function isNoCreation(layout: Layout, view: DataView, at: number): boolean {
  return layout.has(Slot.natEvent) && !natCreations.has(field(layout, view, at, Slot.natEvent))
}

function judgeOneWay(batch: EventBatch, i: number): void {
  const { marks } = batch.column
  marks[i] = marks[i]! | Mark.uniflow
  judgeUniflow(batch, i)
}

/** What records of some templates tell beyond ends, times and counts of one direction. */
function judgeSpecial(batch: EventBatch, i: number, { view, bytes }: Datagram, layout: Layout, at: number): void {
  const c = batch.column
  if (layout.has(Slot.ttl)) {
    c.ttl[i] = field(layout, view, at, Slot.ttl)
    if (c.ttl[i] !== 0) c.marks[i] = c.marks[i]! | Mark.hasTtl
  }
  if (layout.has(Slot.mappedSrc4)) addMapped(batch, i, bytes, at + layout.at[Slot.mappedSrc4]!)
  if (layout.has(Slot.replyBytes) || layout.has(Slot.replyPackets)) judgeBiflow(batch, i, view, layout, at)
  else if (isSecureEvent(layout)) judgeSecureEvent(batch, i)
  else judgeOneWay(batch, i)
  if (field(layout, view, at, Slot.biflow) === reverseInitiator) {
    c.outcome[i] = Outcome.response
    c.marks[i] = c.marks[i]! | Mark.reverse
  }
  judgeDevice(batch, i, view, layout, at)
}

/** Some exporters write a record for the other direction of each flow, though nothing came: no contact was made. */
function isEmpty(batch: EventBatch, i: number, layout: Layout): boolean {
  const c = batch.column
  const counted = (c.marks[i]! & Mark.noCounts) === 0
  if (!counted || c.packetsOut[i] !== 0 || c.bytesOut[i] !== 0) return false
  return !layout.has(Slot.firewallEvent) && !layout.has(Slot.replyPackets)
}

/** The value of a place, 0 where the record has none. */
function field(layout: Layout, view: DataView, at: number, slot: number): number {
  const offset = layout.at[slot]!
  return offset < 0 ? 0 : small(view, at + offset, layout.size[slot]!)
}

/** @returns whether the record tells any end */
function readEnds(batch: EventBatch, i: number, view: DataView, layout: Layout, at: number): boolean {
  const c = batch.column
  const { at: places } = layout
  const src4 = places[Slot.src4]!
  const src6 = places[Slot.src6]!
  if (src6 < 0 || places[Slot.dst6]! < 0) return readEnds4(batch, i, view, at + src4, at + places[Slot.dst4]!)
  // Templates with both fill in one and leave the other zero, or tell a tunnel's ends before those of what it carries.
  if (src4 >= 0 && places[Slot.dst4]! >= 0) {
    const version = field(layout, view, at, Slot.ipVersion)
    const isSix = src6 > src4 ? !isZero(view, at + src6) : view.getUint32(at + src4) === 0
    if (version === 4 || (version !== 6 && !isSix)) {
      return readEnds4(batch, i, view, at + src4, at + places[Slot.dst4]!)
    }
  }
  const src = at + src6
  const dst = at + places[Slot.dst6]!
  c.src0[i] = view.getUint32(src)
  c.src1[i] = view.getUint32(src + 4)
  c.src2[i] = view.getUint32(src + 8)
  c.src3[i] = view.getUint32(src + 12)
  c.dst0[i] = view.getUint32(dst)
  c.dst1[i] = view.getUint32(dst + 4)
  c.dst2[i] = view.getUint32(dst + 8)
  c.dst3[i] = view.getUint32(dst + 12)
  return !isZero(view, src) && !isZero(view, dst)
}

function isZero(view: DataView, at: number): boolean {
  return (view.getUint32(at) | view.getUint32(at + 4) | view.getUint32(at + 8) | view.getUint32(at + 12)) === 0
}

function readEnds4(batch: EventBatch, i: number, view: DataView, src: number, dst: number): boolean {
  const c = batch.column
  c.src0[i] = c.src1[i] = c.dst0[i] = c.dst1[i] = 0
  c.src2[i] = c.dst2[i] = mapped
  const from = view.getUint32(src)
  const to = view.getUint32(dst)
  c.src3[i] = from
  c.dst3[i] = to
  return (from | to) !== 0
}

function readTimes(batch: EventBatch, i: number, d: Datagram, layout: Layout, at: number): void {
  const { at: places, size } = layout
  const { times } = d
  const told = times[2]!
  if (places[Slot.boot]! >= 0) {
    readCount(d.view, at + places[Slot.boot]!, size[Slot.boot]!, numbers, 2)
    times[2] = numbers[2]! * 1000
  }
  numbers[0] = numbers[1] = 0
  if (places[Slot.start]! >= 0) readTime(d, layout.startClock, at + places[Slot.start]!, size[Slot.start]!, numbers, 0)
  if (places[Slot.end]! >= 0) readTime(d, layout.endClock, at + places[Slot.end]!, size[Slot.end]!, numbers, 1)
  times[2] = told
  settleTimes(batch, i, times[0]!, toldDuration(d.view, layout, at))
}

/** Makes of start and end, either of which may be missing, the time and the duration. */
function settleTimes(batch: EventBatch, i: number, exported: number, duration: number): void {
  const c = batch.column
  const end = numbers[1]! > 0 ? numbers[1]! : exported
  if (numbers[0]! > 0) {
    c.time[i] = numbers[0]!
    c.duration[i] = numbers[1]! > numbers[0]! ? numbers[1]! - numbers[0]! : duration
  } else {
    c.time[i] = end - duration
    c.duration[i] = duration
  }
}

/** Microseconds, 0 where the record does not tell. */
function toldDuration(view: DataView, layout: Layout, at: number): number {
  if (layout.has(Slot.durationMs)) return field(layout, view, at, Slot.durationMs) * 1000
  return field(layout, view, at, Slot.durationUs)
}

function readTransport(batch: EventBatch, i: number, view: DataView, layout: Layout, at: number): void {
  const c = batch.column
  const { at: places } = layout
  const protocol = places[Slot.protocol]! >= 0 ? field(layout, view, at, Slot.protocol) & 0xff : layout.protocol
  c.protocol[i] = protocol
  const dstPort = field(layout, view, at, Slot.dstPort)
  if (protocol === Protocol.icmp || protocol === Protocol.icmp6) {
    readIcmp(batch, i, view, layout, at, dstPort)
    return
  }
  c.srcPort[i] = field(layout, view, at, Slot.srcPort)
  c.dstPort[i] = dstPort
  // Two bytes hold the header length and reserved bits above the flags (RFC 7125).
  if (protocol === Protocol.tcp) c.flags[i] = field(layout, view, at, Slot.flags) & 0xff
}

/** Type and code have fields of their own, one for both, or the destination port (NetFlow v5 and many that came after). */
function readIcmp(batch: EventBatch, i: number, view: DataView, layout: Layout, at: number, dstPort: number): void {
  const c = batch.column
  if (layout.has(Slot.icmpType)) {
    c.icmpType[i] = field(layout, view, at, Slot.icmpType)
    c.icmpCode[i] = field(layout, view, at, Slot.icmpCode)
    if (c.icmpType[i] !== 0 || !layout.has(Slot.icmpBoth)) return
  }
  const own = field(layout, view, at, Slot.icmpBoth)
  const both = own === 0 ? dstPort : own
  // Type 0 has no codes, so that this is a type which stands in the wrong byte.
  const isMisplaced = both > 0 && both < 256
  c.icmpType[i] = isMisplaced ? both : both >> 8
  c.icmpCode[i] = isMisplaced ? 0 : both & 0xff
}

function readCounts(batch: EventBatch, i: number, view: DataView, layout: Layout, at: number): void {
  const c = batch.column
  const { at: places, size } = layout
  const packets = places[Slot.packets]! >= 0 ? Slot.packets : Slot.packetsElse
  c.marks[i] = layout.marks
  if (places[packets]! < 0) c.marks[i] = layout.marks | Mark.noCounts
  else {
    readCount(view, at + places[packets]!, size[packets]!, numbers, 2)
    // A flow's last record may count since the one before, and tell the total beside it; egress records count what went out.
    if (numbers[2] === 0 && places[Slot.packetsElse]! >= 0) {
      readCount(view, at + places[Slot.packetsElse]!, size[Slot.packetsElse]!, numbers, 2)
    }
    c.packetsOut[i] = Math.min(numbers[2]!, greatestCount)
  }
  if (places[Slot.bytes]! >= 0) readCount(view, at + places[Slot.bytes]!, size[Slot.bytes]!, c.bytesOut, i)
  if (c.bytesOut[i] === 0 && places[Slot.bytesElse]! >= 0) {
    readCount(view, at + places[Slot.bytesElse]!, size[Slot.bytesElse]!, c.bytesOut, i)
  }
}

/** Both directions in one record: RFC 5103, or the bytes of initiator and responder that firewalls count. */
function judgeBiflow(batch: EventBatch, i: number, view: DataView, layout: Layout, at: number): void {
  const c = batch.column
  const { at: places, size } = layout
  if (places[Slot.replyBytes]! >= 0)
    readCount(view, at + places[Slot.replyBytes]!, size[Slot.replyBytes]!, c.bytesIn, i)
  const counted = places[Slot.replyPackets]! >= 0
  if (counted) {
    readCount(view, at + places[Slot.replyPackets]!, size[Slot.replyPackets]!, numbers, 2)
    c.packetsIn[i] = Math.min(numbers[2]!, greatestCount)
  }
  if (c.protocol[i] === Protocol.tcp) c.replyFlags[i] = field(layout, view, at, Slot.replyFlags) & 0xff
  const replied = counted ? c.packetsIn[i]! : c.bytesIn[i]! > 0 ? 1 : 0
  judgeReplies(batch, i, counted, replied, layout.has(Slot.flags))
}

function judgeReplies(batch: EventBatch, i: number, counted: boolean, replied: number, flagged: boolean): void {
  const c = batch.column
  const protocol = c.protocol[i]!
  if (isIcmpAnswer(protocol, c.icmpType[i]!)) c.outcome[i] = Outcome.response
  else if (protocol !== Protocol.tcp) c.outcome[i] = otherOutcome(true, replied)
  else if (flagged) {
    const verdict = tcpOutcome(c.flags[i]!, c.replyFlags[i]!, counted, c.packetsOut[i]!, replied)
    c.outcome[i] = verdict & 0xff
    if (verdict & midstreamBit) c.marks[i] = c.marks[i]! | Mark.midstream
    markData(batch, i)
  } else if (counted) c.outcome[i] = replied === 0 ? Outcome.unanswered : Outcome.unknown
  // A firewall counts payload: bytes that came back are of a connection, none may be one that was closed at once.
  else c.outcome[i] = replied === 0 ? Outcome.unknown : Outcome.established
}

function markData(batch: EventBatch, i: number): void {
  const c = batch.column
  const pushed = Flag.psh | Flag.ack
  if ((c.flags[i]! & pushed) === pushed) c.marks[i] = c.marks[i]! | Mark.data
  if ((c.replyFlags[i]! & pushed) === pushed) c.marks[i] = c.marks[i]! | Mark.replyData
}

/** A firewall's event of a connection as a whole (Cisco NSEL): it counts no packets. Palo Alto's records have one direction. */
function isSecureEvent(layout: Layout): boolean {
  return layout.has(Slot.firewallEvent) && !layout.has(Slot.packets) && !layout.has(Slot.packetsElse)
}

/** Bytes of both directions together: of TCP they prove a handshake, of others nothing. */
function judgeSecureEvent(batch: EventBatch, i: number): void {
  const c = batch.column
  if (c.protocol[i] === Protocol.tcp && c.bytesOut[i]! > 0) c.outcome[i] = Outcome.established
  else if (isIcmpAnswer(c.protocol[i]!, c.icmpType[i]!)) c.outcome[i] = Outcome.response
}

/** What the device did with the traffic, which goes before what the counts tell. */
function judgeDevice(batch: EventBatch, i: number, view: DataView, layout: Layout, at: number): void {
  const c = batch.column
  if (layout.has(Slot.firewallEvent)) {
    const event = field(layout, view, at, Slot.firewallEvent)
    if (event === FirewallEvent.denied) {
      deny(batch, i)
      if (field(layout, view, at, Slot.extendedEvent) === notSyn) c.marks[i] = c.marks[i]! | Mark.midstream
    } else if (event === FirewallEvent.created || event === FirewallEvent.deleted || event === FirewallEvent.updated) {
      c.action[i] = Action.allow
      // Replies may still come.
      if (event !== FirewallEvent.deleted && c.outcome[i] === Outcome.unanswered) c.outcome[i] = Outcome.unknown
    }
  }
  if (layout.has(Slot.forwarding)) judgeForwarding(batch, i, field(layout, view, at, Slot.forwarding) & 0xff)
}

function judgeForwarding(batch: EventBatch, i: number, status: number): void {
  if (status >> 6 !== dropped) return
  const { outcome, action } = batch.column
  if (outcome[i] !== Outcome.response) outcome[i] = Outcome.blocked
  if (status === aclDeny || status === aclDrop) action[i] = Action.deny
}

function deny(batch: EventBatch, i: number): void {
  const c = batch.column
  c.action[i] = Action.deny
  if (c.outcome[i] !== Outcome.response) c.outcome[i] = Outcome.blocked
}
