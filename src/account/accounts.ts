import type { DatabaseSync } from 'node:sqlite'
import { Problem } from '../base/problem.ts'
import { machine } from '../case/fold.ts'
import { transaction } from '../store/database.ts'
import type { Role } from './role.ts'
import { when } from './when.ts'

export interface Account {
  readonly id: number
  readonly name: string
  readonly role: Role
  readonly isDisabled: boolean
  /** Argon2id; null for who has none, or signs in elsewhere. */
  readonly password: string | null
  readonly passwordSet: string | null
  /** Base32; null without a second factor. */
  readonly totp: string | null
  /** Offered, and not yet shown to be in the app. */
  readonly totpOffered: string | null
  /** Time step of the last code that was taken. */
  readonly totpStep: number
  /** Issuer and subject of OpenID Connect. */
  readonly subject: string | null
  readonly created: string
  readonly lastSignIn: string | null
}

const nameForm = /^[a-z0-9][a-z0-9._@-]{0,63}$/
const mostAccounts = 10_000

/** A name as accounts have it: small letters, digits, `. _ @ -`. @throws Problem `account-name` */
export function accountName(text: string): string {
  const name = text.trim().toLowerCase()
  if (nameForm.test(name) && name !== machine) return name
  throw new Problem('account-name', 'that cannot be the name of an account', {
    hint: `At most 64 small letters, digits and . _ @ -, with a letter or digit in front; not ${machine}.`,
  })
}

/** Who may sign in. A name is never given to somebody else. */
export class Accounts {
  readonly #database: DatabaseSync

  constructor(database: DatabaseSync) {
    this.#database = database
  }

  list(): Account[] {
    return this.#database.prepare('SELECT * FROM account ORDER BY name').all().map(accountOf)
  }

  byName(name: string): Account | undefined {
    const row = this.#database.prepare('SELECT * FROM account WHERE name = ?').get(name.trim().toLowerCase())
    return row && accountOf(row)
  }

  byId(id: number): Account | undefined {
    const row = this.#database.prepare('SELECT * FROM account WHERE id = ?').get(id)
    return row && accountOf(row)
  }

  bySubject(subject: string): Account | undefined {
    const row = this.#database.prepare('SELECT * FROM account WHERE subject = ?').get(subject)
    return row && accountOf(row)
  }

  /** @throws Problem `no-such-account` */
  find(name: string): Account {
    const account = this.byName(name)
    if (account) return account
    throw new Problem('no-such-account', 'there is no account of that name')
  }

  /** Whether somebody can administer: until then the setup link is offered. */
  hasAdmin(): boolean {
    const sql =
      "SELECT 1 FROM account WHERE role = 'admin' AND is_disabled = 0 AND (password IS NOT NULL OR subject IS NOT NULL)"
    return this.#database.prepare(sql).get() !== undefined
  }

  /** @throws Problem `account-name`, `account-taken`, `too-many` */
  add(name: string, role: Role, subject: string | null = null): Account {
    const taken = accountName(name)
    return transaction(this.#database, () => {
      if (this.byName(taken)) {
        throw new Problem('account-taken', `${taken} is taken`, { hint: 'Names of disabled accounts stay taken.' })
      }
      const { n } = this.#database.prepare('SELECT count(*) AS n FROM account').get() as { n: number }
      if (n >= mostAccounts) throw new Problem('too-many', `${mostAccounts} accounts are the most`)
      this.#database
        .prepare('INSERT INTO account (name, role, subject, created) VALUES (?, ?, ?, ?)')
        .run(taken, role, subject, when())
      return this.find(taken)
    })
  }

  setPassword(id: number, password: string): void {
    this.#run('UPDATE account SET password = ?, password_set = ? WHERE id = ?', password, when(), id)
  }

  /** Ends none of its sessions: whoever calls does. @throws Problem `last-admin` */
  setRole(id: number, role: Role): void {
    this.#keepAdmin(() => this.#run('UPDATE account SET role = ? WHERE id = ?', role, id))
  }

  /** @throws Problem `last-admin` */
  setDisabled(id: number, isDisabled: boolean): void {
    this.#keepAdmin(() => this.#run('UPDATE account SET is_disabled = ? WHERE id = ?', Number(isDisabled), id))
  }

  signedIn(id: number): void {
    this.#run('UPDATE account SET last_sign_in = ? WHERE id = ?', when(), id)
  }

  offerTotp(id: number, secret: string): void {
    this.#run('UPDATE account SET totp_offered = ? WHERE id = ?', secret, id)
  }

  /** Sets the second factor and its recovery codes (hashes), or removes both. */
  setTotp(id: number, secret: string | null, codes: readonly string[] = []): void {
    transaction(this.#database, () => {
      this.#run('UPDATE account SET totp = ?, totp_offered = NULL, totp_step = 0 WHERE id = ?', secret, id)
      this.#run('DELETE FROM recovery_code WHERE account = ?', id)
      const add = this.#database.prepare('INSERT INTO recovery_code (account, hash) VALUES (?, ?)')
      for (const code of codes) add.run(id, code)
    })
  }

  /** Takes a code of this time step, and none of it or before it again. @returns whether it was taken */
  takeStep(id: number, step: number): boolean {
    return this.#run('UPDATE account SET totp_step = ? WHERE id = ? AND totp_step < ?', step, id, step) > 0
  }

  /** @returns whether there was such a code; it is gone */
  takeRecovery(id: number, hash: string): boolean {
    return this.#run('DELETE FROM recovery_code WHERE account = ? AND hash = ?', id, hash) > 0
  }

  recoveryLeft(id: number): number {
    const row = this.#database.prepare('SELECT count(*) AS n FROM recovery_code WHERE account = ?').get(id)
    return Number(row?.['n'] ?? 0)
  }

  #keepAdmin(act: () => void): void {
    transaction(this.#database, () => {
      const had = this.hasAdmin()
      act()
      if (!had || this.hasAdmin()) return
      throw new Problem('last-admin', 'nobody would be left who can administer', { hint: 'Make another admin first.' })
    })
  }

  #run(sql: string, ...values: (string | number | null)[]): number {
    return Number(this.#database.prepare(sql).run(...values).changes)
  }
}

function accountOf(row: Record<string, unknown>): Account {
  const text = (key: string) => row[key] as string | null
  return {
    id: Number(row['id']),
    name: String(row['name']),
    role: row['role'] as Role,
    isDisabled: row['is_disabled'] === 1,
    password: text('password'),
    passwordSet: text('password_set'),
    totp: text('totp'),
    totpOffered: text('totp_offered'),
    totpStep: Number(row['totp_step']),
    subject: text('subject'),
    created: String(row['created']),
    lastSignIn: text('last_sign_in'),
  }
}
