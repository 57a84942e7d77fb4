import { ascii, readPort, readUint } from '../../base/ascii.ts'
import { WordTable } from '../../base/word-table.ts'
import { Action, type EventBatch, Kind, Mark, Outcome, Subject } from '../../event/batch.ts'
import { clearEnds, readDestination, readSource } from '../../event/ends.ts'
import { flagsOf } from '../../event/flag-words.ts'
import { loggedOutcome } from '../../event/logged-outcome.ts'
import { Protocol } from '../../event/protocol.ts'
import { readProtocol } from '../../event/protocol-text.ts'
import { Text, type TextField } from '../../event/texts.ts'
import { addUnescaped } from '../../framing/cef.ts'
import { Field } from './fields.ts'
import { type CheckPointRecord, Shape } from './record.ts'

const untoldType = 255
const actions = new WordTable([
  'Drop',
  'Block',
  'Prevent',
  'Quarantine',
  'Reject',
  'Accept',
  'Encrypt',
  'Decrypt',
  'Bypass',
  'Allow',
  'Inspect',
  'drop',
  'reject',
  'accept',
  'block',
])
const { deny, reject, allow } = Action
const actionOf = Uint8Array.from([
  deny,
  deny,
  deny,
  deny,
  reject,
  allow,
  allow,
  allow,
  allow,
  allow,
  allow,
  deny,
  reject,
  allow,
  deny,
])
const logins = new WordTable(['Log In', 'Failed Log In', 'Login'])
const failedLogin = 1
const authFailed = ascii('Failed')
const severities = new WordTable(['Informational', 'Low', 'Medium', 'High', 'Critical'])
const severityOf = Uint8Array.from([1, 1, 2, 3, 4])
/** No address and none was translated. */
const zero = 48

/** What a log is for us. */
export const What = { other: 0, contact: 1, alert: 2, login: 3 } as const

export function whatIs(bytes: Uint8Array, record: CheckPointRecord): number {
  if (record.has(Field.attack) || record.has(Field.protection)) return What.alert
  if (record.has(Field.action) && logins.place(bytes, record.from[Field.action]!, record.to[Field.action]!) >= 0) {
    return What.login
  }
  // Logs of tunnels and updates of the gateway itself name ends but no protocol.
  return record.has(Field.src) && record.has(Field.dst) && record.has(Field.protocol) ? What.contact : What.other
}

/** @returns why the ends cannot be read, or nothing */
export function readContact(bytes: Uint8Array, record: CheckPointRecord, batch: EventBatch, i: number): string {
  const reason = readEnds(bytes, record, batch, i)
  if (reason !== '') return reason
  const c = batch.column
  c.action[i] = readAction(bytes, record)
  c.outcome[i] = loggedOutcome(batch, i)
  addText(bytes, record, Field.application, Text.application, batch, i)
  addText(bytes, record, record.has(Field.sourceUser) ? Field.sourceUser : Field.user, Text.user, batch, i)
  addText(bytes, record, record.has(Field.message) ? Field.message : Field.reason, Text.reason, batch, i)
  const nat = isTranslated(bytes, record, Field.natDst) ? Field.natDst : Field.natSrc
  if (isTranslated(bytes, record, nat)) addText(bytes, record, nat, Text.mapped, batch, i)
  return ''
}

function readAction(bytes: Uint8Array, record: CheckPointRecord): number {
  const place = record.has(Field.action)
    ? actions.place(bytes, record.from[Field.action]!, record.to[Field.action]!)
    : -1
  return place < 0 ? Action.none : actionOf[place]!
}

function isTranslated(bytes: Uint8Array, record: CheckPointRecord, field: number): boolean {
  const from = record.from[field]!
  return record.has(field) && !(bytes[from] === zero && bytes[from + 1] === 46)
}

function readEnds(bytes: Uint8Array, record: CheckPointRecord, batch: EventBatch, i: number): string {
  const { from, to } = record
  const c = batch.column
  c.kind[i] = Kind.log
  c.marks[i] = Mark.noCounts
  if (!readSource(bytes, from[Field.src]!, to[Field.src]!, batch, i)) return 'no readable src'
  if (!readDestination(bytes, from[Field.dst]!, to[Field.dst]!, batch, i)) return 'no readable dst'
  const protocol = record.has(Field.protocol) ? readProtocol(bytes, from[Field.protocol]!, to[Field.protocol]!) : -1
  if (protocol < 0) return 'no readable proto'
  c.protocol[i] = protocol
  if (protocol === Protocol.icmp || protocol === Protocol.icmp6) {
    const type = record.number(bytes, Field.icmpType)
    c.icmpType[i] = type >= 0 && type < 256 ? type : untoldType
    c.icmpCode[i] = Math.max(0, record.number(bytes, Field.icmpCode))
    return ''
  }
  const src = portOf(bytes, record, Field.srcPort)
  const dst = portOf(bytes, record, Field.dstPort)
  if (dst < 0 && (protocol === Protocol.tcp || protocol === Protocol.udp)) return 'no readable service'
  c.srcPort[i] = Math.max(0, src)
  c.dstPort[i] = Math.max(0, dst)
  if (protocol === Protocol.tcp && record.has(Field.flags)) {
    c.flags[i] = flagsOf(bytes, from[Field.flags]!, to[Field.flags]!)
    c.marks[i]! |= Mark.flagsTold
  }
  return ''
}

