import { createHash } from 'node:crypto'

/** The first 12 hex digits of the SHA-256 of a text: a short stable identifier. */
export function shortDigest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12)
}

/** SHA-256 as hex. */
export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
