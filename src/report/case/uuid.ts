import { createHash } from 'node:crypto'

/** The name space of ids that Sweepwatch makes of cases. Drawn once; changing it would change every id. */
const sweepwatchNames = '7c9d1c7a-5f0e-5b1e-9d0a-3f0f6a7f4c11'

/** A version 5 UUID (RFC 9562 section 5.5): SHA-1 over name space and name. The same name gives the same id. */
export function uuid5(space: string, name: string): string {
  const hash = createHash('sha1')
    .update(Buffer.from(space.replaceAll('-', ''), 'hex'))
    .update(name)
    .digest()
    .subarray(0, 16)
  hash[6] = ((hash[6] as number) & 0x0f) | 0x50
  hash[8] = ((hash[8] as number) & 0x3f) | 0x80
  const hex = hash.toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

/** The id of a part of a case. @param part what tells it from the other parts of that kind */
export function caseUuid(kind: string, caseId: string, part = ''): string {
  return uuid5(sweepwatchNames, JSON.stringify([kind, caseId, part]))
}
