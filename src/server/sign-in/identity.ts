import type { DatabaseSync } from 'node:sqlite'
import { Accounts } from '../../account/accounts.ts'
import { AuditLog } from '../../account/audit-log.ts'
import { OneTimeLinks } from '../../account/links.ts'
import { Sessions } from '../../account/sessions.ts'
import { Tokens } from '../../account/tokens.ts'
import { Lane } from '../aside/lane.ts'
import { Throttle } from './throttle.ts'

/** Who there is, and what they sign in with. */
export interface Identity {
  readonly accounts: Accounts
  readonly sessions: Sessions
  readonly tokens: Tokens
  readonly links: OneTimeLinks
  readonly audit: AuditLog
  readonly throttle: Throttle
  /** Passwords take memory to check: two at once, and a few that wait. */
  readonly passwords: Lane
}

export function openIdentity(database: DatabaseSync): Identity {
  return {
    accounts: new Accounts(database),
    sessions: new Sessions(database),
    tokens: new Tokens(database),
    links: new OneTimeLinks(database),
    audit: new AuditLog(database),
    throttle: new Throttle(),
    passwords: new Lane({ atOnce: 2, waiting: 20, ofOne: 4 }),
  }
}
