import { ascii, find, readPort, readUint, startsWith } from '../base/ascii.ts'
import { CsvFields } from '../base/csv-scan.ts'
import { type EventBatch, Kind, Mark } from '../event/batch.ts'
import { readDestination, readSource } from '../event/ends.ts'
import { loggedOutcome } from '../event/logged-outcome.ts'
import { Names } from '../event/names.ts'
import { Flag, Protocol } from '../event/protocol.ts'
import { Text } from '../event/texts.ts'
import { Syslog } from '../framing/syslog.ts'
import { sniffLines } from './claim.ts'
import { loginAt, readLogin } from './filterlog/login.ts'
import { icmpCode, icmpType, readAction, readOptions } from './filterlog/words.ts'
import { type Decode, Decoded, type FormatContext, type LineFormat } from './format.ts'

const program = ascii('filterlog')
const match = ascii('match')
const dataLength = ascii('datalength=')
const error = ascii('error')
const truncated = ascii('truncated-ip')
const comma = 44
const mostFields = 36
/** Fields before the version; the first of the address family follows it. */
const Common = { rule: 0, tracker: 3, reason: 5, action: 6, direction: 7, version: 8 } as const
/** An ICMP type that no packet has: the log does not tell it. */
const untoldType = 255

class FilterLog {
  readonly #syslog: Syslog
  readonly #names: Names
  readonly #fields = new CsvFields(mostFields)

  constructor(context: FormatContext) {
    this.#syslog = new Syslog(context.newest)
    this.#names = new Names(context.rules)
  }

  decode(bytes: Uint8Array, from: number, to: number, batch: EventBatch): Decoded {
    const syslog = this.#syslog
    syslog.read(bytes, from, to)
    if (!syslog.isFrom(bytes, program)) return this.#login(bytes, to, batch)
    const fields = this.#fields
    const count = fields.cut(bytes, syslog.text, to)
    // The daemon says that it starts, or that a packet is none.
    if (count <= Common.version) return Decoded.ignored
    const i = batch.begin()
    const reason = this.#row(bytes, batch, i)
    if (reason !== '') {
      batch.undo()
      batch.reason = reason
      return Decoded.malformed
    }
    if (!syslog.settle(batch)) {
      batch.undo()
      batch.reason = 'no time'
      return Decoded.malformed
    }
    const c = batch.column
    c.time[i] = syslog.time[0]!
    c.device[i] = this.#names.id(bytes, syslog.hostFrom, syslog.hostTo)
    c.outcome[i] = loggedOutcome(batch, i)
    return Decoded.event
  }

