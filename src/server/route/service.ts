import { z } from '../../config/zod.ts'
import { type RouteGroup, route } from './route.ts'

export const health = z.object({ status: z.literal('ok') })

export default {
  name: 'service',
  about: 'Whether the service lives, and what it is.',
  routes: [
    route({
      id: 'health',
      method: 'GET',
      path: '/healthz',
      about: 'Answers as long as the process lives.',
      role: 'anyone',
      response: health,
      handle: () => ({ status: 'ok' as const }),
    }),
  ],
} satisfies RouteGroup
