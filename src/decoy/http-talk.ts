import { Gathered } from './bytes.ts'
import { type HttpRequest, readRequest } from './http-request.ts'
import { errorPage, type Page, pageAt, reasonOf } from './http-site.ts'
import type { Conversation, Talk } from './service/service.ts'

const mostRequests = 30
const userField = /(?:^|&)(?:user|username|login|log|email|uname|account)=([^&]*)/i
const passwordField = /(?:^|&)(?:pass|password|passwd|pwd|pw)=([^&]*)/i

/** A web server's side of a connection, in the clear or inside TLS. */
export class HttpTalk implements Conversation {
  readonly #talk: Talk
  readonly #input = new Gathered()
  #requests = 0

  constructor(talk: Talk) {
    this.#talk = talk
    talk.note({ serverBanner: talk.persona.software.http })
  }

  received(bytes: Buffer): void {
    if (!this.#input.add(bytes)) this.#refuse()
    for (;;) {
      if (this.#input.bytes.length === 0) return
      const request = readRequest(this.#input.bytes)
      if (request === undefined) return
      if (request === 'bad') {
        this.#refuse()
        return
      }
      this.#input.take(request.length)
      if (!this.#answer(request)) return
    }
  }

  /** @returns whether the connection stays */
  #answer(request: HttpRequest): boolean {
    const { method, uri, version, headers } = request
    if (++this.#requests === 1) this.#note(request)
    this.#logins(request)
    const connection = headers.get('connection')?.toLowerCase() ?? ''
    const isKept =
      version === '1.1' ? !connection.includes('close') : version === '1.0' && connection.includes('keep-alive')
    const stays = isKept && this.#requests < mostRequests
    this.#send(pageAt(this.#talk.persona, method, uri), method === 'HEAD', stays)
    if (!stays) this.#talk.end()
    return stays
  }

  #note({ method, uri, headers }: HttpRequest): void {
    const [host, userAgent] = [headers.get('host'), headers.get('user-agent')]
    this.#talk.note({
      httpMethod: method,
      uri,
      ...(host !== undefined && { host }),
      ...(userAgent !== undefined && { userAgent }),
    })
  }

  #logins({ headers, body, method }: HttpRequest): void {
    const basic = /^Basic\s+([A-Za-z0-9+/=_-]{1,1024})$/i.exec(headers.get('authorization') ?? '')
    if (basic !== null) {
      const [, user = '', password] =
        /^([^:]*)(?::(.*))?$/s.exec(Buffer.from(basic[1] as string, 'base64').toString()) ?? []
      this.#talk.login({ user, ...(password !== undefined && { password }) })
    }
    if (method !== 'POST') return
    const form = body.toString('latin1', 0, 4096)
    const [user, password] = [userField.exec(form)?.[1], passwordField.exec(form)?.[1]]
    if (user === undefined && password === undefined) return
    this.#talk.login({
      ...(user !== undefined && { user: decoded(user) }),
      ...(password !== undefined && { password: decoded(password) }),
    })
  }

  #refuse(): void {
    this.#send(errorPage(this.#talk.persona, 400), false, false)
    this.#talk.end()
  }

  #send({ status, headers = [], body }: Page, isHead: boolean, stays: boolean): void {
    const { http } = this.#talk.persona.software
    const server = `Server: ${http}`
    const date = `Date: ${new Date(this.#talk.now() / 1000).toUTCString()}`
    const type = `Content-Type: text/html${http.startsWith('Apache') ? '; charset=iso-8859-1' : ''}`
    const length = `Content-Length: ${Buffer.byteLength(body)}`
    const connection = http.startsWith('Apache') && stays ? [] : [`Connection: ${stays ? 'keep-alive' : 'close'}`]
    // The order in which each server writes them.
    const lines = http.startsWith('nginx')
      ? [server, date, type, length, ...connection, ...headers]
      : http.startsWith('Apache')
        ? [date, server, ...headers, length, ...connection, type]
        : [length, type, server, ...headers, date, ...(stays ? [] : ['Connection: close'])]
    this.#talk.send(`HTTP/1.1 ${status} ${reasonOf(status)}\r\n${lines.join('\r\n')}\r\n\r\n${isHead ? '' : body}`)
  }
}

/** Form fields as written by browsers; what is not well formed stays as it is. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}

/** Whether a client's first bytes are the beginning of an HTTP request. */
export function isHttp(head: Buffer): boolean {
  return (
    /^(?:GET|HEAD|POST|PUT|DELETE|OPTIONS|TRACE|CONNECT|PATCH|PROPFIND) [^ ]/.test(head.toString('latin1')) &&
    !/^\w+ sip:/.test(head.toString('latin1'))
  )
}
