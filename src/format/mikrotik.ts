import { ascii, equals, find, readPort, readUint, startsWith } from '../base/ascii.ts'
import { type EventBatch, Kind, Mark, Outcome, Subject } from '../event/batch.ts'
import { clearEnds, readDestination, readSource } from '../event/ends.ts'
import { flagsOf } from '../event/flag-words.ts'
import { Prefixes } from '../event/log-prefix.ts'
import { loggedOutcome } from '../event/logged-outcome.ts'
import { Names } from '../event/names.ts'
import { Protocol } from '../event/protocol.ts'
import { readProtocol } from '../event/protocol-text.ts'
import { Text } from '../event/texts.ts'
import { Syslog } from '../framing/syslog.ts'
import { sniffLines } from './claim.ts'
import { type Decode, Decoded, type FormatContext, type LineFormat } from './format.ts'

const inInterface = ascii(': in:')
const outInterface = ascii(' out:')
const protocolWord = ascii('proto ')
const arrow = ascii('->')
const sourceMac = ascii('src-mac ')
const natWord = ascii(' NAT ')
const length = ascii(' len ')
const typeWord = ascii('(type ')
const codeWord = ascii('code ')
const loginFailure = ascii('login failure for user ')
const loggedIn = ascii(' logged in ')
const userWord = ascii('user ')
const fromWord = ascii('from ')
const viaWord = ascii('via ')
const ssh = ascii('ssh')
const account = ascii('account')
const critical = ascii('critical')
const space = 32
const comma = 44
const colon = 58
const openParen = 40
const closeParen = 41
const openBracket = 91
const closeBracket = 93
/** A syslog header, topics, prefix and chain stand before the interface. */
const furthest = 384

class MikroTik {
  readonly #syslog: Syslog
  readonly #names: Names
  readonly #prefixes: Prefixes
  /** What `#end` found: the address, and where a port stands (-1 where there is none). */
  #from = 0
  #to = 0
  #port = -1
  #portTo = 0

  constructor(context: FormatContext) {
    this.#syslog = new Syslog(context.newest)
    this.#names = new Names(context.rules)
    this.#prefixes = new Prefixes(context.rules)
  }

  decode(bytes: Uint8Array, from: number, to: number, batch: EventBatch): Decoded {
    const packet = find(bytes, from, Math.min(to, from + furthest), inInterface)
    if (packet >= 0 && find(bytes, packet, to, outInterface) >= 0) {
      const i = batch.begin()
      return this.#finish(bytes, from, to, batch, i, this.#packet(bytes, from, packet, to, batch, i))
    }
    const at = loginAt(bytes, from, to)
    if (at < 0) return Decoded.ignored
    const i = batch.begin()
    return this.#finish(bytes, from, to, batch, i, this.#login(bytes, at, to, batch, i))
  }

