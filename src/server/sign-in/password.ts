import type { Account } from '../../account/accounts.ts'
import { isPassword } from '../../account/password.ts'
import { takeCode } from '../../account/second-factor.ts'
import { Problem } from '../../base/problem.ts'
import type { Request } from '../route/route.ts'
import { beginSession } from './begin.ts'
import { networkOf } from './throttle.ts'

type Asked = Request<unknown, unknown, unknown>
interface Given {
  readonly password: string
  readonly code?: string | undefined
}

/** @throws Problem `sign-in`, `second-factor`, `wait`, `too-many` */
export async function signIn(asked: Asked, given: Given & { readonly name: string }) {
  const name = given.name.trim().toLowerCase()
  asked.note({ account: name })
  const account = await proven(asked, name, given)
  return beginSession(asked, account, 'password')
}

/** Shows again who is signed in. @throws as `signIn` */
export async function confirm(asked: Asked, given: Given): Promise<void> {
  await proven(asked, asked.actor.name, given)
  asked.site.identity.sessions.confirm(asked.actor.credential)
}

async function proven({ site, from, signal }: Asked, name: string, { password, code }: Given): Promise<Account> {
  const { accounts, throttle, passwords } = site.identity
  throttle.check(name, from)
  const account = accounts.byName(name)
  const isRight = await passwords.pass(networkOf(from), signal, () => isPassword(password, account?.password ?? null))
  const failed = (error: Problem) => {
    throttle.failed(name, from)
    return error
  }
  // What was tried beside it meanwhile counts too: many at once are no way round.
  throttle.check(name, from)
  if (account === undefined || !isRight || account.isDisabled) {
    throw failed(
      new Problem('sign-in', 'name and password do not belong together', { hint: 'Look at both, and at Caps Lock.' }),
    )
  }
  if (account.totp !== null) {
    if (code === undefined || code.trim() === '') {
      throw new Problem('second-factor', 'the code of your authenticator app is needed too', {
        hint: 'Or one of your recovery codes.',
      })
    }
    if (!takeCode(accounts, account, code)) {
      throw failed(
        new Problem('second-factor', 'that code is not right, or was used already', { hint: 'Wait for the next.' }),
      )
    }
  }
  throttle.succeeded(name, from)
  return account
}
