import { readHex, readPort, readUint } from '../../base/ascii.ts'
import { readAddress } from '../../base/ascii-address.ts'
import { readIso } from '../../base/ascii-time.ts'
import type { JsonFields } from '../../base/json-scan.ts'
import { type EventBatch, Kind, Mark, Outcome } from '../../event/batch.ts'
import { judgeUniflow, midstreamBit, otherOutcome, tcpOutcome } from '../../event/flow-outcome.ts'
import { isIcmpAnswer } from '../../event/icmp.ts'
import { Flag, Protocol } from '../../event/protocol.ts'
import { readProtocol } from '../../event/protocol-text.ts'
import { Decoded } from '../format.ts'
import { Field } from './fields.ts'

const words = new Uint32Array(4)
/** Start and end. */
const micros = new Float64Array(2)
/** Payload is pushed by the last segment of every write; an Xmas probe has PSH without ACK. */
const pushed = Flag.psh | Flag.ack
const flowLength = 'flow'.length

/** Turns a flow or netflow event into a row. Hot: nothing is allocated. */
export function appendFlow(bytes: Uint8Array, fields: JsonFields, batch: EventBatch): Decoded {
  const i = batch.begin()
  const reason = readEnds(bytes, fields, batch, i)
  if (reason !== '') {
    batch.undo()
    batch.reason = reason
    return Decoded.malformed
  }
  readCounts(bytes, fields, batch, i)
  const isFlow = fields.to[Field.eventType]! - fields.from[Field.eventType]! === flowLength
  if (isFlow) judgeFlow(bytes, fields, batch, i)
  else readUniflow(bytes, fields, batch, i)
  return Decoded.event
}

/** Time, addresses, protocol, ports. @returns why it is malformed, or nothing */
function readEnds(bytes: Uint8Array, fields: JsonFields, batch: EventBatch, i: number): string {
  const c = batch.column
  c.kind[i] = Kind.flow
  if (!readTimes(bytes, fields)) return 'no readable flow.start or timestamp'
  c.time[i] = micros[0]!
  c.duration[i] = Math.max(0, micros[1]! - micros[0]!)
  if (!address(bytes, fields, Field.srcIp)) return 'no readable src_ip'
  c.src0[i] = words[0]!
  c.src1[i] = words[1]!
  c.src2[i] = words[2]!
  c.src3[i] = words[3]!
  if (!address(bytes, fields, Field.destIp)) return 'no readable dest_ip'
  c.dst0[i] = words[0]!
  c.dst1[i] = words[1]!
  c.dst2[i] = words[2]!
  c.dst3[i] = words[3]!
  const { from, to } = fields
  const protocol = from[Field.proto]! < 0 ? -1 : readProtocol(bytes, from[Field.proto]!, to[Field.proto]!)
  if (protocol < 0) return 'no readable proto'
  c.protocol[i] = protocol
  if (protocol === Protocol.icmp || protocol === Protocol.icmp6) return readIcmp(bytes, fields, batch, i)
  return readPorts(bytes, fields, batch, i, protocol === Protocol.tcp || protocol === Protocol.udp)
}

function readIcmp(bytes: Uint8Array, fields: JsonFields, batch: EventBatch, i: number): string {
  batch.column.icmpType[i] = Math.max(0, number(bytes, fields, Field.icmpType))
  batch.column.icmpCode[i] = Math.max(0, number(bytes, fields, Field.icmpCode))
  return ''
}

function readPorts(bytes: Uint8Array, fields: JsonFields, batch: EventBatch, i: number, needed: boolean): string {
  const { from, to } = fields
  const src = from[Field.srcPort]! < 0 ? -1 : readPort(bytes, from[Field.srcPort]!, to[Field.srcPort]!)
  const dst = from[Field.destPort]! < 0 ? -1 : readPort(bytes, from[Field.destPort]!, to[Field.destPort]!)
  if (needed && src < 0) return 'no readable src_port'
  if (needed && dst < 0) return 'no readable dest_port'
  batch.column.srcPort[i] = Math.max(0, src)
  batch.column.dstPort[i] = Math.max(0, dst)
  return ''
}

/** The event's own timestamp is when it was written, which offline may be the same for all: the flow's start counts. */
function readTimes(bytes: Uint8Array, fields: JsonFields): boolean {
  const { from, to } = fields
  const given = from[Field.start]! >= 0 ? Field.start : Field.timestamp
  if (from[given]! < 0 || readIso(bytes, from[given]!, to[given]!, micros, 0) < 0) return false
  micros[1] = micros[0]!
  if (from[Field.end]! >= 0) readIso(bytes, from[Field.end]!, to[Field.end]!, micros, 1)
  return true
}

function address(bytes: Uint8Array, { from, to }: JsonFields, field: number): boolean {
  return from[field]! >= 0 && readAddress(bytes, from[field]!, to[field]!, words)
}

function number(bytes: Uint8Array, { from, to }: JsonFields, field: number): number {
  return from[field]! < 0 ? -1 : readUint(bytes, from[field]!, to[field]!)
}

function flags(bytes: Uint8Array, { from, to }: JsonFields, field: number): number {
  return from[field]! < 0 ? 0 : Math.max(0, readHex(bytes, from[field]!, to[field]!)) & 0xff
}

function readCounts(bytes: Uint8Array, fields: JsonFields, batch: EventBatch, i: number): void {
  const c = batch.column
  const out = number(bytes, fields, Field.packetsOut)
  if (out < 0) c.marks[i] = Mark.noCounts
  else {
    c.packetsOut[i] = out
    c.packetsIn[i] = Math.max(0, number(bytes, fields, Field.packetsIn))
  }
  c.bytesOut[i] = Math.max(0, number(bytes, fields, Field.bytesOut))
  c.bytesIn[i] = Math.max(0, number(bytes, fields, Field.bytesIn))
}

function judgeFlow(bytes: Uint8Array, fields: JsonFields, batch: EventBatch, i: number): void {
  const c = batch.column
  const protocol = c.protocol[i]!
  const counted = (c.marks[i]! & Mark.noCounts) === 0
  const replies = c.packetsIn[i]!
  if (protocol !== Protocol.tcp) {
    const answer = isIcmpAnswer(protocol, c.icmpType[i]!)
    c.outcome[i] = answer ? Outcome.response : otherOutcome(counted, replies)
    return
  }
  const out = flags(bytes, fields, Field.flagsOut)
  const back = flags(bytes, fields, Field.flagsIn)
  c.flags[i] = out
  c.replyFlags[i] = back
  if (fields.from[Field.flagsOut]! < 0) {
    c.outcome[i] = counted && replies === 0 ? Outcome.unanswered : Outcome.unknown
    return
  }
  const verdict = tcpOutcome(out, back, counted, c.packetsOut[i]!, replies)
  c.outcome[i] = verdict & 0xff
  if (verdict & midstreamBit) c.marks[i] = c.marks[i]! | Mark.midstream
  if ((out & pushed) === pushed) c.marks[i] = c.marks[i]! | Mark.data
  if ((back & pushed) === pushed) c.marks[i] = c.marks[i]! | Mark.replyData
}

function readUniflow(bytes: Uint8Array, fields: JsonFields, batch: EventBatch, i: number): void {
  const c = batch.column
  c.flags[i] = flags(bytes, fields, Field.flags)
  const ttl = number(bytes, fields, Field.minTtl)
  if (ttl > 0 && ttl < 256) {
    c.ttl[i] = ttl
    c.marks[i] = c.marks[i]! | Mark.hasTtl
  }
  judgeUniflow(batch, i)
}
