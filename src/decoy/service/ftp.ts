import { Gathered } from '../bytes.ts'
import type { Conversation, Service, Talk } from './service.ts'

const failMs = 2500
const mostTries = 3
const mostCommands = 100

/** How each server says it (vsftpd 3.0, IIS 10); codes are those of RFC 959. */
const sayings = {
  linux: {
    user: '331 Please specify the password.',
    failed: '530 Login incorrect.',
    first: '503 Login with USER first.',
    other: '530 Please login with USER and PASS.',
    quit: '221 Goodbye.',
    features: '211-Features:\r\n EPRT\r\n EPSV\r\n MDTM\r\n PASV\r\n REST STREAM\r\n SIZE\r\n TVFS\r\n211 End',
    help: '530 Please login with USER and PASS.',
  },
  windows: {
    user: '331 Password required',
    failed: '530 User cannot log in.',
    first: '503 Login with USER first.',
    other: '530 Please login with USER and PASS.',
    quit: '221 Goodbye.',
    features:
      '211-Extended features supported:\r\n LANG EN*\r\n UTF8\r\n AUTH TLS;TLS-C;SSL;TLS-P;\r\n PBSZ\r\n PROT C;P;\r\n CCC\r\n HOST\r\n SIZE\r\n MDTM\r\n REST STREAM\r\n211 END',
    help: "214-The following commands are recognized (* ==>'s unimplemented).\r\n ABOR ACCT ADAT ALLO APPE AUTH CCC CDUP CWD DELE\r\n214 HELP command successful.",
  },
} as const

class Ftp implements Conversation {
  readonly #talk: Talk
  readonly #input = new Gathered(8192)
  readonly #say: (typeof sayings)[keyof typeof sayings]
  #user: string | undefined
  #tries = 0
  #commands = 0
  #isBusy = false

  constructor(talk: Talk) {
    this.#talk = talk
    this.#say = sayings[talk.persona.software.ftp.includes('Microsoft') ? 'windows' : 'linux']
    const { ftp } = talk.persona.software
    talk.note({ serverBanner: ftp })
    talk.send(`${ftp}\r\n`)
  }

  received(bytes: Buffer): void {
    if (!this.#input.add(bytes)) this.#talk.end()
    this.#go()
  }

  #go(): void {
    while (!this.#isBusy) {
      const line = this.#input.line()
      if (line === undefined) return
      if (++this.#commands > mostCommands) {
        this.#talk.end()
        return
      }
      this.#command(line)
    }
  }

  #command(line: string): void {
    const [, word = '', rest = ''] = /^(\S*) ?(.*)$/s.exec(line) ?? []
    const name = word.toUpperCase()
    if (name === 'USER') {
      this.#user = rest
      this.#answer(this.#say.user)
    } else if (name === 'PASS') this.#password(rest)
    else if (name === 'QUIT') {
      this.#answer(this.#say.quit)
      this.#talk.end()
    } else if (name === 'FEAT') this.#answer(this.#say.features)
    else if (name === 'HELP') this.#answer(this.#say.help)
    else this.#answer(this.#say.other)
  }

  #password(password: string): void {
    if (this.#user === undefined) {
      this.#answer(this.#say.first)
      return
    }
    this.#talk.login({ user: this.#user, password })
    this.#user = undefined
    this.#isBusy = true
    this.#talk.later(failMs, () => {
      this.#isBusy = false
      this.#answer(this.#say.failed)
      if (++this.#tries >= mostTries) this.#talk.end()
      else this.#go()
    })
  }

  #answer(text: string): void {
    this.#talk.send(`${text}\r\n`)
  }
}

export default {
  id: 'ftp',
  title: 'FTP',
  ports: [21],
  transports: ['tcp'],
  open: (talk) => new Ftp(talk),
} satisfies Service
