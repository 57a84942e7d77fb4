import { basic } from '../../base/http/basic.ts'
import { secretOf } from '../../base/http/secret.ts'
import type { AuthSettings } from '../settings.ts'

/**
 * The header that a server asks for: Basic (RFC 7617), Bearer (RFC 6750), or one of its own.
 * @throws Problem `intel` for a secret that cannot be read
 */
export async function authorisation(auth: AuthSettings | null): Promise<Readonly<Record<string, string>>> {
  if (auth === null) return {}
  if ('user' in auth) {
    return { Authorization: basic(auth.user, await secretOf(auth.passwordFile, 'intel')) }
  }
  if ('tokenFile' in auth) return { Authorization: `Bearer ${await secretOf(auth.tokenFile, 'intel')}` }
  return { [auth.header]: await secretOf(auth.keyFile, 'intel') }
}
