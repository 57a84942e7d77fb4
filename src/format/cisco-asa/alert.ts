import { ascii, find, skipSpaces, startsWith } from '../../base/ascii.ts'
import { Action, type EventBatch, Outcome } from '../../event/batch.ts'
import { Text } from '../../event/texts.ts'
import { after, alert, destination, Read, source, until } from './message.ts'

/** What the firewall itself found suspicious: IPS signatures 400000 to 400051, threat detection 733100 to 733105. hot: no allocation per event. */

const space = 32
const ips = ascii('IPS:')
const ids = ascii('IDS:')
const fromWord = ascii(' from ')
const toWord = ascii(' to ')
const arrow = ascii(' -> ')
const onWord = ascii(' on ')
const low = 1
const medium = 2
const high = 3

/** `IPS:2003 ICMP redirect from 203.0.113.5 to 192.0.2.5 on interface dmz`; some versions write no `from`. */
export function signature(bytes: Uint8Array, at: number, to: number, batch: EventBatch, i: number): number {
  alert(batch, i)
  const mark = startsWith(bytes, at, to, ips) || startsWith(bytes, at, to, ids) ? at + ips.length : at
  const number = until(bytes, mark, to, space)
  const last = find(bytes, number, to, onWord)
  const end = last < 0 ? to : last
  let split = find(bytes, number, end, toWord)
  let next = split + toWord.length
  if (split < 0) {
    split = find(bytes, number, end, arrow)
    next = split + arrow.length
  }
  if (split < 0) return Read.text
  let from = split
  while (from > number && bytes[from - 1] !== space) from--
  if (source.read(bytes, from, split) < 0 || destination.read(bytes, next, end) < 0) return Read.address
  source.toSource(batch, i)
  destination.toDestination(batch, i)
  const named = find(bytes, number, split, fromWord)
  batch.text(i, Text.signatureId, bytes, mark, number)
  batch.text(i, Text.signature, bytes, number + 1, named < 0 ? from - 1 : named)
  batch.column.severity[i] = medium
  return Read.row
}

const shunAdds = ascii(' adds host ')
const shunRemoves = ascii(' removes host ')
const attacking = ascii(' is attacking')
const targeted = ascii(' is targeted')
const hostWord = ascii('Host ')
const subnetWord = ascii('Subnet ')

/** Messages 733100 to 733105; the id of the message is the signature's. */
export function threat(bytes: Uint8Array, at: number, to: number, batch: EventBatch, i: number, id: number): number {
  alert(batch, i)
  if (id === 733101) return attackRate(bytes, at, to, batch, i)
  if (id === 733102) return shun(bytes, at, to, batch, i)
  if (id === 733103) return find(bytes, at, to, shunRemoves) >= 0 ? Read.ignored : Read.text
  batch.column.severity[i] = low
  if (id === 733100) return dropRate(bytes, at, to, batch, i)
  return name(bytes, at, to, until(bytes, at, to, space), batch, i)
}

/** `Host 203.0.113.5 is attacking. Current burst rate is …`; of a subnet no host is known. */
function attackRate(bytes: Uint8Array, at: number, to: number, batch: EventBatch, i: number): number {
  const isAttacker = find(bytes, at, to, attacking)
  const isTarget = isAttacker < 0 ? find(bytes, at, to, targeted) : -1
  const verb = isAttacker < 0 ? isTarget : isAttacker
  if (verb < 0) return Read.text
  const isSubnet = startsWith(bytes, at, to, subnetWord)
  const from = startsWith(bytes, at, to, hostWord) ? at + hostWord.length : at
  if (!isSubnet && source.read(bytes, from, verb) < 0) return Read.address
  if (!isSubnet && isAttacker >= 0) source.toSource(batch, i)
  if (!isSubnet && isAttacker < 0) source.toDestination(batch, i)
  batch.column.severity[i] = isAttacker < 0 ? medium : high
  return name(bytes, at, to, until(bytes, verb, to, 46, 59), batch, i, verb + 1)
}

/** `Threat-detection adds host 203.0.113.5 to shun list`: from now on its packets are dropped. */
function shun(bytes: Uint8Array, at: number, to: number, batch: EventBatch, i: number): number {
  const from = after(bytes, at, to, shunAdds)
  if (from < 0) return Read.text
  if (source.read(bytes, from, to) < 0) return Read.address
  source.toSource(batch, i)
  const c = batch.column
  c.severity[i] = high
  c.action[i] = Action.deny
  c.outcome[i] = Outcome.blocked
  return name(bytes, at, to, to, batch, i)
}

/** `[ Scanning] drop rate-1 exceeded. Current burst rate is …`: the object is a kind of event, a host, a user or a port. */
function dropRate(bytes: Uint8Array, at: number, to: number, batch: EventBatch, i: number): number {
  const from = skipSpaces(bytes, bytes[at] === 91 ? at + 1 : at, to)
  const closed = bytes[at] === 91 ? until(bytes, at, to, 93) : at
  let end = Math.max(from, closed)
  while (end > from && bytes[end - 1] === space) end--
  // The counted drops of a host are those of packets to it as well as from it.
  if (end > from && source.read(bytes, from, end) === end) source.toSource(batch, i)
  batch.text(i, Text.category, bytes, from, end)
  const start = closed === at ? at : skipSpaces(bytes, closed + 1, to)
  return name(bytes, at, to, until(bytes, closed, to, 46), batch, i, start)
}

function name(bytes: Uint8Array, at: number, to: number, end: number, batch: EventBatch, i: number, from = at): number {
  // The six digits of the id stand before the text, behind a colon and blanks.
  let digits = at
  while (digits > 0 && !(bytes[digits - 1]! >= 48 && bytes[digits - 1]! <= 57)) digits--
  batch.text(i, Text.signatureId, bytes, digits - 6, digits)
  batch.text(i, Text.signature, bytes, from, end)
  if (end < to) batch.text(i, Text.message, bytes, at, to)
  return Read.row
}
