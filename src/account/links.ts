import type { DatabaseSync } from 'node:sqlite'
import { newSecret, secretHash } from './secret.ts'
import { when } from './when.ts'

/** Where a one-time link leads. The secret stands in the fragment, which no browser sends and no log sees. */
export function linkPath(secret: string): string {
  return `/set-up#${secret}`
}

const lasts = 3_600_000

/** Links that are good once, for an hour: to make the first account, or to set a password. */
export class OneTimeLinks {
  readonly #database: DatabaseSync

  constructor(database: DatabaseSync) {
    this.#database = database
  }

  /** Makes one; earlier ones for the same are void. @param account null for the first admin. @returns what the link carries */
  make(account: number | null): string {
    const secret = newSecret()
    this.#database.prepare('DELETE FROM one_time_link WHERE account IS ? OR expires < ?').run(account, when())
    this.#database
      .prepare('INSERT INTO one_time_link VALUES (?, ?, ?, ?)')
      .run(secretHash(secret), account, when(), when(lasts))
    return secret
  }

  /** Whom a link is for; undefined where it is not good. */
  look(secret: string): { readonly account: number | null } | undefined {
    const row = this.#database
      .prepare('SELECT account FROM one_time_link WHERE hash = ? AND expires > ?')
      .get(secretHash(secret), when())
    return row && { account: row['account'] as number | null }
  }

  /** Uses it up. @returns whether it was good */
  take(secret: string): boolean {
    const { changes } = this.#database
      .prepare('DELETE FROM one_time_link WHERE hash = ? AND expires > ?')
      .run(secretHash(secret), when())
    return changes > 0
  }
}
