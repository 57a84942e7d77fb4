import { hexDigit, readPort, readUint } from '../../base/ascii.ts'
import { readAddress } from '../../base/ascii-address.ts'
import { type EventBatch, Kind, Mark } from '../../event/batch.ts'
import { Flag, Protocol } from '../../event/protocol.ts'
import { readProtocol } from '../../event/protocol-text.ts'
import { Key, keyOf } from './token.ts'

const space = 32
const colon = 58
const equalSign = 61
const openBracket = 91
const closeBracket = 93

/** What a packet line was seen to say. */
export const Seen = {
  src: 1,
  dst: 2,
  protocol: 4,
  srcPort: 8,
  dstPort: 16,
  type: 32,
  /** ARP or another protocol that is not IP. */
  otherProtocol: 64,
  /** Too little of the packet was there to log its ports. */
  incomplete: 128,
  /** A known field could not be read. */
  unreadable: 256,
} as const

const key = (text: string) => (text.charCodeAt(0) << 16) | (text.charCodeAt(1) << 8) | text.charCodeAt(2)
const SRC = key('SRC')
const ACK = key('ACK')
const ARP = key('ARP')
const FRAG = key('FRAG')
const INCOMPLETE = key('INCOMPLETE')
const DF = key('DF ')
const MF = key('MF ')
const flagWords = new Map([
  [key('FIN'), Flag.fin],
  [key('SYN'), Flag.syn],
  [key('RST'), Flag.rst],
  [key('PSH'), Flag.psh],
  [ACK, Flag.ack],
  [key('URG'), Flag.urg],
  [key('ECE'), Flag.ece],
  [key('CWR'), Flag.cwr],
])

const words = new Uint32Array(4)

/**
 * Reads the fields that netfilter logs of one packet (net/netfilter/nf_log_syslog.c) into row `i`. Of an ICMP error the
 * packet that it quotes becomes the row. Hot: nothing is allocated.
 *
 * @returns `Seen` bits
 */
export function readPacket(bytes: Uint8Array, from: number, to: number, batch: EventBatch, i: number): number {
  const c = batch.column
  c.kind[i] = Kind.log
  let seen = 0
  let at = from
  while (at < to) {
    if (bytes[at] === space || bytes[at] === closeBracket) {
      at++
      continue
    }
    if (bytes[at] === openBracket) {
      at++
      if (seen & Seen.type && codeAt(bytes, at, to) === SRC && !(c.marks[i]! & Mark.quoted)) seen = quote(batch, i)
      continue
    }
    if (isMac(bytes, at, to)) {
      at += macLength
      continue
    }
    let equal = at
    while (equal < to && bytes[equal] !== equalSign && bytes[equal] !== space) equal++
    let end = equal
    while (end < to && bytes[end] !== space) end++
    seen = equal === end ? word(bytes, at, end, batch, i, seen) : field(bytes, at, equal, end, batch, i, seen)
    at = end + 1
  }
  return seen
}

/** `MAC=` and the 14 bytes of an Ethernet header in hex: the longest field, and not read. */
const macStart = 'MAC='.length
const macLength = macStart + 14 * 3 - 1

/** Interfaces without Ethernet have an empty one (ppp0, wg0) or one of another length: those are fields like any other. */
function isMac(bytes: Uint8Array, at: number, to: number): boolean {
  const end = at + macLength
  if (bytes[at] !== 77 || bytes[at + 2] !== 67 || bytes[at + 3] !== equalSign) return false
  if (end >= to || bytes[end] !== space) return false
  for (let i = at + macStart; i < end; i += 3) {
    if (hexDigit(bytes[i]!) < 0 || hexDigit(bytes[i + 1]!) < 0) return false
    if (i + 2 < end && bytes[i + 2] !== colon) return false
  }
  return true
}

function codeAt(bytes: Uint8Array, at: number, to: number): number {
  const third = at + 2 < to ? bytes[at + 2]! : space
  return at + 1 < to ? (bytes[at]! << 16) | (bytes[at + 1]! << 8) | third : 0
}

/** What was read so far was the error's own header: its sender goes to `via`, and the quoted packet is read next. */
function quote(batch: EventBatch, i: number): number {
  const c = batch.column
  c.via0[i] = c.src0[i]!
  c.via1[i] = c.src1[i]!
  c.via2[i] = c.src2[i]!
  c.via3[i] = c.src3[i]!
  c.srcPort[i] = 0
  c.marks[i] = c.marks[i]! | Mark.quoted
  return 0
}

