import { Gathered } from '../bytes.ts'
import type { Conversation, Service, Talk } from './service.ts'

/** Commands and options (RFC 854, 855). */
const iac = 255
const subBegin = 250
const subEnd = 240
const will = 251
const dont = 254

/** What telnetd of Linux asks for first, and after it was answered; what that of Windows asks for. */
const asks = Buffer.from('fffd18fffd20fffd23fffd27', 'hex')
const asksMore = Buffer.from('fffb03fffd01fffd1ffffb05fffd21fffb01', 'hex')
const asksWindows = Buffer.from('fffd25fffb01fffb03fffd27fffd1ffffd00fffb00', 'hex')
/** A client that does not negotiate is greeted all the same. */
const patienceMs = 2500
const failMs = 2200
const mostTries = 5

class Telnet implements Conversation {
  readonly #talk: Talk
  readonly #input = new Gathered(4096)
  #isGreeted = false
  #user: string | undefined
  #isBusy = false
  #tries = 0

  constructor(talk: Talk) {
    this.#talk = talk
    talk.send(talk.persona.family === 'windows' ? asksWindows : asks)
    talk.later(patienceMs, () => this.#greet())
  }

  received(bytes: Buffer): void {
    const typed = withoutCommands(bytes)
    const isAnswer = typed.length < bytes.length
    if (!this.#isGreeted) this.#greet(isAnswer)
    if (!this.#input.add(typed)) this.#talk.end()
    if (this.#user === undefined && this.#isGreeted) this.#echo(typed)
    this.#go()
  }

  #greet(isAnswered = false): void {
    if (this.#isGreeted) return
    this.#isGreeted = true
    const { family, software, hostName } = this.#talk.persona
    if (family === 'windows') {
      this.#talk.note({ serverBanner: 'Microsoft Telnet Service' })
      this.#talk.send('Welcome to Microsoft Telnet Service \r\n\n\rlogin: ')
      return
    }
    if (isAnswered) this.#talk.send(asksMore)
    this.#talk.note({ serverBanner: software.telnet })
    this.#talk.send(`${software.telnet}\r\n${hostName} login: `)
  }

  #echo(typed: Buffer): void {
    const shown = typed.filter((byte) => byte >= 32 && byte < 127)
    if (shown.length > 0) this.#talk.send(shown)
  }

  /** Reads names and passwords, one after the other; a password is answered after a while, as everywhere. */
  #go(): void {
    while (!this.#isBusy && this.#isGreeted) {
      const line = this.#input.line()
      if (line === undefined) return
      if (this.#user === undefined) {
        if (line === '') this.#talk.send(`\r\n${this.#prompt()}`)
        else {
          this.#user = line
          this.#talk.send(this.#talk.persona.family === 'windows' ? '\r\npassword: ' : '\r\nPassword: ')
        }
        continue
      }
      this.#talk.login({ user: this.#user, password: line })
      this.#isBusy = true
      this.#talk.later(failMs, () => this.#failed())
    }
  }

  #failed(): void {
    this.#isBusy = false
    this.#user = undefined
    const isLast = ++this.#tries >= mostTries
    if (this.#talk.persona.family === 'windows') {
      this.#talk.send('\r\nThe handle is invalid.\r\n\r\nLogin Failed\r\n\n\r')
    } else this.#talk.send('\r\nLogin incorrect\r\n')
    if (isLast) {
      this.#talk.send('Maximum number of tries exceeded (5)\r\n')
      this.#talk.end()
    } else {
      this.#talk.send(this.#prompt())
      this.#go()
    }
  }

  #prompt(): string {
    return this.#talk.persona.family === 'windows' ? 'login: ' : `${this.#talk.persona.hostName} login: `
  }
}

/** What was typed: commands and what they carry are left out. A command cut by the end of a read loses its rest. */
function withoutCommands(bytes: Buffer): Buffer {
  const typed: number[] = []
  for (let k = 0; k < bytes.length; k++) {
    if (bytes[k] !== iac) {
      typed.push(bytes[k] as number)
      continue
    }
    const command = bytes[++k] ?? 0
    if (command >= will && command <= dont) k++
    else if (command === subBegin) {
      while (k < bytes.length && !(bytes[k] === iac && bytes[k + 1] === subEnd)) k++
      k++
    }
  }
  return Buffer.from(typed)
}

export default {
  id: 'telnet',
  title: 'Telnet',
  ports: [23],
  transports: ['tcp'],
  open: (talk) => new Telnet(talk),
} satisfies Service
