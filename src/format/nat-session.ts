import { ascii, find, readPort, readUint, startsWith, wordEnd } from '../base/ascii.ts'
import { readSeconds } from '../base/ascii-time.ts'
import { type EventBatch, Kind, Mark, Outcome, Subject } from '../event/batch.ts'
import { readDestination, readSource } from '../event/ends.ts'
import { isIcmpAnswer } from '../event/icmp.ts'
import { Names } from '../event/names.ts'
import { Protocol } from '../event/protocol.ts'
import { readProtocol } from '../event/protocol-text.ts'
import { Text } from '../event/texts.ts'
import { Syslog } from '../framing/syslog.ts'
import { sniffLines } from './claim.ts'
import { type Decode, Decoded, type FormatContext, type LineFormat } from './format.ts'
import { Side, TupleFields } from './nat-session/tuple.ts'

const created = ascii('[NEW] ')
const destroyed = ascii('[DESTROY] ')
const ulogdStart = ascii('ORIG: SRC=')
const conntrackSource = ascii(' src=')
const unreplied = ascii('[UNREPLIED]')
const deltaTime = ascii('delta-time=')
const space = 32
const openBracket = 91
const closeBracket = 93
const furthest = 256
const untoldType = 255
/** A reset that answers a SYN has no options; a SYN-ACK has. */
const bareHeader = 40

class NatSession {
  readonly #syslog: Syslog
  readonly #names: Names
  readonly #tuple = new TupleFields()
  readonly #time = new Float64Array(1)

  constructor(context: FormatContext) {
    this.#syslog = new Syslog(context.newest)
    this.#names = new Names(context.rules)
  }

  decode(bytes: Uint8Array, from: number, to: number, batch: EventBatch): Decoded {
    const end = eventAt(bytes, from, to)
    if (end === noEvent) return Decoded.ignored
    const isNew = end < 0
    const at = Math.abs(end)
    const tuple = this.#tuple
    if (!tuple.scan(bytes, at, to)) {
      batch.reason = 'no two directions'
      return Decoded.malformed
    }
    if (isNew && !tuple.isTranslated(bytes)) return Decoded.ignored
    if (!this.#readTime(bytes, from, at, batch)) {
      batch.reason = 'no time'
      return Decoded.malformed
    }
    const i = batch.begin()
    batch.column.time[i] = this.#time[0]!
    const reason = isNew ? this.#lease(bytes, at, batch, i) : this.#flow(bytes, at, to, batch, i)
    if (reason !== '') {
      batch.undo()
      batch.reason = reason
      return Decoded.malformed
    }
    batch.column.device[i] = this.#names.id(bytes, this.#syslog.hostFrom, this.#syslog.hostTo)
    return Decoded.event
  }

