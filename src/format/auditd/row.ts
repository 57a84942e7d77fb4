import { ascii, equals, hexDigit } from '../../base/ascii.ts'
import { PairFields } from '../../base/pair-scan.ts'
import { type EventBatch, Outcome, Subject } from '../../event/batch.ts'
import { beginLogged } from '../../event/logged-row.ts'
import { Protocol } from '../../event/protocol.ts'
import { Text } from '../../event/texts.ts'
import { Decoded } from '../format.ts'
import type { Calls } from './calls.ts'
import type { Head } from './head.ts'
import { SocketAddress } from './sockaddr.ts'
import { Call, callOf, Field, fieldNames, outcomeOf } from './syscall.ts'

const fields = new PairFields(fieldNames)
const address = new SocketAddress()
/** A path in hexadecimal digits becomes bytes here. */
const unhexed = new Uint8Array(1024)
const quote = 34
/** What stands for no account: -1 as an unsigned number. */
const noAccount = [ascii('4294967295'), ascii('unset'), ascii('-1')]

/** Services that are asked by UDP alone, or nearly so. */
const udpPorts = new Uint8Array(65536)
for (const port of [53, 67, 68, 69, 123, 137, 138, 161, 162, 500, 514, 1900, 4500, 5353, 5355]) udpPorts[port] = 1

/** Turns a SOCKADDR record into a row, with what the call's record tells. Hot: nothing is allocated. */
export function appendSockaddr(bytes: Uint8Array, head: Head, to: number, calls: Calls, batch: EventBatch): Decoded {
  if (!address.read(bytes, head.text, to)) {
    batch.reason = 'no readable saddr'
    return Decoded.malformed
  }
  // Local sockets, netlink; and port 0, with which programs ask the kernel for a route and send nothing.
  if (!address.isInternet || address.port === 0) return Decoded.ignored
  const hasCall = calls.find(head.serial)
  if (hasCall) fields.scan(calls.bytes, calls.from, calls.to)
  const call = hasCall ? callOf(calls.bytes, fields) : Call.connect
  if (call === Call.other) return Decoded.ignored
  const i = beginLogged(batch, Subject.process, head.time)
  placeEnds(batch, i, call)
  if (hasCall) {
    const outcome = outcomeOf(calls.bytes, fields, call)
    batch.column.outcome[i] = outcome
    // UDP neither is refused by connect nor waits for an answer.
    if (outcome === Outcome.refused || outcome === Outcome.unanswered) batch.column.protocol[i] = Protocol.tcp
    tell(calls.bytes, batch, i)
  }
  batch.text(i, Text.host, bytes, head.nodeFrom, head.nodeTo)
  return Decoded.event
}

/** The address is the destination, but of what was accepted or received the source. */
function placeEnds(batch: EventBatch, i: number, call: number): void {
  const c = batch.column
  const { words, port } = address
  if (call === Call.accept || call === Call.receive) {
    c.src0[i] = words[0]!
    c.src1[i] = words[1]!
    c.src2[i] = words[2]!
    c.src3[i] = words[3]!
    c.srcPort[i] = port
  } else {
    c.dst0[i] = words[0]!
    c.dst1[i] = words[1]!
    c.dst2[i] = words[2]!
    c.dst3[i] = words[3]!
    c.dstPort[i] = port
  }
  const isUdp = call === Call.send || call === Call.receive || (call === Call.connect && udpPorts[port] === 1)
  c.protocol[i] = isUdp ? Protocol.udp : Protocol.tcp
}

function tell(bytes: Uint8Array, batch: EventBatch, i: number): void {
  if (!path(bytes, batch, i, Field.exe)) path(bytes, batch, i, Field.comm)
  if (account(bytes, batch, i, Field.auidName) || account(bytes, batch, i, Field.auid)) return
  if (!account(bytes, batch, i, Field.uidName)) account(bytes, batch, i, Field.uid)
}

/** A name with blanks or quotes in it is written in hexadecimal digits, without quotes. */
function path(bytes: Uint8Array, batch: EventBatch, i: number, field: number): boolean {
  const from = fields.from[field]!
  const to = fields.to[field]!
  if (from < 0 || to === from) return false
  const length = bytes[from - 1] === quote ? 0 : unhex(bytes, from, to)
  if (length > 0) batch.text(i, Text.process, unhexed, 0, length)
  else batch.text(i, Text.process, bytes, from, to)
  return true
}

/** How many bytes the digits are, written to `unhexed`; 0 where they are none. */
function unhex(bytes: Uint8Array, from: number, to: number): number {
  const length = Math.min((to - from) >> 1, unhexed.length)
  if ((to - from) % 2 !== 0) return 0
  for (let k = 0; k < length; k++) {
    const high = hexDigit(bytes[from + 2 * k]!)
    const low = hexDigit(bytes[from + 2 * k + 1]!)
    if (high < 0 || low < 0) return 0
    unhexed[k] = (high << 4) | low
  }
  return length
}

function account(bytes: Uint8Array, batch: EventBatch, i: number, field: number): boolean {
  const from = fields.from[field]!
  const to = fields.to[field]!
  if (from < 0 || to === from) return false
  for (let k = 0; k < noAccount.length; k++) if (equals(bytes, from, to, noAccount[k]!)) return false
  batch.text(i, Text.user, bytes, from, to)
  return true
}
