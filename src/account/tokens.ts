import type { DatabaseSync } from 'node:sqlite'
import { Problem } from '../base/problem.ts'
import type { Role } from './role.ts'
import type { Scope } from './scope.ts'
import { newId, newSecret, secretHash } from './secret.ts'
import { when } from './when.ts'

export interface ApiToken {
  readonly id: string
  readonly account: number
  readonly owner: string
  readonly role: Role
  readonly name: string
  readonly scopes: readonly Scope[]
  readonly created: string
  readonly expires: string
  readonly revoked: string | null
  readonly used: string | null
  readonly usedFrom: string | null
}

const mark = 'swt_'
export const mostDays = 366
const mostOfOne = 100
const usedEvery = 60_000
const columns = `t.id, t.account, a.name AS owner, a.role, t.name, t.scopes, t.created, t.expires, t.revoked, t.used, t.used_from`

/** API tokens. One is shown once, when it is made. */
export class Tokens {
  readonly #database: DatabaseSync
  readonly #bySecret

  constructor(database: DatabaseSync) {
    this.#database = database
    this.#bySecret = database.prepare(
      `SELECT ${columns} FROM api_token t JOIN account a ON a.id = t.account
       WHERE t.hash = ? AND t.revoked IS NULL AND t.expires > ? AND a.is_disabled = 0`,
    )
  }

  /** @returns the token, which is not kept. @throws Problem `too-many` */
  make(
    account: number,
    { name, scopes, days }: { readonly name: string; readonly scopes: readonly Scope[]; readonly days: number },
  ): { readonly id: string; readonly secret: string } {
    if (
      this.listOf(account).filter(({ revoked, expires }) => revoked === null && expires > when()).length >= mostOfOne
    ) {
      throw new Problem('too-many', `${mostOfOne} tokens are the most`, { hint: 'Revoke one that is no longer used.' })
    }
    const id = newId()
    const secret = `${mark}${newSecret()}`
    this.#database
      .prepare('INSERT INTO api_token (id, hash, account, name, scopes, created, expires) VALUES (?, ?, ?, ?, ?, ?, ?)')
      .run(id, secretHash(secret), account, name, scopes.join(' '), when(), when(days * 86_400_000))
    return { id, secret }
  }

  /** The token that was sent, if it is good still. */
  of(secret: string, from: string): ApiToken | undefined {
    if (!secret.startsWith(mark)) return undefined
    const row = this.#bySecret.get(secretHash(secret), when())
    if (row === undefined) return undefined
    const token = tokenOf(row)
    if (token.used === null || token.used < when(-usedEvery)) {
      this.#database.prepare('UPDATE api_token SET used = ?, used_from = ? WHERE id = ?').run(when(), from, token.id)
    }
    return token
  }

  list(): ApiToken[] {
    const sql = `SELECT ${columns} FROM api_token t JOIN account a ON a.id = t.account ORDER BY t.created DESC LIMIT 1000`
    return this.#database.prepare(sql).all().map(tokenOf)
  }

  listOf(account: number): ApiToken[] {
    const sql = `SELECT ${columns} FROM api_token t JOIN account a ON a.id = t.account WHERE t.account = ? ORDER BY t.created DESC LIMIT 1000`
    return this.#database.prepare(sql).all(account).map(tokenOf)
  }

  /** @param account whose it has to be; anybody's where absent. @throws Problem `no-such-token` */
  revoke(id: string, account?: number): void {
    const { changes } = this.#database
      .prepare('UPDATE api_token SET revoked = ?1 WHERE id = ?2 AND (?3 IS NULL OR account = ?3) AND revoked IS NULL')
      .run(when(), id, account ?? null)
    if (changes === 0) throw new Problem('no-such-token', 'there is no such token')
  }
}

function tokenOf(row: Record<string, unknown>): ApiToken {
  const { used_from: usedFrom, scopes, ...rest } = row
  return { ...rest, usedFrom, scopes: String(scopes).split(' ') } as unknown as ApiToken
}
