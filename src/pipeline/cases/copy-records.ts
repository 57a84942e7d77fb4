import { sha256 } from '../../base/digest.ts'
import type { Case, CopiedRecord, Evidence } from '../../case/case.ts'
import type { Pointer } from '../../event/pointer.ts'
import { readRecords } from '../evidence/read-records.ts'

/** Records of a case that are copied, and how much of each. */
const mostRecords = 64
const limits = { most: 2048, furthest: 1 << 30 }
/** Of each scan's score. */
const mostSteps = 8

/**
 * The decisive records of a case, copied with their digests so that rotation does not take the proof away: what the signs rest on,
 * then the last steps of each verdict. Records whose input is gone or was a pipe are left out; those that are copied already too.
 */
export async function copyRecords(one: Case): Promise<CopiedRecord[]> {
  const wanted = decisive(one).slice(0, mostRecords - one.copied.length)
  const copied: CopiedRecord[] = []
  for (const [source, evidence] of Map.groupBy(wanted, (each) => each.source)) {
    const read = await readRecords(source, evidence, limits)
    for (const [place, bytes] of read) copied.push(recordOf(place, bytes))
  }
  return copied
}

function decisive({ scans, triage, copied }: Case): Evidence[] {
  const known = new Set(copied.map(keyOf))
  const signs = (triage?.signs ?? []).flatMap(({ evidence }) => evidence)
  const steps = scans.flatMap(({ scan }) =>
    scan.evidence.steps
      .slice(-mostSteps)
      .map(({ at, source, offset, length, term }) => ({ at, source, offset, length, shows: term })),
  )
  return [...signs, ...steps].filter((each) => {
    const key = keyOf(each)
    if (known.has(key) || each.source === '' || each.source === '-') return false
    known.add(key)
    return true
  })
}

function keyOf({ source, offset }: Pointer): string {
  return `${source} ${offset}`
}

function recordOf(place: Evidence, bytes: Buffer): CopiedRecord {
  const text = bytes.toString('utf8')
  const isText = Buffer.from(text).equals(bytes) && !/[\0-\b\x0e-\x1f]/.test(text)
  return {
    ...place,
    bytes: isText ? text : bytes.toString('base64'),
    encoding: isText ? 'utf8' : 'base64',
    sha256: sha256(bytes),
  }
}
