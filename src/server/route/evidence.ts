import { Problem } from '../../base/problem.ts'
import { z } from '../../config/zod.ts'
import { Formats } from '../../format/formats.ts'
import { openOriginal } from '../../pipeline/evidence/original.ts'
import { bounded, evidenceView } from '../case/bounded.ts'
import { caseId } from '../case/case-id.ts'
import { evidenceLink } from '../case/case-schema.ts'
import { findEvidence, refForm, refOf } from '../case/evidence-ref.ts'
import { loadedCase } from '../case/loaded-case.ts'
import { type RouteGroup, route } from './route.ts'

const original = evidenceLink.extend({
  length: z.number(),
  /** Against the copy that the case keeps: `not-copied` where it keeps none. */
  state: z.enum(['same', 'changed', 'gone', 'not-copied']),
  /** Whether the bytes are the copy's. */
  isCopy: z.boolean(),
  /** Base64; null where there is neither a copy nor the original. At most 16 KiB of the record. */
  bytes: z.base64().nullable(),
  isText: z.boolean(),
  isCut: z.boolean(),
  sha256: z.string().nullable(),
  /** What Sweepwatch understands of it, name and value, one list an event. */
  understood: z.array(z.array(z.object({ name: z.string(), value: z.string() }))),
})
export type OriginalRecord = z.infer<typeof original>

/** Fields that say where the record stands, which is told already. */
const untold: ReadonlySet<string> = new Set(['source', 'offset', 'length'])

export default {
  name: 'evidence',
  about: 'The original records behind a case.',
  routes: [
    route({
      id: 'caseEvidence',
      method: 'GET',
      path: '/api/cases/{id}/evidence/{ref}',
      about:
        'A record that the case points at: its bytes, where it is from, and whether the original is still the same.',
      role: 'viewer',
      params: caseId.extend({ ref: z.string().regex(refForm, 'is no record of a case') }),
      response: original,
      handle: async ({ site, params }) => {
        const one = loadedCase(site.cases, params.id)
        const evidence = findEvidence(one, params.ref)
        if (evidence === undefined) {
          throw new Problem('no-such-evidence', `case ${one.id} has no such record`, {
            hint: 'Triage may have run again since: open the case anew.',
          })
        }
        const copy = one.copied.find((each) => refOf(each) === params.ref)
        const { formats } = await site.config()
        const found = await openOriginal(evidence, copy, new Formats(formats))
        const { bytes, state, isCopy, sha256, events } = found
        return {
          ...evidenceView(evidence),
          ...{ length: evidence.length, state, isCopy, sha256 },
          bytes: bytes?.toString('base64') ?? null,
          isText: bytes !== undefined && isText(bytes),
          isCut: bytes !== undefined && bytes.length < evidence.length,
          understood: events.map(fieldsOf),
        }
      },
    }),
  ],
} satisfies RouteGroup

function fieldsOf(event: object): { name: string; value: string }[] {
  return Object.entries(event).flatMap(([name, value]) => {
    if (untold.has(name)) return []
    const text = Array.isArray(value) ? value.join(', ') : typeof value === 'object' ? textOf(value) : String(value)
    return [{ name, value: bounded(text, 1000) }]
  })
}

function textOf(group: object): string {
  return Object.entries(group)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ')
}

/** A line of a log: UTF-8 without control characters other than tabs and ends of lines. */
function isText(bytes: Buffer): boolean {
  const text = bytes.toString('utf8')
  return Buffer.from(text).equals(bytes) && !/[\0-\b\x0e-\x1a\x1c-\x1f]/.test(text)
}
