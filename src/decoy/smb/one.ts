import { randomBytes } from 'node:crypto'
import { fileTime } from '../ntlm.ts'
import type { Persona } from '../persona.ts'

const headLength = 32
const reply = 0x88
const negotiate = 0x72

export interface OneRequest {
  readonly command: number
  readonly dialects: readonly string[]
  readonly message: Buffer
}

/** Reads a message of SMB 1 ([MS-CIFS]), as far as a server that only negotiates needs it. */
export function readOne(message: Buffer): OneRequest | undefined {
  if (message.length < headLength + 3) return undefined
  const command = message[4] as number
  const text = message.toString('latin1', headLength + 3)
  const dialects =
    command === negotiate
      ? text
          .split('\x02')
          .filter(Boolean)
          .slice(0, 32)
          .map((name) => name.replace(/\0.*$/s, ''))
      : []
  return { command, dialects, message }
}

/** The answer to a client that has nothing newer: Windows takes NT LM 0.12, Samba of today takes none. */
export function answerOne({ message, dialects }: OneRequest, persona: Persona, now: number): Buffer {
  const head = Buffer.from(message.subarray(0, headLength))
  head.fill(0, 5, 9)
  head[9] = reply
  head.fill(0, 12, 24)
  const index = dialects.indexOf('NT LM 0.12')
  if (persona.family === 'linux' || index < 0) {
    head.writeUInt16LE(0xc803, 10)
    return Buffer.concat([head, Buffer.from([1, 0xff, 0xff, 0, 0])])
  }
  head.writeUInt16LE(0x4001, 10)
  const words = Buffer.alloc(35)
  words[0] = 17
  words.writeUInt16LE(index, 1)
  words[3] = 3
  words.writeUInt16LE(50, 4)
  words.writeUInt16LE(1, 6)
  words.writeUInt32LE(16_644, 8)
  words.writeUInt32LE(65_536, 12)
  words.writeUInt32LE(0x0001e3fc, 20)
  fileTime(now).copy(words, 24)
  words[34] = 8
  const names = Buffer.from(`WORKGROUP\0${persona.hostName.toUpperCase()}\0`, 'utf16le')
  const count = Buffer.alloc(2)
  count.writeUInt16LE(8 + names.length)
  return Buffer.concat([head, words, count, randomBytes(8), names])
}
