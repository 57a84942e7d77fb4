import { secretOf } from '../http/secret.ts'
import type { AuthSettings } from '../settings.ts'

/**
 * The header that a server asks for: Basic (RFC 7617), Bearer (RFC 6750), or one of its own.
 * @throws Problem `intel` for a secret that cannot be read
 */
export async function authorisation(auth: AuthSettings | null): Promise<Readonly<Record<string, string>>> {
  if (auth === null) return {}
  if ('user' in auth) {
    const password = await secretOf(auth.passwordFile)
    return { Authorization: `Basic ${Buffer.from(`${auth.user}:${password}`).toString('base64')}` }
  }
  if ('tokenFile' in auth) return { Authorization: `Bearer ${await secretOf(auth.tokenFile)}` }
  return { [auth.header]: await secretOf(auth.keyFile) }
}
