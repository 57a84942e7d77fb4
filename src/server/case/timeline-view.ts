import type { Case } from '../../case/case.ts'
import { timelineOf } from '../../case/timeline.ts'
import { z } from '../../config/zod.ts'
import { bounded, evidenceView } from './bounded.ts'
import { evidenceLink } from './case-schema.ts'

const most = 2000

export const timelineView = z.object({
  items: z.array(
    z.object({
      /** Its place in the whole. */
      number: z.int(),
      at: z.string(),
      last: z.string(),
      from: z.enum(['scan', 'sign', 'related', 'case', 'plan']),
      text: z.string(),
      evidence: evidenceLink.nullable(),
    }),
  ),
  total: z.int(),
})
export type TimelineView = z.infer<typeof timelineView>

/** What happened in one order; of more than 2,000 entries the first half and the last. */
export function timelineViewOf(one: Case): TimelineView {
  const entries = timelineOf(one).map((entry, number) => ({ ...entry, number }))
  const shown = entries.length <= most ? entries : [...entries.slice(0, most / 2), ...entries.slice(-most / 2)]
  const items = shown.map(({ text, evidence, ...entry }) => {
    return { ...entry, text: bounded(text, 600), evidence: evidence && evidenceView(evidence) }
  })
  return { items, total: entries.length }
}
