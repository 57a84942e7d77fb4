import { shortDigest } from '../../base/digest.ts'
import type { Case, Evidence } from '../../case/case.ts'

/**
 * What a client calls a record by: a digest of the input's name, offset and length. A client never names a path: only what the case
 * itself points at can be asked for, and a name stays good when triage runs again.
 */
export function refOf({ source, offset, length }: Evidence): string {
  return `${sourceDigest(source)}-${offset}-${length}`
}

export const refForm = /^[0-9a-f]{12}-\d{1,16}-\d{1,10}$/

/** The record of the case that is called so. */
export function findEvidence(one: Case, ref: string): Evidence | undefined {
  const [digest, offset, length] = ref.split('-')
  for (const each of allEvidence(one)) {
    if (each.offset === Number(offset) && each.length === Number(length) && sourceDigest(each.source) === digest) {
      return each
    }
  }
  return undefined
}

/** Everything that a case points at, some of it more than once. */
function* allEvidence({ triage, scans, copied }: Case): Generator<Evidence> {
  yield* copied
  for (const { evidence } of triage?.answers ?? []) yield* evidence
  for (const { evidence } of triage?.signs ?? []) yield* evidence
  for (const { evidence } of triage?.related ?? []) yield evidence
  for (const { scan } of scans) {
    for (const { term, ...step } of scan.evidence.steps) yield { ...step, shows: term }
  }
}

const digests = new Map<string, string>()
const mostDigests = 4096

function sourceDigest(source: string): string {
  const known = digests.get(source)
  if (known !== undefined) return known
  const digest = shortDigest(source)
  if (digests.size >= mostDigests) digests.clear()
  digests.set(source, digest)
  return digest
}
