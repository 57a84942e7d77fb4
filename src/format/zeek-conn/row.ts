import { equals, readPort, readUint } from '../../base/ascii.ts'
import { readAddress } from '../../base/ascii-address.ts'
import { readSeconds } from '../../base/ascii-time.ts'
import { type EventBatch, Kind, Mark, Outcome } from '../../event/batch.ts'
import { icmpCounterpart, isIcmpAnswer } from '../../event/icmp.ts'
import { Protocol } from '../../event/protocol.ts'
import type { Spans } from '../../framing/zeek-columns.ts'
import { readZeekTime } from '../../framing/zeek-time.ts'
import { Decoded } from '../format.ts'
import { Field, icmp, missingField, requiredFields, sctp, tcp, udp, unreadableField } from './fields.ts'
import { respShift, Seen, seenIn } from './history.ts'
import { State, stateOf, tcpVerdict, Verdict } from './outcome.ts'

const words = new Uint32Array(4)
const micros = new Float64Array(1)
/** Protocol numbers that no assigned protocol has: 255 is reserved by IANA. */
const unassigned = 255

/** Turns the fields of one conn record into a row. Hot: nothing is allocated. */
export function appendConn(bytes: Uint8Array, spans: Spans, batch: EventBatch): Decoded {
  for (let field = 0; field < requiredFields; field++) {
    if (spans.from[field]! < 0) {
      batch.reason = missingField(field)
      return Decoded.malformed
    }
  }
  const i = batch.begin()
  const bad = readRequired(bytes, spans, batch, i)
  if (bad >= 0) {
    batch.undo()
    batch.reason = unreadableField(bad)
    return Decoded.malformed
  }
  readCounts(bytes, spans, batch, i)
  judge(bytes, spans, batch, i)
  return Decoded.event
}

/** @returns the field that could not be read, -1 if all could */
function readRequired(bytes: Uint8Array, { from, to }: Spans, batch: EventBatch, i: number): number {
  const c = batch.column
  c.kind[i] = Kind.flow
  if (!readZeekTime(bytes, from[Field.ts]!, to[Field.ts]!, micros)) return Field.ts
  c.time[i] = micros[0]!
  if (!readAddress(bytes, from[Field.origHost]!, to[Field.origHost]!, words)) return Field.origHost
  c.src0[i] = words[0]!
  c.src1[i] = words[1]!
  c.src2[i] = words[2]!
  c.src3[i] = words[3]!
  if (!readAddress(bytes, from[Field.respHost]!, to[Field.respHost]!, words)) return Field.respHost
  c.dst0[i] = words[0]!
  c.dst1[i] = words[1]!
  c.dst2[i] = words[2]!
  c.dst3[i] = words[3]!
  const six = words[2] !== 0xffff || words[1] !== 0 || words[0] !== 0
  const first = readPort(bytes, from[Field.origPort]!, to[Field.origPort]!)
  if (first < 0) return Field.origPort
  const second = readPort(bytes, from[Field.respPort]!, to[Field.respPort]!)
  if (second < 0) return Field.respPort
  const protocol = readProtocol(bytes, from, to, six)
  c.protocol[i] = protocol
  if (protocol === Protocol.icmp || protocol === Protocol.icmp6) {
    c.icmpType[i] = first
    // The second "port" is the code of a one-way type, but the type of the reply where there is one (echo: 8 and 0).
    c.icmpCode[i] = icmpCounterpart(protocol, first) === second ? 0 : second
  } else {
    c.srcPort[i] = first
    c.dstPort[i] = second
  }
  return -1
}

function readProtocol(bytes: Uint8Array, from: Int32Array, to: Int32Array, six: boolean): number {
  const start = from[Field.proto]!
  const end = to[Field.proto]!
  if (equals(bytes, start, end, tcp)) return Protocol.tcp
  if (equals(bytes, start, end, udp)) return Protocol.udp
  if (equals(bytes, start, end, icmp)) return six ? Protocol.icmp6 : Protocol.icmp
  if (equals(bytes, start, end, sctp)) return Protocol.sctp
  const number = from[Field.ipProto]! < 0 ? -1 : readUint(bytes, from[Field.ipProto]!, to[Field.ipProto]!)
  return number < 0 || number > 255 ? unassigned : number
}

function count(bytes: Uint8Array, { from, to }: Spans, field: number): number {
  return from[field]! < 0 ? -1 : readUint(bytes, from[field]!, to[field]!)
}

