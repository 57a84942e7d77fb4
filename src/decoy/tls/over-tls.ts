import { Duplex } from 'node:stream'
import { createSecureContext, type SecureContext, TLSSocket } from 'node:tls'
import { Gathered } from '../bytes.ts'
import type { Persona } from '../persona.ts'
import type { Conversation, Talk } from '../service/service.ts'
import { selfSigned } from './certificate.ts'
import { readClientHello } from './client-hello.ts'
import { ja3, ja4 } from './fingerprint.ts'

const day = 86_400e3
const mostContexts = 256
const contexts = new Map<string, SecureContext>()

export function isTls(head: Buffer): boolean {
  return head[0] === 22 && head[1] === 3 && head.length >= 3
}

/**
 * Speaks TLS with the client, and inside it whatever `open` speaks. The hello is read first, for its fingerprints. The session sees, and
 * its capture has, what went over the wire.
 */
export function overTls(talk: Talk, open: (inner: Talk) => Conversation): Conversation {
  const start = new Gathered(20_000)
  let layer: TlsLayer | undefined
  return {
    received(bytes) {
      if (layer !== undefined) {
        layer.received(bytes)
        return
      }
      if (!start.add(bytes)) {
        talk.end()
        return
      }
      const hello = readClientHello(start.bytes)
      if (hello === undefined) return
      if (hello !== 'none') {
        const { serverName } = hello
        talk.note({ ja3: ja3(hello), ja4: ja4(hello), ...(serverName !== '' && { serverName }) })
      }
      // What is no hello is answered as by any server: with an alert.
      layer = new TlsLayer(talk, open)
      layer.received(start.bytes)
    },
    closed: () => layer?.closed(),
  }
}

class TlsLayer {
  readonly #wire: Duplex
  readonly #secure: TLSSocket
  readonly #inner: Conversation

  constructor(talk: Talk, open: (inner: Talk) => Conversation) {
    this.#wire = new Duplex({
      read() {},
      write: (bytes: Buffer, _encoding, done) => {
        talk.send(bytes)
        done()
      },
      final: (done) => {
        talk.end()
        done()
      },
    })
    this.#secure = new TLSSocket(this.#wire, {
      isServer: true,
      secureContext: contextOf(talk.address, talk.persona),
      ALPNProtocols: ['http/1.1'],
    })
    const over = () => talk.end()
    this.#wire.on('error', over)
    this.#secure.on('error', over).on('end', over).on('close', over)
    const { persona, transport, address, peer, peerPort } = talk
    this.#inner = open({
      persona,
      transport,
      address,
      peer,
      peerPort,
      now: () => talk.now(),
      note: (notes) => talk.note(notes),
      login: (login) => talk.login(login),
      later: (milliseconds, act) => talk.later(milliseconds, act),
      send: (bytes) => void this.#secure.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes),
      end: () => void this.#secure.end(),
    })
    // An error of the inner service ends the session, as one outside does.
    this.#secure.on('data', (bytes: Buffer) => this.#guarded(talk, bytes))
  }

  received(bytes: Buffer): void {
    this.#wire.push(bytes)
  }

  closed(): void {
    this.#secure.destroy()
    this.#wire.destroy()
    this.#inner.closed?.()
  }

  #guarded(talk: Talk, bytes: Buffer): void {
    try {
      this.#inner.received(bytes)
    } catch (error) {
      talk.note({ message: `not understood: ${(error as Error).message}` })
      talk.end()
    }
  }
}

/** The certificate of an address; made when it is first asked for. */
function contextOf(address: string, persona: Persona): SecureContext {
  const { hostName, domain, draw, keys, family } = persona
  const name = family === 'windows' ? hostName : `${hostName}.${domain}`
  const key = `${address} ${name}`
  const known = contexts.get(key)
  if (known !== undefined) return known
  const from =
    keys.since - (20 + draw.below('certificate age', 700)) * day - draw.below('certificate second', 86_400) * 1000
  const serial = draw.bytes('serial').subarray(0, draw.one('serial length', [8, 16, 20]))
  serial[0] = ((serial[0] as number) & 0x7f) | 1
  const cert = selfSigned({ name, key: keys.tls, serial, from, to: from + 3650 * day })
  const made = createSecureContext({
    key: keys.tls.export({ type: 'pkcs8', format: 'pem' }),
    cert,
    ciphers: 'HIGH:!aNULL:!MD5',
  })
  if (contexts.size >= mostContexts) contexts.delete(contexts.keys().next().value as string)
  contexts.set(key, made)
  return made
}
