import { ascii, equals, find, hexDigit, wordEnd } from '../base/ascii.ts'
import { Words } from '../base/words.ts'
import type { EventBatch } from '../event/batch.ts'
import { outcomeOfRcode } from '../event/dns.ts'
import { openDns } from '../event/dns-row.ts'
import { readSource } from '../event/ends.ts'
import { Protocol } from '../event/protocol.ts'
import { Text } from '../event/texts.ts'
import { sniffLines } from './claim.ts'
import { type Decode, Decoded, type LineFormat } from './format.ts'
import { addLabels } from './windows-dns/labels.ts'
import { readLocaleTime } from './windows-dns/locale-time.ts'

const openBracket = 91
const closeBracket = 93
const answer = 82
const standardQuery = 81
const packet = ascii(' PACKET ')
const udp = ascii('UDP')
const tcp = ascii('TCP')
const received = ascii('Rcv')
const sent = ascii('Snd')
/** Between the time and `PACKET` stands a thread's number in hex. */
const longestThread = 16
/** The words behind `PACKET`: packet, transport, direction, peer, id, and then `R` or not. */
const Word = { packet: 0, transport: 1, direction: 2, peer: 3, id: 4, answer: 5 } as const
const words = new Words(6)
const time = new Float64Array(1)

function decode(bytes: Uint8Array, from: number, to: number, batch: EventBatch): Decoded {
  const start = packetAt(bytes, from, to)
  if (start < 0) return Decoded.ignored
  words.cut(bytes, start, to)
  const { from: starts, to: ends } = words
  const isAnswer =
    words.count > Word.answer &&
    ends[Word.answer]! - starts[Word.answer]! === 1 &&
    bytes[starts[Word.answer]!] === answer
  const open = bracketAt(bytes, starts[Word.id]!, to)
  if (words.count <= Word.id || open < 0) return fail(batch, 'no flags')
  // A query that was received and an answer that was sent are a client's; the others are between servers.
  const isReceived = equals(bytes, starts[Word.direction]!, ends[Word.direction]!, received)
  if (isReceived === isAnswer || !isStandard(bytes, starts[Word.id]!, open)) return Decoded.ignored
  const i = openDns(batch)
  const reason = readPacket(bytes, open, to, batch, i, isAnswer)
  if (reason === '') return Decoded.event
  batch.undo()
  return fail(batch, reason)
}

/** @returns why the line is malformed, or nothing */
function readPacket(
  bytes: Uint8Array,
  open: number,
  to: number,
  batch: EventBatch,
  i: number,
  isAnswer: boolean,
): string {
  const { from, to: ends } = words
  const c = batch.column
  c.time[i] = time[0]!
  if (!readSource(bytes, from[Word.peer]!, ends[Word.peer]!, batch, i)) return 'the client is not readable'
  c.protocol[i] = equals(bytes, from[Word.transport]!, ends[Word.transport]!, udp) ? Protocol.udp : Protocol.tcp
  let close = open
  while (close < to && bytes[close] !== closeBracket) close++
  const type = skip(bytes, close + 1, to)
  const typeEnd = wordEnd(bytes, type, to)
  const name = skip(bytes, typeEnd, to)
  if (name >= to || !addLabels(bytes, name, to, batch, i)) return 'the name is not readable'
  batch.text(i, Text.queryType, bytes, type, typeEnd)
  if (isAnswer) readCode(bytes, open, close, batch, i)
  return ''
}

/** The last word of `[8385 A DR NXDOMAIN]`. */
function readCode(bytes: Uint8Array, open: number, close: number, batch: EventBatch, i: number): void {
  let end = close
  while (end > open && bytes[end - 1] === 32) end--
  let start = end
  while (start > open + 1 && bytes[start - 1] !== 32) start--
  batch.text(i, Text.rcode, bytes, start, end)
  batch.column.outcome[i] = outcomeOfRcode(bytes, start, end)
}

/** Past `PACKET ` where it stands behind a time (into `time`) and a thread's number, -1 where it does not. */
function packetAt(bytes: Uint8Array, from: number, to: number): number {
  const stamped = readLocaleTime(bytes, from, to, time)
  if (stamped < 0) return -1
  const at = find(bytes, stamped, Math.min(to, stamped + longestThread), packet)
  if (at < 0) return -1
  for (let i = stamped + 1; i < at; i++) if (hexDigit(bytes[i]!) < 0) return -1
  return at + packet.length
}

/** `Q` stands before the flags; updates and notifications have other letters. */
function isStandard(bytes: Uint8Array, from: number, open: number): boolean {
  let i = open
  while (i > from && bytes[i - 1] === 32) i--
  return bytes[i - 1] === standardQuery && bytes[i - 2] === 32
}

function bracketAt(bytes: Uint8Array, from: number, to: number): number {
  for (let i = from; i < to; i++) if (bytes[i] === openBracket) return i
  return -1
}

function skip(bytes: Uint8Array, from: number, to: number): number {
  let i = from
  while (i < to && bytes[i] === 32) i++
  return i
}

function fail(batch: EventBatch, reason: string): Decoded {
  batch.reason = reason
  return Decoded.malformed
}

function claims(bytes: Uint8Array, from: number, to: number): boolean {
  const start = packetAt(bytes, from, to)
  if (start < 0 || words.cut(bytes, start, to) <= Word.id) return false
  const { from: starts, to: ends } = words
  const isTransport =
    equals(bytes, starts[Word.transport]!, ends[Word.transport]!, udp) ||
    equals(bytes, starts[Word.transport]!, ends[Word.transport]!, tcp)
  return (
    isTransport &&
    (equals(bytes, starts[Word.direction]!, ends[Word.direction]!, received) ||
      equals(bytes, starts[Word.direction]!, ends[Word.direction]!, sent))
  )
}

function open(): Decode {
  return (bytes, from, to, batch) => decode(bytes, from, to, batch)
}

const format: LineFormat = {
  id: 'windows-dns',
  title: 'Windows DNS Server debug log',
  about:
    'The debug log of the DNS Server of Windows (dns.log): queries that were received (client, transport, type, name) and ' +
    'answers that were sent (and the response code); a query is two rows where both are logged. What it asks other servers ' +
    'itself, updates, notifications, and the lines of details are ignored. Names are written as (3)www(7)example(3)com(0). ' +
    "The client's port and the server's address are not logged. Dates are as the server's locale writes them: with AM or PM " +
    'the month is first, else the day, unless it cannot be; local time is taken as UTC. Not read: the analytic log. ' +
    'Documented by Microsoft, Using server debugging logging options.',
  blind: ['DNS only', 'no client ports'],
  framing: 'line',
  maxRows: 1,
  sniff: (head) => sniffLines(head, claims) || sniffLegend(head),
  claims,
  open,
}

/** The file begins with a legend longer than the lines that are looked at. */
function sniffLegend(head: Uint8Array): number {
  const text = Buffer.from(head.buffer, head.byteOffset, Math.min(head.length, 4096)).toString('latin1')
  return /^\s*(DNS Server log file creation|Log file wrap) at /.test(text) ? 0.9 : 0
}

export default format
