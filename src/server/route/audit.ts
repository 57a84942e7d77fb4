import { Readable } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import type { AuditEntry, AuditLog } from '../../account/audit-log.ts'
import { z } from '../../config/zod.ts'
import { csvLine } from '../../report/csv.ts'
import { type RouteGroup, route } from './route.ts'

const auditEntry = z.object({
  seq: z.number(),
  at: z.string(),
  /** Empty for nobody, and for a command at the machine. */
  account: z.string(),
  via: z.string(),
  origin: z.string(),
  operation: z.string(),
  /** JSON. */
  about: z.string(),
  status: z.number(),
  /** Of the problem; empty where it was done. */
  code: z.string(),
})
const auditPage = z.object({
  entries: z.array(auditEntry),
  /** To be sent as `before` for what is older; null where everything was looked at. */
  next: z.number().nullable(),
})

const auditCheck = z.object({
  /** As they were written. */
  entries: z.number(),
  /** The first that is not, or that is missing. */
  broken: z.number().nullable(),
  /** SHA-256 of the last that is: kept elsewhere, it shows later whether entries were cut off. */
  last: z.string(),
})

const time = z.iso.datetime({ offset: true }).transform((text) => new Date(text).toISOString())
const filter = z.object({
  who: z.string().max(64).optional(),
  operation: z.string().max(64).optional(),
  origin: z.string().max(100).optional(),
  result: z.enum(['done', 'refused']).optional(),
  since: time.optional(),
  until: time.optional(),
})
type Filter = z.output<typeof filter>

/** Entries that one question looks at: what is rare is found over several, and nobody waits. */
const window = 20_000
const columns = ['seq', 'at', 'account', 'via', 'origin', 'operation', 'about', 'status', 'code', 'hash'] as const

export default {
  name: 'audit',
  about: 'Who did or tried what, when and from where.',
  routes: [
    route({
      id: 'listAudit',
      method: 'GET',
      path: '/api/audit',
      about:
        'Entries of the audit log, the newest first. A page may hold fewer than asked for, even none: go on with `next`.',
      role: 'admin',
      query: filter.extend({
        before: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER).optional(),
        limit: z.coerce.number().int().min(1).max(500).default(100),
      }),
      response: auditPage,
      handle: ({ site, query: { before, limit, ...wanted } }) => {
        const { audit } = site.identity
        return part(audit, wanted, Math.min(before ?? Number.MAX_SAFE_INTEGER, audit.newest() + 1), limit)
      },
    }),
    route({
      id: 'auditCsv',
      method: 'GET',
      path: '/api/audit.csv',
      about: 'Every entry that fits, for a spreadsheet.',
      role: 'admin',
      query: filter,
      response: ['text/csv'],
      handle: ({ site, query, signal }) => ({
        mediaType: 'text/csv; charset=utf-8',
        fileName: 'audit.csv',
        body: Readable.from(csvOf(site.identity.audit, query, signal)),
      }),
    }),
    route({
      id: 'checkAudit',
      method: 'GET',
      path: '/api/audit/check',
      about: 'Whether every entry is as it was written: reads them all and compares their chain of hashes.',
      role: 'admin',
      response: auditCheck,
      handle: async ({ site, signal }) => {
        const { broken, ...state } = await site.identity.audit.check(signal)
        return { ...state, broken: broken ?? null }
      },
    }),
  ],
} satisfies RouteGroup

function part(
  audit: AuditLog,
  { who, operation, origin, result, since, until }: Filter,
  before: number,
  limit: number,
) {
  const first = Math.max(1, before - window)
  const entries: AuditEntry[] = audit.list({
    account: who,
    operation,
    origin,
    isRefused: result && result === 'refused',
    from: since,
    to: until,
    before,
    first,
    limit,
  })
  const at = entries.length < limit ? first : (entries.at(-1)?.seq ?? first)
  return { entries, next: at > 1 ? at : null }
}

async function* csvOf(audit: AuditLog, wanted: Filter, signal: AbortSignal): AsyncGenerator<string> {
  yield csvLine(columns)
  let next: number | null = audit.newest() + 1
  while (next !== null && !signal.aborted) {
    const found: ReturnType<typeof part> = part(audit, wanted, next, 500)
    if (found.entries.length > 0) {
      yield found.entries.map((entry) => csvLine(columns.map((column) => entry[column]))).join('')
    }
    next = found.next
    await setImmediate()
  }
}
