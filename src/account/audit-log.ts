import { createHash } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
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
  /** Entries before this one. */
  readonly before?: number | undefined
  readonly limit: number
}

const genesis = '0'.repeat(64)
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
  list({ account, operation, origin, isRefused, from, to, before, limit }: AuditFilter): AuditEntry[] {
    return this.#database
      .prepare(
        `SELECT * FROM audit_entry
         WHERE (?1 IS NULL OR account = ?1) AND (?2 IS NULL OR operation = ?2) AND (?3 IS NULL OR origin = ?3)
           AND (?4 IS NULL OR (code <> '') = ?4) AND (?5 IS NULL OR at >= ?5) AND (?6 IS NULL OR at < ?6)
           AND (?7 IS NULL OR seq < ?7)
         ORDER BY seq DESC LIMIT ?8`,
      )
      .all(
        account ?? null,
        operation ?? null,
        origin ?? null,
        isRefused === undefined ? null : Number(isRefused),
        from ?? null,
        to ?? null,
        before ?? null,
        limit,
      ) as unknown as AuditEntry[]
  }

  /** Reads every entry anew. @returns the first that is not as it was written, or undefined */
  broken(): number | undefined {
    let before = genesis
    let seq = 0
    for (const row of this.#database.prepare('SELECT * FROM audit_entry ORDER BY seq').iterate()) {
      const entry = row as unknown as AuditEntry
      seq++
      if (entry.seq !== seq || hashOf(before, entry) !== entry.hash) return seq
      before = entry.hash
    }
    return undefined
  }
}

function hashOf(before: string, entry: Omit<AuditEntry, 'hash'>): string {
  const { seq, at, account, via, origin, operation, about, status, code } = entry
  const hash = createHash('sha256')
  // Each part with its length in front, so that no two entries are the same bytes.
  for (const part of [before, String(seq), at, account, via, origin, operation, about, String(status), code]) {
    hash.update(`${Buffer.byteLength(part)}:`).update(part)
  }
  return hash.digest('hex')
}
