import { createHash, randomBytes } from 'node:crypto'
import { Reader, string } from './wire.ts'

/** The ten lists of a KEXINIT (RFC 4253 section 7.1), each with the most wanted first. */
export interface Lists {
  readonly exchanges: readonly string[]
  readonly hostKeys: readonly string[]
  readonly ciphersIn: readonly string[]
  readonly ciphersOut: readonly string[]
  readonly macsIn: readonly string[]
  readonly macsOut: readonly string[]
  readonly compressionsIn: readonly string[]
  readonly compressionsOut: readonly string[]
}

const kexInit = 20
export const strictClient = 'kex-strict-c-v00@openssh.com'
const strictServer = 'kex-strict-s-v00@openssh.com'

/** What OpenSSH 7.7 to 8.4 offers as a server (sshd_config(5) of those releases, in that order). */
const exchanges = [
  'curve25519-sha256',
  'curve25519-sha256@libssh.org',
  'ecdh-sha2-nistp256',
  'ecdh-sha2-nistp384',
  'ecdh-sha2-nistp521',
  'diffie-hellman-group-exchange-sha256',
  'diffie-hellman-group16-sha512',
  'diffie-hellman-group18-sha512',
  'diffie-hellman-group14-sha256',
]
const hostKeys = ['rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa', 'ecdsa-sha2-nistp256', 'ssh-ed25519']
const ciphers = [
  'chacha20-poly1305@openssh.com',
  'aes128-ctr',
  'aes192-ctr',
  'aes256-ctr',
  'aes128-gcm@openssh.com',
  'aes256-gcm@openssh.com',
]
const macs = [
  'umac-64-etm@openssh.com',
  'umac-128-etm@openssh.com',
  'hmac-sha2-256-etm@openssh.com',
  'hmac-sha2-512-etm@openssh.com',
  'hmac-sha1-etm@openssh.com',
  'umac-64@openssh.com',
  'umac-128@openssh.com',
  'hmac-sha2-256',
  'hmac-sha2-512',
  'hmac-sha1',
]
const compressions = ['none', 'zlib@openssh.com']
/** Packages with the fix of CVE-2023-48795. */
const strictPackages = /deb11u3|ubuntu0\.11/

/** @param banner the identification line, which says the release */
export function offered(banner: string): Lists {
  const isWindows = banner.includes('Windows')
  return {
    exchanges: [
      ...exchanges,
      ...(isWindows ? ['diffie-hellman-group14-sha1'] : []),
      ...(strictPackages.test(banner) ? [strictServer] : []),
    ],
    hostKeys,
    ciphersIn: ciphers,
    ciphersOut: ciphers,
    macsIn: macs,
    macsOut: macs,
    compressionsIn: isWindows ? ['none'] : compressions,
    compressionsOut: isWindows ? ['none'] : compressions,
  }
}

export function isStrict(lists: Lists): boolean {
  return lists.exchanges.includes(strictServer)
}

/** The message, ready to be sent and to be hashed. */
export function kexInitOf(lists: Lists): Buffer {
  const names = [
    lists.exchanges,
    lists.hostKeys,
    lists.ciphersIn,
    lists.ciphersOut,
    lists.macsIn,
    lists.macsOut,
    lists.compressionsIn,
    lists.compressionsOut,
    [],
    [],
  ]
  return Buffer.concat([
    Buffer.from([kexInit]),
    randomBytes(16),
    ...names.map((list) => string(list.join(','))),
    Buffer.alloc(5),
  ])
}

/** @throws Error for a message that is not whole */
export function readKexInit(message: Buffer): Lists & { readonly guessed: boolean } {
  const reader = new Reader(message, 17)
  const list = () => reader.string().toString('latin1').split(',')
  const lists = {
    exchanges: list(),
    hostKeys: list(),
    ciphersIn: list(),
    ciphersOut: list(),
    macsIn: list(),
    macsOut: list(),
    compressionsIn: list(),
    compressionsOut: list(),
  }
  reader.string()
  reader.string()
  return { ...lists, guessed: reader.byte() !== 0 }
}

/** HASSH: MD5 of a client's exchanges, ciphers, MACs and compressions towards the server (github.com/salesforce/hassh). */
export function hassh({ exchanges, ciphersIn, macsIn, compressionsIn }: Lists): string {
  const text = [exchanges, ciphersIn, macsIn, compressionsIn].map((list) => list.join(',')).join(';')
  return createHash('md5').update(text, 'latin1').digest('hex')
}

/** The first that the client wants and we have (RFC 4253 section 7.1). */
export function agreed(client: readonly string[], ours: readonly string[]): string | undefined {
  return client.find((name) => ours.includes(name))
}
