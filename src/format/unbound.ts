import { ascii, equals, hexDigit, readPort, readUint, startsWith } from '../base/ascii.ts'
import { readSeconds } from '../base/ascii-time.ts'
import { WordTable } from '../base/word-table.ts'
import { Words } from '../base/words.ts'
import type { EventBatch } from '../event/batch.ts'
import { outcomeOfRcode } from '../event/dns.ts'
import { addQuery, openDns } from '../event/dns-row.ts'
import { readDestination, readSource } from '../event/ends.ts'
import { Names } from '../event/names.ts'
import { Protocol } from '../event/protocol.ts'
import { Text } from '../event/texts.ts'
import { settleUntimed } from '../event/untimed.ts'
import { Syslog } from '../framing/syslog.ts'
import { dateRow } from '../framing/syslog-time.ts'
import { sniffLines } from './claim.ts'
import { type Decode, Decoded, type FormatContext, type LineFormat } from './format.ts'

const space = 32
const openBracket = 91
const closeBracket = 93
const colon = 58
const dot = 46
const dash = 45
const percent = 37
/** What stands before the client; with log-tag-queryreply it says which of both a line is. */
const severities = ['] info: ', '] query: ', '] reply: '].map(ascii)
/** Classes that are asked for; others are written CLASS5. */
const classes = new WordTable(['IN', 'CH', 'HS', 'ANY', 'NONE'])
const classNumber = ascii('CLASS')
const udp = ascii('udp')
const mostWords = 13
/** The words of a query; a reply has those of the second line as well, and with log-destaddr those of the third. */
const Word = {
  ...{ client: 0, name: 1, type: 2, class: 3 },
  ...{ rcode: 4, seconds: 5, cached: 6, length: 7 },
  ...{ on: 8, transport: 9, server: 10, port: 11 },
} as const
const words = new Words(mostWords)

class Unbound {
  readonly #syslog: Syslog
  readonly #devices: Names

  constructor(context: FormatContext) {
    this.#syslog = new Syslog(context.newest)
    this.#devices = new Names(context.rules)
  }

  decode(bytes: Uint8Array, from: number, to: number, batch: EventBatch): Decoded {
    const text = messageAt(bytes, from, to)
    if (text < 0 || !isQuery(bytes, text, to)) return Decoded.ignored
    const i = openDns(batch)
    const reason = this.#read(bytes, from, to, batch, i)
    if (reason === '') return Decoded.event
    batch.undo()
    batch.reason = reason
    return Decoded.malformed
  }

  /** @returns why the line is malformed, or nothing */
  #read(bytes: Uint8Array, from: number, to: number, batch: EventBatch, i: number): string {
    if (!readSource(bytes, words.from[Word.client]!, words.to[Word.client]!, batch, i))
      return 'the client is not readable'
    if (!isNil(bytes, Word.name)) {
      addQuery(batch, i, bytes, words.from[Word.name]!, words.to[Word.name]!)
      batch.text(i, Text.queryType, bytes, words.from[Word.type]!, words.to[Word.type]!)
    }
    if (words.count > Word.rcode) readReply(bytes, batch, i)
    return this.#readTime(bytes, from, to, batch, i) ? '' : 'no readable time'
  }

  /** `[1795341600]`, or what syslog and log-time-ascii write. */
  #readTime(bytes: Uint8Array, from: number, to: number, batch: EventBatch, i: number): boolean {
    if (bytes[from] === openBracket) {
      let end = from + 1
      while (end < to && bytes[end] !== closeBracket) end++
      return readSeconds(bytes, from + 1, end, batch.column.time, i)
    }
    const syslog = this.#syslog
    syslog.read(bytes, from, to)
    if (syslog.tagTo > syslog.tagFrom) {
      batch.column.device[i] = this.#devices.id(bytes, syslog.hostFrom, syslog.hostTo)
    }
    dateRow(syslog, batch, i)
    return true
  }
}

/** Response code, and with log-destaddr how and where it was asked. */
function readReply(bytes: Uint8Array, batch: EventBatch, i: number): void {
  const { from, to } = words
  const c = batch.column
  batch.text(i, Text.rcode, bytes, from[Word.rcode]!, to[Word.rcode]!)
  c.outcome[i] = outcomeOfRcode(bytes, from[Word.rcode]!, to[Word.rcode]!)
  if (words.count <= Word.port) return
  c.protocol[i] = equals(bytes, from[Word.transport]!, to[Word.transport]!, udp) ? Protocol.udp : Protocol.tcp
  if (!readDestination(bytes, from[Word.server]!, to[Word.server]!, batch, i)) return
  c.dstPort[i] = Math.max(0, readPort(bytes, from[Word.port]!, to[Word.port]!))
}

