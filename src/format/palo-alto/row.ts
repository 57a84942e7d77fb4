import { readPort, readUint } from '../../base/ascii.ts'
import { readAddress } from '../../base/ascii-address.ts'
import { WordTable } from '../../base/word-table.ts'
import { Action, type EventBatch } from '../../event/batch.ts'
import type { Names } from '../../event/names.ts'
import { Protocol } from '../../event/protocol.ts'
import { readProtocol } from '../../event/protocol-text.ts'
import { Text, type TextField } from '../../event/texts.ts'
import { addUnescaped } from '../../framing/cef.ts'
import { Common, type Fields } from './fields.ts'

/** What all logs have: ends, protocol, rule, action, names. hot: no allocation per event. */

const words = new Uint32Array(4)
const mapped = 0xffff

/** Why a row cannot be. */
export const Damage = { none: 0, src: 1, dst: 2, protocol: 3, port: 4, time: 5, fields: 6 } as const
export const reasons = [
  '',
  'the source address is not readable',
  'the destination address is not readable',
  'the protocol is not readable',
  'a port is not readable',
  'no readable time',
  'fewer fields than a log of its type has',
] as const

/** Reads addresses, ports and protocol into row `i`. @returns `Damage` */
export function readEnds(bytes: Uint8Array, fields: Fields, batch: EventBatch, i: number, isContact: boolean): number {
  const { from, to } = fields
  const c = batch.column
  if (!readEnd(bytes, from[Common.src]!, to[Common.src]!, isContact)) return Damage.src
  c.src0[i] = words[0]!
  c.src1[i] = words[1]!
  c.src2[i] = words[2]!
  c.src3[i] = words[3]!
  if (!readEnd(bytes, from[Common.dst]!, to[Common.dst]!, isContact)) return Damage.dst
  c.dst0[i] = words[0]!
  c.dst1[i] = words[1]!
  c.dst2[i] = words[2]!
  c.dst3[i] = words[3]!
  const protocol = protocolAt(bytes, from[Common.protocol]!, to[Common.protocol]!)
  if (protocol < 0) return Damage.protocol
  c.protocol[i] = protocol
  if (protocol !== Protocol.tcp && protocol !== Protocol.udp && protocol !== Protocol.sctp) return noPorts(batch, i)
  const srcPort = readPort(bytes, from[Common.srcPort]!, to[Common.srcPort]!)
  const dstPort = readPort(bytes, from[Common.dstPort]!, to[Common.dstPort]!)
  if (srcPort < 0 || dstPort < 0) return isContact ? Damage.port : Damage.none
  c.srcPort[i] = srcPort
  c.dstPort[i] = dstPort
  return Damage.none
}

/** The type of an ICMP message is not told; a session is one of requests. */
function noPorts(batch: EventBatch, i: number): number {
  const c = batch.column
  const protocol = c.protocol[i]
  if (protocol === Protocol.icmp && c.src2[i] !== mapped) c.protocol[i] = Protocol.icmp6
  if (c.protocol[i] === Protocol.icmp) c.icmpType[i] = 8
  else if (c.protocol[i] === Protocol.icmp6) c.icmpType[i] = 128
  return Damage.none
}

/** A flood has no source; only a contact needs both ends. */
function readEnd(bytes: Uint8Array, from: number, to: number, isContact: boolean): boolean {
  if (to > from && readAddress(bytes, from, to, words)) {
    if (isContact || words[3] !== 0 || words[2] !== mapped) return true
  } else if (isContact || to > from) return false
  words.fill(0)
  return true
}

function protocolAt(bytes: Uint8Array, from: number, to: number): number {
  if (to - from === 3) {
    const last = bytes[from + 2]! | 32
    const first = bytes[from]! | 32
    if (last === 112 && first === 116) return Protocol.tcp
    if (last === 112 && first === 117) return Protocol.udp
  }
  // `hopopt` is what a log without a packet says.
  return to - from === 6 && (bytes[from]! | 32) === 104 ? 0 : readProtocol(bytes, from, to)
}

