import type { EventBatch } from '../event/batch.ts'
import { Kind, Subject } from '../event/batch.ts'
import { clearEnds } from '../event/ends.ts'
import { Names } from '../event/names.ts'
import { settleUntimed } from '../event/untimed.ts'
import { readDayMonth } from '../framing/day-month-stamp.ts'
import { Syslog } from '../framing/syslog.ts'
import { dateRow } from '../framing/syslog-time.ts'
import { clientAt, readClient } from './bind/client.ts'
import { isDnstap, readDnstap } from './bind/dnstap.ts'
import { readMessage } from './bind/message.ts'
import { sniffLines } from './claim.ts'
import { type Decode, Decoded, type FormatContext, type LineFormat } from './format.ts'

class Bind {
  readonly #syslog: Syslog
  readonly #devices: Names
  readonly #time = new Float64Array(1)

  constructor(context: FormatContext) {
    this.#syslog = new Syslog(context.newest)
    this.#devices = new Names(context.rules)
  }

  decode(bytes: Uint8Array, from: number, to: number, batch: EventBatch): Decoded {
    const stamped = readDayMonth(bytes, from, to, this.#time)
    const isTap = stamped >= 0 && isDnstap(bytes, stamped + 1, to)
    const start = isTap ? stamped + 1 : clientAt(bytes, from, to)
    if (start < 0) return Decoded.ignored
    const i = batch.begin()
    batch.column.kind[i] = Kind.log
    batch.column.subject[i] = Subject.dns
    clearEnds(batch, i)
    const what = isTap ? readDnstap(bytes, start, to, batch, i) : readLine(bytes, start, to, batch, i)
    if (what === Decoded.event) this.#readHeader(bytes, from, to, batch, i, stamped >= 0)
    else batch.undo()
    return what
  }

  /** The time, and of a syslog header the host. By default named writes its file without times. */
  #readHeader(bytes: Uint8Array, from: number, to: number, batch: EventBatch, i: number, isStamped: boolean): void {
    const c = batch.column
    if (isStamped) {
      c.time[i] = this.#time[0]!
      return
    }
    const syslog = this.#syslog
    syslog.read(bytes, from, to)
    dateRow(syslog, batch, i)
    // Without a tag the word behind the time is no host, but `client`.
    if (syslog.tagTo > syslog.tagFrom) c.device[i] = this.#devices.id(bytes, syslog.hostFrom, syslog.hostTo)
  }
}

function readLine(bytes: Uint8Array, from: number, to: number, batch: EventBatch, i: number): Decoded {
  const text = readClient(bytes, from, to, batch, i)
  if (text >= 0) return readMessage(bytes, text, to, batch, i)
  batch.reason = 'the client is not readable'
  return Decoded.malformed
}

const scratch = new Float64Array(1)

function claims(bytes: Uint8Array, from: number, to: number): boolean {
  const stamped = readDayMonth(bytes, from, to, scratch)
  return (stamped >= 0 && isDnstap(bytes, stamped + 1, to)) || clientAt(bytes, from, to) >= 0
}

function open(context: FormatContext): Decode {
  const log = new Bind(context)
  return (bytes, from, to, batch) => (from === to ? Decoded.ignored : log.decode(bytes, from, to, batch))
}

const format: LineFormat = {
  id: 'bind',
  title: 'BIND 9 (named): query log, refusals, zone transfers, dnstap',
  about:
    'The query log of BIND 9 (querylog, category queries), in files with or without time, category and severity, or ' +
    'through syslog; views and keys are passed over. Also responses (responselog), failed queries (query-errors), refused ' +
    'queries and transfers (security), transfers that were begun or refused (xfer-out), and the text of dnstap-read, of ' +
    'which queries of clients count. A transfer is a query of type AXFR or IXFR. The protocol is known from the flags (T), ' +
    'and of transfers; the port that was asked is not logged and taken as 53. A response code means that the server ' +
    'answered, REFUSED, NOTAUTH and `denied` that it refused. Local times are taken as UTC; lines without one keep their ' +
    'order. Documented in the BIND 9 Administrator Reference Manual, logging.',
  blind: ['DNS only', 'no responses unless responselog is on'],
  framing: 'line',
  maxRows: 1,
  sniff: (head) => sniffLines(head, claims),
  claims,
  open,
  settle: settleUntimed,
}

export default format
