import { askedExtent } from '../../asset/asked-extent.ts'
import { now } from '../../base/clock.ts'
import { z } from '../../config/zod.ts'
import { allowKnown, standing } from '../knowledge/allow-known.ts'
import { type RouteGroup, route } from './route.ts'

const texts = z.array(z.string().max(100)).max(100).default([])
const window = z.object({ start: z.string(), zone: z.string(), minutes: z.number(), rule: z.string().optional() })
const strings = z.array(z.string()).readonly()

const allowEntries = z.object({
  entries: z.array(
    z.object({
      id: z.string(),
      sources: strings,
      targets: strings,
      ports: strings,
      methods: strings,
      window: window.nullable(),
      owner: z.string(),
      ticket: z.string().nullable(),
      reason: z.string(),
      expires: z.string(),
      standing: z.enum(['in force', 'outside its window', 'expired']),
      from: z.string(),
    }),
  ),
})

const question = z.strictObject({
  at: z.string().min(1).max(40),
  until: z.string().min(1).max(40).optional(),
  sources: z.array(z.string().max(100)).min(1, 'who scans?').max(100),
  targets: texts,
  ports: texts,
  methods: texts,
})
const allowAnswer = z.object({ inScope: z.boolean(), entry: z.string().nullable(), because: strings })

export default {
  name: 'allowlist',
  about: 'Authorised scans, as the configuration and the files of the service declare them.',
  routes: [
    route({
      id: 'listAllowlist',
      method: 'GET',
      path: '/api/allowlist',
      about: 'Every entry, where it stands, and whether it holds at this moment.',
      role: 'viewer',
      response: allowEntries,
      handle: async ({ site }) => {
        const at = now() / 1000
        const { entries } = await allowKnown(site)
        const told = entries.map(async ({ entry, from }) => ({
          ...entry,
          window: entry.window ?? null,
          standing: await standing(entry, at),
          from,
        }))
        return { entries: await Promise.all(told) }
      },
    }),
    route({
      id: 'checkAllowlist',
      method: 'POST',
      path: '/api/allowlist/check',
      about:
        'Whether a scan would be in scope, of which entry, and every way in which it would not be. Changes nothing.',
      role: 'viewer',
      isSafe: true,
      body: question,
      response: allowAnswer,
      handle: async ({ site, body }) => {
        const { list } = await allowKnown(site)
        const match = list.match(askedExtent({ ...body, until: body.until }))
        return {
          inScope: match?.inScope ?? false,
          entry: match?.entry.id ?? null,
          because: [...(match?.because ?? ['No entry names a source of it.'])],
        }
      },
    }),
  ],
} satisfies RouteGroup
