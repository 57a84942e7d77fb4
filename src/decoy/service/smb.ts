import { randomBytes } from 'node:crypto'
import { Gathered } from '../bytes.ts'
import { accountName, answerNtlm, firstToken } from '../ntlm.ts'
import { answerOne, readOne } from '../smb/one.ts'
import { answerHead, Command, negotiated, readTwo, refusal, Status, setUp, type TwoRequest } from '../smb/two.ts'
import type { Conversation, Service, Talk } from './service.ts'

const longestMessage = 32_768
const mostMessages = 40
const sessionRequest = 0x81
const sessionAccepted = 0x82
const failMs = 40

/** File sharing over TCP ([MS-SMB2] 2.1: four bytes of length before each message). */
class Smb implements Conversation {
  readonly #talk: Talk
  readonly #input = new Gathered(longestMessage + 4)
  readonly #session = randomBytes(8)
  #messages = 0

  constructor(talk: Talk) {
    this.#talk = talk
    // As both count: Windows from a number with a process in it, Samba at random.
    this.#session.fill(0, 6)
  }

  received(bytes: Buffer): void {
    if (!this.#input.add(bytes)) this.#talk.end()
    for (;;) {
      const { bytes: waiting } = this.#input
      if (waiting.length < 4) return
      const length = waiting.readUInt32BE(0) & 0xffffff
      if (waiting[0] === sessionRequest && length < 256) {
        if (waiting.length < 4 + length) return
        this.#input.take(4 + length)
        this.#talk.send(Buffer.from([sessionAccepted, 0, 0, 0]))
        continue
      }
      if (waiting[0] !== 0 || length > longestMessage || ++this.#messages > mostMessages) {
        this.#talk.end()
        return
      }
      if (waiting.length < 4 + length) return
      this.#input.take(4)
      this.#message(this.#input.take(length))
    }
  }

  #message(message: Buffer): void {
    const mark = message.toString('latin1', 0, 4)
    if (mark === '\xffSMB') this.#one(message)
    else if (mark === '\xfeSMB') this.#two(message)
    else this.#talk.end()
  }

  #one(message: Buffer): void {
    const request = readOne(message)
    if (request === undefined || request.dialects.length === 0) {
      this.#talk.end()
      return
    }
    this.#talk.note({ message: `dialects ${request.dialects.join(', ')}` })
    if (request.dialects.some((name) => name.startsWith('SMB 2.'))) {
      const known = request.dialects.includes('SMB 2.???') ? 'any' : [0x0202]
      const first = { command: Command.negotiate, messageId: Buffer.alloc(8), credits: 1, sessionId: Buffer.alloc(8) }
      this.#send(answerHead(first, Status.success), this.#negotiated(known))
    } else this.#send(answerOne(request, this.#talk.persona, this.#talk.now()))
  }

  #two(message: Buffer): void {
    const request = readTwo(message)
    if (request === undefined) {
      this.#talk.end()
      return
    }
    if (request.command === Command.negotiate) {
      this.#talk.note({
        message: `dialects ${request.dialects.map((each) => `0x${each.toString(16).padStart(4, '0')}`).join(', ')}`,
      })
      if (request.dialects.length === 0) this.#send(answerHead(request, Status.invalidParameter), refusal)
      else this.#send(answerHead(request, Status.success), this.#negotiated(request.dialects))
    } else if (request.command === Command.sessionSetup) this.#setUp(request)
    else this.#send(answerHead(request, Status.sessionDeleted), refusal)
  }

  #setUp(request: TwoRequest): void {
    const answer = answerNtlm(request.token, this.#talk.persona, this.#talk.now())
    if (answer !== undefined && 'challenge' in answer) {
      this.#send(answerHead(request, Status.moreProcessing, this.#session), setUp(answer.challenge))
      return
    }
    if (answer !== undefined) {
      const user = accountName(answer)
      this.#talk.note({ user, ...(answer.workstation !== '' && { host: answer.workstation }) })
      this.#talk.login({ user })
    }
    const status = answer === undefined ? Status.invalidParameter : Status.logonFailure
    this.#talk.later(failMs, () => this.#send(answerHead(request, status), refusal))
  }

  #negotiated(dialects: readonly number[] | 'any'): Buffer {
    return negotiated(dialects, this.#talk.persona, firstToken(), this.#talk.now())
  }

  #send(...parts: readonly Buffer[]): void {
    const length = Buffer.alloc(4)
    length.writeUInt32BE(parts.reduce((sum, part) => sum + part.length, 0))
    this.#talk.send(Buffer.concat([length, ...parts]))
  }
}

export default {
  id: 'smb',
  title: 'SMB',
  ports: [445],
  transports: ['tcp'],
  open: (talk) => new Smb(talk),
  claims: (head) => head[0] === 0 && /^[\xff\xfe]SMB$/.test(head.toString('latin1', 4, 8)),
} satisfies Service
