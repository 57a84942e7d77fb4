import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import type { CaseEvent, CaseEventBody } from '../case/case.ts'

/** What is longer is kept compressed. Bytes. */
const large = 4096
/** A packed body never unpacks to more. */
const mostBytes = 64 << 20

export interface BodyColumns {
  readonly body: string | null
  readonly packed: Uint8Array | null
}

export function packBody(body: CaseEventBody): BodyColumns {
  const text = JSON.stringify(body)
  return text.length < large ? { body: text, packed: null } : { body: null, packed: zstdCompressSync(text) }
}

/** A row of `case_event`; its body may have been left out, where a later one stands for it. */
export function eventOf(row: Record<string, unknown>): CaseEvent {
  return {
    seq: Number(row['seq']),
    caseId: String(row['case_id']),
    at: String(row['at']),
    author: String(row['author']),
    reason: String(row['reason']),
    body: bodyOf(row),
  }
}

function bodyOf({ body, packed, kind }: Record<string, unknown>): CaseEventBody {
  if (typeof body === 'string') return JSON.parse(body) as CaseEventBody
  if (packed instanceof Uint8Array) {
    return JSON.parse(zstdDecompressSync(packed, { maxOutputLength: mostBytes }).toString()) as CaseEventBody
  }
  return { kind: 'superseded', what: kind === 'scan' ? 'scan' : 'triaged' }
}

/** What later events of the same kind stand for: the scan's id, or the kind alone. */
export function refOf(body: CaseEventBody): string {
  return body.kind === 'scan' ? body.scan.id : ''
}
