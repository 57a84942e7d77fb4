import { type Account, accountName } from '../../account/accounts.ts'
import { linkPath } from '../../account/links.ts'
import { roles } from '../../account/role.ts'
import { Problem } from '../../base/problem.ts'
import { z } from '../../config/zod.ts'
import type { Site } from '../site.ts'
import { type RouteGroup, route } from './route.ts'

const accountView = z.object({
  name: z.string(),
  role: z.enum(roles),
  isDisabled: z.boolean(),
  /** They can sign in: a password was set. */
  hasPassword: z.boolean(),
  hasSecondFactor: z.boolean(),
  created: z.string(),
  lastSignIn: z.string().nullable(),
})
const accountList = z.object({ accounts: z.array(accountView) })

const setUpLink = z.object({
  name: z.string(),
  /** Good once, for an hour; a path of this service where `serve: {url: …}` does not name it. */
  link: z.string(),
})

const params = z.object({ name: z.string().min(1).max(64) })
const role = z.enum(roles)

export default {
  name: 'accounts',
  about: 'Who may sign in.',
  routes: [
    route({
      id: 'listAccounts',
      method: 'GET',
      path: '/api/accounts',
      about: 'Every account.',
      role: 'admin',
      response: accountList,
      handle: ({ site }) => ({ accounts: site.identity.accounts.list().map(viewOf) }),
    }),
    route({
      id: 'addAccount',
      method: 'POST',
      path: '/api/accounts',
      about: 'Adds an account, and makes the link with which its owner sets a password.',
      role: 'admin',
      signIn: 'recent',
      body: z.object({ name: z.string().min(1).max(64), role }),
      response: setUpLink,
      handle: ({ site, body, note }) => {
        note({ name: accountName(body.name), role: body.role })
        return linkFor(site, site.identity.accounts.add(body.name, body.role))
      },
    }),
    route({
      id: 'changeRole',
      method: 'PUT',
      path: '/api/accounts/{name}/role',
      about: 'Gives an account another role. Its sessions end.',
      role: 'admin',
      signIn: 'recent',
      params,
      body: z.object({ role }),
      response: accountView,
      handle: ({ site, actor, params: { name }, body, note }) => {
        const account = another(site, actor.name, name)
        note({ from: account.role, role: body.role })
        if (account.role !== body.role) {
          site.identity.accounts.setRole(account.id, body.role)
          site.identity.sessions.endAll(account.id)
        }
        return viewOf(site.identity.accounts.find(name))
      },
    }),
    route({
      id: 'switchAccount',
      method: 'PUT',
      path: '/api/accounts/{name}/state',
      about: 'Disables an account, which ends its sessions and stops its tokens, or enables it again.',
      role: 'admin',
      signIn: 'recent',
      params,
      body: z.object({ isDisabled: z.boolean() }),
      response: accountView,
      handle: ({ site, actor, params: { name }, body: { isDisabled }, note }) => {
        const account = another(site, actor.name, name)
        note({ isDisabled })
        site.identity.accounts.setDisabled(account.id, isDisabled)
        if (isDisabled) site.identity.sessions.endAll(account.id)
        return viewOf(site.identity.accounts.find(name))
      },
    }),
    route({
      id: 'linkAccount',
      method: 'POST',
      path: '/api/accounts/{name}/link',
      about: 'Makes a link with which the owner of an account sets a password anew; earlier links are void.',
      role: 'admin',
      signIn: 'recent',
      params,
      response: setUpLink,
      handle: ({ site, params: { name } }) => {
        const account = site.identity.accounts.find(name)
        if (account.isDisabled) {
          throw new Problem('account-disabled', `${account.name} is disabled`, { hint: 'Enable it first.' })
        }
        return linkFor(site, account)
      },
    }),
    route({
      id: 'endAccountSessions',
      method: 'DELETE',
      path: '/api/accounts/{name}/sessions',
      about: 'Ends every session of an account: whoever sits at one has to sign in again.',
      role: 'admin',
      signIn: 'recent',
      params,
      response: z.object({ done: z.literal(true) }),
      handle: ({ site, params: { name } }) => {
        site.identity.sessions.endAll(site.identity.accounts.find(name).id)
        return { done: true as const }
      },
    }),
  ],
} satisfies RouteGroup

function another({ identity: { accounts } }: Site, own: string, name: string): Account {
  const account = accounts.find(name)
  if (account.name !== own) return account
  throw new Problem('own-account', 'nobody changes their own role, or disables themselves', {
    hint: 'Another admin can.',
  })
}

async function linkFor(site: Site, { id, name }: Account): Promise<z.input<typeof setUpLink>> {
  const { serve } = await site.config()
  const path = linkPath(site.identity.links.make(id))
  // The name under which the request came is the client's word, and is not written into a link.
  return { name, link: serve?.url === undefined ? path : String(new URL(path, serve.url)) }
}

function viewOf({ name, role, isDisabled, password, totp, created, lastSignIn }: Account) {
  return {
    name,
    role,
    isDisabled,
    hasPassword: password !== null,
    hasSecondFactor: totp !== null,
    created,
    lastSignIn,
  }
}
