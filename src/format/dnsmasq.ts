import { ascii, equals, find, readPort, startsWith } from '../base/ascii.ts'
import type { EventBatch } from '../event/batch.ts'
import { outcomeOfRcode } from '../event/dns.ts'
import { addQuery, openDns } from '../event/dns-row.ts'
import { readSource } from '../event/ends.ts'
import { Names } from '../event/names.ts'
import { Text } from '../event/texts.ts'
import { settleUntimed } from '../event/untimed.ts'
import { Syslog } from '../framing/syslog.ts'
import { dateRow } from '../framing/syslog-time.ts'
import { sniffLines } from './claim.ts'
import { type Decode, Decoded, type FormatContext, type LineFormat } from './format.ts'

const space = 32
const slash = 47
const closeBracket = 93
const tag = ascii('dnsmasq')
/** `auth` where dnsmasq answers for a zone of its own. */
const queries = ['query[', 'auth['].map(ascii)
const overFrom = ascii(' from ')
/** Where an answer comes from. */
const origins = ['reply ', 'cached ', 'config ', 'auth ', 'cached-stale '].map(ascii)
const codes = ['NXDOMAIN', 'SERVFAIL', 'REFUSED', 'NOTIMP', 'FORMERR'].map((code) => ascii(` is ${code}`))
const overIs = ' is '.length
/** Stands in the place of the name where the server has no name to tell. */
const noName = ascii('error')
const longestHeader = 256

class Dnsmasq {
  readonly #syslog: Syslog
  readonly #devices: Names

  constructor(context: FormatContext) {
    this.#syslog = new Syslog(context.newest)
    this.#devices = new Names(context.rules)
  }

  decode(bytes: Uint8Array, from: number, to: number, batch: EventBatch): Decoded {
    const syslog = this.#syslog
    syslog.read(bytes, from, to)
    if (!syslog.isFrom(bytes, tag)) return Decoded.ignored
    const text = afterExtra(bytes, syslog.text, to)
    const word = queryWord(bytes, text, to)
    const isAnswer = word < 0 && text > syslog.text
    if (word < 0 && !isAnswer) return Decoded.ignored
    const i = openDns(batch)
    if (text > syslog.text) readExtra(bytes, syslog.text, text - 1, batch, i)
    const what = isAnswer ? readAnswer(bytes, text, to, batch, i) : readQuery(bytes, word, to, batch, i)
    if (what !== Decoded.event) {
      batch.undo()
      return what
    }
    dateRow(syslog, batch, i)
    batch.column.device[i] = this.#devices.id(bytes, syslog.hostFrom, syslog.hostTo)
    return Decoded.event
  }
}

/** Past the `17 192.0.2.1/53124 ` that log-queries=extra puts before a message: its number, client and port. */
function afterExtra(bytes: Uint8Array, from: number, to: number): number {
  let i = from
  while (i < to && bytes[i]! >= 48 && bytes[i]! <= 57) i++
  if (i === from || bytes[i] !== space) return from
  i++
  let marks = 0
  while (i < to && bytes[i] !== space) if (bytes[i++] === slash) marks++
  return i < to && marks === 1 ? i + 1 : from
}

/** Client and port; `17 0/0` where a message is about no client. */
function readExtra(bytes: Uint8Array, from: number, to: number, batch: EventBatch, i: number): boolean {
  let start = from
  while (bytes[start] !== space) start++
  let end = ++start
  while (bytes[end] !== slash) end++
  batch.column.srcPort[i] = Math.max(0, readPort(bytes, end + 1, to))
  return readSource(bytes, start, end, batch, i)
}

/** Past the `query[` at `from`, -1 where there is none. */
function queryWord(bytes: Uint8Array, from: number, to: number): number {
  for (let k = 0; k < queries.length; k++)
    if (startsWith(bytes, from, to, queries[k]!)) return from + queries[k]!.length
  return -1
}

/** `PTR] name from 192.0.2.1`. A name may have blanks, and the word `from`: the last one counts. */
function readQuery(bytes: Uint8Array, from: number, to: number, batch: EventBatch, i: number): Decoded {
  let type = from
  while (type < to && bytes[type] !== closeBracket) type++
  let client = to
  while (client > type && bytes[client - 1] !== space) client--
  const name = client - overFrom.length
  if (name <= type + 1 || !startsWith(bytes, name, to, overFrom)) return fail(batch, 'a query without its client')
  if (!readSource(bytes, client, to, batch, i)) return fail(batch, 'the client is not readable')
  addQuery(batch, i, bytes, type + 2, name)
  batch.text(i, Text.queryType, bytes, from, type)
  return Decoded.event
}

/** `reply name is NXDOMAIN`, of which the client is known from what stands before it. Addresses say less than the query. */
function readAnswer(bytes: Uint8Array, from: number, to: number, batch: EventBatch, i: number): Decoded {
  let start = -1
  for (let k = 0; k < origins.length && start < 0; k++) {
    if (startsWith(bytes, from, to, origins[k]!)) start = from + origins[k]!.length
  }
  if (start < 0) return Decoded.ignored
  for (let k = 0; k < codes.length; k++) {
    const end = to - codes[k]!.length
    if (end <= start || !startsWith(bytes, end, to, codes[k]!)) continue
    if (equals(bytes, start, end, noName) || batch.column.srcPort[i] === 0) return Decoded.ignored
    addQuery(batch, i, bytes, start, end)
    batch.text(i, Text.rcode, bytes, end + overIs, to)
    batch.column.outcome[i] = outcomeOfRcode(bytes, end + overIs, to)
    return Decoded.event
  }
  return Decoded.ignored
}

function fail(batch: EventBatch, reason: string): Decoded {
  batch.reason = reason
  return Decoded.malformed
}

/** Where a line's message begins; what it is dated with does not matter here. */
const header = new Syslog(0)

/** Whatever dnsmasq says: what it calls itself cannot be in the hands of who asks. */
function claims(bytes: Uint8Array, from: number, to: number): boolean {
  if (find(bytes, from, Math.min(to, from + longestHeader), tag) < 0) return false
  header.read(bytes, from, to)
  return header.isFrom(bytes, tag)
}

function open(context: FormatContext): Decode {
  const log = new Dnsmasq(context)
  return (bytes, from, to, batch) => (from === to ? Decoded.ignored : log.decode(bytes, from, to, batch))
}

const format: LineFormat = {
  id: 'dnsmasq',
  title: 'dnsmasq and Pi-hole: queries',
  about:
    'What dnsmasq logs with log-queries, to its file or through syslog: client, name and type. With log-queries=extra also ' +
    "the client's port, and negative answers (NXDOMAIN, SERVFAIL, REFUSED) as rows of their own; without it an answer cannot be " +
    'tied to who asked, and is ignored, as are forwarded and positive answers. Protocol and server are not logged. A stamp ' +
    'without a year is put into the newest one that is not in the future. Documented in dnsmasq(8).',
  blind: ['DNS only', 'no responses unless log-queries=extra'],
  framing: 'line',
  maxRows: 1,
  sniff: (head) => sniffLines(head, claims),
  claims,
  open,
  settle: settleUntimed,
}

export default format