  #finish(bytes: Uint8Array, from: number, to: number, batch: EventBatch, i: number, reason: string): Decoded {
    this.#syslog.read(bytes, from, to)
    const problem = reason === '' && !this.#syslog.settle(batch) ? 'no time' : reason
    if (problem !== '') {
      batch.undo()
      batch.reason = problem
      return Decoded.malformed
    }
    batch.column.time[i] = this.#syslog.time[0]!
    const { hostFrom, hostTo } = this.#syslog
    // Without a host name, the first word of the prefix stands where it would.
    if (hostTo < find(bytes, from, to, topicsEnd)) batch.column.device[i] = this.#names.id(bytes, hostFrom, hostTo)
    return Decoded.event
  }

  /** @param chainEnd where `: in:` stands */
  #packet(bytes: Uint8Array, from: number, chainEnd: number, to: number, batch: EventBatch, i: number): string {
    const c = batch.column
    c.kind[i] = Kind.log
    const protocolAt = find(bytes, chainEnd, to, protocolWord)
    if (protocolAt < 0) return 'no protocol'
    let at = protocolAt + protocolWord.length
    let end = at
    while (end < to && bytes[end] !== comma && bytes[end] !== space) end++
    const protocol = readProtocol(bytes, at, end)
    if (protocol < 0) return 'the protocol is not readable'
    c.protocol[i] = protocol
    if (bytes[end] === space && bytes[end + 1] === openParen) end = this.#details(bytes, end + 2, to, batch, i)
    at = end + 1
    while (at < to && bytes[at] === space) at++
    const separator = find(bytes, at, to, arrow)
    if (separator < 0) return 'no addresses'
    if (!this.#end(bytes, at, separator) || !readSource(bytes, this.#from, this.#to, batch, i))
      return 'no source address'
    if (c.src2[i] !== 0xffff && c.protocol[i] === Protocol.icmp) c.protocol[i] = Protocol.icmp6
    const isPorted = this.#port >= 0
    if (isPorted) c.srcPort[i] = Math.max(0, readPort(bytes, this.#port, this.#portTo))
    at = separator + arrow.length
    end = at
    while (end < to && bytes[end] !== comma) end++
    if (!this.#end(bytes, at, end) || !readDestination(bytes, this.#from, this.#to, batch, i))
      return 'no destination address'
    if (this.#port >= 0) c.dstPort[i] = Math.max(0, readPort(bytes, this.#port, this.#portTo))
    else if (protocol === Protocol.tcp || protocol === Protocol.udp) return 'no ports'
    this.#rest(bytes, end, to, batch, i)
    this.#rule(bytes, from, chainEnd, batch, i)
    this.#link(bytes, chainEnd, protocolAt, batch, i)
    c.outcome[i] = loggedOutcome(batch, i)
    return ''
  }

  /** `(SYN,ACK)` or `(type 8, code 0)`. @returns behind it */
  #details(bytes: Uint8Array, from: number, to: number, batch: EventBatch, i: number): number {
    const c = batch.column
    let end = from
    while (end < to && bytes[end] !== closeParen) end++
    if (c.protocol[i] === Protocol.tcp) {
      c.flags[i] = flagsOf(bytes, from, end)
      c.marks[i]! |= Mark.flagsTold
    } else if (startsWith(bytes, from - 1, end, typeWord)) {
      const type = from - 1 + typeWord.length
      let typeEnd = type
      while (typeEnd < end && bytes[typeEnd] !== comma) typeEnd++
      c.icmpType[i] = Math.max(0, readUint(bytes, type, typeEnd))
      const code = find(bytes, typeEnd, end, codeWord)
      if (code >= 0) c.icmpCode[i] = Math.max(0, readUint(bytes, code + codeWord.length, end))
    }
    return end + 1
  }

  /** An address with or without a port: `192.0.2.1:80`, `[2001:db8::1]:80`, `2001:db8::1`. */
  #end(bytes: Uint8Array, from: number, to: number): boolean {
    this.#port = -1
    this.#portTo = to
    if (bytes[from] === openBracket) {
      let end = from
      while (end < to && bytes[end] !== closeBracket) end++
      this.#from = from + 1
      this.#to = end
      if (bytes[end + 1] === colon && end + 1 < to) this.#port = end + 2
      return end < to
    }
    let colons = 0
    let last = to
    for (let k = from; k < to; k++) {
      if (bytes[k] !== colon) continue
      colons++
      last = k
    }
    this.#from = from
    this.#to = colons === 1 ? last : to
    if (colons === 1) this.#port = last + 1
    return to > from
  }

  /** What stands behind the addresses: translation and length. */
  #rest(bytes: Uint8Array, from: number, to: number, batch: EventBatch, i: number): void {
    const nat = find(bytes, from, to, natWord)
    if (nat >= 0) {
      let end = nat + natWord.length
      while (end < to && bytes[end] !== comma) end++
      batch.text(i, Text.mapped, bytes, nat + natWord.length, end)
    }
    const at = find(bytes, from, to, length)
    if (at < 0) return
    let end = at + length.length
    while (end < to && bytes[end] !== comma && bytes[end] !== space) end++
    batch.column.bytesOut[i] = Math.max(0, readUint(bytes, at + length.length, end))
  }

  /** The rule's log prefix, which stands between the topics and the chain; the chain where it has none. */
  #rule(bytes: Uint8Array, from: number, chainEnd: number, batch: EventBatch, i: number): void {
    let chain = chainEnd
    while (chain > from && bytes[chain - 1] !== space) chain--
    this.#syslog.read(bytes, from, chainEnd)
    let start = this.#syslog.text
    // `/log print` shows today's lines with a clock only.
    if (bytes[start + 2] === colon && bytes[start + 5] === colon && bytes[start + 8] === space) start += 9
    // Topics are words with commas; a prefix may be one too, but does not follow itself.
    let end = start
    while (end < chain && bytes[end] !== space) end++
    if (find(bytes, start, end, topics) >= 0 && end < chain) start = end + 1
    if (start > chain) start = this.#syslog.tagFrom
    const { rule, action } = batch.column
    if (start < chain) this.#prefixes.read(bytes, start, chain, rule, action, i)
    if (rule[i] === 0) rule[i] = this.#names.id(bytes, chain, chainEnd)
  }

  #link(bytes: Uint8Array, from: number, to: number, batch: EventBatch, i: number): void {
    const at = find(bytes, from, to, sourceMac)
    if (at < 0) return
    let value = 0
    for (let k = at + sourceMac.length; k < to && bytes[k] !== comma && bytes[k] !== space; k++) {
      const byte = bytes[k]!
      if (byte === colon) continue
      value = (value << 4) | (byte <= 57 ? byte - 48 : (byte | 32) - 87)
    }
    batch.column.link[i] = value >>> 0
  }

  /** `login failure for user admin from 192.0.2.9 via winbox`, `user admin logged in from 192.0.2.9 via ssh` */
  #login(bytes: Uint8Array, at: number, to: number, batch: EventBatch, i: number): string {
    const c = batch.column
    const isFailure = startsWith(bytes, at, to, loginFailure)
    const user = at + (isFailure ? loginFailure.length : userWord.length)
    // A user may be named `x from y`: the words of the router are the last ones.
    const via = findLast(bytes, user, to, viaWord)
    const from = findLast(bytes, user, via < 0 ? to : via, fromWord)
    const userEnd = isFailure ? (from < 0 ? via : from) : findLast(bytes, user, to, loggedIn) + 1
    clearEnds(batch, i)
    c.kind[i] = Kind.log
    c.subject[i] = Subject.auth
    c.outcome[i] = isFailure ? Outcome.refused : Outcome.established
    if (userEnd > user) batch.text(i, Text.user, bytes, user, userEnd - 1)
    if (from >= 0) {
      const end = via < 0 ? to : via - 1
      if (!readSource(bytes, from + fromWord.length, end, batch, i))
        batch.text(i, Text.host, bytes, from + fromWord.length, end)
    }
    if (via < 0) return ''
    const service = via + viaWord.length
    batch.text(i, Text.process, bytes, service, to)
    if (equals(bytes, service, to, ssh)) c.protocol[i] = Protocol.tcp
    return ''
  }
}

