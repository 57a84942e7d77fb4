import { Gathered } from '../bytes.ts'
import { integer, sequence, tlv } from '../der.ts'
import { accountName, answerNtlm } from '../ntlm.ts'
import { overTls } from '../tls/over-tls.ts'
import type { Conversation, Service, Talk } from './service.ts'

/** Security protocols of [MS-RDPBCGR] 2.2.1.1.1. */
const tls = 1
const credSsp = 2
const connectionRequest = 0xe0
const longest = 16_384
const logonFailure = 0xc000006d
const failMs = 60

/**
 * Remote Desktop: the connection request with its cookie (ITU-T X.224, [MS-RDPBCGR] 2.2.1.1), then TLS, and inside it CredSSP
 * ([MS-CSSP]) up to the account's name. Windows wants CredSSP; xrdp does with TLS.
 */
class Rdp implements Conversation {
  readonly #talk: Talk
  readonly #input = new Gathered(longest)
  #secure: Conversation | undefined

  constructor(talk: Talk) {
    this.#talk = talk
  }

  received(bytes: Buffer): void {
    if (this.#secure !== undefined) {
      this.#secure.received(bytes)
      return
    }
    if (!this.#input.add(bytes)) this.#talk.end()
    const { bytes: waiting } = this.#input
    if (waiting.length < 4) return
    const length = waiting.readUInt16BE(2)
    if (waiting[0] !== 3 || length < 11 || length > 4096) {
      this.#talk.end()
      return
    }
    if (waiting.length >= length) this.#request(this.#input.take(length))
  }

  closed(): void {
    this.#secure?.closed?.()
  }

  #request(request: Buffer): void {
    if (request[5] !== connectionRequest) {
      this.#talk.end()
      return
    }
    const text = request.toString('latin1', 11)
    const [, user] = /Cookie: mstshash=([^\r\n]{0,200})/.exec(text) ?? []
    if (user !== undefined) this.#talk.note({ user })
    const wanted = wantedIn(request)
    this.#talk.note({
      message: wanted === undefined ? 'asks for no security' : `asks for security protocols ${wanted}`,
    })
    const isWindows = this.#talk.persona.family === 'windows'
    const reference = isWindows ? [0x12, 0x34] : [0, 0]
    if (wanted === undefined) {
      this.#talk.send(Buffer.from([3, 0, 0, 11, 6, 0xd0, 0, 0, ...reference, 0]))
      return
    }
    const chosen = isWindows ? wanted & credSsp : wanted & tls
    // What is refused is told why: CredSSP is required, or TLS is.
    const [type, flags, value] = chosen === 0 ? [3, 0, isWindows ? 5 : 1] : [2, isWindows ? 0x1f : 1, chosen]
    this.#talk.send(
      Buffer.from([3, 0, 0, 19, 14, 0xd0, 0, 0, ...reference, 0, type, flags, 8, 0, value, 0, 0, 0] as number[]),
    )
    if (chosen === 0) this.#talk.end()
    else this.#secure = overTls(this.#talk, (inner) => (chosen === credSsp ? new CredSsp(inner) : new Basic(inner)))
  }
}

/** The protocols of a negotiation request; undefined where there is none. */
function wantedIn(request: Buffer): number | undefined {
  const at = request.length - 8
  const isNegotiation = at >= 11 && request[at] === 1 && request.readUInt16LE(at + 2) === 8
  return isNegotiation ? request.readUInt32LE(at + 4) : undefined
}

/** Passes NTLM's three messages, then refuses. */
class CredSsp implements Conversation {
  readonly #talk: Talk
  readonly #input = new Gathered(longest)

  constructor(talk: Talk) {
    this.#talk = talk
  }

  received(bytes: Buffer): void {
    if (!this.#input.add(bytes)) this.#talk.end()
    const { bytes: waiting } = this.#input
    const length = lengthOf(waiting)
    if (length === undefined || waiting.length < length) return
    const token = this.#input.take(length)
    const answer = answerNtlm(tokenIn(token), this.#talk.persona, this.#talk.now())
    if (answer === undefined) this.#talk.end()
    else if ('challenge' in answer) {
      const tokens = tlv(0xa1, sequence(sequence(tlv(0xa0, tlv(4, answer.challenge)))))
      this.#talk.send(sequence(tlv(0xa0, integer(Buffer.from([6]))), tokens))
    } else {
      const user = accountName(answer)
      this.#talk.note({ user, ...(answer.workstation !== '' && { host: answer.workstation }) })
      this.#talk.login({ user })
      this.#talk.later(failMs, () => this.#refuse())
    }
  }

  #refuse(): void {
    const code = Buffer.alloc(4)
    code.writeUInt32BE(logonFailure)
    this.#talk.send(sequence(tlv(0xa0, integer(Buffer.from([6]))), tlv(0xa4, tlv(2, code))))
    this.#talk.end()
  }
}

/** The message begins at NTLM's signature, or is SPNEGO's whole. */
function tokenIn(request: Buffer): Buffer {
  const at = request.indexOf('NTLMSSP\0', 0, 'latin1')
  const spnego = request.indexOf(0x60)
  const isWrapped = spnego >= 0 && (at < 0 || spnego < at)
  return at >= 0 && !isWrapped ? request.subarray(at) : request
}

/** Of a DER value with its head; undefined where the head is not there yet. What is no sequence counts as one byte. */
function lengthOf(bytes: Buffer): number | undefined {
  if (bytes.length < 2) return undefined
  if (bytes[0] !== 0x30) return 1
  const first = bytes[1] as number
  if (first < 0x80) return 2 + first
  const size = first & 0x7f
  if (size === 0 || size > 3) return 1
  return bytes.length < 2 + size ? undefined : 2 + size + bytes.readUIntBE(2, size)
}

/** Behind plain TLS the client tells its computer's name (core data, [MS-RDPBCGR] 2.2.1.3.2); then we are out of order. */
class Basic implements Conversation {
  readonly #talk: Talk
  readonly #input = new Gathered(longest)

  constructor(talk: Talk) {
    this.#talk = talk
  }

  received(bytes: Buffer): void {
    if (!this.#input.add(bytes)) this.#talk.end()
    const at = this.#input.bytes.indexOf(Buffer.from([0x01, 0xc0]))
    if (at < 0 || this.#input.bytes.length < at + 56) return
    const name = this.#input.bytes.toString('utf16le', at + 24, at + 56).replace(/\0.*$/s, '')
    if (name !== '') this.#talk.note({ host: name })
    this.#talk.later(failMs, () => this.#talk.end())
  }
}

export default {
  id: 'rdp',
  title: 'Remote Desktop',
  ports: [3389],
  transports: ['tcp'],
  open: (talk) => new Rdp(talk),
  claims: (head) => head[0] === 3 && head[1] === 0 && head[5] === connectionRequest,
} satisfies Service