function portOf(bytes: Uint8Array, record: CheckPointRecord, field: number): number {
  return record.from[field]! < 0 ? -1 : readPort(bytes, record.from[field]!, record.to[field]!)
}

/** An attack or a scan. A sweep has many targets, and then the log may name none. */
export function readAlert(bytes: Uint8Array, record: CheckPointRecord, batch: EventBatch, i: number): string {
  const { from, to } = record
  const c = batch.column
  clearEnds(batch, i)
  c.kind[i] = Kind.log
  c.subject[i] = Subject.alert
  c.marks[i] = Mark.noCounts
  if (!readSource(bytes, from[Field.src]!, to[Field.src]!, batch, i)) return 'no readable src'
  readDestination(bytes, from[Field.dst]!, to[Field.dst]!, batch, i)
  const protocol = record.has(Field.protocol) ? readProtocol(bytes, from[Field.protocol]!, to[Field.protocol]!) : 0
  c.protocol[i] = Math.max(0, protocol)
  c.srcPort[i] = Math.max(0, portOf(bytes, record, Field.srcPort))
  c.dstPort[i] = Math.max(0, portOf(bytes, record, Field.dstPort))
  const name = record.has(Field.attackInfo)
    ? Field.attackInfo
    : record.has(Field.protection)
      ? Field.protection
      : Field.attack
  addText(bytes, record, name, Text.signature, batch, i)
  addText(bytes, record, Field.protectionId, Text.signatureId, batch, i)
  if (record.has(Field.attack)) addText(bytes, record, Field.attack, Text.category, batch, i)
  c.severity[i] = severity(bytes, record)
  const action = readAction(bytes, record)
  c.action[i] = action
  if (action === Action.deny || action === Action.reject) c.outcome[i] = Outcome.blocked
  return ''
}

/** Words, or 0 informational … 4 critical. */
function severity(bytes: Uint8Array, record: CheckPointRecord): number {
  if (!record.has(Field.severity)) return 0
  const from = record.from[Field.severity]!
  const to = record.to[Field.severity]!
  const number = readUint(bytes, from, to)
  const place = number >= 0 ? number : severities.place(bytes, from, to)
  return place < 0 || place > 4 ? 0 : severityOf[place]!
}

/** A login to a gateway, a portal, the management, or one that the gateway learned of. */
export function readLogin(bytes: Uint8Array, record: CheckPointRecord, batch: EventBatch, i: number): boolean {
  const { from, to } = record
  const c = batch.column
  clearEnds(batch, i)
  c.kind[i] = Kind.log
  c.subject[i] = Subject.auth
  c.marks[i] = Mark.noCounts
  const source = record.has(Field.src) ? Field.src : Field.client
  const isTold = readSource(bytes, from[source]!, to[source]!, batch, i)
  const user = record.has(Field.user) ? Field.user : Field.sourceUser
  if (!isTold && !record.has(user)) return false
  const isFailure =
    logins.place(bytes, from[Field.action]!, to[Field.action]!) === failedLogin ||
    (record.has(Field.authStatus) && startsLike(bytes, from[Field.authStatus]!, authFailed))
  c.outcome[i] = isFailure ? Outcome.refused : Outcome.established
  addText(bytes, record, user, Text.user, batch, i)
  if (isFailure) addText(bytes, record, Field.reason, Text.reason, batch, i)
  addText(bytes, record, Field.product, Text.process, batch, i)
  addText(bytes, record, Field.machine, Text.host, batch, i)
  return true
}

function startsLike(bytes: Uint8Array, from: number, word: Uint8Array): boolean {
  for (let k = 0; k < word.length; k++) if (bytes[from + k] !== word[k]) return false
  return true
}

function addText(
  bytes: Uint8Array,
  record: CheckPointRecord,
  field: number,
  text: TextField,
  batch: EventBatch,
  i: number,
): void {
  if (!record.has(field)) return
  // The syslog and generic formats escape quotes as JSON does.
  if (record.shape <= Shape.json) batch.jsonText(i, text, bytes, record.from[field]!, record.to[field]!)
  else addUnescaped(batch, i, text, bytes, record.from[field]!, record.to[field]!)
}
