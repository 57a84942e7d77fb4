import { createPublicKey, type KeyObject, sign } from 'node:crypto'
import { integer, objectId, sequence, tlv } from '../der.ts'

export interface CertificateParts {
  readonly name: string
  readonly key: KeyObject
  /** At most 20 bytes. */
  readonly serial: Uint8Array
  /** Milliseconds. */
  readonly from: number
  readonly to: number
}

const sha256WithRsa = sequence(objectId('1.2.840.113549.1.1.11'), tlv(5))

/**
 * A self-signed X.509 certificate (RFC 5280) such as a distribution makes when a server is installed: a common name, the same as
 * alternative name, no authority. RSA signatures are deterministic (PKCS #1 version 1.5): the same parts give the same certificate.
 * @returns PEM
 */
export function selfSigned({ name, key, serial, from, to }: CertificateParts): string {
  const subject = sequence(tlv(0x31, sequence(objectId('2.5.4.3'), tlv(0x0c, Buffer.from(name)))))
  const alternative = sequence(tlv(0x82, Buffer.from(name)))
  const extensions = sequence(
    sequence(objectId('2.5.29.19'), tlv(4, sequence())),
    sequence(objectId('2.5.29.17'), tlv(4, alternative)),
  )
  const body = sequence(
    tlv(0xa0, integer(Buffer.from([2]))),
    integer(serial),
    sha256WithRsa,
    subject,
    sequence(time(from), time(to)),
    subject,
    createPublicKey(key).export({ type: 'spki', format: 'der' }),
    tlv(0xa3, extensions),
  )
  const signature = sign('sha256', body, key)
  const certificate = sequence(body, sha256WithRsa, tlv(3, Buffer.from([0]), signature))
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
}

/** UTCTime: years 1950 to 2049, after which RFC 5280 has GeneralizedTime. */
function time(milliseconds: number): Buffer {
  const digits = new Date(milliseconds).toISOString().replace(/\D/g, '').slice(0, 14)
  return digits < '2050' ? tlv(0x17, Buffer.from(`${digits.slice(2)}Z`)) : tlv(0x18, Buffer.from(`${digits}Z`))
}
