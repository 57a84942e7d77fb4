import { ascii, equals, readPort, wordEnd } from '../../base/ascii.ts'
import type { EventBatch } from '../../event/batch.ts'
import { readDestination, readSource } from '../../event/ends.ts'
import { Protocol } from '../../event/protocol.ts'
import { Text } from '../../event/texts.ts'
import { Decoded } from '../format.ts'

const space = 32
const colon = 58
const slash = 47
const udp = ascii('UDP')
const kinds = ascii('ACFRSTU')
const fromClient = ascii('AC')
const isQuery = 81
const isResponse = 82
const arrow = ascii('->')
const unknown = ascii('?')

/** Whether `CQ `, `AR ` and the like stand at `from`: what dnstap-read writes behind the time. */
export function isDnstap(bytes: Uint8Array, from: number, to: number): boolean {
  if (from + 3 >= to || bytes[from + 2] !== space) return false
  return kinds.includes(bytes[from]!) && (bytes[from + 1] === isQuery || bytes[from + 1] === isResponse)
}

/**
 * Reads `CQ 192.0.2.1:53124 -> 192.0.2.53:53 UDP 40b name/IN/PTR` into row `i`. Only queries of clients count (AQ, CQ): the
 * others are the server's own, and a response has no response code in this form.
 */
export function readDnstap(bytes: Uint8Array, from: number, to: number, batch: EventBatch, i: number): Decoded {
  if (bytes[from + 1] !== isQuery || !fromClient.includes(bytes[from]!)) return Decoded.ignored
  const client = from + 3
  const clientEnd = wordEnd(bytes, client, to)
  const server = clientEnd + 1 + arrow.length + 1
  const serverEnd = wordEnd(bytes, server, to)
  const transport = serverEnd + 1
  const transportEnd = wordEnd(bytes, transport, to)
  const name = wordEnd(bytes, transportEnd + 1, to) + 1
  const type = cut(bytes, name, to)
  if (!equals(bytes, clientEnd + 1, server - 1, arrow) || type < 0) return fail(batch, 'no dnstap message')
  const c = batch.column
  if (!readEnd(bytes, client, clientEnd, batch, i, true)) return fail(batch, 'the client is not readable')
  if (!readEnd(bytes, server, serverEnd, batch, i, false)) return fail(batch, 'the server is not readable')
  // Over TLS and HTTPS, DNS runs over TCP.
  c.protocol[i] = equals(bytes, transport, transportEnd, udp) ? Protocol.udp : Protocol.tcp
  let end = type - 1
  while (end > name && bytes[end - 1] !== slash) end--
  batch.text(i, Text.query, bytes, name, end - 1)
  batch.text(i, Text.queryType, bytes, type, to)
  return Decoded.event
}

/** Where the type begins in `name/class/type`, -1 if there is none. */
function cut(bytes: Uint8Array, from: number, to: number): number {
  let i = to
  while (i > from && bytes[i - 1] !== slash) i--
  let middle = i - 1
  while (middle > from && bytes[middle - 1] !== slash) middle--
  return middle > from && i < to ? i : -1
}

/** `address:port`, or `?` where it is not known. */
function readEnd(
  bytes: Uint8Array,
  from: number,
  to: number,
  batch: EventBatch,
  i: number,
  isSource: boolean,
): boolean {
  if (!isSource && equals(bytes, from, to, unknown)) return true
  let last = to - 1
  while (last > from && bytes[last] !== colon) last--
  const port = readPort(bytes, last + 1, to)
  if (port < 0) return false
  if (isSource) batch.column.srcPort[i] = port
  else batch.column.dstPort[i] = port
  return isSource ? readSource(bytes, from, last, batch, i) : readDestination(bytes, from, last, batch, i)
}

function fail(batch: EventBatch, reason: string): Decoded {
  batch.reason = reason
  return Decoded.malformed
}
