import { readPort } from '../../base/ascii.ts'
import { readIso, readSeconds } from '../../base/ascii-time.ts'
import type { JsonFields } from '../../base/json-scan.ts'
import { WordTable } from '../../base/word-table.ts'
import { type EventBatch, Outcome, Subject } from '../../event/batch.ts'
import { readDestination, readSource } from '../../event/ends.ts'
import { beginLogged } from '../../event/logged-row.ts'
import { Names } from '../../event/names.ts'
import { Protocol } from '../../event/protocol.ts'
import { Text, type TextField } from '../../event/texts.ts'
import { Decoded, type FormatContext } from '../format.ts'
import { Field } from './fields.ts'

/** What is made of each event that is read. */
const kinds: readonly (readonly [string, number, number])[] = [
  ['cowrie.session.connect', Subject.canary, Outcome.established],
  ['cowrie.login.failed', Subject.auth, Outcome.refused],
  ['cowrie.login.success', Subject.auth, Outcome.established],
  ['cowrie.client.version', Subject.ssh, Outcome.unknown],
  ['cowrie.client.kex', Subject.ssh, Outcome.unknown],
  ['cowrie.command.input', Subject.canary, Outcome.established],
  ['cowrie.command.failed', Subject.canary, Outcome.established],
  ['cowrie.session.file_download', Subject.canary, Outcome.established],
  ['cowrie.direct-tcpip.request', Subject.canary, Outcome.established],
]
const table = new WordTable(kinds.map(([name]) => name))
const subjects = Uint8Array.from(kinds, ([, subject]) => subject)
const outcomes = Uint8Array.from(kinds, ([, , outcome]) => outcome)
/** What a client of the honeypot wanted to reach through it is no address of ours. */
const forwarding = kinds.length - 1

const texts: readonly (readonly [TextField, number])[] = [
  [Text.user, Field.user],
  [Text.password, Field.password],
  [Text.clientBanner, Field.version],
  [Text.hassh, Field.hassh],
  [Text.message, Field.input],
  [Text.uri, Field.url],
  [Text.application, Field.protocol],
]

/** Makes rows of events. Hot: nothing is allocated. */
export class EventRows {
  readonly #fields: JsonFields
  readonly #names: Names
  readonly #time = new Float64Array(1)

  constructor(context: FormatContext, fields: JsonFields) {
    this.#fields = fields
    this.#names = new Names(context.rules)
  }

  decode(bytes: Uint8Array, batch: EventBatch): Decoded {
    const { from, to } = this.#fields
    const kind = from[Field.event]! < 0 ? -1 : table.place(bytes, from[Field.event]!, to[Field.event]!)
    if (kind < 0) return Decoded.ignored
    if (!this.#readTime(bytes)) {
      batch.reason = 'no readable timestamp'
      return Decoded.malformed
    }
    const i = beginLogged(batch, subjects[kind]!, this.#time)
    if (!readSource(bytes, from[Field.srcIp]!, to[Field.srcIp]!, batch, i)) {
      batch.undo()
      batch.reason = 'no readable src_ip'
      return Decoded.malformed
    }
    const c = batch.column
    c.protocol[i] = Protocol.tcp
    c.outcome[i] = outcomes[kind]!
    c.srcPort[i] = this.#port(bytes, Field.srcPort)
    if (kind !== forwarding && readDestination(bytes, from[Field.dstIp]!, to[Field.dstIp]!, batch, i)) {
      c.dstPort[i] = this.#port(bytes, Field.dstPort)
    }
    c.device[i] = from[Field.sensor]! < 0 ? 0 : this.#names.id(bytes, from[Field.sensor]!, to[Field.sensor]!)
    for (let k = 0; k < texts.length; k++) this.#text(bytes, batch, i, texts[k]![0], texts[k]![1])
    if (kind === forwarding) this.#text(bytes, batch, i, Text.message, Field.dstIp)
    return Decoded.event
  }

  #readTime(bytes: Uint8Array): boolean {
    const from = this.#fields.from[Field.time]!
    const to = this.#fields.to[Field.time]!
    if (from < 0) return false
    return readIso(bytes, from, to, this.#time, 0) >= 0 || readSeconds(bytes, from, to, this.#time, 0)
  }

  #port(bytes: Uint8Array, field: number): number {
    const { from, to } = this.#fields
    return from[field]! < 0 ? 0 : Math.max(0, readPort(bytes, from[field]!, to[field]!))
  }

  #text(bytes: Uint8Array, batch: EventBatch, i: number, field: TextField, of: number): void {
    const { from, to } = this.#fields
    if (from[of]! >= 0) batch.jsonText(i, field, bytes, from[of]!, to[of]!)
  }
}
