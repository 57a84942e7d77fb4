import { ascii, equals, find } from '../base/ascii.ts'
import { memberOf, nextObject, objectEnd } from '../base/json-array.ts'
import { JsonFields, Scan } from '../base/json-scan.ts'
import type { EventBatch } from '../event/batch.ts'
import { sniffLines } from './claim.ts'
import { type Decode, Decoded, type LineFormat } from './format.ts'
import { columns, Field, layout } from './osquery/fields.ts'
import { appendSocket, readLineTime } from './osquery/row.ts'

/** A snapshot has a row a socket; those beyond are left out. */
const mostRows = 1024
const brace = 123
const bracket = 91

const columnsKey = ascii('"columns"')
const snapshot = ascii('"snapshot"')
const addedRows = ascii('"added"')
const hostIdentifier = ascii('"hostIdentifier"')
const removed = ascii('removed')

class Osquery {
  readonly #line = new JsonFields(layout)
  readonly #columns = new JsonFields(columns)

  decode(bytes: Uint8Array, from: number, to: number, batch: EventBatch): Decoded {
    if (from === to) return Decoded.ignored
    const start = find(bytes, from, Math.min(to, from + 256), braces)
    if (start < 0) return Decoded.ignored
    if (this.#line.scan(bytes, start, to) === Scan.malformed) {
      batch.reason = 'not a JSON object'
      return Decoded.malformed
    }
    const { from: at, to: end } = this.#line
    if (at[Field.host]! < 0) return Decoded.ignored
    if (at[Field.action]! >= 0 && equals(bytes, at[Field.action]!, end[Field.action]!, removed)) return Decoded.ignored
    if (!readLineTime(bytes, this.#line)) {
      batch.reason = 'no readable unixTime'
      return Decoded.malformed
    }
    const row = memberOf(bytes, start, to, columnsKey, brace)
    if (row >= 0) return this.#socket(bytes, row, to, batch)
    return this.#sockets(bytes, start, to, batch)
  }

  /** Differential results have one row, `columns`; those of a whole query `diffResults`, snapshots `snapshot`. */
  #sockets(bytes: Uint8Array, from: number, to: number, batch: EventBatch): Decoded {
    const rows = batch.length
    let at = memberOf(bytes, from, to, snapshot, bracket)
    if (at < 0) at = memberOf(bytes, from, to, addedRows, bracket)
    if (at < 0) return Decoded.ignored
    const most = Math.min(mostRows, batch.capacity - batch.length)
    for (let i = nextObject(bytes, at + 1, to); i >= 0 && batch.length - rows < most; ) {
      const end = objectEnd(bytes, i, to)
      if (end < 0 || this.#socket(bytes, i, end, batch) === Decoded.malformed) {
        batch.length = rows
        if (end < 0) batch.reason = 'a row that does not end'
        return Decoded.malformed
      }
      i = nextObject(bytes, end, to)
    }
    return batch.length > rows ? Decoded.event : Decoded.ignored
  }

  #socket(bytes: Uint8Array, from: number, to: number, batch: EventBatch): Decoded {
    if (this.#columns.scan(bytes, from, to) === Scan.malformed) {
      batch.reason = 'columns are no JSON object'
      return Decoded.malformed
    }
    return appendSocket(bytes, this.#line, this.#columns, batch)
  }
}

const braces = Uint8Array.of(brace)
const words = ['process_open_sockets', 'socket_events', 'remote_address'].map(ascii)

/** A result of a query that has to do with sockets: osquery names neither itself nor the table in its results. */
function claims(bytes: Uint8Array, from: number, to: number): boolean {
  const start = find(bytes, from, Math.min(to, from + 256), braces)
  if (start < 0 || find(bytes, start, to, hostIdentifier) < 0) return false
  for (let k = 0; k < words.length; k++) if (find(bytes, start, to, words[k]!) >= 0) return true
  return false
}

function open(): Decode {
  const osquery = new Osquery()
  return (bytes, from, to, batch) => osquery.decode(bytes, from, to, batch)
}

const format: LineFormat = {
  id: 'osquery',
  title: 'osquery results: sockets of processes',
  about:
    "osquery's results log, one JSON object a line: rows of process_open_sockets, socket_events and bpf_socket_events, " +
    'differential (columns, diffResults; what was removed is ignored) or snapshots (up to 1024 rows a line); told by the ' +
    'columns remote_address and remote_port, whatever the query is called. The source is who asked: for accept the remote ' +
    'end; for open sockets, which do not say, the remote end where only the local port is below 1024 or only the remote one ' +
    'above 32767. A protocol that is not told is taken for TCP. Listening and local sockets are ignored, as are other ' +
    'tables. Documented at osquery.io, Schema, and osquery.readthedocs.io, Logging.',
  blind: ['connections shorter than the interval of process_open_sockets', 'attempts that failed, there'],
  framing: 'line',
  maxRows: mostRows,
  sniff: (head) => sniffLines(head, claims),
  claims,
  open,
}

export default format
