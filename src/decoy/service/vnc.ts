import { randomBytes } from 'node:crypto'
import { Gathered } from '../bytes.ts'
import type { Conversation, Service, Talk } from './service.ts'

/** The Remote Framebuffer Protocol (RFC 6143): VNC authentication, whose answer to the challenge can be tried against a list of passwords. */
const vncAuthentication = 2
const failMs = 900

class Vnc implements Conversation {
  readonly #talk: Talk
  readonly #input = new Gathered(4096)
  readonly #challenge = randomBytes(16)
  #stage: 'version' | 'kind' | 'answer' | 'over' = 'version'
  #minor = 8

  constructor(talk: Talk) {
    this.#talk = talk
    talk.note({ serverBanner: talk.persona.software.vnc })
    talk.send(`${talk.persona.software.vnc}\n`)
  }

  received(bytes: Buffer): void {
    if (!this.#input.add(bytes)) this.#talk.end()
    const { bytes: waiting } = this.#input
    if (this.#stage === 'version' && waiting.length >= 12) this.#version(this.#input.take(12).toString('latin1'))
    if (this.#stage === 'kind' && this.#input.bytes.length >= 1) this.#kind(this.#input.take(1)[0] as number)
    if (this.#stage === 'answer' && this.#input.bytes.length >= 16) this.#answer(this.#input.take(16))
  }

  #version(text: string): void {
    const match = /^RFB (\d{3})\.(\d{3})\n$/.exec(text)
    if (match === null) {
      this.#stage = 'over'
      this.#talk.end()
      return
    }
    this.#talk.note({ clientBanner: text.trim() })
    this.#minor = Math.min(8, Number(match[2]))
    if (this.#minor < 7) {
      this.#talk.send(Buffer.from([0, 0, 0, vncAuthentication]))
      this.#talk.send(this.#challenge)
      this.#stage = 'answer'
    } else {
      this.#talk.send(Buffer.from([1, vncAuthentication]))
      this.#stage = 'kind'
    }
  }

  #kind(kind: number): void {
    if (kind !== vncAuthentication) {
      this.#fail('Invalid security type')
      return
    }
    this.#talk.send(this.#challenge)
    this.#stage = 'answer'
  }

  #answer(answer: Buffer): void {
    const message = `VNC challenge ${this.#challenge.toString('hex')} answered ${answer.toString('hex')}`
    this.#talk.note({ message })
    this.#talk.login({})
    this.#stage = 'over'
    this.#talk.later(failMs, () => this.#fail('Authentication failure'))
  }

  #fail(reason: string): void {
    this.#stage = 'over'
    this.#talk.send(Buffer.from([0, 0, 0, 1]))
    if (this.#minor >= 8) {
      const length = Buffer.alloc(4)
      length.writeUInt32BE(reason.length)
      this.#talk.send(Buffer.concat([length, Buffer.from(reason)]))
    }
    this.#talk.end()
  }
}

export default {
  id: 'vnc',
  title: 'VNC',
  ports: [5900],
  transports: ['tcp'],
  open: (talk) => new Vnc(talk),
} satisfies Service
