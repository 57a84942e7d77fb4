import type { Account } from '../../account/accounts.ts'
import { accountName } from '../../account/accounts.ts'
import { checkNewPassword, hashPassword } from '../../account/password.ts'
import { Problem } from '../../base/problem.ts'
import type { Request } from '../route/route.ts'
import type { Site } from '../site.ts'
import { beginSession } from './begin.ts'
import { networkOf } from './throttle.ts'

/** @throws Problem `link` where it is not good, or no longer */
export function linkInfo({ identity: { accounts, links } }: Site, secret: string) {
  const link = links.look(secret)
  const account = link?.account == null ? undefined : accounts.byId(link.account)
  const isFirst = link?.account === null && !accounts.hasAdmin()
  if (isFirst) return { purpose: 'first' as const, name: null }
  if (account && !account.isDisabled) return { purpose: 'password' as const, name: account.name }
  throw new Problem('link', 'this link is not good, or no longer: each is good once, for an hour', {
    hint: 'Ask an admin for another, or start the service again where there is no admin yet.',
  })
}

/** @throws Problem `link`, `password`, `account-name`, `account-taken` */
export async function setUp(
  asked: Request<unknown, unknown, unknown>,
  {
    secret,
    name,
    password,
  }: { readonly secret: string; readonly name?: string | undefined; readonly password: string },
): Promise<{ readonly signedIn: boolean }> {
  const { site, from, signal, note } = asked
  const { accounts, sessions, links, passwords } = site.identity
  const info = linkInfo(site, secret)
  const wanted = info.name ?? accountName(name ?? '')
  note({ account: wanted, purpose: info.purpose })
  checkNewPassword(password, wanted)
  if (info.purpose === 'first' && accounts.byName(wanted)) throw taken(wanted)
  const hash = await passwords.pass(networkOf(from), signal, () => hashPassword(password))
  // Only now, so that a mistake does not use it up; of two at once one finds it gone.
  if (!links.take(secret)) linkInfo(site, secret)
  const account: Account = info.purpose === 'first' ? accounts.add(wanted, 'admin') : accounts.find(wanted)
  accounts.setPassword(account.id, hash)
  sessions.endAll(account.id)
  if (account.totp !== null) return { signedIn: false }
  await beginSession(asked, account, 'link')
  return { signedIn: true }
}

function taken(name: string): Problem {
  return new Problem('account-taken', `${name} is taken`)
}
