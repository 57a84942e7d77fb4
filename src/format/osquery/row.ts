import { ascii, equals, readPort, readUint } from '../../base/ascii.ts'
import { readAddress } from '../../base/ascii-address.ts'
import { readSeconds } from '../../base/ascii-time.ts'
import type { JsonFields } from '../../base/json-scan.ts'
import { WordTable } from '../../base/word-table.ts'
import { type EventBatch, Outcome, Subject } from '../../event/batch.ts'
import { readDestination, readSource } from '../../event/ends.ts'
import { beginLogged } from '../../event/logged-row.ts'
import { Protocol } from '../../event/protocol.ts'
import { Text, type TextField } from '../../event/texts.ts'
import { Decoded } from '../format.ts'
import { Column, Field } from './fields.ts'

/** Of the line, and of the row where it tells one. */
const clock = new Float64Array(2)
const words = new Uint32Array(4)
const accept = ascii('accept')
const accept4 = ascii('accept4')
const bind = ascii('bind')
/** States of a TCP connection that was made; SYN_SENT may become one. */
const made = new WordTable(['ESTABLISHED', 'CLOSE_WAIT', 'FIN_WAIT1', 'FIN_WAIT2', 'LAST_ACK', 'CLOSING', 'TIME_WAIT'])
const succeeded = new WordTable(['succeeded'])
const firstEphemeral = 32768
const firstPrivate = 1024

/** Keeps the line's time for its rows. False where it tells none. */
export function readLineTime(bytes: Uint8Array, line: JsonFields): boolean {
  const from = line.from[Field.unixTime]!
  return from >= 0 && readSeconds(bytes, from, line.to[Field.unixTime]!, clock, 0)
}

/** Turns a row with a remote end into one of ours. Hot: nothing is allocated. */
export function appendSocket(bytes: Uint8Array, line: JsonFields, row: JsonFields, batch: EventBatch): Decoded {
  const { from, to } = row
  if (from[Column.remoteAddress]! < 0 || from[Column.remotePort]! < 0) return Decoded.ignored
  if (from[Column.remoteAddress] === to[Column.remoteAddress] || is(bytes, row, Column.action, bind)) {
    return Decoded.ignored
  }
  const localPort = portOf(bytes, row, Column.localPort)
  const remotePort = portOf(bytes, row, Column.remotePort)
  if (localPort < 0 || remotePort < 0) return malformed(batch, 'a port is not readable')
  if (!readAddress(bytes, from[Column.remoteAddress]!, to[Column.remoteAddress]!, words)) {
    return malformed(batch, 'no readable remote_address')
  }
  // Nobody is at the other end of a socket that listens.
  if (remotePort === 0 || (words[0]! | words[1]! | words[3]!) === 0) return Decoded.ignored
  append(bytes, line, row, batch, localPort, remotePort)
  return Decoded.event
}

function append(
  bytes: Uint8Array,
  line: JsonFields,
  row: JsonFields,
  batch: EventBatch,
  localPort: number,
  remotePort: number,
): void {
  const { from, to } = row
  const c = batch.column
  const hasTime = from[Column.time]! >= 0 && readSeconds(bytes, from[Column.time]!, to[Column.time]!, clock, 1)
  const i = beginLogged(batch, Subject.process, clock, hasTime && clock[1]! > 0 ? 1 : 0)
  const isInbound = wasAccepted(bytes, row, localPort, remotePort)
  const src = isInbound ? Column.remoteAddress : Column.localAddress
  const dst = isInbound ? Column.localAddress : Column.remoteAddress
  readSource(bytes, from[src]!, to[src]!, batch, i)
  readDestination(bytes, from[dst]!, to[dst]!, batch, i)
  c.srcPort[i] = isInbound ? remotePort : localPort
  c.dstPort[i] = isInbound ? localPort : remotePort
  const protocol = from[Column.protocol]! < 0 ? 0 : readUint(bytes, from[Column.protocol]!, to[Column.protocol]!)
  c.protocol[i] = protocol > 0 && protocol < 255 ? protocol : Protocol.tcp
  c.outcome[i] = outcomeOf(bytes, row, isInbound, protocol)
  text(bytes, row, Column.path, batch, i, Text.process)
  if (batch.column.texts[i] === 0) text(bytes, row, Column.name, batch, i, Text.process)
  text(bytes, row, Column.parent, batch, i, Text.parent)
  text(bytes, row, Column.user, batch, i, Text.user)
  const host = line.from[Field.decorated]! >= 0 ? Field.decorated : Field.host
  batch.jsonText(i, Text.host, bytes, line.from[host]!, line.to[host]!)
}

/** A row of events says who asked; one of open sockets does not, but a service's port tells. */
function wasAccepted(bytes: Uint8Array, row: JsonFields, localPort: number, remotePort: number): boolean {
  const { from } = row
  if (from[Column.action]! >= 0) return is(bytes, row, Column.action, accept)
  if (from[Column.syscall]! >= 0) {
    return is(bytes, row, Column.syscall, accept) || is(bytes, row, Column.syscall, accept4)
  }
  if (localPort < firstPrivate) return remotePort >= firstPrivate
  return remotePort >= firstEphemeral && localPort < firstEphemeral
}

/** Only TCP makes a connection; what was accepted was made. */
function outcomeOf(bytes: Uint8Array, row: JsonFields, isInbound: boolean, protocol: number): number {
  const { from, to } = row
  if (from[Column.state]! >= 0) {
    return made.place(bytes, from[Column.state]!, to[Column.state]!) >= 0 ? Outcome.established : Outcome.unknown
  }
  if (from[Column.status]! < 0 || (protocol !== Protocol.tcp && !isInbound)) return Outcome.unknown
  const isMade = succeeded.place(bytes, from[Column.status]!, to[Column.status]!) >= 0
  return isMade ? Outcome.established : Outcome.unknown
}

function is(bytes: Uint8Array, { from, to }: JsonFields, column: number, word: Uint8Array): boolean {
  return from[column]! >= 0 && equals(bytes, from[column]!, to[column]!, word)
}

/** 0 where it is not told. */
function portOf(bytes: Uint8Array, { from, to }: JsonFields, column: number): number {
  return from[column]! < 0 || from[column] === to[column] ? 0 : readPort(bytes, from[column]!, to[column]!)
}

function text(
  bytes: Uint8Array,
  row: JsonFields,
  column: number,
  batch: EventBatch,
  i: number,
  field: TextField,
): void {
  if (row.from[column]! >= 0) batch.jsonText(i, field, bytes, row.from[column]!, row.to[column]!)
}

function malformed(batch: EventBatch, reason: string): Decoded {
  batch.reason = reason
  return Decoded.malformed
}
