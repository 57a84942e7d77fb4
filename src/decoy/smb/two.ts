import { randomBytes } from 'node:crypto'
import { fileTime } from '../ntlm.ts'
import type { Persona } from '../persona.ts'

/** Messages of SMB 2 and 3 ([MS-SMB2]). */
export const Command = { negotiate: 0, sessionSetup: 1 } as const
export const Status = {
  success: 0,
  moreProcessing: 0xc0000016,
  invalidParameter: 0xc000000d,
  logonFailure: 0xc000006d,
  sessionDeleted: 0xc0000203,
} as const

const headLength = 64
const fromServer = 1
const anyDialect = 0x02ff
const newest = 0x0311

export interface TwoRequest {
  readonly command: number
  readonly messageId: Buffer
  readonly credits: number
  readonly dialects: readonly number[]
  /** Of a session setup. */
  readonly token: Buffer
  readonly sessionId: Buffer
}

export function readTwo(message: Buffer): TwoRequest | undefined {
  if (message.length < headLength + 8) return undefined
  const command = message.readUInt16LE(12)
  const body = message.subarray(headLength)
  const dialects: number[] = []
  if (command === Command.negotiate) {
    const count = Math.min(16, body.readUInt16LE(2))
    for (let k = 0; k < count && 36 + 2 * k + 2 <= body.length; k++) dialects.push(body.readUInt16LE(36 + 2 * k))
  }
  let token: Buffer = Buffer.alloc(0)
  if (command === Command.sessionSetup && body.length >= 24) {
    const from = body.readUInt16LE(12)
    token = message.subarray(from, from + body.readUInt16LE(14))
  }
  return {
    command,
    messageId: message.subarray(24, 32),
    credits: message.readUInt16LE(14),
    dialects,
    token,
    sessionId: message.subarray(40, 48),
  }
}

/** An answer's head, before its body. */
export function answerHead(
  request: Pick<TwoRequest, 'command' | 'messageId' | 'credits' | 'sessionId'>,
  status: number,
  sessionId: Buffer = request.sessionId,
): Buffer {
  const head = Buffer.alloc(headLength)
  Buffer.from('\xfeSMB', 'latin1').copy(head)
  head.writeUInt16LE(headLength, 4)
  head.writeUInt32LE(status >>> 0, 8)
  head.writeUInt16LE(request.command, 12)
  head.writeUInt16LE(Math.max(1, Math.min(33, request.credits)), 14)
  head.writeUInt32LE(fromServer, 16)
  request.messageId.copy(head, 24)
  sessionId.copy(head, 40)
  return head
}

/** The body of a negotiation; a client of SMB 1 that speaks `SMB 2.???` too is answered with the wildcard, and asks again. */
export function negotiated(dialects: readonly number[] | 'any', persona: Persona, token: Buffer, now: number): Buffer {
  const dialect = dialects === 'any' ? anyDialect : Math.max(...dialects.filter((each) => each <= newest), 0x0202)
  const body = Buffer.alloc(64)
  body.writeUInt16LE(65, 0)
  body[2] = 1
  body.writeUInt16LE(dialect, 4)
  persona.draw.bytes('smb server').copy(body, 8, 0, 16)
  body.writeUInt32LE(dialect === 0x0202 ? 1 : 0x2f, 24)
  for (const at of [28, 32, 36]) body.writeUInt32LE(dialect === 0x0202 ? 65_536 : 8_388_608, at)
  fileTime(now).copy(body, 40)
  body.writeUInt16LE(headLength + 64, 56)
  body.writeUInt16LE(token.length, 58)
  if (dialect !== newest) return Buffer.concat([body, token])
  const padding = Buffer.alloc((8 - (token.length % 8)) % 8)
  body.writeUInt16LE(2, 6)
  body.writeUInt32LE(headLength + 64 + token.length + padding.length, 60)
  return Buffer.concat([body, token, padding, contexts()])
}

/** Integrity by SHA-512 with a salt, and AES-128-GCM. */
function contexts(): Buffer {
  const integrity = Buffer.alloc(48)
  integrity.writeUInt16LE(1, 0)
  integrity.writeUInt16LE(38, 2)
  integrity.writeUInt16LE(1, 8)
  integrity.writeUInt16LE(32, 10)
  integrity.writeUInt16LE(1, 12)
  randomBytes(32).copy(integrity, 14)
  const encryption = Buffer.alloc(12)
  encryption.writeUInt16LE(2, 0)
  encryption.writeUInt16LE(4, 2)
  encryption.writeUInt16LE(1, 8)
  encryption.writeUInt16LE(2, 10)
  return Buffer.concat([integrity, encryption])
}

/** The body of an answer to a session setup. */
export function setUp(token: Buffer): Buffer {
  const body = Buffer.alloc(8)
  body.writeUInt16LE(9, 0)
  body.writeUInt16LE(headLength + 8, 4)
  body.writeUInt16LE(token.length, 6)
  return Buffer.concat([body, token])
}

/** The body of an answer that says no ([MS-SMB2] 2.2.2). */
export const refusal = Buffer.from([9, 0, 0, 0, 0, 0, 0, 0, 0])
