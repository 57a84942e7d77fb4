import { readPort, readUint } from '../../base/ascii.ts'
import { CsvFields } from '../../base/csv-scan.ts'
import { Action, type EventBatch, Kind, Mark, Outcome } from '../../event/batch.ts'
import { readDestination, readSource } from '../../event/ends.ts'
import { Protocol } from '../../event/protocol.ts'

const comma = 44
const letterA = 65
const letterB = 66
const letterC = 67
const letterD = 68
const letterE = 69
const letterT = 84
const letterU = 85

/** Place of what both kinds of tuples have. */
const Place = { time: 0, src: 1, dst: 2, srcPort: 3, dstPort: 4, protocol: 5, verdict: 7 } as const
/** Place of what they have in different places. Network security groups: after the verdict the state; version 1 has neither. */
const groupCounts = 9
/** Virtual networks: the state is the verdict, then the encryption. */
const networkCounts = 9
const groupState = 8
/** A server's answer that carries data is larger than a bare RST or SYN-ACK with its headers. */
const bareSegment = 80

const fields = new CsvFields(13, comma)

/**
 * Reads a flow tuple, `bytes[from, to)` without its quotes, into row `i`. Hot: nothing is allocated.
 * @param isNetwork of a virtual network flow log: milliseconds, protocol numbers @returns why it cannot be read, or nothing
 */
export function readTuple(
  bytes: Uint8Array,
  from: number,
  to: number,
  isNetwork: boolean,
  batch: EventBatch,
  i: number,
): string {
  const c = batch.column
  if (fields.cut(bytes, from, to) < 8) return 'a flow tuple with fewer than 8 fields'
  const time = number(bytes, Place.time)
  if (time <= 0) return 'no readable time in a flow tuple'
  c.time[i] = time * (isNetwork ? 1e3 : 1e6)
  if (!readSource(bytes, fields.from[Place.src]!, fields.to[Place.src]!, batch, i))
    return 'no readable source in a flow tuple'
  if (!readDestination(bytes, fields.from[Place.dst]!, fields.to[Place.dst]!, batch, i)) {
    return 'no readable destination in a flow tuple'
  }
  const protocol = isNetwork ? number(bytes, Place.protocol) : protocolOf(bytes[fields.from[Place.protocol]!]!)
  if (protocol < 0 || protocol > 255) return 'no readable protocol in a flow tuple'
  c.protocol[i] = protocol
  // The type is not told, and most of what is asked by ICMP is echo.
  if (protocol === Protocol.icmp) c.icmpType[i] = 8
  if (protocol === Protocol.icmp6) c.icmpType[i] = 128
  if (protocol === Protocol.tcp || protocol === Protocol.udp || protocol === Protocol.sctp) {
    const srcPort = readPort(bytes, fields.from[Place.srcPort]!, fields.to[Place.srcPort]!)
    const dstPort = readPort(bytes, fields.from[Place.dstPort]!, fields.to[Place.dstPort]!)
    if (srcPort < 0 || dstPort < 0) return 'no readable port in a flow tuple'
    c.srcPort[i] = srcPort
    c.dstPort[i] = dstPort
  }
  return isNetwork ? judgeNetwork(bytes, batch, i) : judgeGroup(bytes, batch, i)
}

function protocolOf(letter: number): number {
  return letter === letterT ? Protocol.tcp : letter === letterU ? Protocol.udp : -1
}

function judgeGroup(bytes: Uint8Array, batch: EventBatch, i: number): string {
  const verdict = bytes[fields.from[Place.verdict]!]!
  if (verdict === letterD) return deny(batch, i)
  if (verdict !== letterA) return 'a flow tuple is neither allowed nor denied'
  const state = fields.has(groupState) ? bytes[fields.from[groupState]!]! : letterB
  return allow(bytes, state, groupCounts, batch, i)
}

function judgeNetwork(bytes: Uint8Array, batch: EventBatch, i: number): string {
  const state = bytes[fields.from[Place.verdict]!]!
  return state === letterD ? deny(batch, i) : allow(bytes, state, networkCounts, batch, i)
}

function deny(batch: EventBatch, i: number): string {
  const c = batch.column
  c.kind[i] = Kind.log
  c.action[i] = Action.deny
  c.outcome[i] = Outcome.blocked
  c.marks[i] = Mark.noCounts
  return ''
}

/** A flow that began (B) is as good as one request that was logged; one that goes on (C) or ended (E) tells its counts. */
function allow(bytes: Uint8Array, state: number, counts: number, batch: EventBatch, i: number): string {
  const c = batch.column
  c.action[i] = Action.allow
  if (state === letterB) {
    c.kind[i] = Kind.log
    c.marks[i] = Mark.noCounts
    return ''
  }
  if (state !== letterC && state !== letterE) return 'the state of a flow tuple is not known'
  c.kind[i] = Kind.flow
  const out = number(bytes, counts)
  const back = number(bytes, counts + 2)
  if (out < 0) {
    c.marks[i] = Mark.noCounts
    return ''
  }
  c.packetsOut[i] = out
  c.packetsIn[i] = Math.max(0, back)
  c.bytesOut[i] = Math.max(0, number(bytes, counts + 1))
  c.bytesIn[i] = Math.max(0, number(bytes, counts + 3))
  c.outcome[i] = outcomeOf(c.protocol[i]!, c.packetsIn[i]!, c.bytesIn[i]!, state === letterE)
  return ''
}

/** A RST is an answer as well: of TCP only data shows that a connection was made. */
function outcomeOf(protocol: number, replies: number, bytes: number, hasEnded: boolean): number {
  if (replies === 0) return hasEnded ? Outcome.unanswered : Outcome.unknown
  if (protocol !== Protocol.tcp) return Outcome.established
  return replies > 1 && bytes > replies * bareSegment ? Outcome.established : Outcome.unknown
}

function number(bytes: Uint8Array, field: number): number {
  return fields.has(field) ? readUint(bytes, fields.from[field]!, fields.to[field]!) : -1
}
