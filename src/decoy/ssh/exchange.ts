import {
  createDiffieHellmanGroup,
  createECDH,
  createHash,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
} from 'node:crypto'
import { mpint, Reader, string, u32 } from './wire.ts'

/** What both sides said before: the exchange hash is over it (RFC 4253 section 8). */
export interface Said {
  readonly clientVersion: string
  readonly serverVersion: string
  readonly clientInit: Buffer
  readonly serverInit: Buffer
  readonly hostKey: Buffer
}

export interface Agreement {
  readonly hash: Buffer
  /** As the key derivation takes it. */
  readonly secret: Buffer
  readonly digest: string
  /** The server's share, as it is sent. */
  readonly share: Buffer
}

/** SPKI before the 32 bytes of an X25519 key (RFC 8410). */
const x25519Head = Buffer.from('302a300506032b656e032100', 'hex')
const curves: Readonly<Record<string, [curve: string, digest: string]>> = {
  'ecdh-sha2-nistp256': ['prime256v1', 'sha256'],
  'ecdh-sha2-nistp384': ['secp384r1', 'sha384'],
  'ecdh-sha2-nistp521': ['secp521r1', 'sha512'],
}
const groups: Readonly<Record<string, [group: string, digest: string]>> = {
  'diffie-hellman-group14-sha256': ['modp14', 'sha256'],
  'diffie-hellman-group14-sha1': ['modp14', 'sha1'],
  'diffie-hellman-group16-sha512': ['modp16', 'sha512'],
  'diffie-hellman-group18-sha512': ['modp18', 'sha512'],
}
export const groupExchange = 'diffie-hellman-group-exchange-sha256'

/** Whether an exchange costs so much that a client may not have many of them. */
export function isCostly(exchange: string): boolean {
  return exchange.startsWith('diffie-hellman')
}

/** Takes the client's share (the first field of its message) and makes ours. @throws Error for a share that is none */
export function agree(exchange: string, message: Buffer, said: Said): Agreement {
  const share = new Reader(message, 1).string()
  const curve = curves[exchange]
  if (curve !== undefined) {
    const ecdh = createECDH(curve[0])
    const ours = ecdh.generateKeys()
    return conclude(curve[1], said, string(share), string(ours), mpint(ecdh.computeSecret(share)))
  }
  if (exchange.startsWith('curve25519')) {
    const { publicKey, privateKey } = generateKeyPairSync('x25519')
    const ours = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32)
    const theirs = createPublicKey({ key: Buffer.concat([x25519Head, share]), format: 'der', type: 'spki' })
    const secret = diffieHellman({ privateKey, publicKey: theirs })
    return conclude('sha256', said, string(share), string(ours), mpint(secret))
  }
  const [group, digest] = groups[exchange] as [string, string]
  const { ours, secret } = withGroup(group, share)
  return conclude(digest, said, mpint(share), mpint(ours), mpint(secret))
}

/** A group that the client asked for by its size (RFC 4419): of those that everybody has, as OpenSSH does without a file of moduli. */
export class GroupOffer {
  readonly #sizes: Buffer
  readonly #group: string
  readonly #prime: Buffer
  readonly #generator: Buffer

  /** @param message GEX_REQUEST */
  constructor(message: Buffer) {
    const reader = new Reader(message, 1)
    const [least, wanted, most] = [reader.u32(), reader.u32(), reader.u32()]
    this.#sizes = Buffer.concat([u32(least), u32(wanted), u32(most)])
    this.#group = most < 3072 || wanted <= 2048 ? 'modp14' : most < 4096 || wanted <= 3072 ? 'modp15' : 'modp16'
    const group = createDiffieHellmanGroup(this.#group)
    this.#prime = group.getPrime()
    this.#generator = group.getGenerator()
  }

  get message(): Buffer {
    return Buffer.concat([mpint(this.#prime), mpint(this.#generator)])
  }

  agree(message: Buffer, said: Said): Agreement {
    const share = new Reader(message, 1).string()
    const { ours, secret } = withGroup(this.#group, share)
    const before = Buffer.concat([this.#sizes, mpint(this.#prime), mpint(this.#generator)])
    return conclude('sha256', said, Buffer.concat([before, mpint(share)]), mpint(ours), mpint(secret))
  }
}

function withGroup(name: string, share: Buffer): { ours: Buffer; secret: Buffer } {
  const group = createDiffieHellmanGroup(name)
  const ours = group.generateKeys()
  return { ours, secret: group.computeSecret(share) }
}

function conclude(digest: string, said: Said, theirs: Buffer, ours: Buffer, secret: Buffer): Agreement {
  const { clientVersion, serverVersion, clientInit, serverInit, hostKey } = said
  const hash = createHash(digest)
    .update(Buffer.concat([string(clientVersion), string(serverVersion), string(clientInit), string(serverInit)]))
    .update(Buffer.concat([string(hostKey), theirs, ours, secret]))
    .digest()
  return { hash, secret, digest, share: ours }
}

/** The key of a letter (RFC 4253 section 7.2). The first hash of a connection is its session's id. */
export function derived({ hash, secret, digest }: Agreement, letter: string, length: number): Buffer {
  const start = [secret, hash]
  let key = createHash(digest)
    .update(Buffer.concat([...start, Buffer.from(letter), hash]))
    .digest()
  while (key.length < length)
    key = Buffer.concat([
      key,
      createHash(digest)
        .update(Buffer.concat([...start, key]))
        .digest(),
    ])
  return key.subarray(0, length)
}
