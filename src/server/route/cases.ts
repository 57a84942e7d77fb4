import { now } from '../../base/clock.ts'
import { Problem } from '../../base/problem.ts'
import { isoTime } from '../../base/time.ts'
import { z } from '../../config/zod.ts'
import {
  assignCase,
  closeCase,
  escalateCase,
  noteCase,
  outcomes,
  reopenCase,
  type Signature,
} from '../../pipeline/cases/case-changes.ts'
import { offerToTell } from '../../pipeline/notifying.ts'
import { csvLine } from '../../report/csv.ts'
import type { CaseStore } from '../../store/case-store.ts'
import { caseFilter, filterOf } from '../case-list/case-filter.ts'
import { unchanged } from '../unchanged.ts'
import { type RouteGroup, route } from './route.ts'

const mostRows = 500
const mostExported = 100_000
const mostAtOnce = 200

const row = z.object({
  id: z.string(),
  title: z.string(),
  status: z.enum(['open', 'closed', 'merged']),
  decision: z.enum(['escalate', 'monitor', 'close']).nullable(),
  rule: z.string().nullable(),
  severity: z.enum(['low', 'medium', 'high', 'critical']),
  confidence: z.number().nullable(),
  owner: z.string().nullable(),
  escalatedTo: z.string().nullable(),
  outcome: z.string().nullable(),
  opened: z.string(),
  first: z.string(),
  last: z.string(),
  updated: z.string(),
  scans: z.number(),
  probes: z.number(),
  sources: z.array(z.string()).readonly(),
})

const caseList = z.object({ total: z.int(), rows: z.array(row) })
export type CaseList = z.infer<typeof caseList>

const text = (most: number) => z.string().trim().min(1, 'is empty').max(most)
const reason = text(2000)
const change = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('assign'), to: text(200) }),
  z.object({ kind: z.literal('note'), text: text(10_000) }),
  z.object({ kind: z.literal('escalate'), to: text(200), reason }),
  z.object({ kind: z.literal('close'), outcome: z.enum(outcomes), lesson: text(2000), change: text(2000), reason }),
  z.object({ kind: z.literal('reopen'), reason }),
])

const changed = z.object({
  results: z.array(
    z.object({
      id: z.string(),
      done: z.boolean(),
      problem: z.object({ code: z.string(), detail: z.string() }).nullable(),
    }),
  ),
})
export type ChangedCases = z.infer<typeof changed>

export default {
  name: 'cases',
  about: 'The list of cases, and what is done with several at once.',
  routes: [
    route({
      id: 'listCases',
      method: 'GET',
      path: '/api/cases',
      about: 'Cases that satisfy a filter, those to be looked at first in front.',
      role: 'viewer',
      query: caseFilter.extend({
        limit: z.coerce.number().int().min(1).max(mostRows).default(100),
        offset: z.coerce.number().int().min(0).max(10_000_000).default(0),
      }),
      response: caseList,
      handle: ({ site, query }) => {
        const { limit, offset, ...asked } = query
        const filter = filterOf(asked)
        const known = unchanged(site.cases.database)
        const key = JSON.stringify(filter)
        return {
          total: known.answer(`count ${key}`, () => site.cases.count(filter)),
          rows: known.answer(`rows ${limit} ${offset} ${key}`, () => site.cases.list({ ...filter, limit, offset })),
        }
      },
    }),
    route({
      id: 'exportCases',
      method: 'GET',
      path: '/api/cases.csv',
      about: `The same as CSV, at most ${mostExported} cases. A cell that a spreadsheet would take for a formula begins with an apostrophe.`,
      role: 'viewer',
      query: caseFilter,
      response: ['text/csv'],
      handle: ({ site, query }) => ({
        mediaType: 'text/csv; charset=utf-8',
        fileName: 'cases.csv',
        body: csvOf(site.cases, query),
      }),
    }),
    route({
      id: 'changeCases',
      method: 'POST',
      path: '/api/cases/changes',
      about: 'Does the same with several cases. Each is done or refused by itself, and the answer says which.',
      role: 'analyst',
      body: z.object({
        ids: z
          .array(z.string().regex(/^[\w-]{1,64}$/))
          .min(1)
          .max(mostAtOnce),
        change,
      }),
      response: changed,
      handle: async ({ site, body, actor, note }) => {
        note({ kind: body.change.kind, cases: body.ids.join(' ').slice(0, 2000) })
        const why = 'reason' in body.change ? body.change.reason : body.change.kind === 'note' ? 'a note' : 'assigned'
        const by = { at: isoTime(now()), author: actor.name, reason: why }
        const results = [...new Set(body.ids)].map((id) => changeOne(site.cases, id, by, body.change))
        if (body.change.kind === 'escalate') {
          const { notify } = await site.config()
          for (const { id, done } of results) if (done) await offerToTell(notify, site.cases, site.cases.find(id))
        }
        return { results }
      },
    }),
  ],
} satisfies RouteGroup

function changeOne(
  store: CaseStore,
  id: string,
  by: Signature,
  what: z.output<typeof change>,
): ChangedCases['results'][number] {
  try {
    const one = store.find(id)
    if (what.kind === 'assign') assignCase(store, one, by, what.to)
    else if (what.kind === 'note') noteCase(store, one, by, what.text)
    else if (what.kind === 'escalate') escalateCase(store, one, by, what.to)
    else if (what.kind === 'close') closeCase(store, one, by, what)
    else reopenCase(store, one, by)
    return { id, done: true, problem: null }
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    return { id, done: false, problem: { code: error.code, detail: error.message } }
  }
}

const columns = Object.keys(row.shape) as (keyof z.infer<typeof row>)[]

function csvOf(store: CaseStore, query: z.output<typeof caseFilter>): string {
  const rows = store.list({ ...filterOf(query), limit: mostExported })
  const lines = rows.map((each) =>
    columns.map((name) => {
      const value = each[name]
      return Array.isArray(value) ? value.join(' ') : String(value ?? '')
    }),
  )
  return [columns, ...lines].map(csvLine).join('')
}
