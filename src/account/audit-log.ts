import type { DatabaseSync } from 'node:sqlite'
import { setImmediate } from 'node:timers/promises'
import { chainHash, genesis } from '../base/chain.ts'
import { transaction } from '../store/database.ts'
import { when } from './when.ts'

export interface AuditEntry {
  readonly seq: number
  readonly at: string
  /** Empty for nobody. */
  readonly account: string
  /** `session …`, `token …`, `machine` for a command; empty for nobody. */
  readonly via: string
  readonly origin: string
  readonly operation: string
  /** JSON. */
  readonly about: string
  readonly status: number
  /** Of the problem; empty where it was done. */
  readonly code: string
  readonly hash: string
}
export type NewAuditEntry = Omit<AuditEntry, 'seq' | 'at' | 'hash'>

export interface AuditFilter {
  readonly account?: string | undefined
  readonly operation?: string | undefined
  readonly origin?: string | undefined
  /** Only what was refused or failed. */
  readonly isRefused?: boolean | undefined
  /** ISO 8601. */
  readonly from?: string | undefined
  readonly to?: string | undefined
  /** Entries before this one, and from this one on: what is between bounds the work. */
  readonly before: number
  readonly first: number
  readonly limit: number
}

export interface AuditState {
  readonly entries: number
  readonly last: string
  readonly broken: number | undefined
}

const checkedAtOnce = 1000
const mostAbout = 4000

/** Who did or tried what, when, from where: added to, never changed, each entry chained to the one before by SHA-256. */
export class AuditLog {
  readonly #database: DatabaseSync

  constructor(database: DatabaseSync) {
    this.#database = database
  }

  add(entry: NewAuditEntry): void {
    const about =
      entry.about.length > mostAbout ? JSON.stringify({ cut: entry.about.slice(0, mostAbout / 2) }) : entry.about
    const origin = entry.origin.slice(0, 100)
    transaction(this.#database, () => {
      const last = this.#database.prepare('SELECT seq, hash FROM audit_entry ORDER BY seq DESC LIMIT 1').get()
      const made = { ...entry, about, origin, at: when(), seq: Number(last?.['seq'] ?? 0) + 1 }
      const hash = hashOf(String(last?.['hash'] ?? genesis), made)
      this.#database
        .prepare('INSERT INTO audit_entry VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
        .run(made.seq, made.at, made.account, made.via, origin, made.operation, about, made.status, made.code, hash)
    })
  }

  /** The newest first. */
  list({ account, operation, origin, isRefused, from, to, before, first, limit }: AuditFilter): AuditEntry[] {
    return this.#database
      .prepare(
        `SELECT * FROM audit_entry
         WHERE (?1 IS NULL OR account = ?1) AND (?2 IS NULL OR operation = ?2) AND (?3 IS NULL OR origin = ?3)
           AND (?4 IS NULL OR (code <> '') = ?4) AND (?5 IS NULL OR at >= ?5) AND (?6 IS NULL OR at < ?6)
           AND seq < ?7 AND seq >= ?8
         ORDER BY seq DESC LIMIT ?9`,
      )
      .all(
        account ?? null,
        operation ?? null,
        origin ?? null,
        isRefused === undefined ? null : Number(isRefused),
        from ?? null,
        to ?? null,
        before,
        first,
        limit,
      ) as unknown as AuditEntry[]
  }

  /** Number of the newest entry; 0 where there is none. */
  newest(): number {
    return Number(this.#database.prepare('SELECT max(seq) AS n FROM audit_entry').get()?.['n'] ?? 0)
  }

  /**
   * Reads every entry anew, some thousand at a time, so that others are answered meanwhile.
   * @returns how many are as they were written, the hash of the last of them, and the first that is not, or undefined. Entries cut off at the end
   * do not show: whoever has to know keeps the hash elsewhere
   */
  async check(signal?: AbortSignal): Promise<AuditState> {
    const next = this.#database.prepare('SELECT * FROM audit_entry WHERE seq > ? ORDER BY seq LIMIT ?')
    let last = genesis
    let entries = 0
    for (;;) {
      const part = next.all(entries, checkedAtOnce) as unknown as AuditEntry[]
      for (const entry of part) {
        if (entry.seq !== entries + 1 || hashOf(last, entry) !== entry.hash)
          return { entries, last, broken: entries + 1 }
        entries = entry.seq
        last = entry.hash
      }
      if (part.length < checkedAtOnce) return { entries, last, broken: undefined }
      await setImmediate()
      signal?.throwIfAborted()
    }
  }
}

function hashOf(before: string, entry: Omit<AuditEntry, 'hash'>): string {
  const { seq, at, account, via, origin, operation, about, status, code } = entry
  return chainHash(before, [String(seq), at, account, via, origin, operation, about, String(status), code])
}
