import { ascii, equals, find, readPort, readUint, startsWith } from '../base/ascii.ts'
import { readIso, readSeconds } from '../base/ascii-time.ts'
import { CsvFields } from '../base/csv-scan.ts'
import { memberOf, nextObject, objectEnd } from '../base/json-array.ts'
import { JsonFields, Scan } from '../base/json-scan.ts'
import type { EventBatch } from '../event/batch.ts'
import { readDestination } from '../event/ends.ts'
import { beginOpenPort } from '../event/finding-row.ts'
import { readProtocol } from '../event/protocol-text.ts'
import { Text } from '../event/texts.ts'
import { sniffLines } from './claim.ts'
import { type Decode, Decoded, type LineFormat } from './format.ts'

const mostPorts = 1024
const at = (field: number, ...path: string[]) => ({ path, field })
const F = { ip: 0, time: 1, port: 2, proto: 3, status: 4, type: 5, service: 6, banner: 7 } as const
/** Of a line; `-oD` (one record a line) has the port in it, `-oJ` in an array. */
const lineLayout = {
  paths: [
    at(F.ip, 'ip'),
    at(F.time, 'timestamp'),
    at(F.port, 'port'),
    at(F.proto, 'proto'),
    at(F.type, 'rec_type'),
    at(F.status, 'data', 'status'),
    at(F.service, 'data', 'service_name'),
    at(F.banner, 'data', 'banner'),
  ],
  fields: 8,
}
const portLayout = {
  paths: [
    at(F.port, 'port'),
    at(F.proto, 'proto'),
    at(F.status, 'status'),
    at(F.service, 'service', 'name'),
    at(F.banner, 'service', 'banner'),
  ],
  fields: 8,
}
const brace = 123
const bracket = 91
const blank = 32
const portsKey = ascii('"ports"')
const opened = ascii('open')
const lists = [ascii('open tcp '), ascii('open udp '), ascii('open sctp ')]
const keys = [ascii('"ip"'), ascii('"timestamp"'), ascii('"proto"')]

class Masscan {
  readonly #line = new JsonFields(lineLayout)
  readonly #port = new JsonFields(portLayout)
  readonly #list = new CsvFields(5, blank)
  readonly #time = new Float64Array(1)

