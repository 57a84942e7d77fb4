import { ascii, equals, readPort, readUint } from '../../base/ascii.ts'
import { readIso } from '../../base/ascii-time.ts'
import { type JsonFields, type JsonLayout, Scan } from '../../base/json-scan.ts'
import { type EventBatch, Subject } from '../../event/batch.ts'
import { readDestination, readSource } from '../../event/ends.ts'
import { beginLogged, undoLogged } from '../../event/logged-row.ts'
import { Protocol } from '../../event/protocol.ts'
import { readProtocol } from '../../event/protocol-text.ts'
import { Text, type TextField } from '../../event/texts.ts'
import { Decoded } from '../format.ts'

const F = {
  time: 0,
  code: 1,
  module: 2,
  provider: 3,
  srcIp: 4,
  srcPort: 5,
  dstIp: 6,
  dstPort: 7,
  transport: 8,
  executable: 9,
  parent: 10,
  user: 11,
  host: 12,
  query: 13,
  type: 14,
  answer: 15,
} as const

const at = (field: number, ...path: string[]) => [
  { path, field },
  // Some shippers write a path as it is, dots and all.
  ...(path.length > 1 ? [{ path: [path.join('.')], field }] : []),
]

/** The Elastic Common Schema's fields for an event of Sysmon. */
export const layout: JsonLayout = {
  paths: [
    ...at(F.time, '@timestamp'),
    ...at(F.code, 'event', 'code'),
    ...at(F.module, 'event', 'module'),
    ...at(F.provider, 'event', 'provider'),
    ...at(F.srcIp, 'source', 'ip'),
    ...at(F.srcPort, 'source', 'port'),
    ...at(F.dstIp, 'destination', 'ip'),
    ...at(F.dstPort, 'destination', 'port'),
    ...at(F.transport, 'network', 'transport'),
    ...at(F.executable, 'process', 'executable'),
    ...at(F.parent, 'process', 'parent', 'executable'),
    ...at(F.user, 'user', 'name'),
    ...at(F.host, 'host', 'name'),
    ...at(F.query, 'dns', 'question', 'name'),
    ...at(F.type, 'dns', 'question', 'type'),
    ...at(F.answer, 'dns', 'answers', 'data'),
  ],
  fields: 16,
}

const module = ascii('sysmon')
const providers = [ascii('Microsoft-Windows-Sysmon'), ascii('Linux-Sysmon')]
const time = new Float64Array(1)
const connection = 3
const query = 22
const dnsPort = 53

/** Reads an event that Elastic's pipelines have put into their common schema. Hot: nothing is allocated. */
export class EcsEvent {
  readonly #fields: JsonFields

  constructor(fields: JsonFields) {
    this.#fields = fields
  }

  decode(bytes: Uint8Array, from: number, to: number, batch: EventBatch): Decoded {
    if (this.#fields.scan(bytes, from, to) === Scan.malformed) {
      batch.reason = 'not a JSON object'
      return Decoded.malformed
    }
    const code = this.#number(bytes, F.code)
    if (!this.#isSysmon(bytes) || (code !== connection && code !== query)) return Decoded.ignored
    const start = this.#fields.from[F.time]!
    if (start < 0 || readIso(bytes, start, this.#fields.to[F.time]!, time, 0) < 0) {
      batch.reason = 'no readable @timestamp'
      return Decoded.malformed
    }
    const isRow = code === query ? this.#query(bytes, batch) : this.#connection(bytes, batch)
    return isRow ? Decoded.event : Decoded.malformed
  }

  #connection(bytes: Uint8Array, batch: EventBatch): boolean {
    const { from, to } = this.#fields
    const i = beginLogged(batch, Subject.process, time)
    const c = batch.column
    if (!readSource(bytes, from[F.srcIp]!, to[F.srcIp]!, batch, i)) return undoLogged(batch, 'no readable source.ip')
    if (!readDestination(bytes, from[F.dstIp]!, to[F.dstIp]!, batch, i)) {
      return undoLogged(batch, 'no readable destination.ip')
    }
    const protocol = from[F.transport]! < 0 ? -1 : readProtocol(bytes, from[F.transport]!, to[F.transport]!)
    const srcPort = readPort(bytes, from[F.srcPort]!, to[F.srcPort]!)
    const dstPort = readPort(bytes, from[F.dstPort]!, to[F.dstPort]!)
    if (protocol < 0 || srcPort < 0 || dstPort < 0) return undoLogged(batch, 'protocol or ports not readable')
    c.protocol[i] = protocol
    c.srcPort[i] = srcPort
    c.dstPort[i] = dstPort
    this.#who(bytes, batch, i)
    return true
  }

  #query(bytes: Uint8Array, batch: EventBatch): boolean {
    const i = beginLogged(batch, Subject.dns, time)
    batch.column.protocol[i] = Protocol.udp
    batch.column.dstPort[i] = dnsPort
    if (this.#fields.from[F.query]! < 0) return undoLogged(batch, 'a query without a name')
    this.#text(bytes, batch, i, Text.query, F.query)
    this.#text(bytes, batch, i, Text.queryType, F.type)
    this.#text(bytes, batch, i, Text.answer, F.answer)
    this.#who(bytes, batch, i)
    return true
  }

  #who(bytes: Uint8Array, batch: EventBatch, i: number): void {
    this.#text(bytes, batch, i, Text.process, F.executable)
    this.#text(bytes, batch, i, Text.parent, F.parent)
    this.#text(bytes, batch, i, Text.user, F.user)
    this.#text(bytes, batch, i, Text.host, F.host)
  }

  #text(bytes: Uint8Array, batch: EventBatch, i: number, field: TextField, from: number): void {
    if (this.#fields.from[from]! >= 0) batch.jsonText(i, field, bytes, this.#fields.from[from]!, this.#fields.to[from]!)
  }

  #number(bytes: Uint8Array, field: number): number {
    const { from, to } = this.#fields
    return from[field]! < 0 ? -1 : readUint(bytes, from[field]!, to[field]!)
  }

  #isSysmon(bytes: Uint8Array): boolean {
    const { from, to } = this.#fields
    if (from[F.module]! >= 0 && equals(bytes, from[F.module]!, to[F.module]!, module)) return true
    if (from[F.provider]! < 0) return false
    for (let k = 0; k < providers.length; k++) {
      if (equals(bytes, from[F.provider]!, to[F.provider]!, providers[k]!)) return true
    }
    return false
  }
}