/** Where a line's message begins; what it is dated with does not matter here. */
const header = new Syslog(0)

/** Where the text behind `unbound[123:0] info: ` or (syslog) `[123:0] info: ` begins, -1 where there is none. */
function messageAt(bytes: Uint8Array, from: number, to: number): number {
  let at = from
  if (bytes[from] === openBracket) {
    while (at < to && bytes[at] !== closeBracket) at++
    at += 2
  } else {
    header.read(bytes, from, to)
    at = header.text
  }
  // The program's name may be another (log-identity), but has no blank.
  while (at < to && bytes[at] !== openBracket && bytes[at] !== space) at++
  const end = threadEnd(bytes, at, to)
  for (let k = 0; k < severities.length && end >= 0; k++) {
    if (startsWith(bytes, end, to, severities[k]!)) return end + severities[k]!.length
  }
  return -1
}

/** Where `[123:0` ends: process and thread; -1 where it does not stand at `from`. */
function threadEnd(bytes: Uint8Array, from: number, to: number): number {
  if (bytes[from] !== openBracket) return -1
  let i = from + 1
  while (i < to && bytes[i]! >= 48 && bytes[i]! <= 57) i++
  if (i === from + 1 || bytes[i] !== colon) return -1
  const thread = ++i
  while (i < to && bytes[i]! >= 48 && bytes[i]! <= 57) i++
  return i > thread ? i : -1
}

/**
 * Cuts the message into `words` and says whether it is a query or reply: client, name with the dot of the root, type, class;
 * or `client - - - FORMERR - - -`. (What log-local-actions writes begins with a zone.)
 */
function isQuery(bytes: Uint8Array, text: number, to: number): boolean {
  const { from, to: end } = words
  if (words.cut(bytes, text, to) <= Word.class || !isAddress(bytes, from[Word.client]!, end[Word.client]!)) return false
  if (isNil(bytes, Word.name)) return words.count > Word.rcode && isNil(bytes, Word.class)
  if (bytes[end[Word.name]! - 1] !== dot) return false
  if (words.count > Word.class + 1 && words.count <= Word.length) return false
  const start = from[Word.class]!
  if (classes.place(bytes, start, end[Word.class]!) >= 0) return true
  return startsWith(bytes, start, to, classNumber) && readUint(bytes, start + classNumber.length, end[Word.class]!) >= 0
}

/** Only the bytes of an address; whether it is one is seen when it is read. */
function isAddress(bytes: Uint8Array, from: number, to: number): boolean {
  let marks = 0
  for (let i = from; i < to; i++) {
    const byte = bytes[i]!
    if (byte === percent) break
    if (byte === dot || byte === colon) marks++
    else if (hexDigit(byte) < 0) return false
  }
  return marks >= 2
}

function isNil(bytes: Uint8Array, word: number): boolean {
  return words.to[word]! - words.from[word]! === 1 && bytes[words.from[word]!] === dash
}

function claims(bytes: Uint8Array, from: number, to: number): boolean {
  const text = messageAt(bytes, from, to)
  return text >= 0 && isQuery(bytes, text, to)
}

function open(context: FormatContext): Decode {
  const log = new Unbound(context)
  return (bytes, from, to, batch) => (from === to ? Decoded.ignored : log.decode(bytes, from, to, batch))
}

const format: LineFormat = {
  id: 'unbound',
  title: 'Unbound: queries and replies',
  about:
    'What Unbound logs with log-queries (client, name, type), log-replies (and the response code) and log-destaddr (and how ' +
    'and where it was asked), in its own file (seconds since 1970, log-time-ascii, log-time-iso) or through syslog; with ' +
    "both switched on a query is two rows. The client's port is not logged, nor, without log-destaddr, protocol and server. " +
    'A response code means that the server answered, REFUSED that it refused. Local times are taken as UTC. Not read: ' +
    'log-local-actions, log-servfail. Documented in unbound.conf(5).',
  blind: ['DNS only', 'no client ports'],
  framing: 'line',
  maxRows: 1,
  sniff: (head) => sniffLines(head, claims),
  claims,
  open,
  settle: settleUntimed,
}

export default format
