import { ascii } from '../../base/ascii.ts'
import { Action, type EventBatch, Mark } from '../../event/batch.ts'
import { loggedOutcome } from '../../event/logged-outcome.ts'
import type { Names } from '../../event/names.ts'
import { Text } from '../../event/texts.ts'
import type { Endpoint } from './endpoint.ts'
import { after, destination, isIcmp, Note, Read, setProtocol, smallNumber, source, until } from './message.ts'

/** Hits of an access list with `log`: 106100, 106102, 106103. hot: no allocation per event. */

const space = 32
const open = 40
const close = 41
const slash = 47
const arrow = ascii('-> ')
const hits = ascii(' hit-cnt ')
const forUser = ascii('for user ')
const nameLength = 'access-list '.length

/**
 * `access-list outside_in denied tcp outside/203.0.113.5(4444)(user) -> dmz/192.0.2.5(80) hit-cnt 3 300-second interval [0x1, 0x0]`.
 * Several packets in one line are several packets of the source; ICMP has its type and code where ports stand.
 */
export function accessList(
  bytes: Uint8Array,
  at: number,
  to: number,
  names: Names,
  batch: EventBatch,
  i: number,
): number {
  const c = batch.column
  const name = at + nameLength
  let k = until(bytes, name, to, space)
  c.rule[i] = names.id(bytes, name, k)
  const verdict = bytes[k + 1]
  k = until(bytes, k + 1, to, space) + 1
  const protocol = k
  k = until(bytes, k, to, space)
  const protocolEnd = k
  const user = after(bytes, k, Math.min(to, k + 16), forUser)
  if (user >= 0) k = skipUser(bytes, user, to)
  k = listEnd(bytes, k + 1, to, source)
  if (k < 0) return Read.address
  k = after(bytes, k, to, arrow)
  if (k < 0) return Read.text
  k = listEnd(bytes, k, to, destination)
  if (k < 0) return Read.address
  source.toSource(batch, i)
  destination.toDestination(batch, i)
  if (!setProtocol(bytes, protocol, protocolEnd, batch, i)) return Read.protocol
  if (isIcmp(batch, i)) takeType(batch, i)
  c.marks[i] = Mark.noCounts
  count(bytes, k, to, batch, i)
  if (user >= 0)
    batch.text(i, Text.user, bytes, user + quoted(bytes, user), skipUser(bytes, user, to) - quoted(bytes, user))
  else if (!source.addUser(batch, i, bytes)) destination.addUser(batch, i, bytes)
  // `denied`; else `permitted`, and `est-allowed`: permitted because the connection was there.
  c.action[i] = verdict === 100 ? Action.deny : Action.allow
  c.outcome[i] = loggedOutcome(batch, i)
  if (verdict === 112) c.seq[i] = Note.opening
  return Read.row
}

/** The names of users have blanks in them where they stand in quotes. */
function skipUser(bytes: Uint8Array, at: number, to: number): number {
  return bytes[at] === 39 ? Math.min(to, until(bytes, at + 1, to, 39) + 1) : until(bytes, at, to, space)
}

function quoted(bytes: Uint8Array, at: number): number {
  return bytes[at] === 39 ? 1 : 0
}

/** Reads `interface/address(port)(user)`; the interface's name may hold slashes. @returns where it ends */
function listEnd(bytes: Uint8Array, at: number, to: number, end: Endpoint): number {
  const port = until(bytes, at, to, open)
  let address = port
  while (address > at && bytes[address - 1] !== slash) address--
  if (address === at || port >= to || end.read(bytes, address, port) < 0) return -1
  const closed = until(bytes, port, to, close)
  if (!end.readPort(bytes, port + 1, closed)) return -1
  return end.readUser(bytes, Math.min(to, closed + 1), to)
}

function takeType(batch: EventBatch, i: number): void {
  const c = batch.column
  c.icmpType[i] = source.port
  c.icmpCode[i] = destination.port
  c.srcPort[i] = 0
  c.dstPort[i] = 0
}

function count(bytes: Uint8Array, at: number, to: number, batch: EventBatch, i: number): void {
  const k = after(bytes, at, to, hits)
  const packets = k < 0 ? -1 : smallNumber(bytes, k, to)
  // One packet is what a row without a count stands for; a count would claim its bytes as well.
  if (packets < 2) return
  batch.column.packetsOut[i] = packets
  batch.column.marks[i] = 0
}
