import { createHash } from 'node:crypto'

/** What the first entry of a chain is chained to. */
export const genesis = '0'.repeat(64)

/**
 * The hash of an entry: SHA-256 over the one before it and every part of it, each with its length in front, so that no two entries are the same
 * bytes. Who changes, takes out, or reorders one changes all that follow; who knows a later hash can tell.
 */
export function chainHash(before: string, parts: readonly string[]): string {
  const hash = createHash('sha256')
  for (const part of [before, ...parts]) hash.update(`${Buffer.byteLength(part)}:`).update(part)
  return hash.digest('hex')
}
