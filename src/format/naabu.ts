import { ascii, find, readPort } from '../base/ascii.ts'
import { readIso, readSeconds } from '../base/ascii-time.ts'
import { JsonFields, type JsonLayout, Scan } from '../base/json-scan.ts'
import type { EventBatch } from '../event/batch.ts'
import { readDestination } from '../event/ends.ts'
import { beginOpenPort } from '../event/finding-row.ts'
import { Protocol } from '../event/protocol.ts'
import { readProtocol } from '../event/protocol-text.ts'
import { Text } from '../event/texts.ts'
import { sniffLines } from './claim.ts'
import { type Decode, Decoded, type LineFormat } from './format.ts'

const F = { host: 0, ip: 1, time: 2, port: 3, protocol: 4, service: 5, product: 6 } as const
const at = (field: number, ...path: string[]) => ({ path, field })
const layout: JsonLayout = {
  paths: [
    at(F.host, 'host'),
    at(F.ip, 'ip'),
    at(F.time, 'timestamp'),
    at(F.port, 'port'),
    at(F.port, 'port', 'Port'),
    at(F.protocol, 'protocol'),
    at(F.service, 'name'),
    at(F.product, 'product'),
  ],
  fields: 7,
}
const keys = [ascii('"ip":'), ascii('"port":'), ascii('"timestamp":'), ascii('"tls":'), ascii('"TLS":')]
const mustHave = 3

function open(): Decode {
  const fields = new JsonFields(layout)
  const time = new Float64Array(1)
  return (bytes, from, to, batch) => {
    if (bytes[from] !== 123 || from === to) return Decoded.ignored
    batch.reason = 'not a JSON object with a time'
    if (fields.scan(bytes, from, to) === Scan.malformed) return Decoded.malformed
    const stamp = fields.from[F.time]!
    const isTimed =
      stamp >= 0 && (readIso(bytes, stamp, fields.to[F.time]!, time, 0) >= 0 || readNumber(bytes, fields, time))
    return isTimed ? append(bytes, fields, time, batch) : Decoded.malformed
  }
}

function readNumber(bytes: Uint8Array, { from, to }: JsonFields, time: Float64Array): boolean {
  return readSeconds(bytes, from[F.time]!, to[F.time]!, time, 0)
}

function append(bytes: Uint8Array, { from, to }: JsonFields, time: Float64Array, batch: EventBatch): Decoded {
  const i = beginOpenPort(batch, time)
  const c = batch.column
  const port = from[F.port]! < 0 ? -1 : readPort(bytes, from[F.port]!, to[F.port]!)
  if (!readDestination(bytes, from[F.ip]!, to[F.ip]!, batch, i) || port < 0) {
    batch.undo()
    batch.reason = 'no readable ip and port'
    return Decoded.malformed
  }
  const protocol = from[F.protocol]! < 0 ? -1 : readProtocol(bytes, from[F.protocol]!, to[F.protocol]!)
  c.protocol[i] = protocol < 0 ? Protocol.tcp : protocol
  c.dstPort[i] = port
  if (from[F.host]! >= 0) batch.jsonText(i, Text.host, bytes, from[F.host]!, to[F.host]!)
  if (from[F.service]! >= 0) batch.jsonText(i, Text.application, bytes, from[F.service]!, to[F.service]!)
  if (from[F.product]! >= 0) batch.jsonText(i, Text.serverBanner, bytes, from[F.product]!, to[F.product]!)
  return Decoded.event
}

function claims(bytes: Uint8Array, from: number, to: number): boolean {
  if (bytes[from] !== 123) return false
  const last = Math.min(to, from + 1024)
  for (let k = 0; k < mustHave; k++) if (find(bytes, from, last, keys[k]!) < 0) return false
  return find(bytes, from, last, keys[mustHave]!) >= 0 || find(bytes, from, last, keys[mustHave + 1]!) >= 0
}

const format: LineFormat = {
  id: 'naabu',
  title: 'naabu results (-json)',
  about:
    'What naabu writes with -json, one object a line: one row for each open port, with the name that was resolved. Who ' +
    'scanned, and hosts without an open port, are not told. Documented at docs.projectdiscovery.io, naabu.',
  blind: ['who scanned', 'hosts without an open port'],
  framing: 'line',
  maxRows: 1,
  sniff: (head) => sniffLines(head, claims),
  claims,
  open,
}

export default format
