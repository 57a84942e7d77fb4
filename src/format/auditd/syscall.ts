import { ascii, readUint, startsWith } from '../../base/ascii.ts'
import type { PairFields } from '../../base/pair-scan.ts'
import { WordTable } from '../../base/word-table.ts'
import { Outcome } from '../../event/batch.ts'

/** What a program did with the address. */
export const Call = { connect: 0, send: 1, accept: 2, receive: 3, other: 4 } as const

/** The fields of a SYSCALL record that are read, as places among `fieldNames`. */
export const Field = {
  arch: 0,
  syscall: 1,
  exit: 2,
  exe: 3,
  comm: 4,
  auid: 5,
  uid: 6,
  enrichedCall: 7,
  auidName: 8,
  uidName: 9,
} as const
export const fieldNames = ['arch', 'syscall', 'exit', 'exe', 'comm', 'auid', 'uid', 'SYSCALL', 'AUID', 'UID']

const named = new WordTable(['connect', 'sendto', 'sendmsg', 'sendmmsg', 'accept', 'accept4', 'recvfrom', 'recvmsg'])
const calls = [
  ...[Call.connect, Call.send, Call.send, Call.send],
  ...[Call.accept, Call.accept, Call.receive, Call.receive],
]
/** Numbers of connect, sendto, sendmsg, accept, accept4, recvfrom (the kernel's syscall tables) by architecture. */
const tables: readonly (readonly [string, readonly number[]])[] = [
  ['c000003e', [42, 44, 46, 43, 288, 45]],
  ['c00000b7', [203, 206, 211, 202, 242, 207]],
  ['40000003', [362, 369, 370, -1, 364, 371]],
  ['40000028', [283, 290, 296, 285, 366, 292]],
  ['c00000f3', [203, 206, 211, 202, 242, 207]],
]
const tableCalls = [Call.connect, Call.send, Call.send, Call.accept, Call.accept, Call.receive]
const architectures = tables.map(([name]) => ascii(name))

/** What the call was: by its name where the record is enriched or interpreted, else by its number. */
export function callOf(bytes: Uint8Array, { from, to }: PairFields): number {
  const enriched = from[Field.enrichedCall]!
  const name = enriched >= 0 ? Field.enrichedCall : Field.syscall
  if (from[name]! < 0) return Call.other
  const place = named.place(bytes, from[name]!, to[name]!)
  if (place >= 0) return calls[place]!
  return from[Field.syscall]! < 0 ? Call.other : numbered(bytes, from, to)
}

function numbered(bytes: Uint8Array, from: Int32Array, to: Int32Array): number {
  const number = readUint(bytes, from[Field.syscall]!, to[Field.syscall]!)
  for (let k = 0; k < tables.length; k++) {
    if (from[Field.arch]! < 0 || !startsWith(bytes, from[Field.arch]!, to[Field.arch]!, architectures[k]!)) continue
    const place = number < 0 ? -1 : tables[k]![1].indexOf(number)
    return place < 0 ? Call.other : tableCalls[place]!
  }
  return Call.other
}

/** Errors of connect (errno.h on Linux), by number and by name. */
const errors = new WordTable(['-111', '-1', '-13', '-110', 'ECONNREFUSED', 'EPERM', 'EACCES', 'ETIMEDOUT'])
const outcomes = [Outcome.refused, Outcome.blocked, Outcome.blocked, Outcome.unanswered]

/** What became of a connection that failed; of one that is under way or was made nothing is known: UDP's always is. */
export function outcomeOf(bytes: Uint8Array, { from, to }: PairFields, call: number): number {
  if (call === Call.accept) return Outcome.established
  if (call !== Call.connect || from[Field.exit]! < 0) return Outcome.unknown
  let end = from[Field.exit]!
  while (end < to[Field.exit]! && bytes[end] !== 40) end++
  const place = errors.place(bytes, from[Field.exit]!, end)
  return place < 0 ? Outcome.unknown : outcomes[place % 4]!
}
