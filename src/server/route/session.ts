import { csrfOf } from '../../account/secret.ts'
import { z } from '../../config/zod.ts'
import { cookieSecret, sessionCookie } from '../sign-in/cookie.ts'
import { confirm, signIn } from '../sign-in/password.ts'
import { sessionInfo } from '../sign-in/session-info.ts'
import { linkInfo, setUp } from '../sign-in/set-up.ts'
import { type RouteGroup, route } from './route.ts'

const linkInfoView = z.object({ purpose: z.enum(['first', 'password']), name: z.string().nullable() })
export type LinkInfo = z.infer<typeof linkInfoView>

const secret = z.string().min(1).max(200)
const password = z.string().min(1).max(1000)
const code = z.string().max(40)
const done = z.object({ done: z.literal(true) })

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
      signIn: 'begun',
      response: sessionInfo,
      handle: ({ actor, raw, isSecure }) => {
        const sent = cookieSecret(raw.headers.cookie, isSecure) ?? ''
        return {
          name: actor.name,
          role: actor.role,
          csrf: csrfOf(sent),
        }
      },
    }),
    route({
      id: 'signIn',
      method: 'POST',
      path: '/api/session',
      about:
        'Signs in with a password, and a code where a second factor is set up: `second-factor` asks for it. The session is a cookie.',
      role: 'anyone',
      body: z.object({ name: z.string().min(1).max(64), password, code: code.optional() }),
      response: sessionInfo,
      handle: (asked) => signIn(asked, asked.body),
    }),
    route({
      id: 'confirmSession',
      method: 'POST',
      path: '/api/session/confirm',
      about: 'Shows again who they are, for what needs it: a password, and a code where a second factor is set up.',
      role: 'viewer',
      signIn: 'needed',
      body: z.object({ password, code: code.optional() }),
      response: done,
      handle: async (asked) => {
        await confirm(asked, asked.body)
        return { done: true as const }
      },
    }),
    route({
      id: 'signOut',
      method: 'DELETE',
      path: '/api/session',
      about: 'Signs out.',
      role: 'viewer',
      signIn: 'begun',
      response: done,
      handle: ({ site, actor, header, isSecure }) => {
        site.identity.sessions.end(actor.credential)
        header('set-cookie', sessionCookie('', isSecure))
        header('clear-site-data', '"cache"')
        return { done: true as const }
      },
    }),
    route({
      id: 'lookAtLink',
      method: 'POST',
      path: '/api/set-up/look',
      about: 'What a one-time link is for.',
      role: 'anyone',
      isSafe: true,
      body: z.object({ secret }),
      response: linkInfoView,
      handle: ({ site, body }) => linkInfo(site, body.secret),
    }),
    route({
      id: 'setUp',
      method: 'POST',
      path: '/api/set-up',
      about:
        'Uses a one-time link: makes the first admin, or sets a password. Signs in where no second factor is asked for.',
      role: 'anyone',
      body: z.object({ secret, name: z.string().max(64).optional(), password }),
      response: z.object({ signedIn: z.boolean() }),
      handle: (asked) => setUp(asked, asked.body),
    }),
  ],
} satisfies RouteGroup
