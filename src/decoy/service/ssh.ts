import { Gathered } from '../bytes.ts'
import {
  agreed,
  hassh,
  isStrict,
  kexInitOf,
  type Lists,
  offered,
  readKexInit,
  strictClient,
} from '../ssh/algorithms.ts'
import { type Agreement, agree, derived, GroupOffer, groupExchange, isCostly, type Said } from '../ssh/exchange.ts'
import { type HostKey, hostKeyOf } from '../ssh/host-key.ts'
import { SshLogin } from '../ssh/login.ts'
import { type ProtectionKeys, protection } from '../ssh/protection.ts'
import { Transport } from '../ssh/transport.ts'
import { Reader, string, u32 } from '../ssh/wire.ts'
import type { Conversation, Service, Talk } from './service.ts'

/** Message numbers (RFC 4250, 4419, 8308). */
const Message = {
  disconnect: 1,
  ignore: 2,
  debug: 4,
  serviceRequest: 5,
  serviceAccept: 6,
  extensions: 7,
  kexInit: 20,
  newKeys: 21,
  share: 30,
  shareReply: 31,
  groupShare: 32,
  groupReply: 33,
  groupRequest: 34,
} as const

const longestIdentification = 8192
const signatures =
  'ssh-ed25519,sk-ssh-ed25519@openssh.com,ssh-rsa,rsa-sha2-256,rsa-sha2-512,ssh-dss,ecdsa-sha2-nistp256,ecdsa-sha2-nistp384,ecdsa-sha2-nistp521,sk-ecdsa-sha2-nistp256@openssh.com'

/** Microseconds between exchanges that cost much, over all sessions: a flood of them waits, and does not stop the rest. */
const costlyPause = 200_000
const longestQueue = 20e6
let nextCostly = 0

interface Chosen {
  readonly exchange: string
  readonly hostKey: HostKey
  readonly client: Lists
  readonly isStrict: boolean
  readonly wantsExtensions: boolean
}

/** An SSH server as far as the login (RFC 4253): it negotiates in full, so that clients go on and offer their accounts. */
class Ssh implements Conversation {
  readonly #talk: Talk
  readonly #transport: Transport
  readonly #login: SshLogin
  readonly #ours: Lists
  readonly #start = new Gathered(longestIdentification)
  readonly #waiting: Buffer[] = []
  #clientVersion: string | undefined
  #serverInit: Buffer = Buffer.alloc(0)
  #clientInit: Buffer = Buffer.alloc(0)
  #chosen: Chosen | undefined
  #group: GroupOffer | undefined
  #agreement: Agreement | undefined
  #isSecure = false
  #isSkipping = false
  #isBusy = false

  constructor(talk: Talk) {
    const { ssh } = talk.persona.software
    this.#talk = talk
    this.#transport = new Transport(talk)
    this.#login = new SshLogin(talk, this.#transport)
    this.#ours = offered(ssh)
    talk.note({ serverBanner: ssh })
    talk.send(`${ssh}\r\n`)
  }

  received(bytes: Buffer): void {
    if (this.#clientVersion !== undefined) {
      this.#packets(bytes)
      return
    }
    const isRoom = this.#start.add(bytes)
    const line = this.#start.line()
    if (line === undefined) {
      if (!isRoom) this.#notSsh()
      return
    }
    if (!/^SSH-(?:2\.0|1\.99)-./.test(line)) {
      this.#notSsh()
      return
    }
    this.#clientVersion = line
    this.#talk.note({ clientBanner: line })
    this.#serverInit = kexInitOf(this.#ours)
    this.#transport.send(this.#serverInit)
    this.#packets(this.#start.take(this.#start.bytes.length))
  }

