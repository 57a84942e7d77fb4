import { z } from '../../config/zod.ts'
import { roles } from '../role.ts'
import { type RouteGroup, route } from './route.ts'

const sessionInfo = z.object({
  name: z.string(),
  role: z.enum(roles),
  /** To be sent as `x-csrf-token` with every change. */
  csrf: z.string(),
})
export type SessionInfo = z.infer<typeof sessionInfo>

export default {
  name: 'session',
  about: 'Signing in and out.',
  routes: [
    route({
      id: 'session',
      method: 'GET',
      path: '/api/session',
      about: 'Who is signed in.',
      role: 'viewer',
      response: sessionInfo,
      handle: ({ actor }) => ({ name: actor.name, role: actor.role, csrf: '' }),
    }),
  ],
} satisfies RouteGroup
