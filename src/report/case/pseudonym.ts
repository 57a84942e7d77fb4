import { createHmac } from 'node:crypto'
import { sha256 } from '../../base/digest.ts'
import { formatPrefix, type Prefix, parsePrefix } from '../../base/prefix.ts'
import { Problem } from '../../base/problem.ts'
import type { Case, CopiedRecord } from '../../case/case.ts'
import { replaceAddresses } from './address-text.ts'
import { ownNetworks } from './ours.ts'
import { addressPseudonyms, headed } from './pseudonym/addresses.ts'
import { namePseudonyms } from './pseudonym/names.ts'
import { mapStrings } from './strings.ts'

/** Shorter keys could be tried one after the other. */
const shortestKey = 16

/** A case in which our own addresses and names are replaced, and our networks as they are called in it. */
export interface Pseudonymised {
  readonly theCase: Case
  readonly own: readonly string[]
}

/** How our own addresses and names are told. */
export interface Pseudonyms {
  readonly own: readonly string[]
  /** A copy of plain data with every string told so. */
  replace<Data>(data: Data): Data
}

/**
 * Pseudonyms of our own addresses. The same key and networks give the same ones everywhere, and
 * addresses with a common prefix keep one (as with Crypto-PAn, see `pseudonym/addresses.ts`). Pseudonyms lie in 240.0.0.0/4 and
 * f000::/5, which nobody uses, so that no stranger is named. Names of our hosts, names that the scan learned, and ids of scans
 * (digests of addresses) become digests. Of more than 15 first octets of IPv4 (2048
 * first 16 bits of IPv6) the rest is told only to be ours.
 * @param theCase which shows what else is ours, and whose names are replaced
 * @param own our networks as CIDR, besides those that the case shows to be ours
 * @throws Problem `pseudonym-key` where the key has less than 16 bytes
 */
export function pseudonyms(theCase: Case, own: readonly string[], key: Uint8Array): Pseudonyms {
  if (key.length < shortestKey) {
    throw new Problem('pseudonym-key', `a key of ${key.length} bytes can be guessed`, {
      hint: `Give at least ${shortestKey} random bytes, and the same ones whenever pseudonyms are to agree.`,
    })
  }
  const given = [...own]
    .sort()
    .map(parsePrefix)
    .filter((network): network is Prefix => network !== undefined)
  const networks = [...given, ...ownNetworks(theCase, [])]
  const addresses = addressPseudonyms(networks, key)
  const names = namePseudonyms(theCase, (kind, text) =>
    createHmac('sha256', key).update(`${kind}\0${text}`).digest('hex').slice(0, 12),
  )
  return {
    own: networks.flatMap(headed).map((network) => replaceAddresses(formatPrefix(network), addresses)),
    replace: (data) =>
      mapStrings(data, (text, isOwnWord) => replaceAddresses(isOwnWord ? text : names(text), addresses)),
  }
}

/** The case with its own addresses and names told by pseudonyms; copied records that are not text are emptied. @throws Problem as `pseudonyms` */
export function pseudonymised(theCase: Case, own: readonly string[], key: Uint8Array): Pseudonymised {
  const made = pseudonyms(theCase, own, key)
  return { theCase: pseudonymisedCase(theCase, made), own: made.own }
}

export function pseudonymisedCase(theCase: Case, { replace }: Pseudonyms): Case {
  const replaced = replace(theCase)
  return { ...replaced, copied: replaced.copied.map(withoutOriginal) }
}

/** The digest of the original would let anybody try addresses until it fits; bytes that are not text may hold any. */
function withoutOriginal(record: CopiedRecord): CopiedRecord {
  const bytes = record.encoding === 'utf8' ? record.bytes : ''
  return { ...record, bytes, sha256: sha256(Buffer.from(bytes)) }
}