  #login(bytes: Uint8Array, to: number, batch: EventBatch): Decoded {
    const syslog = this.#syslog
    const at = loginAt(bytes, syslog.text, to)
    if (at < 0) return Decoded.ignored
    if (!syslog.settle(batch)) {
      batch.reason = 'no time'
      return Decoded.malformed
    }
    const i = readLogin(bytes, at, to, batch, syslog.time)
    if (i < 0) {
      batch.reason = 'no readable address'
      return Decoded.malformed
    }
    batch.column.device[i] = this.#names.id(bytes, syslog.hostFrom, syslog.hostTo)
    batch.text(i, Text.process, bytes, syslog.tagFrom, syslog.tagTo)
    return Decoded.event
  }

  #row(bytes: Uint8Array, batch: EventBatch, i: number): string {
    const { from, to } = this.#fields
    const c = batch.column
    c.kind[i] = Kind.log
    const version = readUint(bytes, from[Common.version]!, to[Common.version]!)
    if (version !== 4 && version !== 6) return 'no IP version'
    // A packet that was cut short has one field more, which says so.
    const at = Common.version + (this.#begins(bytes, Common.version + 1, error) ? 2 : 1)
    const first = this.#begins(bytes, at, truncated) ? at + 1 : at
    if (first > Common.version + 1) c.marks[i]! |= Mark.truncated
    const ends = version === 4 ? this.#ipv4(bytes, first, batch, i) : this.#ipv6(bytes, first, batch, i)
    if (ends < 0) return 'protocol or length is not readable'
    if (!readSource(bytes, from[ends]!, to[ends]!, batch, i)) return 'no source address'
    if (!readDestination(bytes, from[ends + 1]!, to[ends + 1]!, batch, i)) return 'no destination address'
    this.#decision(bytes, batch, i)
    return this.#transport(bytes, ends + 2, batch, i)
  }

  #decision(bytes: Uint8Array, batch: EventBatch, i: number): void {
    const { from, to } = this.#fields
    const c = batch.column
    c.action[i] = readAction(bytes, from[Common.action]!, to[Common.action]!)
    // The tracker (pfSense) or label (OPNsense) stays with a rule whose number changes; 0 is none.
    const hasTracker =
      this.#fields.has(Common.tracker) && readUint(bytes, from[Common.tracker]!, to[Common.tracker]!) !== 0
    const rule = hasTracker ? Common.tracker : Common.rule
    c.rule[i] = this.#names.id(bytes, from[rule]!, to[rule]!)
    if (!this.#begins(bytes, Common.reason, match))
      batch.text(i, Text.reason, bytes, from[Common.reason]!, to[Common.reason]!)
  }

  /** tos, ecn, ttl, id, offset, flags, protocol number, protocol, length. @returns the field of the source */
  #ipv4(bytes: Uint8Array, at: number, batch: EventBatch, i: number): number {
    const { from, to } = this.#fields
    const c = batch.column
    const protocol = this.#number(bytes, at + 6)
    const length = this.#number(bytes, at + 8)
    if (protocol < 0 || protocol > 255 || length < 0) return -1
    c.protocol[i] = protocol
    c.bytesOut[i] = length
    this.#timeToLive(bytes, at + 2, batch, i)
    c.ipId[i] = Math.max(0, this.#number(bytes, at + 3))
    const flag = bytes[from[at + 5]!]
    const flagLength = to[at + 5]! - from[at + 5]!
    if (flag === 68 && flagLength === 2) c.marks[i]! |= Mark.dontFragment
    if (this.#number(bytes, at + 4) > 0 || (flag === 43 && flagLength === 1)) c.marks[i]! |= Mark.fragment
    return at + 9
  }

  /** class, flow label, hop limit, protocol, protocol number, length of the payload */
  #ipv6(bytes: Uint8Array, at: number, batch: EventBatch, i: number): number {
    const protocol = this.#number(bytes, at + 4)
    const length = this.#number(bytes, at + 5)
    if (protocol < 0 || protocol > 255 || length < 0) return -1
    batch.column.protocol[i] = protocol
    batch.column.bytesOut[i] = length + 40
    this.#timeToLive(bytes, at + 2, batch, i)
    return at + 6
  }

  #timeToLive(bytes: Uint8Array, field: number, batch: EventBatch, i: number): void {
    const ttl = this.#number(bytes, field)
    if (ttl < 0 || ttl > 255) return
    batch.column.ttl[i] = ttl
    batch.column.marks[i]! |= Mark.hasTtl
  }

  #transport(bytes: Uint8Array, at: number, batch: EventBatch, i: number): string {
    const c = batch.column
    const protocol = c.protocol[i]!
    if (protocol === Protocol.icmp || protocol === Protocol.icmp6) {
      this.#icmp(bytes, at, batch, i, protocol === Protocol.icmp6)
      return ''
    }
    const isTcp = protocol === Protocol.tcp
    if (!isTcp && protocol !== Protocol.udp && protocol !== Protocol.sctp) return ''
    // Fragments but the first have no header, a packet cut short may have none, and OPNsense does not look into SCTP.
    if (!this.#fields.has(at) || this.#begins(bytes, at, error) || this.#begins(bytes, at, dataLength)) {
      return c.marks[i]! & (Mark.fragment | Mark.truncated) || protocol === Protocol.sctp ? '' : 'no ports'
    }
    const { from, to } = this.#fields
    const src = readPort(bytes, from[at]!, to[at]!)
    const dst = this.#fields.has(at + 1) ? readPort(bytes, from[at + 1]!, to[at + 1]!) : -1
    if (src < 0 || dst < 0) return 'a port is not readable'
    c.srcPort[i] = src
    c.dstPort[i] = dst
    if (isTcp && at + 3 < this.#fields.count) this.#tcp(bytes, at + 3, batch, i)
    return ''
  }

  /** flags, sequence number (and the one behind the data), acknowledgement, window, urgent pointer, options */
  #tcp(bytes: Uint8Array, at: number, batch: EventBatch, i: number): void {
    const { from, to, count } = this.#fields
    const c = batch.column
    for (let k = from[at]!; k < to[at]!; k++) c.flags[i]! |= flagOf[bytes[k]!]!
    c.marks[i]! |= Mark.flagsTold
    if (this.#number(bytes, at - 1) > 0) c.marks[i]! |= Mark.data
    if (at + 1 < count) {
      let end = from[at + 1]!
      while (end < to[at + 1]! && bytes[end] !== 58) end++
      c.seq[i] = Math.max(0, readUint(bytes, from[at + 1]!, end))
    }
    c.ack[i] = Math.max(0, this.#number(bytes, at + 2))
    c.window[i] = Math.max(0, this.#number(bytes, at + 3))
    if (this.#fields.has(at + 5)) c.tcpOptions[i] = readOptions(bytes, from[at + 5]!, to[at + 5]!)
  }

  /** pfSense: type and what belongs to it. OPNsense: `datalength=`, since 26.1 followed by type, code, identifier. */
  #icmp(bytes: Uint8Array, first: number, batch: EventBatch, i: number, isV6: boolean): void {
    const { from, to } = this.#fields
    const c = batch.column
    c.icmpType[i] = untoldType
    const isOpn = this.#begins(bytes, first, dataLength)
    const at = isOpn ? first + 1 : first
    if (!this.#fields.has(at)) return
    const type = icmpType(bytes, from[at]!, to[at]!, isV6)
    if (type < 0) return
    c.icmpType[i] = type
    const code = isOpn ? at + 1 : at
    if (this.#fields.has(code)) {
      const number = this.#number(bytes, code)
      c.icmpCode[i] = Math.max(0, number < 0 ? icmpCode(bytes, from[code]!, to[code]!, isV6) : number)
    }
    const hasId = isOpn || type === 8 || type === 0 || type === 13 || type === 14
    if (hasId && this.#fields.has(code + 1)) c.srcPort[i] = Math.max(0, this.#port(bytes, code + 1))
  }

  #number(bytes: Uint8Array, field: number): number {
    const { from, to, count } = this.#fields
    return field < count ? readUint(bytes, from[field]!, to[field]!) : -1
  }

  #port(bytes: Uint8Array, field: number): number {
    const { from, to } = this.#fields
    const start = bytes[from[field]!] === 32 ? from[field]! + 1 : from[field]!
    return readPort(bytes, start, to[field]!)
  }

  #begins(bytes: Uint8Array, field: number, word: Uint8Array): boolean {
    const { from, to, count } = this.#fields
    return field < count && startsWith(bytes, from[field]!, to[field]!, word)
  }
}

