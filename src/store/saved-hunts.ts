import type { DatabaseSync } from 'node:sqlite'
import { Problem } from '../base/problem.ts'
import { transaction } from './database.ts'

/** A question that somebody kept; what it holds is the console's business. */
export interface SavedHunt {
  readonly id: number
  readonly name: string
  readonly question: string
  /** ISO 8601. */
  readonly saved: string
}

const mostOfOne = 200

/** Questions to the archive that people kept. Nobody sees another's. */
export class SavedHunts {
  readonly #database: DatabaseSync

  constructor(database: DatabaseSync) {
    this.#database = database
  }

  of(account: string): readonly SavedHunt[] {
    const sql = 'SELECT id, name, question, saved FROM saved_hunt WHERE account = ? ORDER BY name'
    return this.#database.prepare(sql).all(account) as unknown as readonly SavedHunt[]
  }

  /** Keeps a question; one of the same name is replaced. @throws Problem `too-many` */
  save(account: string, { name, question, saved }: Omit<SavedHunt, 'id'>): SavedHunt {
    return transaction(this.#database, () => {
      const known = this.of(account)
      if (known.length >= mostOfOne && !known.some((each) => each.name === name)) {
        throw new Problem('too-many', `${mostOfOne} saved hunts are the most`, {
          hint: 'Remove one that you no longer need.',
        })
      }
      this.#database
        .prepare(
          `INSERT INTO saved_hunt (account, name, question, saved) VALUES (?, ?, ?, ?)
           ON CONFLICT (account, name) DO UPDATE SET question = excluded.question, saved = excluded.saved`,
        )
        .run(account, name, question, saved)
      return this.of(account).find((each) => each.name === name) as SavedHunt
    })
  }

  /** @throws Problem `no-such-hunt` where the account has none of this number */
  remove(account: string, id: number): void {
    const { changes } = this.#database.prepare('DELETE FROM saved_hunt WHERE id = ? AND account = ?').run(id, account)
    if (changes === 0) throw new Problem('no-such-hunt', `you have saved no hunt ${id}`)
  }
}
