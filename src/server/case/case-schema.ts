import { z } from '../../config/zod.ts'
import { refForm } from './evidence-ref.ts'

/** What the API says of a case. Texts are whole sentences, the same as in the reports. */

const severities = ['low', 'medium', 'high', 'critical'] as const
const texts = z.array(z.string())

/** The first of a list, and how many there are: the rest is asked for by its own path. */
export function partOf<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), total: z.int() })
}

export const evidenceLink = z.object({
  /** Asks for the record itself. */
  ref: z.string().regex(refForm),
  source: z.string(),
  offset: z.number(),
  at: z.string().nullable(),
  shows: z.string(),
})

const answerView = z.object({
  question: z.string(),
  text: z.string(),
  answer: z.enum(['yes', 'no', 'unknown']),
  confidence: z.number(),
  because: texts,
  evidence: partOf(evidenceLink),
  looked: texts,
  wouldTell: texts,
})

export const signView = z.object({
  kind: z.string(),
  first: z.string(),
  last: z.string(),
  text: z.string(),
  figures: z.string(),
  confidence: z.number(),
  evidence: partOf(evidenceLink),
})

export const relatedView = z.object({
  at: z.string(),
  kind: z.string(),
  between: z.string(),
  text: z.string(),
  why: z.string(),
  evidence: evidenceLink,
})

export const hostView = z.object({
  address: z.string(),
  name: z.string(),
  owner: z.string().nullable(),
  state: z.enum(['clean', 'suspect', 'unknown']),
  services: z.string(),
  because: texts,
})

export const weaknessView = z.object({
  text: z.string(),
  address: z.string(),
  severity: z.enum(severities).nullable(),
  isExploited: z.boolean(),
  epss: z.number().nullable(),
  because: texts,
  source: z.string(),
})

export const sourceView = z.object({
  address: z.string(),
  /** Why it is in the case. */
  because: texts,
  /** Null where nobody looked it up. */
  dossier: z
    .object({
      identity: z.string(),
      because: texts,
      hits: z.array(z.object({ text: z.string(), reference: z.string() })),
      looked: texts,
    })
    .nullable(),
})

export const scanRow = z.object({
  id: z.string(),
  headline: z.string(),
  joined: z.string(),
  severity: z.enum(severities),
  confidence: z.number(),
  first: z.string(),
  last: z.string(),
})

export const historyView = z.object({
  seq: z.int(),
  at: z.string(),
  author: z.string(),
  kind: z.string(),
  text: z.string(),
})

const stepView = z.object({
  /** A digest of its text. */
  id: z.string(),
  text: z.string(),
  done: z.object({ by: z.string(), at: z.string() }).nullable(),
})

const decisionView = z.object({
  kind: z.enum(['escalate', 'monitor', 'close']),
  rule: z.string(),
  title: z.string(),
  confidence: z.number(),
  because: texts,
  reverse: texts,
  facts: z.array(z.object({ name: z.string(), value: z.string() })),
})

export const caseHead = z.object({
  id: z.string(),
  title: z.string(),
  /** The verdict in one sentence. */
  verdict: z.string(),
  status: z.enum(['open', 'closed', 'merged']),
  severity: z.enum(severities),
  statusText: z.string(),
  when: z.string(),
  amount: z.string(),
  times: z.string(),
  owner: z.string().nullable(),
  escalatedTo: z.string().nullable(),
  outcome: z.string().nullable(),
  mergedInto: z.string().nullable(),
  opened: z.string(),
  first: z.string(),
  last: z.string(),
  updated: z.string(),
  sources: partOf(z.string()),
  /** Number of the newest entry of its history: to be sent with a change, which is refused when people have decided something since. */
  seen: z.int(),
})

export const casePage = z.object({
  head: caseHead,
  decision: decisionView.nullable(),
  answers: z.array(answerView),
  permission: z.object({ inScope: z.boolean(), text: z.string(), because: texts }).nullable(),
  patterns: z.array(z.object({ name: z.string(), purpose: z.string(), because: texts, references: texts })),
  signs: partOf(signView),
  hosts: partOf(hostView).extend({ suspect: z.int(), clean: z.int(), unknown: z.int(), omitted: z.int() }),
  weaknesses: partOf(weaknessView),
  sources: partOf(sourceView),
  related: partOf(relatedView),
  techniques: z.array(
    z.object({ id: z.string(), name: z.string(), state: z.string(), isSeen: z.boolean(), because: texts }),
  ),
  scans: partOf(scanRow).extend({ omitted: z.int() }),
  records: z.array(evidenceLink.extend({ sha256: z.string() })),
  steps: z.array(stepView),
  /** Steps that were done and are no longer named, for triage has learned more since. */
  stepsBefore: z.array(stepView),
  notes: partOf(historyView),
  history: partOf(historyView),
})
export type CasePage = z.infer<typeof casePage>