const flagOf = new Uint8Array(256)
for (const [letter, flag] of [
  ['F', Flag.fin],
  ['S', Flag.syn],
  ['R', Flag.rst],
  ['P', Flag.psh],
  ['A', Flag.ack],
  ['U', Flag.urg],
  ['E', Flag.ece],
  ['C', Flag.cwr],
  ['W', Flag.cwr],
] as const) {
  flagOf[letter.charCodeAt(0)] = flag
}

/** The daemon's name near the beginning, and numbers with commas behind it. */
function claims(bytes: Uint8Array, from: number, to: number): boolean {
  const last = Math.min(to, from + 256)
  const at = find(bytes, from, last, program)
  if (at < 0) return loginAt(bytes, from, to) >= 0
  if (at > from && bytes[at - 1] !== 32 && bytes[at - 1] !== 62) return false
  const next = bytes[at + program.length]
  if (next !== 58 && next !== 91 && next !== 32) return false
  for (let i = at + program.length; i < to && i < at + 128; i++) if (bytes[i] === comma) return true
  return false
}

function open(context: FormatContext): Decode {
  const log = new FilterLog(context)
  return (bytes, from, to, batch) => log.decode(bytes, from, to, batch)
}

const format: LineFormat = {
  id: 'filterlog',
  title: 'pfSense and OPNsense firewall log (filterlog)',
  about:
    'Packets that pf logs and filterlog writes as comma-separated values, through syslog (BSD or RFC 5424, with or without ' +
    'a host name): addresses, ports, TCP flags, sequence numbers, window and options, TTL, IP ID, what pf did, and as rule ' +
    'the tracker of pfSense or the label of OPNsense, else the rule number. Logins to the web interface too. A stamp without a zone is taken as UTC. pfSense ' +
    'does not tell the type of ICMPv6, and OPNsense before 26.1 that of no ICMP message: it is then 255. IPv6 extension ' +
    'headers are not read. Documented by Netgate (Raw Filter Log Format) and in opnsense/ports, filterlog/description.txt.',
  framing: 'line',
  maxRows: 1,
  sniff: (head) => sniffLines(head, claims),
  claims,
  open,
  blind: ['no responses', 'only packets of rules that log; of an allowed connection the first packet'],
}

export default format
