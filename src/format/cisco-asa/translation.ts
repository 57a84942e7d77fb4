import { ascii, find } from '../../base/ascii.ts'
import { type EventBatch, Subject } from '../../event/batch.ts'
import { Text } from '../../event/texts.ts'
import { about, after, afterTo, Read, source, until } from './message.ts'
import { protocolOf } from './words.ts'

/** Who held an address: translations (305009 to 305012, 305014, 305015), addresses of VPN clients. hot: no allocation per event. */

const space = 32
const translation = ascii(' translation from ')
const group = ascii('Group <')

/**
 * `Built dynamic TCP translation from inside:192.168.1.5/4444 to outside:192.0.2.1/1025`, `Teardown … duration 0:00:30`,
 * `Allocated 512 block of ports for translation from inside:192.168.1.5 to outside:192.0.2.1/1024-1535`.
 */
export function translated(bytes: Uint8Array, at: number, to: number, batch: EventBatch, i: number): number {
  const verb = until(bytes, at, to, space)
  const kind = until(bytes, verb + 1, to, space)
  let protocol = kind + 1
  let k = until(bytes, protocol, to, space)
  const protocolEnd = k
  // Of addresses alone the protocol is missing, and `translation` stands in its place.
  k = isTranslation(bytes, protocol, k) ? k : until(bytes, k + 1, to, space)
  if (bytes[k - 1] !== lowerN || bytes[k + 5] !== space) {
    // `Allocated 512 block of ports for translation from`.
    k = find(bytes, at, to, translation)
    if (k < 0) return Read.text
    protocol = protocolEnd
    k += translation.length - fromLength
  }
  k = source.readNamed(bytes, k + fromLength, to)
  if (k < 0) return Read.address
  k = source.readUser(bytes, k, to)
  k = afterTo(bytes, k, to)
  if (k < 0) return Read.text
  const named = until(bytes, k, to, colon) + 1
  if (named > to) return Read.text
  source.toSource(batch, i)
  const c = batch.column
  c.subject[i] = Subject.lease
  c.dst0[i] = c.dst1[i] = c.dst2[i] = c.dst3[i] = 0
  c.protocol[i] = Math.max(0, protocolOf(bytes, protocol, protocolEnd))
  batch.text(i, Text.mapped, bytes, named, until(bytes, named, to, space, open))
  batch.text(i, Text.message, bytes, at, verb)
  source.addUser(batch, i, bytes)
  return Read.row
}

const lowerN = 110
const lowerT = 116
const colon = 58
const open = 40
const fromLength = ' from '.length

function isTranslation(bytes: Uint8Array, from: number, to: number): boolean {
  return to - from === 11 && bytes[from] === lowerT && bytes[to - 1] === lowerN
}

const groupWord = ascii('Group ')
const userWord = ascii('User ')
const ipWord = ascii('IP ')
const ipv4 = ascii('IPv4 Address ')
const ipv6 = ascii('IPv6 address ')

/** `Group <g> User <u> IP <203.0.113.5> IPv4 Address <192.168.9.5> IPv6 address <::> assigned to session` (722051). */
export function assigned(bytes: Uint8Array, at: number, to: number, batch: EventBatch, i: number): number {
  about(batch, i, Subject.lease)
  const four = after(bytes, at, to, ipv4)
  let k = four < 0 ? -1 : bracketed(bytes, four, to)
  if (k < 0 || (source.isFour && source.four === 0)) {
    const six = after(bytes, at, to, ipv6)
    k = six < 0 ? -1 : bracketed(bytes, six, to)
  }
  if (k < 0) return Read.address
  source.toSource(batch, i)
  const peer = peerAt(bytes, at, to)
  if (peer < 0) return Read.text
  batch.text(i, Text.mapped, bytes, peer, bracketEnd(bytes, peer, to))
  addUser(bytes, at, to, batch, i)
  return Read.row
}

/** Reads the address at `at`, in angle brackets or without. */
function bracketed(bytes: Uint8Array, at: number, to: number): number {
  const from = bytes[at] === 60 ? at + 1 : at
  return source.read(bytes, from, bracketEnd(bytes, from, to))
}

function bracketEnd(bytes: Uint8Array, at: number, to: number): number {
  return until(bytes, at, to, space, 62)
}

/** Where the peer's address begins in `Group <g> User <u> IP <a>` (a name may hold blanks in brackets), -1 if nowhere. */
export function peerAt(bytes: Uint8Array, at: number, to: number): number {
  const user = after(bytes, at, to, userWord)
  const name = user < 0 ? at : bytes[user] === 60 ? until(bytes, user, to, 62) : user
  const peer = after(bytes, name, to, ipWord)
  return peer >= 0 && bytes[peer] === 60 ? peer + 1 : peer
}

/** The user of `Group <g> User <u> IP <a>`. */
export function addUser(bytes: Uint8Array, at: number, to: number, batch: EventBatch, i: number): void {
  const isBracketed = find(bytes, at, Math.min(to, at + group.length), group) >= 0
  const past = after(bytes, at, to, groupWord)
  const from = after(bytes, isBracketed ? until(bytes, past, to, 62) : past, to, userWord)
  if (from < 0) return
  if (bytes[from] === 60) batch.text(i, Text.user, bytes, from + 1, until(bytes, from, to, 62))
  else batch.text(i, Text.user, bytes, from, until(bytes, from, to, space))
}
