import { createECDH, createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto'
import type { Persona } from '../persona.ts'
import { mpint, string } from './wire.ts'

/** A key of a server, and how it is written (RFC 4253 section 6.6, RFC 5656, RFC 8709). */
export interface HostKey {
  readonly blob: Buffer
  sign(hash: Buffer): Buffer
}

/** PKCS #8 before the 32 bytes of an Ed25519 key (RFC 8410). */
const ed25519Head = Buffer.from('302e020100300506032b657004220420', 'hex')
const digests: Readonly<Record<string, string>> = {
  'rsa-sha2-512': 'sha512',
  'rsa-sha2-256': 'sha256',
  'ssh-rsa': 'sha1',
}

/** The key of a kind: elliptic ones are drawn for the address, the RSA key is one of the installation's. */
export function hostKeyOf(algorithm: string, { draw, keys }: Persona): HostKey {
  if (algorithm === 'ssh-ed25519') return ed25519(draw.bytes('ssh ed25519'))
  if (algorithm === 'ecdsa-sha2-nistp256') return ecdsa(draw.bytes('ssh ecdsa'))
  return rsa(keys.ssh, algorithm)
}

function ed25519(seed: Buffer): HostKey {
  const key = createPrivateKey({ key: Buffer.concat([ed25519Head, seed]), format: 'der', type: 'pkcs8' })
  const point = createPublicKey(key).export({ type: 'spki', format: 'der' }).subarray(-32)
  const name = string('ssh-ed25519')
  return {
    blob: Buffer.concat([name, string(point)]),
    sign: (hash) => Buffer.concat([name, string(sign(null, hash, key))]),
  }
}

function ecdsa(secret: Buffer): HostKey {
  const curve = createECDH('prime256v1')
  curve.setPrivateKey(secret)
  const point = curve.getPublicKey()
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((part) => part.toString('base64url')) as [
    string,
    string,
  ]
  const jwk = { kty: 'EC', crv: 'P-256', d: secret.toString('base64url'), x, y }
  const key = createPrivateKey({ key: jwk, format: 'jwk' })
  const name = string('ecdsa-sha2-nistp256')
  return {
    blob: Buffer.concat([name, string('nistp256'), string(point)]),
    sign(hash) {
      const both = sign('sha256', hash, { key, dsaEncoding: 'ieee-p1363' })
      return Buffer.concat([name, string(Buffer.concat([mpint(both.subarray(0, 32)), mpint(both.subarray(32))]))])
    },
  }
}

function rsa(key: KeyObject, algorithm: string): HostKey {
  const { n = '', e = '' } = createPublicKey(key).export({ format: 'jwk' })
  const [modulus, exponent] = [Buffer.from(n, 'base64url'), Buffer.from(e, 'base64url')]
  return {
    blob: Buffer.concat([string('ssh-rsa'), mpint(exponent), mpint(modulus)]),
    sign: (hash) => Buffer.concat([string(algorithm), string(sign(digests[algorithm] ?? 'sha256', hash, key))]),
  }
}