  #notSsh(): void {
    this.#talk.send('Invalid SSH identification string.\r\n')
    this.#talk.end()
  }

  #packets(bytes: Buffer): void {
    if (this.#isBusy) {
      this.#waiting.push(bytes)
      return
    }
    for (const message of this.#transport.received(bytes)) {
      this.#message(message)
      if (this.#isBusy) return
    }
  }

  #message(message: Buffer): void {
    const number = message[0] as number
    if (number === Message.disconnect) this.#talk.end()
    else if (number >= Message.ignore && number <= Message.debug) return
    else if (number === Message.kexInit && this.#chosen === undefined) this.#choose(message)
    else if (this.#isSecure) this.#inside(number, message)
    else if (number === Message.newKeys && this.#agreement !== undefined) this.#secured()
    else if (this.#isSkipping) this.#isSkipping = false
    else this.#exchange(number, message)
  }

  #choose(message: Buffer): void {
    const client = readKexInit(message)
    this.#clientInit = Buffer.from(message)
    this.#talk.note({ hassh: hassh(client) })
    const exchange = agreed(client.exchanges, this.#ours.exchanges)
    const hostKey = agreed(client.hostKeys, this.#ours.hostKeys)
    if (exchange === undefined || hostKey === undefined) {
      this.#talk.end()
      return
    }
    this.#isSkipping =
      client.guessed &&
      (client.exchanges[0] !== this.#ours.exchanges[0] || client.hostKeys[0] !== this.#ours.hostKeys[0])
    this.#chosen = {
      exchange,
      hostKey: hostKeyOf(hostKey, this.#talk.persona),
      client,
      isStrict: isStrict(this.#ours) && client.exchanges.includes(strictClient),
      wantsExtensions: client.exchanges.includes('ext-info-c'),
    }
  }

  #exchange(number: number, message: Buffer): void {
    const { exchange } = this.#chosen ?? {}
    if (exchange === undefined || this.#agreement !== undefined) throw new Error('an SSH message out of order')
    if (exchange !== groupExchange && number === Message.share) {
      this.#whenMayCost(exchange, () => this.#reply(Message.shareReply, (said) => agree(exchange, message, said)))
    } else if (exchange === groupExchange && number === Message.groupRequest && this.#group === undefined) {
      const offer = new GroupOffer(message)
      this.#group = offer
      this.#transport.send(Buffer.concat([Buffer.from([Message.shareReply]), offer.message]))
    } else if (number === Message.groupShare && this.#group !== undefined) {
      const offer = this.#group
      this.#whenMayCost(exchange, () => this.#reply(Message.groupReply, (said) => offer.agree(message, said)))
    } else throw new Error('an SSH message out of order')
  }

  #whenMayCost(exchange: string, act: () => void): void {
    const now = this.#talk.now()
    if (!isCostly(exchange)) {
      act()
      return
    }
    const turn = Math.max(now, nextCostly)
    if (turn - now > longestQueue) {
      this.#talk.end()
      return
    }
    nextCostly = turn + costlyPause
    this.#isBusy = true
    this.#talk.later((turn - now) / 1000, () => {
      this.#isBusy = false
      act()
      const rest = Buffer.concat(this.#waiting.splice(0))
      this.#packets(rest)
    })
  }

  #reply(number: number, conclude: (said: Said) => Agreement): void {
    const { hostKey, client, isStrict: strict, wantsExtensions } = this.#chosen as Chosen
    const agreement = conclude({
      clientVersion: this.#clientVersion as string,
      serverVersion: this.#talk.persona.software.ssh,
      clientInit: this.#clientInit,
      serverInit: this.#serverInit,
      hostKey: hostKey.blob,
    })
    this.#agreement = agreement
    const signature = string(hostKey.sign(agreement.hash))
    this.#transport.send(Buffer.concat([Buffer.from([number]), string(hostKey.blob), agreement.share, signature]))
    this.#transport.send(Buffer.from([Message.newKeys]))
    const { cipher, mac } = named(client.ciphersOut, client.macsOut, this.#ours)
    this.#transport.protectOut(protection(cipher, mac, keysOf(agreement, 'BDF'), true), strict)
    if (!wantsExtensions) return
    const extension = Buffer.concat([u32(1), string('server-sig-algs'), string(signatures)])
    this.#transport.send(Buffer.concat([Buffer.from([Message.extensions]), extension]))
  }

  #secured(): void {
    const { client, isStrict: strict } = this.#chosen as Chosen
    const { cipher, mac } = named(client.ciphersIn, client.macsIn, this.#ours)
    this.#transport.protectIn(protection(cipher, mac, keysOf(this.#agreement as Agreement, 'ACE'), false), strict)
    this.#isSecure = true
  }

  #inside(number: number, message: Buffer): void {
    if (number === Message.serviceRequest) {
      const name = new Reader(message, 1).string()
      this.#transport.send(Buffer.concat([Buffer.from([Message.serviceAccept]), string(name)]))
    } else if (number === Message.kexInit) this.#talk.end()
    else this.#login.received(message)
  }
}

function named(ciphers: readonly string[], macs: readonly string[], ours: Lists): { cipher: string; mac: string } {
  const cipher = agreed(ciphers, ours.ciphersIn)
  const mac = agreed(macs, ours.macsIn) ?? ''
  if (cipher === undefined) throw new Error('no cipher in common')
  return { cipher, mac }
}

/** @param letters of initial vector, key and MAC key (RFC 4253 section 7.2) */
function keysOf(agreement: Agreement, letters: string): ProtectionKeys {
  const of = (k: number) => (length: number) => derived(agreement, letters[k] as string, length)
  return { iv: of(0), key: of(1), mac: of(2) }
}

export default {
  id: 'ssh',
  title: 'SSH',
  ports: [22],
  transports: ['tcp'],
  open: (talk) => new Ssh(talk),
  claims: (head) => head.toString('latin1').startsWith('SSH-'),
} satisfies Service
