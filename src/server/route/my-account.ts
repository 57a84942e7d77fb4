import type { Account } from '../../account/accounts.ts'
import { roles } from '../../account/role.ts'
import { scopes, scopesOf } from '../../account/scope.ts'
import { mostDays } from '../../account/tokens.ts'
import { Problem } from '../../base/problem.ts'
import { z } from '../../config/zod.ts'
import { changePassword } from '../sign-in/change-password.ts'
import { sessionInfo } from '../sign-in/session-info.ts'
import { type Request, type RouteGroup, route } from './route.ts'

const myAccount = z.object({
  name: z.string(),
  role: z.enum(roles),
  hasSecondFactor: z.boolean(),
  passwordSet: z.string().nullable(),
  created: z.string(),
  /** What a token of theirs can be good for. */
  scopes: z.array(z.enum(scopes)),
})

const mySessions = z.object({
  sessions: z.array(
    z.object({
      id: z.string(),
      /** The one that asks. */
      isThis: z.boolean(),
      method: z.enum(['password', 'link', 'oidc']),
      began: z.string(),
      seen: z.string(),
      ends: z.string(),
      origin: z.string(),
      agent: z.string(),
    }),
  ),
})

const myTokens = z.object({
  tokens: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      scopes: z.array(z.enum(scopes)),
      created: z.string(),
      expires: z.string(),
      revoked: z.string().nullable(),
      used: z.string().nullable(),
      usedFrom: z.string().nullable(),
    }),
  ),
})

const madeToken = z.object({
  id: z.string(),
  /** The token itself, which is not kept. */
  secret: z.string(),
})

const params = z.object({ id: z.string().min(1).max(40) })
const done = z.object({ done: z.literal(true) })
const password = z.string().min(1).max(1000)

export default {
  name: 'my-account',
  about: 'The own account: password, sessions, tokens.',
  routes: [
    route({
      id: 'myAccount',
      method: 'GET',
      path: '/api/my-account',
      about: 'The account of who asks.',
      role: 'viewer',
      signIn: 'needed',
      response: myAccount,
      handle: (asked) => {
        const { name, role, totp, passwordSet, created } = own(asked)
        return { name, role, hasSecondFactor: totp !== null, passwordSet, created, scopes: [...scopesOf(role)] }
      },
    }),
    route({
      id: 'changeMyPassword',
      method: 'PUT',
      path: '/api/my-account/password',
      about: 'Sets another password, with the one that is. Every session ends; the answer begins another.',
      role: 'viewer',
      signIn: 'needed',
      body: z.object({ current: password, code: z.string().max(40).optional(), password }),
      response: sessionInfo,
      handle: (asked) => changePassword(asked, asked.body),
    }),
    route({
      id: 'mySessions',
      method: 'GET',
      path: '/api/my-account/sessions',
      about: 'Where who asks is signed in.',
      role: 'viewer',
      signIn: 'needed',
      response: mySessions,
      handle: (asked) => ({
        sessions: asked.site.identity.sessions
          .listOf(own(asked).id)
          .map((session) => ({ ...session, isThis: session.id === asked.actor.credential })),
      }),
    }),
    route({
      id: 'endMySession',
      method: 'DELETE',
      path: '/api/my-account/sessions/{id}',
      about: 'Ends one of the own sessions.',
      role: 'viewer',
      signIn: 'needed',
      params,
      response: done,
      handle: (asked) => {
        if (asked.site.identity.sessions.endOf(own(asked).id, asked.params.id)) return { done: true as const }
        throw new Problem('no-such-session', 'there is no such session')
      },
    }),
    route({
      id: 'myTokens',
      method: 'GET',
      path: '/api/my-account/tokens',
      about: 'The own tokens, without what is secret of them.',
      role: 'viewer',
      signIn: 'needed',
      response: myTokens,
      handle: (asked) => ({
        tokens: asked.site.identity.tokens
          .listOf(own(asked).id)
          .map((token) => ({ ...token, scopes: [...token.scopes] })),
      }),
    }),
    route({
      id: 'makeMyToken',
      method: 'POST',
      path: '/api/my-account/tokens',
      about: 'Makes a token for a program. It is answered this once.',
      role: 'viewer',
      signIn: 'recent',
      body: z.object({
        name: z.string().trim().min(1).max(100),
        scopes: z.array(z.enum(scopes)).min(1).max(scopes.length),
        days: z.int().min(1).max(mostDays),
      }),
      response: madeToken,
      handle: (asked) => {
        const { name, days } = asked.body
        const account = own(asked)
        const wanted = scopes.filter((scope) => asked.body.scopes.includes(scope))
        const beyond = wanted.find((scope) => !scopesOf(account.role).includes(scope))
        if (beyond) throw new Problem('not-allowed', `your role ${account.role} has no use for the scope ${beyond}`)
        const made = asked.site.identity.tokens.make(account.id, { name, scopes: wanted, days })
        asked.note({ token: made.id, name, scopes: wanted.join(' '), days })
        return made
      },
    }),
    route({
      id: 'revokeMyToken',
      method: 'DELETE',
      path: '/api/my-account/tokens/{id}',
      about: 'Revokes one of the own tokens.',
      role: 'viewer',
      signIn: 'needed',
      params,
      response: done,
      handle: (asked) => {
        asked.site.identity.tokens.revoke(asked.params.id, own(asked).id)
        return { done: true as const }
      },
    }),
  ],
} satisfies RouteGroup

function own({ site, actor }: Pick<Request<unknown, unknown, unknown>, 'site' | 'actor'>): Account {
  return site.identity.accounts.find(actor.name)
}