const topics = ascii(',')
const topicsEnd = ascii(',')

/** Where the words about a login begin, in a line with the topics of one; -1 elsewhere. */
function loginAt(bytes: Uint8Array, from: number, to: number): number {
  const last = Math.min(to, from + furthest)
  const failure = find(bytes, from, last, loginFailure)
  if (failure >= 0) return find(bytes, from, failure, critical) >= 0 ? failure : -1
  if (find(bytes, from, last, account) < 0) return -1
  const user = find(bytes, from, last, userWord)
  return user >= 0 && find(bytes, user, to, loggedIn) >= 0 ? user : -1
}

function findLast(bytes: Uint8Array, from: number, to: number, word: Uint8Array): number {
  for (let i = to - word.length; i > from; i--) if (startsWith(bytes, i, to, word)) return i
  return -1
}

function claims(bytes: Uint8Array, from: number, to: number): boolean {
  const last = Math.min(to, from + furthest)
  const packet = find(bytes, from, last, inInterface)
  if (packet >= 0) {
    const out = find(bytes, packet, last, outInterface)
    return out >= 0 && find(bytes, out, to, protocolWord) >= 0
  }
  return loginAt(bytes, from, to) >= 0
}

function open(context: FormatContext): Decode {
  const log = new MikroTik(context)
  return (bytes, from, to, batch) => log.decode(bytes, from, to, batch)
}

const format: LineFormat = {
  id: 'mikrotik',
  title: 'MikroTik RouterOS log',
  about:
    'Packets that firewall rules of RouterOS log (topics firewall,info: chain, protocol, TCP flags, ICMP type, addresses, ' +
    'translation), from syslog in either of its forms, a file or `/log print`, and logins (topics account and critical). The ' +
    "rule's log prefix is the rule, the chain where it has none; whether a packet was dropped is only known where the prefix " +
    'says so (drop, reject, accept …). A stamp without a zone is taken as UTC; a line with a clock but no date is dated as ' +
    "the one before it. Documented in MikroTik's manual, Log and Firewall.",
  framing: 'line',
  maxRows: 1,
  sniff: (head) => sniffLines(head, claims),
  claims,
  open,
  blind: ['no responses', 'only packets of rules that log'],
}

export default format
