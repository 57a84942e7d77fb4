import { createHash, randomBytes, randomUUID } from 'node:crypto'

/** 256 random bits as text for URLs and cookies. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url')
}

/** How such a secret is kept: it is random, so a plain SHA-256 is enough (there is nothing to guess). */
export function secretHash(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}

/** A name for something secret, which may be shown. */
export function newId(): string {
  return randomUUID().replaceAll('-', '').slice(0, 12)
}

/** What a page sends with every change, derived from its session's secret so that nothing more is kept. */
export function csrfOf(secret: string): string {
  return createHash('sha256').update(`csrf:${secret}`).digest('base64url')
}
