import { readPort, readUint } from '../../base/ascii.ts'
import { readIso } from '../../base/ascii-time.ts'
import type { JsonFields } from '../../base/json-scan.ts'
import { WordTable } from '../../base/word-table.ts'
import { Action, type EventBatch, Kind, Outcome, Subject } from '../../event/batch.ts'
import { outcomeOfRcode } from '../../event/dns.ts'
import { clearEnds, readDestination, readSource } from '../../event/ends.ts'
import type { Names } from '../../event/names.ts'
import { readProtocol } from '../../event/protocol-text.ts'
import { joinSignatureId } from '../../event/signature-id.ts'
import { Text, type TextField } from '../../event/texts.ts'
import { Decoded } from '../format.ts'
import { Field } from './fields.ts'

const types = new WordTable(['alert', 'anomaly', 'dns', 'http', 'tls', 'ssh'])
const subjects = [Subject.alert, Subject.alert, Subject.dns, Subject.http, Subject.tls, Subject.ssh] as const

/** What each field is as a text. An alert has those of the request that it is about. */
const texts: readonly (readonly [number, TextField])[] = [
  [Field.signature, Text.signature],
  [Field.category, Text.category],
  [Field.anomaly, Text.signature],
  [Field.anomalyType, Text.category],
  [Field.dnsName, Text.query],
  [Field.dnsType, Text.queryType],
  [Field.rcode, Text.rcode],
  [Field.answer, Text.answer],
  [Field.method, Text.httpMethod],
  [Field.httpHost, Text.host],
  [Field.uri, Text.uri],
  [Field.userAgent, Text.userAgent],
  [Field.serverName, Text.serverName],
  [Field.ja3, Text.ja3],
  [Field.ja4, Text.ja4],
  [Field.clientBanner, Text.clientBanner],
  [Field.serverBanner, Text.serverBanner],
  [Field.hassh, Text.hassh],
]
const micros = new Float64Array(1)
const dnsPort = 53

/** Turns any event but flow and netflow into a row. Hot: nothing is allocated. */
export function appendMessage(bytes: Uint8Array, fields: JsonFields, batch: EventBatch, names: Names): Decoded {
  const { from, to } = fields
  const type = types.place(bytes, from[Field.eventType]!, to[Field.eventType]!)
  const i = batch.begin()
  const c = batch.column
  c.kind[i] = Kind.log
  c.subject[i] = subjects[type]!
  clearEnds(batch, i)
  const reason = readEnds(bytes, fields, batch, i)
  if (reason !== '' || (type === 0 && from[Field.signature]! < 0)) {
    batch.undo()
    batch.reason = reason === '' ? 'an alert without a signature' : reason
    return Decoded.malformed
  }
  if (from[Field.host]! >= 0) c.device[i] = names.id(bytes, from[Field.host]!, to[Field.host]!)
  joinSignatureId(batch, i, bytes, fields, Field.gid)
  for (let k = 0; k < texts.length; k++) {
    const field = texts[k]![0]
    if (from[field]! >= 0) batch.jsonText(i, texts[k]![1], bytes, from[field]!, to[field]!)
  }
  // With `formats: [grouped]` the answers stand nowhere else.
  if (from[Field.answer]! < 0 && from[Field.grouped]! >= 0) {
    batch.jsonText(i, Text.answer, bytes, from[Field.grouped]!, to[Field.grouped]!)
  }
  judge(bytes, fields, batch, i)
  return Decoded.event
}

/** Time, addresses, protocol, ports. @returns why it is malformed, or nothing */
function readEnds(bytes: Uint8Array, { from, to }: JsonFields, batch: EventBatch, i: number): string {
  const c = batch.column
  const time = from[Field.timestamp]!
  if (time < 0 || readIso(bytes, time, to[Field.timestamp]!, micros, 0) < 0) return 'no readable timestamp'
  c.time[i] = micros[0]!
  const hasSource = readSource(bytes, from[Field.srcIp]!, to[Field.srcIp]!, batch, i)
  const hasTarget = readDestination(bytes, from[Field.destIp]!, to[Field.destIp]!, batch, i)
  // An alert or anomaly may be about a frame that is not IP.
  const mayLack = c.subject[i] === Subject.alert
  if (!hasSource && !(mayLack && from[Field.srcIp]! < 0)) return 'no readable src_ip'
  if (!hasTarget && !(mayLack && from[Field.destIp]! < 0)) return 'no readable dest_ip'
  const protocol = from[Field.proto]! < 0 ? 0 : readProtocol(bytes, from[Field.proto]!, to[Field.proto]!)
  c.protocol[i] = Math.max(0, protocol)
  c.srcPort[i] = port(bytes, from[Field.srcPort]!, to[Field.srcPort]!)
  c.dstPort[i] = port(bytes, from[Field.destPort]!, to[Field.destPort]!)
  return ''
}

function port(bytes: Uint8Array, from: number, to: number): number {
  return from < 0 ? 0 : Math.max(0, readPort(bytes, from, to))
}

/** What the record says became of it. */
function judge(bytes: Uint8Array, { from, to }: JsonFields, batch: EventBatch, i: number): void {
  const c = batch.column
  const subject = c.subject[i]
  if (subject === Subject.alert) judgeAlert(bytes, from, to, batch, i)
  else if (subject === Subject.dns) {
    if (from[Field.rcode]! >= 0) c.outcome[i] = outcomeOfRcode(bytes, from[Field.rcode]!, to[Field.rcode]!)
    if (c.srcPort[i] === dnsPort && c.dstPort[i] !== dnsPort) turn(batch, i)
  } else if (subject === Subject.http) {
    if (from[Field.status]! >= 0) c.outcome[i] = Outcome.established
  } else if (subject === Subject.tls) {
    // The version is the server's choice; without it no server hello was seen (UNDETERMINED).
    if (from[Field.tlsVersion]! >= 0 && bytes[from[Field.tlsVersion]!] === 84) c.outcome[i] = Outcome.established
  }
}

function judgeAlert(bytes: Uint8Array, from: Int32Array, to: Int32Array, batch: EventBatch, i: number): void {
  const c = batch.column
  if (from[Field.action]! >= 0) {
    // `allowed` or `blocked`
    const isAllowed = bytes[from[Field.action]!] === 97
    c.action[i] = isAllowed ? Action.allow : Action.deny
    if (!isAllowed) c.outcome[i] = Outcome.blocked
  }
  // Suricata counts the other way round: 1 is the worst.
  const severity = from[Field.severity]! < 0 ? -1 : readUint(bytes, from[Field.severity]!, to[Field.severity]!)
  if (severity > 0) c.severity[i] = severity < 3 ? 4 - severity : 1
}

/** Old versions log an answer with its own direction: the client is then the destination. */
function turn(batch: EventBatch, i: number): void {
  const c = batch.column
  exchange(c.src0, c.dst0, i)
  exchange(c.src1, c.dst1, i)
  exchange(c.src2, c.dst2, i)
  exchange(c.src3, c.dst3, i)
  exchange(c.srcPort, c.dstPort, i)
}

function exchange(a: Uint16Array | Uint32Array, b: Uint16Array | Uint32Array, i: number): void {
  const kept = a[i]!
  a[i] = b[i]!
  b[i] = kept
}
