import type { Account } from '../../account/accounts.ts'
import { csrfOf } from '../../account/secret.ts'
import type { Session } from '../../account/sessions.ts'
import type { Request } from '../route/route.ts'
import { cookieSecret, sessionCookie } from './cookie.ts'
import type { SessionInfo } from './session-info.ts'

type Asked = Pick<Request<unknown, unknown, unknown>, 'site' | 'raw' | 'from' | 'isSecure' | 'header'>

const usualHours = 12
const usualIdleMinutes = 30

/** Begins a session with a new id, in place of the one that this browser had; the answer sets its cookie. */
export async function beginSession(
  { site, raw, from, isSecure, header }: Asked,
  account: Account,
  method: Session['method'],
): Promise<SessionInfo> {
  const { serve } = await site.config()
  const { accounts, sessions } = site.identity
  const before = sessions.of(cookieSecret(raw.headers.cookie, isSecure) ?? '', false)
  if (before) sessions.end(before.id)
  const secret = sessions.begin({
    account: account.id,
    stage: 'full',
    method,
    origin: from,
    agent: raw.headers['user-agent'] ?? '',
    seconds: Math.round((serve?.sessions?.hours ?? usualHours) * 3600),
    idleSeconds: Math.round((serve?.sessions?.idleMinutes ?? usualIdleMinutes) * 60),
  })
  accounts.signedIn(account.id)
  header('set-cookie', sessionCookie(secret, isSecure))
  return { name: account.name, role: account.role, csrf: csrfOf(secret) }
}