/** IP bytes where Zeek logs them, else payload bytes. */
function byteCount(bytes: Uint8Array, spans: Spans, ipBytes: number, payload: number): number {
  const all = count(bytes, spans, ipBytes)
  return all >= 0 ? all : Math.max(0, count(bytes, spans, payload))
}

function readCounts(bytes: Uint8Array, spans: Spans, batch: EventBatch, i: number): void {
  const c = batch.column
  const { from, to } = spans
  if (from[Field.duration]! >= 0 && readSeconds(bytes, from[Field.duration]!, to[Field.duration]!, micros, 0)) {
    c.duration[i] = micros[0]!
  }
  const out = count(bytes, spans, Field.origPackets)
  const back = count(bytes, spans, Field.respPackets)
  if (out < 0 || back < 0) {
    c.marks[i] = c.marks[i]! | Mark.noCounts
  } else {
    c.packetsOut[i] = out
    c.packetsIn[i] = back
  }
  c.bytesOut[i] = byteCount(bytes, spans, Field.origIpBytes, Field.origBytes)
  c.bytesIn[i] = byteCount(bytes, spans, Field.respIpBytes, Field.respBytes)
  if (from[Field.tunnelParents]! >= 0) c.marks[i] = c.marks[i]! | Mark.tunnelled
}

function judge(bytes: Uint8Array, spans: Spans, batch: EventBatch, i: number): void {
  const c = batch.column
  const { from, to } = spans
  const start = from[Field.history]!
  const seen = start < 0 ? 0 : seenIn(bytes, start, to[Field.history]!)
  const orig = seen & ((1 << respShift) - 1)
  const resp = seen >>> respShift
  const state = from[Field.connState]! < 0 ? State.none : stateOf(bytes, from[Field.connState]!, to[Field.connState]!)
  const payloadOut = count(bytes, spans, Field.origBytes) > 0 || (orig & Seen.data) !== 0
  const payloadBack = count(bytes, spans, Field.respBytes) > 0 || (resp & Seen.data) !== 0
  if (payloadOut) c.marks[i] = c.marks[i]! | Mark.data
  if (payloadBack) c.marks[i] = c.marks[i]! | Mark.replyData
  const counted = (c.marks[i]! & Mark.noCounts) === 0
  const silent = counted && c.packetsOut[i] === 0
  const answered = payloadBack || state === State.established || (counted && c.packetsIn[i]! > 0)
  const protocol = c.protocol[i]!
  let verdict: number
  if (protocol === Protocol.tcp) {
    c.flags[i] = orig & 0xff
    c.replyFlags[i] = resp & 0xff
    verdict = tcpVerdict(state, orig, resp, silent)
  } else {
    verdict = isIcmpAnswer(protocol, c.icmpType[i]!) ? Outcome.response : otherVerdict(state, silent, answered)
  }
  c.outcome[i] = verdict & Verdict.outcome
  if (verdict & Verdict.midstream) c.marks[i] = c.marks[i]! | Mark.midstream
  if (verdict & Verdict.swap) swap(batch, i)
}

/** UDP and the rest: an answer is any packet back; one without a request is a response. */
function otherVerdict(state: number, silent: boolean, answered: boolean): number {
  if (answered && (silent || state === State.responderOnly)) return Outcome.response | Verdict.swap
  return answered ? Outcome.established : Outcome.unanswered
}

/** The responder's packets are the row: who answered becomes the source. */
function swap(batch: EventBatch, i: number): void {
  const c = batch.column
  exchange(c.src0, c.dst0, i)
  exchange(c.src1, c.dst1, i)
  exchange(c.src2, c.dst2, i)
  exchange(c.src3, c.dst3, i)
  exchange(c.srcPort, c.dstPort, i)
  exchange(c.flags, c.replyFlags, i)
  exchange(c.packetsOut, c.packetsIn, i)
  exchange(c.bytesOut, c.bytesIn, i)
  const marks = c.marks[i]!
  const payload = marks & (Mark.data | Mark.replyData)
  const both = payload === (Mark.data | Mark.replyData)
  const turned = both || payload === 0 ? marks : marks ^ (Mark.data | Mark.replyData)
  c.marks[i] = turned | Mark.reverse
}

type Numbers = Uint8Array | Uint16Array | Uint32Array | Float64Array

function exchange(a: Numbers, b: Numbers, i: number): void {
  const kept = a[i]!
  a[i] = b[i]!
  b[i] = kept
}