  /** `[1795313621.104857]` of conntrack's `-o timestamp`, else a syslog header. */
  #readTime(bytes: Uint8Array, from: number, to: number, batch: EventBatch): boolean {
    this.#syslog.read(bytes, from, to)
    if (bytes[from] === openBracket) {
      let end = from + 1
      while (end < to && bytes[end] !== closeBracket) end++
      if (readSeconds(bytes, from + 1, end, this.#time, 0)) return true
    }
    if (!this.#syslog.settle(batch)) return false
    this.#time[0] = this.#syslog.time[0]!
    return true
  }

  /** Who was behind a translated address and port: the reply goes to those of a client, the request to those of a server. */
  #lease(bytes: Uint8Array, at: number, batch: EventBatch, i: number): string {
    const { from, to } = this.#tuple
    const c = batch.column
    c.subject[i] = Subject.lease
    c.kind[i] = Kind.log
    c.marks[i] = Mark.noCounts
    c.protocol[i] = this.#protocol(bytes, at)
    const isSource = this.#tuple.isSourceTranslated(bytes)
    // What stands for the inner side is named by the direction that comes from outside.
    const outer = isSource ? Side.reply : 0
    const held = outer + Side.dst
    const remote = outer + Side.src
    if (!readSource(bytes, from[held]!, to[held]!, batch, i)) return 'no readable address'
    if (!readDestination(bytes, from[remote]!, to[remote]!, batch, i)) return 'no readable address'
    c.srcPort[i] = Math.max(0, this.#number(bytes, outer + Side.dstPort))
    c.dstPort[i] = Math.max(0, this.#number(bytes, outer + Side.srcPort))
    const inner = isSource ? Side.src : Side.reply + Side.src
    batch.text(i, Text.mapped, bytes, from[inner]!, to[inner]!)
    return ''
  }

  #flow(bytes: Uint8Array, at: number, end: number, batch: EventBatch, i: number): string {
    const { from, to } = this.#tuple
    const c = batch.column
    c.kind[i] = Kind.flow
    c.protocol[i] = this.#protocol(bytes, at)
    if (c.protocol[i] === 0) return 'no protocol'
    if (!readSource(bytes, from[Side.src]!, to[Side.src]!, batch, i)) return 'no readable address'
    if (!readDestination(bytes, from[Side.dst]!, to[Side.dst]!, batch, i)) return 'no readable address'
    const isIcmp = c.protocol[i] === Protocol.icmp || c.protocol[i] === Protocol.icmp6
    if (isIcmp) {
      const type = this.#number(bytes, Side.type)
      c.icmpType[i] = type >= 0 && type < 256 ? type : untoldType
      c.icmpCode[i] = Math.max(0, this.#number(bytes, Side.code))
    } else {
      c.srcPort[i] = Math.max(0, readPort(bytes, from[Side.srcPort]!, to[Side.srcPort]!))
      c.dstPort[i] = Math.max(0, readPort(bytes, from[Side.dstPort]!, to[Side.dstPort]!))
    }
    this.#counts(bytes, at, end, batch, i)
    if (this.#tuple.isTranslated(bytes)) {
      const mapped = this.#tuple.mappedField(bytes)
      batch.text(i, Text.mapped, bytes, from[mapped]!, to[mapped]!)
    }
    return ''
  }

  #counts(bytes: Uint8Array, at: number, end: number, batch: EventBatch, i: number): void {
    const c = batch.column
    const packets = this.#number(bytes, Side.packets)
    const replies = this.#number(bytes, Side.reply + Side.packets)
    const seconds = find(bytes, at, end, deltaTime)
    if (seconds >= 0) {
      const length = Math.max(0, readUint(bytes, seconds + deltaTime.length, wordEnd(bytes, seconds, end)))
      c.duration[i] = length * 1e6
      c.time[i] = c.time[i]! - length * 1e6
    }
    const isSilent = find(bytes, at, end, unreplied) >= 0
    if (packets > 0) {
      c.packetsOut[i] = packets
      c.packetsIn[i] = Math.max(0, replies)
      c.bytesOut[i] = Math.max(0, this.#number(bytes, Side.bytes))
      c.bytesIn[i] = Math.max(0, this.#number(bytes, Side.reply + Side.bytes))
    } else c.marks[i]! |= Mark.noCounts
    c.outcome[i] = this.#outcome(batch, i, isSilent, packets > 0)
  }

  #outcome(batch: EventBatch, i: number, isSilent: boolean, isCounted: boolean): number {
    const c = batch.column
    if (isIcmpAnswer(c.protocol[i]!, c.icmpType[i]!)) return Outcome.response
    if (isSilent || (isCounted && c.packetsIn[i] === 0)) return Outcome.unanswered
    if (c.protocol[i] !== Protocol.tcp) return Outcome.established
    if (!isCounted) return Outcome.unknown
    const bare = c.src0[i] === 0 && c.src2[i] === 0xffff ? bareHeader : bareHeader + 20
    return c.bytesIn[i]! <= c.packetsIn[i]! * bare ? Outcome.refused : Outcome.established
  }

  /** ulogd's PROTO, else the word that conntrack's events begin with. */
  #protocol(bytes: Uint8Array, at: number): number {
    const { from, to } = this.#tuple
    const told = from[Side.protocol]! >= 0
    let start = at
    while (!told && bytes[start] === space) start++
    const number = told
      ? readProtocol(bytes, from[Side.protocol]!, to[Side.protocol]!)
      : readProtocol(bytes, start, wordEnd(bytes, start, start + 16))
    return Math.max(0, number)
  }

  #number(bytes: Uint8Array, field: number): number {
    const { from, to } = this.#tuple
    return from[field]! < 0 ? -1 : readUint(bytes, from[field]!, to[field]!)
  }
}

const noEvent = 0

/** Where an event's text begins: negative for a new connection, positive for one that ended, `noEvent` for neither. */
function eventAt(bytes: Uint8Array, from: number, to: number): number {
  const last = Math.min(to, from + furthest)
  for (let i = from; i < last; i++) {
    if (bytes[i] !== openBracket) continue
    if (startsWith(bytes, i, to, created)) return isConnection(bytes, i, to) ? -(i + created.length) : noEvent
    if (startsWith(bytes, i, to, destroyed)) return isConnection(bytes, i, to) ? i + destroyed.length : noEvent
  }
  return noEvent
}

function isConnection(bytes: Uint8Array, from: number, to: number): boolean {
  const near = Math.min(to, from + 96)
  return find(bytes, from, near, conntrackSource) >= 0 || find(bytes, from, near, ulogdStart) >= 0
}

function claims(bytes: Uint8Array, from: number, to: number): boolean {
  return eventAt(bytes, from, to) !== noEvent
}

function open(context: FormatContext): Decode {
  const log = new NatSession(context)
  return (bytes, from, to, batch) => log.decode(bytes, from, to, batch)
}

const format: LineFormat = {
  id: 'nat-session',
  title: 'Linux connection tracking events (conntrack -E, ulogd)',
  about:
    "Events of netfilter's connection tracking as `conntrack -E -o timestamp` prints them or ulogd's NFCT writes them. A new " +
    'connection that is translated says who was behind an address and port (kind lease: src is the address held, mapped ' +
    'whose it was); one that ended is a flow, with counts where nf_conntrack_acct is on. New connections without translation, ' +
    'updates, and lines without a time are not read. Documented in conntrack(8) and by ulogd.',
  framing: 'line',
  maxRows: 1,
  sniff: (head) => sniffLines(head, claims),
  claims,
  open,
  blind: ['no TCP flags', 'nothing that a rule dropped before it was tracked'],
}

export default format