const actions: readonly (readonly [string, number])[] = [
  ...([
    ['allow', Action.allow],
    ['alert', Action.allow],
    ['allow-hijack', Action.allow],
    ['continue', Action.allow],
  ] as const),
  ...([
    ['syncookie-sent', Action.allow],
    ['override', Action.allow],
    ['wildfire-upload-success', Action.allow],
  ] as const),
  ...([
    ['deny', Action.deny],
    ['drop', Action.deny],
    ['drop-packet', Action.deny],
    ['drop-all', Action.deny],
  ] as const),
  ...([
    ['drop-all-packets', Action.deny],
    ['block', Action.deny],
    ['block-url', Action.deny],
    ['block-ip', Action.deny],
  ] as const),
  ...([
    ['block-continue', Action.deny],
    ['block-override', Action.deny],
    ['override-lockout', Action.deny],
  ] as const),
  ...([
    ['random-drop', Action.deny],
    ['sinkhole', Action.deny],
    ['wildfire-upload-skip', Action.none],
  ] as const),
  ...([
    ['drop-icmp', Action.reject],
    ['drop ICMP', Action.reject],
    ['reset-client', Action.reject],
  ] as const),
  ...([
    ['reset-server', Action.reject],
    ['reset-both', Action.reject],
    ['reset client', Action.reject],
  ] as const),
  ...([
    ['reset server', Action.reject],
    ['reset both', Action.reject],
    ['reset', Action.reject],
  ] as const),
]
const actionWords = new WordTable(actions.map(([word]) => word))
const actionNumbers = Uint8Array.from(actions, ([, action]) => action)

export function actionAt(bytes: Uint8Array, fields: Fields): number {
  const from = fields.from[Common.action]!
  const to = fields.to[Common.action]!
  // `allow` is what nearly all say.
  if (to - from === 5 && bytes[from] === 97 && bytes[from + 2] === 108 && bytes[from + 4] === 119) return Action.allow
  const place = actionWords.place(bytes, from, to)
  return place < 0 ? Action.none : actionNumbers[place]!
}

export function isBlocking(action: number): boolean {
  return action === Action.deny || action === Action.reject
}

export function setNames(
  bytes: Uint8Array,
  fields: Fields,
  names: Names,
  batch: EventBatch,
  i: number,
  device: number,
): void {
  batch.column.rule[i] = names.id(bytes, fields.from[Common.rule]!, fields.to[Common.rule]!)
  if (fields.has(device)) batch.column.device[i] = names.id(bytes, fields.from[device]!, fields.to[device]!)
}

export function addText(
  bytes: Uint8Array,
  fields: Fields,
  batch: EventBatch,
  i: number,
  text: TextField,
  field: number,
): void {
  if (!fields.has(field)) return
  if (fields.isEscaped) addUnescaped(batch, i, text, bytes, fields.from[field]!, fields.to[field]!)
  else batch.text(i, text, bytes, fields.from[field]!, fields.to[field]!)
}

/** User, application, and the translated address where there is one: the destination's before the source's. */
export function addCommon(bytes: Uint8Array, fields: Fields, batch: EventBatch, i: number): void {
  addText(bytes, fields, batch, i, Text.user, Common.user)
  addText(bytes, fields, batch, i, Text.application, Common.application)
  if (isTranslated(bytes, fields, Common.natDst, Common.dst))
    addText(bytes, fields, batch, i, Text.mapped, Common.natDst)
  else if (isTranslated(bytes, fields, Common.natSrc, Common.src))
    addText(bytes, fields, batch, i, Text.mapped, Common.natSrc)
}

function isTranslated(bytes: Uint8Array, fields: Fields, translated: number, real: number): boolean {
  const from = fields.from[translated]!
  const length = fields.to[translated]! - from
  if (translated >= fields.count || length < 2 || isZero(bytes, from, length)) return false
  const other = fields.from[real]!
  if (fields.to[real]! - other !== length) return true
  for (let k = 0; k < length; k++) if (bytes[from + k] !== bytes[other + k]) return true
  return false
}

/** `0.0.0.0`, or `::`. */
function isZero(bytes: Uint8Array, from: number, length: number): boolean {
  if (length === 2) return bytes[from] === 58 && bytes[from + 1] === 58
  return length === 7 && bytes[from] === 48 && bytes[from + 1] === 46 && bytes[from + 6] === 48
}

/** A count; 0 where it is not told. */
export function countAt(bytes: Uint8Array, fields: Fields, field: number): number {
  return fields.has(field) ? readUint(bytes, fields.from[field]!, fields.to[field]!) : -1
}
