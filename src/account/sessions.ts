import type { DatabaseSync } from 'node:sqlite'
import type { Role } from './role.ts'
import { newId, newSecret, secretHash } from './secret.ts'
import { when } from './when.ts'

export interface Session {
  readonly id: string
  readonly account: number
  readonly name: string
  readonly role: Role
  /** `enrol`: signed in, but has to set up a second factor before anything else. */
  readonly stage: 'full' | 'enrol'
  readonly method: 'password' | 'link' | 'oidc'
  readonly began: string
  /** When they last showed who they are. */
  readonly confirmed: string
  readonly seen: string
  readonly ends: string
  readonly origin: string
  readonly agent: string
}

export interface NewSession {
  readonly account: number
  readonly stage: Session['stage']
  readonly method: Session['method']
  readonly origin: string
  readonly agent: string
  /** Seconds until it ends whatever happens, and until it ends without anybody at it. */
  readonly seconds: number
  readonly idleSeconds: number
}

const mostOfOne = 50
/** Milliseconds between two notes that it is in use: not every request writes. */
const seenEvery = 30_000
const columns =
  's.id, s.account, a.name, a.role, s.stage, s.method, s.began, s.confirmed, s.seen, s.ends, s.origin, s.agent, s.idle_seconds'

/** Sessions of browsers. Their secret is known to the browser only. */
export class Sessions {
  readonly #database: DatabaseSync
  readonly #bySecret

  constructor(database: DatabaseSync) {
    this.#database = database
    this.#bySecret = database.prepare(
      `SELECT ${columns} FROM session s JOIN account a ON a.id = s.account WHERE s.hash = ? AND a.is_disabled = 0`,
    )
  }

  /** Begins one. @returns its secret */
  begin({ account, stage, method, origin, agent, seconds, idleSeconds }: NewSession): string {
    const secret = newSecret()
    const at = when()
    this.#database.prepare('DELETE FROM session WHERE ends < ?').run(at)
    this.#database
      .prepare('INSERT INTO session VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
      .run(
        newId(),
        secretHash(secret),
        account,
        stage,
        method,
        at,
        at,
        at,
        when(seconds * 1000),
        idleSeconds,
        origin,
        agent.slice(0, 200),
      )
    this.#database
      .prepare(
        'DELETE FROM session WHERE id IN (SELECT id FROM session WHERE account = ? ORDER BY began DESC LIMIT -1 OFFSET ?)',
      )
      .run(account, mostOfOne)
    return secret
  }

  /**
   * The session of a secret, if it lasts still.
   * @param isActive somebody is at it: the time until it ends for want of them begins anew
   */
  of(secret: string, isActive: boolean): Session | undefined {
    const row = this.#bySecret.get(secretHash(secret)) as (Session & { idle_seconds: number }) | undefined
    if (row === undefined) return undefined
    const { idle_seconds: idle, ...session } = row
    if (session.ends <= when() || session.seen <= when(-idle * 1000)) {
      this.end(session.id)
      return undefined
    }
    if (isActive && session.seen < when(-seenEvery)) {
      this.#database.prepare('UPDATE session SET seen = ? WHERE id = ?').run(when(), session.id)
    }
    return session
  }

  listOf(account: number): Session[] {
    const rows = this.#database
      .prepare(
        `SELECT ${columns} FROM session s JOIN account a ON a.id = s.account WHERE s.account = ? ORDER BY s.began DESC`,
      )
      .all(account) as unknown as (Session & { idle_seconds: number })[]
    return rows.filter(({ ends, seen, idle_seconds }) => ends > when() && seen > when(-idle_seconds * 1000))
  }

  /** They showed again who they are. */
  confirm(id: string): void {
    this.#database.prepare('UPDATE session SET confirmed = ? WHERE id = ?').run(when(), id)
  }

  /** The second factor is set up. */
  complete(id: string): void {
    this.#database.prepare("UPDATE session SET stage = 'full' WHERE id = ?").run(id)
  }

  end(id: string): void {
    this.#database.prepare('DELETE FROM session WHERE id = ?').run(id)
  }

  /** Ends a session of an account. @returns whether there was one of this id */
  endOf(account: number, id: string): boolean {
    const { changes } = this.#database.prepare('DELETE FROM session WHERE id = ? AND account = ?').run(id, account)
    return changes > 0
  }

  endAll(account: number): void {
    this.#database.prepare('DELETE FROM session WHERE account = ?').run(account)
  }
}
