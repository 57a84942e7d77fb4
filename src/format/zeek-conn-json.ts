import { ascii, find } from '../base/ascii.ts'
import { JsonFields, type JsonLayout, Scan } from '../base/json-scan.ts'
import { Path, pathOf } from '../framing/zeek-path.ts'
import { type Decode, Decoded, type LineFormat } from './format.ts'
import { fieldNames } from './zeek-conn/fields.ts'
import { appendConn } from './zeek-conn/row.ts'
import { sniffJson } from './zeek-conn/sniff.ts'

const pathField = fieldNames.length
const paths = ['conn', 'conn_red', 'open_conn']

const layout: JsonLayout = {
  paths: [
    ...fieldNames.map((name, field) => ({ path: [name], field })),
    ...fieldNames.flatMap((name, field) => (name.startsWith('id.') ? [{ path: name.split('.'), field }] : [])),
    { path: ['_path'], field: pathField },
  ],
  fields: fieldNames.length + 1,
  gate: { field: pathField, wanted: paths },
}

function open(): Decode {
  const fields = new JsonFields(layout)
  return (bytes, from, to, batch) => {
    if (from === to) return Decoded.ignored
    const scan = fields.scan(bytes, from, to)
    if (scan === Scan.done) return appendConn(bytes, fields, batch)
    batch.reason = 'not a JSON object'
    return scan === Scan.stopped ? Decoded.ignored : Decoded.malformed
  }
}

const originator = ascii('orig_h"')
const connPaths = paths.map(ascii)
/** Fields that only a conn record has, of which one is there whatever became of the connection. */
const connFields = ['"conn_state"', '"missed_bytes"', '"orig_ip_bytes"'].map(ascii)

function claims(bytes: Uint8Array, from: number, to: number): boolean {
  if (bytes[from] !== 123 || find(bytes, from, to, originator) < 0) return false
  const told = pathOf(bytes, from, to, connPaths)
  if (told !== Path.none) return told === Path.ours
  for (let k = 0; k < connFields.length; k++) if (find(bytes, from, to, connFields[k]!) >= 0) return true
  return false
}

const format: LineFormat = {
  id: 'zeek-conn-json',
  title: 'Zeek conn.log (JSON)',
  about:
    'The connection log of Zeek as one JSON object a line (policy/tuning/json-logs, or a streaming exporter that adds ' +
    '_path; lines of other logs are ignored). Times as seconds or ISO 8601; addresses as id.orig_h or nested in id. ' +
    'The same fields are read as for zeek-conn. Documented at docs.zeek.org, Conn::Info.',
  framing: 'line',
  maxRows: 1,
  sniff: sniffJson,
  claims,
  open,
}

export default format
