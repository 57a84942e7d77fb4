import { randomBytes } from 'node:crypto'
import { Gathered } from '../bytes.ts'
import type { Conversation, Service, Talk } from './service.ts'

const longestMessage = 16_384
const mostRequests = 50
const methods = 'INVITE|REGISTER|OPTIONS|ACK|BYE|CANCEL|SUBSCRIBE|NOTIFY|MESSAGE|INFO|PUBLISH|REFER|UPDATE'
const requestLine = new RegExp(`^(${methods}) (\\S+) SIP/2\\.0$`)
const beginning = new RegExp(`^(?:${methods}) (?:sips?|tel):`)

/** A telephone exchange (RFC 3261): it tells what it can, and asks whoever registers or calls for a digest, which names the account. */
class Sip implements Conversation {
  readonly #talk: Talk
  readonly #input = new Gathered(longestMessage)
  readonly #nonce = randomBytes(4).toString('hex')
  #requests = 0

  constructor(talk: Talk) {
    this.#talk = talk
    talk.note({ serverBanner: talk.persona.software.sip })
  }

  received(bytes: Buffer): void {
    if (this.#talk.transport === 'udp') {
      this.#message(bytes.toString('latin1'))
      return
    }
    if (!this.#input.add(bytes)) this.#talk.end()
    for (;;) {
      const text = this.#input.bytes.toString('latin1')
      const end = /\r?\n\r?\n/.exec(text)
      if (end === null) return
      const body = Number(/^content-length\s*:\s*(\d{1,5})\s*$/im.exec(text.slice(0, end.index))?.[1] ?? 0)
      const length = end.index + end[0].length + body
      if (text.length < length) return
      this.#input.take(length)
      this.#message(text.slice(0, end.index))
    }
  }

  #message(text: string): void {
    const lines = text.split(/\r?\n/, 60)
    const request = requestLine.exec(lines[0] ?? '')
    if (request === null || ++this.#requests > mostRequests) {
      if (this.#talk.transport === 'tcp') this.#talk.end()
      return
    }
    const [, method = '', uri = ''] = request
    const header = headersOf(lines.slice(1))
    if (this.#requests === 1) this.#note(method, uri, header)
    const digest = header('authorization') ?? header('proxy-authorization')
    const user = /username="([^"]{0,200})"/i.exec(digest ?? '')?.[1]
    if (user !== undefined) {
      this.#talk.note({ user })
      this.#talk.login({ user })
    }
    if (method === 'ACK') return
    this.#answer(method, header, user !== undefined)
  }

  #note(method: string, uri: string, header: (name: string) => string | undefined): void {
    const userAgent = header('user-agent')
    this.#talk.note({ httpMethod: method, uri, ...(userAgent !== undefined && { userAgent }) })
  }

  /** Over UDP the session sends nothing that is larger than what was asked with, so what may be left out is. */
  #answer(method: string, header: (name: string) => string | undefined, isTried: boolean): void {
    const { software, hostName, domain } = this.#talk.persona
    const status =
      method === 'OPTIONS'
        ? '200 OK'
        : method === 'REGISTER' || method === 'INVITE'
          ? isTried
            ? '403 Forbidden'
            : '401 Unauthorized'
          : '481 Call/Transaction Does Not Exist'
    const realm = `${hostName.toLowerCase()}.${domain}`
    const to = header('to') ?? ''
    const tagged = to.includes(';tag=') ? to : `${to};tag=as${randomBytes(4).toString('hex')}`
    const lines = [
      `SIP/2.0 ${status}`,
      `Via: ${header('via') ?? ''}`,
      `From: ${header('from') ?? ''}`,
      `To: ${tagged}`,
      `Call-ID: ${header('call-id') ?? ''}`,
      `CSeq: ${header('cseq') ?? ''}`,
      `Server: ${software.sip}`,
      ...(status.startsWith('200') && this.#talk.transport === 'tcp'
        ? ['Allow: INVITE, ACK, CANCEL, OPTIONS, BYE, REFER, SUBSCRIBE, NOTIFY, INFO, PUBLISH']
        : []),
      ...(status.startsWith('401')
        ? [`WWW-Authenticate: Digest algorithm=MD5, realm="${realm}", nonce="${this.#nonce}"`]
        : []),
      'Content-Length: 0',
    ]
    this.#talk.send(`${lines.join('\r\n')}\r\n\r\n`)
  }
}

const shortNames: Readonly<Record<string, string>> = { v: 'via', f: 'from', t: 'to', i: 'call-id' }

/** Headers by name in small letters; of several the first. */
function headersOf(lines: readonly string[]): (name: string) => string | undefined {
  const headers = new Map<string, string>()
  for (const line of lines) {
    if (line === '') break
    const at = line.indexOf(':')
    const name = line.slice(0, at).trim().toLowerCase()
    const whole = shortNames[name] ?? name
    if (at > 0 && !headers.has(whole)) headers.set(whole, line.slice(at + 1).trim())
  }
  return (name) => headers.get(name)
}

export default {
  id: 'sip',
  title: 'SIP',
  ports: [5060],
  transports: ['tcp', 'udp'],
  open: (talk) => new Sip(talk),
  claims: (head) => beginning.test(head.toString('latin1')),
} satisfies Service
