import { sha256 } from '../../base/digest.ts'
import type { CopiedRecord, Evidence } from '../../case/case.ts'
import type { EventRecord } from '../../event/record.ts'
import type { Formats } from '../../format/formats.ts'
import { sniffBytes } from '../recognise.ts'
import { readRecords } from './read-records.ts'
import { understand } from './understand.ts'

/**
 * How the original stands to the copy that the case keeps: the same bytes, others (it was changed or rotated), gone, or nothing was
 * copied to compare it with.
 */
export type OriginalState = 'same' | 'changed' | 'gone' | 'not-copied'

/** A record behind a case, as it was copied, else as its input still has it. */
export interface Original {
  readonly state: OriginalState
  /** At most 16 KiB; undefined where there is neither copy nor original. */
  readonly bytes: Buffer | undefined
  readonly isCopy: boolean
  /** SHA-256 of `bytes`; of a copy as it was noted then. */
  readonly sha256: string | null
  /** As the record is understood; empty where it is not by itself. */
  readonly events: readonly EventRecord[]
}

/** An archive is unpacked this far while somebody waits. Bytes. */
const limits = { most: 16 << 10, furthest: 128 << 20 }

/** Looks up a record that a case points at. @param copy of it, where the case keeps one */
export async function openOriginal(
  evidence: Evidence,
  copy: CopiedRecord | undefined,
  formats: Formats,
): Promise<Original> {
  const { source, length } = evidence
  const start = { source, offset: 0, length: sniffBytes }
  const isNamed = source !== '' && source !== '-'
  const read = isNamed ? await readRecords(source, [evidence], { ...limits, most: Math.min(length, limits.most) }) : []
  const found = read[0]?.[1]
  const copied = copy && Buffer.from(copy.bytes, copy.encoding)
  const bytes = copied === undefined || (found && isBegunBy(found, copied)) ? found : copied
  const head = found === undefined ? Buffer.alloc(0) : await headOf(source, start)
  const at = 1000 * (Date.parse(evidence.at ?? '') || 0)
  return {
    state: stateOf(found, copied),
    bytes,
    isCopy: bytes !== undefined && bytes === copied,
    sha256: bytes === undefined ? null : bytes === copied && copy ? copy.sha256 : sha256(bytes),
    events: bytes === undefined ? [] : await understand(bytes, { head, source, formats, at }),
  }
}

/** The copy is the beginning of the record: what is longer than 2 KiB was cut. */
function isBegunBy(found: Buffer, copied: Buffer): boolean {
  return found.subarray(0, copied.length).equals(copied)
}

function stateOf(found: Buffer | undefined, copied: Buffer | undefined): OriginalState {
  if (found === undefined) return 'gone'
  if (copied === undefined) return 'not-copied'
  return isBegunBy(found, copied) ? 'same' : 'changed'
}

/** As many of an input's first bytes as there are. */
async function headOf(source: string, start: { source: string; offset: number; length: number }): Promise<Buffer> {
  for (let length = start.length; length >= 24; length >>= 1) {
    const [head] = await readRecords(source, [{ ...start, length }], { most: length, furthest: limits.furthest })
    if (head !== undefined) return head[1]
  }
  return Buffer.alloc(0)
}
