import { z } from '../../config/zod.ts'
import { ready } from '../health/ready.ts'
import { type RouteGroup, route } from './route.ts'

const health = z.object({ status: z.literal('ok') })
const check = z.enum(['ok', 'off'])
const readiness = z.object({
  status: z.literal('ready'),
  checks: z.object({ database: check, engine: check, disk: check }),
})

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
    route({
      id: 'readiness',
      method: 'GET',
      path: '/readyz',
      about:
        'Whether it can do its work: the database answers, the engine runs where the configuration wants one, and the disk has room. 503 with an issue for each check that fails.',
      role: 'anyone',
      response: readiness,
      handle: async ({ site }) => ({ status: 'ready' as const, checks: await ready(site) }),
    }),
    route({
      id: 'metrics',
      method: 'GET',
      path: '/metrics',
      about: 'What Prometheus asks for, in its text format 0.0.4.',
      role: 'viewer',
      response: ['text/plain'],
      handle: async ({ site }) => ({
        mediaType: 'text/plain; version=0.0.4; charset=utf-8',
        body: await site.metrics.text(site),
      }),
    }),
  ],
} satisfies RouteGroup
