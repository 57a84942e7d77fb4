import { createHash } from 'node:crypto'
import type { Talk } from '../service/service.ts'
import type { Transport } from './transport.ts'
import { Reader, string } from './wire.ts'

const request = 50
const failure = 51
const mostFailures = 6
const ways = 'publickey,password'
/** About as long as PAM waits. */
const waitMs = 1800

/** Asks for accounts (RFC 4252) and lets nobody in. */
export class SshLogin {
  readonly #talk: Talk
  readonly #transport: Transport
  #failures = 0
  #isBusy = false

  constructor(talk: Talk, transport: Transport) {
    this.#talk = talk
    this.#transport = transport
  }

  received(message: Buffer): void {
    if (message[0] !== request || this.#isBusy) return
    const reader = new Reader(message, 1)
    const user = reader.text()
    reader.string()
    const method = reader.text()
    this.#talk.note({ user })
    if (method === 'none') this.#fail()
    else if (method === 'password') {
      reader.skip(1)
      this.#talk.login({ user, password: reader.text() })
      this.#count(waitMs)
    } else {
      if (method === 'publickey') {
        reader.skip(1)
        const kind = reader.text()
        const print = createHash('sha256').update(reader.string()).digest('base64').replace(/=+$/, '')
        this.#talk.note({ message: `offers key ${kind} SHA256:${print}` })
        this.#talk.login({ user })
      }
      this.#count(5)
    }
  }

  #count(milliseconds: number): void {
    this.#isBusy = true
    this.#talk.later(milliseconds, () => {
      this.#isBusy = false
      if (++this.#failures >= mostFailures) this.#transport.disconnect(2, 'Too many authentication failures')
      else this.#fail()
    })
  }

  #fail(): void {
    this.#transport.send(Buffer.concat([Buffer.from([failure]), string(ways), Buffer.from([0])]))
  }
}
