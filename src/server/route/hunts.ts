import { archiveColumns } from '../../archive/columns.ts'
import { parameterTypes } from '../../archive/hunt/hunt.ts'
import { loadHunts } from '../../archive/hunt/library.ts'
import { longestSql } from '../../archive/sql-guard.ts'
import { now } from '../../base/clock.ts'
import { Problem } from '../../base/problem.ts'
import { isoTime } from '../../base/time.ts'
import { z } from '../../config/zod.ts'
import { SavedHunts } from '../../store/saved-hunts.ts'
import { askArchive, huntAsk } from '../hunt/ask-archive.ts'
import { type RouteGroup, route } from './route.ts'

const id = z.string().max(80)
const questionText = z.string().min(1).max(32_768)
const name = z.string().trim().min(1, 'give it a name').max(100)

const huntList = z.object({
  /** Why nothing can be asked, if so. */
  missing: z.string().nullable(),
  /** Our networks, as some hunts need them. */
  knowsNetworks: z.boolean(),
  hunts: z.array(
    z.object({
      id,
      title: z.string(),
      question: z.string(),
      note: z.string(),
      requirement: z.string(),
      lookback: z.number(),
      window: z.number().nullable(),
      needsNetworks: z.boolean(),
      parameters: z.array(
        z.object({
          name: z.string(),
          type: z.enum(parameterTypes),
          fallback: z.string().nullable(),
          about: z.string(),
        }),
      ),
      sql: z.string(),
    }),
  ),
  columns: z.array(z.object({ name: z.string(), type: z.string(), about: z.string() })),
})
export type HuntList = z.infer<typeof huntList>

const savedHunt = z.object({ id: z.int(), name: z.string(), question: z.string(), saved: z.string() })
const savedHunts = z.object({ hunts: z.array(savedHunt) })
export type SavedHuntList = z.infer<typeof savedHunts>

const answerTypes = ['application/json', 'application/x-ndjson', 'text/csv'] as const

export default {
  name: 'hunts',
  about:
    'Questions to the archive of events. Two are answered at once, each with one thread and a gigabyte; others wait, and what is no longer waited for is ended.',
  routes: [
    route({
      id: 'listHunts',
      method: 'GET',
      path: '/api/hunts',
      about: 'The hunts by name, with their parameters and SQL, and the columns that SQL of your own can ask for.',
      role: 'viewer',
      response: huntList,
      handle: async ({ site }) => {
        const { archive, networks } = await site.config()
        return {
          missing: archive === undefined ? 'no-archive' : null,
          knowsNetworks: (networks ?? []).length > 0,
          hunts: loadHunts().map(({ parameters, window, ...hunt }) => ({
            ...hunt,
            window: window ?? null,
            parameters: parameters.map((each) => ({ ...each, fallback: each.fallback ?? null })),
          })),
          columns: archiveColumns.map(([column, type, about]) => ({ name: column, type, about })),
        }
      },
    }),
    route({
      id: 'runHunt',
      method: 'POST',
      path: '/api/hunts/{id}/run',
      about:
        'Runs a hunt. As JSON: columns, rows, isCut, from, to, leftOut (files not read), milliseconds; as JSON Lines an object a row; as CSV safe for spreadsheets.',
      role: 'viewer',
      params: z.object({ id }),
      body: huntAsk,
      response: answerTypes,
      handle: ({ params, body, site, actor, signal }) => {
        const hunt = loadHunts().find((each) => each.id === params.id)
        if (hunt) return askArchive(site, { asked: hunt, ask: body, who: actor.name, signal })
        throw new Problem('no-such-hunt', `there is no hunt ${params.id}`, { hint: 'GET /api/hunts lists them.' })
      },
    }),
    route({
      id: 'runSql',
      method: 'POST',
      path: '/api/hunts/sql',
      about: 'Runs one SELECT over events and contacts, which can read them and nothing else. Answers as runHunt does.',
      role: 'analyst',
      body: huntAsk.extend({ sql: z.string().min(1).max(longestSql) }),
      bodyLimit: 256 << 10,
      response: answerTypes,
      handle: ({ body: { sql, ...ask }, site, actor, signal, note }) => {
        note({ sql: sql.slice(0, 2000) })
        return askArchive(site, { asked: { sql }, ask, who: actor.name, signal })
      },
    }),
    route({
      id: 'listSavedHunts',
      method: 'GET',
      path: '/api/saved-hunts',
      about: 'What you have kept.',
      role: 'viewer',
      response: savedHunts,
      handle: ({ site, actor }) => ({ hunts: [...new SavedHunts(site.cases.database).of(actor.name)] }),
    }),
    route({
      id: 'saveHunt',
      method: 'POST',
      path: '/api/saved-hunts',
      about: 'Keeps a question under a name; one of the same name is replaced.',
      role: 'viewer',
      body: z.object({ name, question: questionText }),
      response: savedHunt,
      handle: ({ site, actor, body }) =>
        new SavedHunts(site.cases.database).save(actor.name, { ...body, saved: isoTime(now()) }),
    }),
    route({
      id: 'removeSavedHunt',
      method: 'DELETE',
      path: '/api/saved-hunts/{id}',
      about: 'Forgets what you have kept.',
      role: 'viewer',
      params: z.object({ id: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER) }),
      response: z.object({ removed: z.literal(true) }),
      handle: ({ site, actor, params }) => {
        new SavedHunts(site.cases.database).remove(actor.name, params.id)
        return { removed: true as const }
      },
    }),
  ],
} satisfies RouteGroup