  decode(bytes: Uint8Array, from: number, to: number, batch: EventBatch): Decoded {
    if (bytes[from] !== brace || from === to) return this.#words(bytes, from, to, batch)
    // The last line of older reports: {finished: 1}
    if (bytes[from + 1] === 102) return Decoded.ignored
    batch.reason = 'not a JSON object with a time'
    if (this.#line.scan(bytes, from, to) === Scan.malformed) return Decoded.malformed
    if (!this.#readTime(bytes, this.#line.from[F.time]!, this.#line.to[F.time]!)) return Decoded.malformed
    const ports = memberOf(bytes, from, to, portsKey, bracket)
    if (ports < 0) return this.#line.from[F.port]! < 0 ? Decoded.malformed : this.#row(bytes, this.#line, batch)
    const rows = batch.length
    const most = Math.min(mostPorts, batch.capacity - rows)
    for (let i = nextObject(bytes, ports + 1, to); i >= 0 && batch.length - rows < most; ) {
      const end = objectEnd(bytes, i, to)
      if (end < 0 || this.#port.scan(bytes, i, end) === Scan.malformed) break
      if (this.#row(bytes, this.#port, batch) === Decoded.malformed) {
        batch.length = rows
        return Decoded.malformed
      }
      i = nextObject(bytes, end, to)
    }
    return batch.length > rows ? Decoded.event : Decoded.ignored
  }

  #row(bytes: Uint8Array, fields: JsonFields, batch: EventBatch): Decoded {
    const { from, to } = fields
    const isOpen = from[F.status]! < 0 || equals(bytes, from[F.status]!, to[F.status]!, opened)
    if (!isOpen) return Decoded.ignored
    const { from: lineFrom, to: lineTo } = this.#line
    const what = this.#append(bytes, lineFrom[F.ip]!, lineTo[F.ip]!, fields, batch)
    if (what !== Decoded.event) return what
    const i = batch.length - 1
    if (from[F.service]! >= 0) batch.jsonText(i, Text.application, bytes, from[F.service]!, to[F.service]!)
    if (from[F.banner]! >= 0) batch.jsonText(i, Text.serverBanner, bytes, from[F.banner]!, to[F.banner]!)
    return what
  }

  #append(bytes: Uint8Array, from: number, to: number, fields: JsonFields, batch: EventBatch): Decoded {
    const port = fields.from[F.port]! < 0 ? -1 : readPort(bytes, fields.from[F.port]!, fields.to[F.port]!)
    const isNamed = fields.from[F.proto]! >= 0
    const protocol = isNamed ? readProtocol(bytes, fields.from[F.proto]!, fields.to[F.proto]!) : -1
    return this.#put(bytes, from, to, port, protocol, batch)
  }

  #put(bytes: Uint8Array, from: number, to: number, port: number, protocol: number, batch: EventBatch): Decoded {
    const i = beginOpenPort(batch, this.#time)
    const isHost = readDestination(bytes, from, to, batch, i)
    if (!isHost || port < 0 || protocol < 0) {
      batch.undo()
      batch.reason = isHost ? 'no readable port and protocol' : 'no readable address'
      return Decoded.malformed
    }
    batch.column.dstPort[i] = port
    batch.column.protocol[i] = protocol
    return Decoded.event
  }

  /** `open tcp 80 192.0.2.1 1795312421`, as -oL writes it. */
  #words(bytes: Uint8Array, from: number, to: number, batch: EventBatch): Decoded {
    if (!isList(bytes, from, to)) return Decoded.ignored
    const { from: at, to: end } = this.#list
    const isTimed = this.#list.cut(bytes, from, to) === 5 && this.#readTime(bytes, at[4]!, end[4]!)
    if (!isTimed) {
      batch.reason = 'no readable time'
      return Decoded.malformed
    }
    const port = readUint(bytes, at[2]!, end[2]!)
    const protocol = readProtocol(bytes, at[1]!, end[1]!)
    return this.#put(bytes, at[3]!, end[3]!, port > 65535 ? -1 : port, protocol, batch)
  }

  #readTime(bytes: Uint8Array, from: number, to: number): boolean {
    if (from < 0 || to === from) return false
    return readSeconds(bytes, from, to, this.#time, 0) || readIso(bytes, from, to, this.#time, 0) >= 0
  }
}

function isList(bytes: Uint8Array, from: number, to: number): boolean {
  for (let k = 0; k < lists.length; k++) if (startsWith(bytes, from, to, lists[k]!)) return true
  return false
}

function claims(bytes: Uint8Array, from: number, to: number): boolean {
  if (bytes[from] !== brace) return isList(bytes, from, to)
  const last = Math.min(to, from + 512)
  for (let k = 0; k < keys.length; k++) if (find(bytes, from, last, keys[k]!) < 0) return false
  return true
}

function open(): Decode {
  const masscan = new Masscan()
  return (bytes, from, to, batch) => masscan.decode(bytes, from, to, batch)
}

const format: LineFormat = {
  id: 'masscan',
  title: 'masscan reports (-oJ, -oD, -oL)',
  about:
    'What masscan writes as JSON (an array, a host a line), as one JSON record a line, and as a list: one row for each open ' +
    'port, with service and banner where they were asked for; up to 1024 ports a line. Closed ports are ignored. Who ' +
    'scanned, and what else was asked, is not told. XML is read by nmap-xml. Documented in masscan(8).',
  blind: ['who scanned', 'hosts without an open port'],
  framing: 'line',
  maxRows: mostPorts,
  sniff: (head) => sniffLines(head, claims),
  claims,
  open,
}

export default format
