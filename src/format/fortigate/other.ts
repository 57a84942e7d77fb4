import { ascii } from '../../base/ascii.ts'
import { WordTable } from '../../base/word-table.ts'
import { Action, type EventBatch, Kind, Mark, Outcome, Subject } from '../../event/batch.ts'
import { clearEnds, readDestination, readSource } from '../../event/ends.ts'
import { Text } from '../../event/texts.ts'
import { Field } from './fields.ts'
import type { FortiRecord } from './record.ts'
import { readEnds } from './traffic.ts'

const severities = new WordTable(['', 'low', 'medium', 'high', 'critical', 'info'])
const severityOf = Uint8Array.from([0, 1, 2, 3, 4, 1])
const alertActions = new WordTable([
  'dropped',
  'blocked',
  'reset',
  'reset_client',
  'reset_server',
  'clear_session',
  'drop_session',
  'detected',
  'pass_session',
  'passthrough',
  'pass',
])
const lastBlocking = 6

const word = ascii
const login = word('login')
const tunnelUp = word('tunnel-up')
const sslLoginFail = word('ssl-login-fail')
const authentication = word('authentication')
const authLogon = word('auth-logon')
const ack = word('Ack')
const open = 40
const close = 41

/** Words of `status` for success; `failed`, `failure`, `fail` and others are none. */
const success = new WordTable(['success', 'logon', 'succeed', 'authenticated'])

/** An attack or an anomaly (`tcp_port_scan`, `udp_scan`, `icmp_sweep`, floods). @returns why it cannot be read, or nothing */
export function readAlert(bytes: Uint8Array, record: FortiRecord, batch: EventBatch, i: number): string {
  const c = batch.column
  const { from, to } = record
  c.kind[i] = Kind.log
  c.subject[i] = Subject.alert
  c.marks[i] = Mark.noCounts
  const name = record.has(Field.attack) ? Field.attack : Field.attackName
  if (!record.has(name)) return 'no attack'
  const reason = readEnds(bytes, record, batch, i)
  // A sweep has no single port, and some anomalies tell none.
  if (reason !== '' && c.protocol[i] === 0) return reason
  batch.text(i, Text.signature, bytes, from[name]!, to[name]!)
  addText(batch, i, Text.signatureId, bytes, record, Field.attackId)
  addText(batch, i, Text.category, bytes, record, Field.subtype)
  addText(batch, i, Text.message, bytes, record, Field.message)
  if (record.has(Field.severity)) {
    const place = severities.place(bytes, from[Field.severity]!, to[Field.severity]!)
    c.severity[i] = place < 0 ? 0 : severityOf[place]!
  }
  const action = record.has(Field.action) ? alertActions.place(bytes, from[Field.action]!, to[Field.action]!) : -1
  if (action >= 0) c.action[i] = action <= lastBlocking ? Action.deny : Action.allow
  if (action >= 0 && action <= lastBlocking) c.outcome[i] = Outcome.blocked
  return ''
}

/** A login, or an address that was handed out. @returns whether the event is one of these */
export function readEvent(bytes: Uint8Array, record: FortiRecord, batch: EventBatch, i: number): boolean {
  clearEnds(batch, i)
  batch.column.kind[i] = Kind.log
  batch.column.marks[i] = Mark.noCounts
  if (record.is(bytes, Field.dhcpMessage, ack)) return readDhcp(bytes, record, batch, i)
  if (record.is(bytes, Field.action, tunnelUp)) return readTunnel(bytes, record, batch, i)
  if (record.is(bytes, Field.action, sslLoginFail)) {
    readLogin(bytes, record, batch, i, Outcome.refused, Field.remote)
    return true
  }
  const isLogin =
    record.is(bytes, Field.action, login) ||
    record.is(bytes, Field.action, authentication) ||
    record.is(bytes, Field.action, authLogon)
  if (!isLogin || !record.has(Field.status)) return false
  const isSuccess = success.place(bytes, record.from[Field.status]!, record.to[Field.status]!) >= 0
  readLogin(bytes, record, batch, i, isSuccess ? Outcome.established : Outcome.refused, Field.src)
  return true
}

function readLogin(
  bytes: Uint8Array,
  record: FortiRecord,
  batch: EventBatch,
  i: number,
  outcome: number,
  source: number,
): void {
  const { from, to } = record
  batch.column.subject[i] = Subject.auth
  batch.column.outcome[i] = outcome
  const isTold = readSource(bytes, from[source]!, to[source]!, batch, i)
  if (!isTold && record.has(Field.interface))
    readInterface(bytes, from[Field.interface]!, to[Field.interface]!, batch, i)
  readDestination(bytes, from[Field.dst]!, to[Field.dst]!, batch, i)
  addUser(bytes, record, batch, i)
  if (outcome === Outcome.refused) addText(batch, i, Text.reason, bytes, record, Field.reason)
  const service = record.has(Field.tunnelType) ? Field.tunnelType : Field.interface
  addText(batch, i, Text.process, bytes, record, service)
}

/** FortiOS before 6 tells the address of an administrator as `ui="https(192.0.2.1)"` only. */
function readInterface(bytes: Uint8Array, from: number, to: number, batch: EventBatch, i: number): void {
  let start = from
  while (start < to && bytes[start] !== open) start++
  let end = start
  while (end < to && bytes[end] !== close) end++
  if (end < to) readSource(bytes, start + 1, end, batch, i)
}

/** A tunnel with an address for its user is a lease of it; one without is a login. */
function readTunnel(bytes: Uint8Array, record: FortiRecord, batch: EventBatch, i: number): boolean {
  const { from, to } = record
  const hasAddress =
    readSource(bytes, from[Field.tunnelAddress]!, to[Field.tunnelAddress]!, batch, i) && batch.column.src3[i] !== 0
      ? true
      : readSource(bytes, from[Field.assigned]!, to[Field.assigned]!, batch, i)
  if (!hasAddress) {
    if (!record.tells(bytes, Field.user)) return false
    readLogin(bytes, record, batch, i, Outcome.established, Field.remote)
    return true
  }
  batch.column.subject[i] = Subject.lease
  addUser(bytes, record, batch, i)
  addText(batch, i, Text.mapped, bytes, record, Field.remote)
  addText(batch, i, Text.process, bytes, record, Field.tunnelType)
  return true
}

function readDhcp(bytes: Uint8Array, record: FortiRecord, batch: EventBatch, i: number): boolean {
  const { from, to } = record
  if (!readSource(bytes, from[Field.address]!, to[Field.address]!, batch, i)) return false
  batch.column.subject[i] = Subject.lease
  batch.column.duration[i] = Math.max(0, record.number(bytes, Field.lease)) * 1e6
  addText(batch, i, Text.mac, bytes, record, Field.mac)
  addText(batch, i, Text.host, bytes, record, Field.hostName)
  return true
}

function addUser(bytes: Uint8Array, record: FortiRecord, batch: EventBatch, i: number): void {
  for (let k = 0; k < userFields.length; k++) {
    const field = userFields[k]!
    if (!record.tells(bytes, field)) continue
    addText(batch, i, Text.user, bytes, record, field)
    return
  }
}

const userFields = [Field.user, Field.extendedUser, Field.sourceUser] as const

export function addText(
  batch: EventBatch,
  i: number,
  text: (typeof Text)[keyof typeof Text],
  bytes: Uint8Array,
  record: FortiRecord,
  field: number,
): void {
  if (record.tells(bytes, field)) batch.text(i, text, bytes, record.from[field]!, record.to[field]!)
}
