import { readPort, readUint } from '../../base/ascii.ts'
import { readIso } from '../../base/ascii-time.ts'
import type { JsonFields } from '../../base/json-scan.ts'
import { type EventBatch, Mark, Outcome, Subject } from '../../event/batch.ts'
import { readDestination, readSource } from '../../event/ends.ts'
import { beginLogged } from '../../event/logged-row.ts'
import { Names } from '../../event/names.ts'
import { Flag, Protocol } from '../../event/protocol.ts'
import { readProtocol } from '../../event/protocol-text.ts'
import { Text, type TextField } from '../../event/texts.ts'
import { Decoded, type FormatContext } from '../format.ts'
import { Field } from './fields.ts'

/** Numbers of the log types (opencanary/logger.py). */
const firstTouch = 2000
const scans = 5001
const lastScan = 5005
/** TFTP, NTP, SNMP, SIP, LLMNR. */
const datagrams = [10001, 11001, 13001, 15001, 19001]
/** Flags of the packets that make 5001 a SYN probe, 5002 one for the operating system, then NULL, Xmas and FIN. */
const scanFlags = [Flag.syn, Flag.syn, 0, Flag.fin | Flag.psh | Flag.urg, Flag.fin]
const operatingSystem = 5002

const touchTexts: readonly (readonly [TextField, number])[] = [
  [Text.signatureId, Field.logtype],
  [Text.userAgent, Field.userAgent],
  [Text.uri, Field.path],
  [Text.clientBanner, Field.remoteVersion],
  [Text.serverBanner, Field.localVersion],
  [Text.message, Field.message],
]

/** Makes rows of touches. Hot: nothing is allocated. */
export class CanaryRows {
  readonly #fields: JsonFields
  readonly #names: Names
  readonly #time = new Float64Array(1)

  constructor(context: FormatContext, fields: JsonFields) {
    this.#fields = fields
    this.#names = new Names(context.rules)
  }

  decode(bytes: Uint8Array, batch: EventBatch): Decoded {
    const { from, to } = this.#fields
    const type = this.#number(bytes, Field.logtype)
    if (type < firstTouch || from[Field.srcHost]! < 0 || from[Field.srcHost] === to[Field.srcHost])
      return Decoded.ignored
    if (!this.#readTime(bytes, Field.utc) && !this.#readTime(bytes, Field.local)) {
      batch.reason = 'no readable time'
      return Decoded.malformed
    }
    const i = this.#ends(bytes, batch, Subject.canary, type)
    if (i < 0) return Decoded.malformed
    if (type >= scans && type <= lastScan) this.#header(bytes, batch, i, type)
    else if (batch.column.protocol[i] === Protocol.tcp) batch.column.outcome[i] = Outcome.established
    for (let k = 0; k < touchTexts.length; k++) this.#text(bytes, batch, i, touchTexts[k]![0], touchTexts[k]![1])
    this.#login(bytes, batch, type)
    return Decoded.event
  }

  /** The row with its ends; -1 where one is not readable. */
  #ends(bytes: Uint8Array, batch: EventBatch, subject: number, type: number): number {
    const { from, to } = this.#fields
    const c = batch.column
    const i = beginLogged(batch, subject, this.#time)
    const hasSource = readSource(bytes, from[Field.srcHost]!, to[Field.srcHost]!, batch, i)
    const hasDestination = readDestination(bytes, from[Field.dstHost]!, to[Field.dstHost]!, batch, i)
    // Some services do not tell on which address they were touched.
    const isTold = from[Field.dstHost]! >= 0 && to[Field.dstHost]! > from[Field.dstHost]!
    if (!hasSource || (isTold && !hasDestination)) {
      batch.undo()
      batch.reason = hasSource ? 'no readable dst_host' : 'no readable src_host'
      return -1
    }
    c.protocol[i] = this.#protocol(bytes, type)
    c.srcPort[i] = this.#port(bytes, Field.srcPort)
    c.dstPort[i] = this.#port(bytes, Field.dstPort)
    c.device[i] = from[Field.node]! < 0 ? 0 : this.#names.id(bytes, from[Field.node]!, to[Field.node]!)
    return i
  }

  #protocol(bytes: Uint8Array, type: number): number {
    const { from, to } = this.#fields
    const told = from[Field.protocol]! < 0 ? -1 : readProtocol(bytes, from[Field.protocol]!, to[Field.protocol]!)
    if (told > 0) return told
    return datagrams.includes(type) ? Protocol.udp : Protocol.tcp
  }

  /** What the kernel's log said of the packet. */
  #header(bytes: Uint8Array, batch: EventBatch, i: number, type: number): void {
    const c = batch.column
    if (c.protocol[i] === Protocol.tcp && type !== operatingSystem) {
      c.flags[i] = scanFlags[type - scans]!
      c.marks[i] = c.marks[i]! | Mark.flagsTold
    }
    const ttl = this.#number(bytes, Field.ttl)
    if (ttl > 0 && ttl < 256) {
      c.ttl[i] = ttl
      c.marks[i] = c.marks[i]! | Mark.hasTtl
    }
    c.window[i] = Math.max(0, this.#number(bytes, Field.window))
    c.ipId[i] = Math.max(0, this.#number(bytes, Field.ipId))
  }

  #login(bytes: Uint8Array, batch: EventBatch, type: number): void {
    const { from } = this.#fields
    if (from[Field.user]! < 0 && from[Field.password]! < 0) return
    const i = this.#ends(bytes, batch, Subject.auth, type)
    batch.column.outcome[i] = Outcome.refused
    this.#text(bytes, batch, i, Text.signatureId, Field.logtype)
    this.#text(bytes, batch, i, Text.user, Field.user)
    this.#text(bytes, batch, i, Text.password, Field.password)
    this.#text(bytes, batch, i, Text.host, Field.host)
  }

  #readTime(bytes: Uint8Array, field: number): boolean {
    const { from, to } = this.#fields
    return from[field]! >= 0 && readIso(bytes, from[field]!, to[field]!, this.#time, 0) >= 0
  }

  #number(bytes: Uint8Array, field: number): number {
    const { from, to } = this.#fields
    return from[field]! < 0 ? -1 : readUint(bytes, from[field]!, to[field]!)
  }

  /** -1 stands for none. */
  #port(bytes: Uint8Array, field: number): number {
    const { from, to } = this.#fields
    return from[field]! < 0 ? 0 : Math.max(0, readPort(bytes, from[field]!, to[field]!))
  }

  #text(bytes: Uint8Array, batch: EventBatch, i: number, field: TextField, of: number): void {
    const { from, to } = this.#fields
    if (from[of]! >= 0) batch.jsonText(i, field, bytes, from[of]!, to[of]!)
  }
}