function word(bytes: Uint8Array, at: number, end: number, batch: EventBatch, i: number, seen: number): number {
  const c = batch.column
  const code = codeAt(bytes, at, end)
  if (end - at === 3 && seen & Seen.protocol) {
    c.flags[i] = c.flags[i]! | (flagWords.get(code) ?? 0)
    return seen
  }
  if (end - at === 2) {
    if (code === DF) c.marks[i] = c.marks[i]! | Mark.dontFragment
    else if (code === MF) c.marks[i] = c.marks[i]! | Mark.fragment
    return seen
  }
  if (code === ARP) return seen | Seen.otherProtocol
  if (code === FRAG) {
    c.marks[i] = c.marks[i]! | Mark.fragment
    return seen | Seen.incomplete
  }
  return code === INCOMPLETE ? seen | Seen.incomplete : seen
}

function field(
  bytes: Uint8Array,
  at: number,
  equal: number,
  end: number,
  batch: EventBatch,
  i: number,
  seen: number,
): number {
  const name = keyOf(bytes, at, equal)
  const value = equal + 1
  switch (name) {
    case Key.none:
      return seen
    case Key.src:
      return source(bytes, value, end, batch, i, seen)
    case Key.dst:
      return destination(bytes, value, end, batch, i, seen)
    case Key.srcPort:
    case Key.dstPort:
      return port(bytes, value, end, batch, i, seen, name === Key.srcPort)
    case Key.protocol:
      return protocol(bytes, value, end, batch, i, seen)
    case Key.type:
      return type(bytes, value, end, batch, i, seen)
    case Key.macProtocol:
      return seen | Seen.otherProtocol
    default:
      if (!(batch.column.marks[i]! & Mark.quoted)) detail(name, readUint(bytes, value, end), batch, i, seen)
      return seen
  }
}

function protocol(bytes: Uint8Array, from: number, to: number, batch: EventBatch, i: number, seen: number): number {
  const number = readProtocol(bytes, from, to)
  if (number < 0) return seen | Seen.unreadable
  batch.column.protocol[i] = number
  return seen | Seen.protocol
}

function type(bytes: Uint8Array, from: number, to: number, batch: EventBatch, i: number, seen: number): number {
  const number = readUint(bytes, from, to)
  if (number < 0 || number > 255) return seen | Seen.unreadable
  if (!(batch.column.marks[i]! & Mark.quoted)) batch.column.icmpType[i] = number
  return seen | Seen.type
}

/** Header evidence: without it a line is still a contact, so what cannot be read is left out. */
function detail(name: number, number: number, batch: EventBatch, i: number, seen: number): void {
  const c = batch.column
  if (number < 0) return
  const inTransport = (seen & Seen.protocol) !== 0
  if (name === Key.length && !inTransport) c.bytesOut[i] = number
  else if (name === Key.ttl && number < 256) {
    c.ttl[i] = number
    c.marks[i] = c.marks[i]! | Mark.hasTtl
  } else if (name === Key.id && !inTransport) c.ipId[i] = number
  else if (name === Key.id && isIcmp(c.protocol[i]!)) c.srcPort[i] = number
  else if (name === Key.code && number < 256) c.icmpCode[i] = number
  else if (name === Key.window) {
    c.window[i] = number
    c.marks[i]! |= Mark.flagsTold
  } else if (name === Key.seq && c.protocol[i] === Protocol.tcp) c.seq[i] = number
  else if (name === Key.ack) c.ack[i] = number
}

function isIcmp(protocol: number): boolean {
  return protocol === Protocol.icmp || protocol === Protocol.icmp6
}

function source(bytes: Uint8Array, from: number, to: number, batch: EventBatch, i: number, seen: number): number {
  if (!readAddress(bytes, from, to, words)) return seen | Seen.unreadable
  const c = batch.column
  c.src0[i] = words[0]!
  c.src1[i] = words[1]!
  c.src2[i] = words[2]!
  c.src3[i] = words[3]!
  return seen | Seen.src
}

function destination(bytes: Uint8Array, from: number, to: number, batch: EventBatch, i: number, seen: number): number {
  if (!readAddress(bytes, from, to, words)) return seen | Seen.unreadable
  const c = batch.column
  c.dst0[i] = words[0]!
  c.dst1[i] = words[1]!
  c.dst2[i] = words[2]!
  c.dst3[i] = words[3]!
  return seen | Seen.dst
}

function port(
  bytes: Uint8Array,
  from: number,
  to: number,
  batch: EventBatch,
  i: number,
  seen: number,
  isSource: boolean,
): number {
  const number = readPort(bytes, from, to)
  if (number < 0) return seen | Seen.unreadable
  if (isSource) batch.column.srcPort[i] = number
  else batch.column.dstPort[i] = number
  return seen | (isSource ? Seen.srcPort : Seen.dstPort)
}
