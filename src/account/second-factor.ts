import { Secret, TOTP } from 'otpauth'
import { now } from '../base/clock.ts'
import type { Account, Accounts } from './accounts.ts'
import { secretHash } from './secret.ts'

const period = 30

/** RFC 6238 with what every app understands: SHA-1, six digits, thirty seconds. */
function totpOf(secret: string, label: string): TOTP {
  return new TOTP({
    issuer: 'Sweepwatch',
    label,
    algorithm: 'SHA1',
    digits: 6,
    period,
    secret: Secret.fromBase32(secret),
  })
}

/** The time step of a code, if it is of now or of the step before or after. */
function stepOf(secret: string, code: string): number | undefined {
  if (!/^\d{6}$/.test(code)) return undefined
  const timestamp = now() / 1000
  const delta = totpOf(secret, '').validate({ token: code, timestamp, window: 1 })
  return delta === null ? undefined : Math.floor(timestamp / 1000 / period) + delta
}

function recoveryHash(code: string): string {
  return secretHash(code.toLowerCase().replaceAll(/[^a-z0-9]/g, ''))
}

/** Whether a code of the app, or a recovery code, is right; it is good no more afterwards. */
export function takeCode(accounts: Accounts, account: Account, code: string): boolean {
  const typed = code.trim().replaceAll(' ', '')
  const step = account.totp === null ? undefined : stepOf(account.totp, typed)
  if (step !== undefined) return accounts.takeStep(account.id, step)
  return accounts.takeRecovery(account.id, recoveryHash(typed))
}
