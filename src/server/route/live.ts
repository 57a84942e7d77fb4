import { z } from '../../config/zod.ts'
import { type RouteGroup, route } from './route.ts'

const position = z.string().max(500)

export default {
  name: 'live',
  about: 'Changes as they happen.',
  routes: [
    route({
      id: 'live',
      method: 'GET',
      path: '/api/live',
      about:
        'Server-sent events: what changed (topics) and whom it is about (ids, empty where they are too many to name). A client that sends Last-Event-ID is first told what changed since, also after a restart of the service.',
      role: 'viewer',
      query: z.object({
        /** As Last-Event-ID, for clients that cannot set headers. */
        after: position.optional(),
      }),
      response: ['text/event-stream'] as const,
      handle: ({ site, actor, raw, query, stillMay, header }) => {
        const last = position.safeParse(raw.headers['last-event-id']).data ?? query.after
        header('x-accel-buffering', 'no')
        return { mediaType: 'text/event-stream', body: site.live.stream(actor.name, last, stillMay) }
      },
    }),
  ],
} satisfies RouteGroup
