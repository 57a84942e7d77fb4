import { checkNewPassword, hashPassword } from '../../account/password.ts'
import type { Request } from '../route/route.ts'
import { beginSession } from './begin.ts'
import { confirm } from './password.ts'
import type { SessionInfo } from './session-info.ts'
import { networkOf } from './throttle.ts'

interface Given {
  readonly current: string
  readonly code?: string | undefined
  readonly password: string
}

/** Whoever else is signed in with the old password is so no longer. @throws Problem `password`, and as `confirm` */
export async function changePassword(
  asked: Request<unknown, unknown, unknown>,
  { current, code, password }: Given,
): Promise<SessionInfo> {
  const { site, actor, from, signal } = asked
  const { accounts, sessions, passwords } = site.identity
  checkNewPassword(password, actor.name)
  await confirm(asked, { password: current, code })
  const hash = await passwords.pass(networkOf(from), signal, () => hashPassword(password))
  const account = accounts.find(actor.name)
  accounts.setPassword(account.id, hash)
  sessions.endAll(account.id)
  return beginSession(asked, account, 'password')
}
