import type { DatabaseSync } from 'node:sqlite'
import type { Notice } from '../notify/notice.ts'
import type { Delivery, Outbox } from '../notify/outbox.ts'
import { caseUuid } from '../report/case/uuid.ts'
import { transaction } from './database.ts'

/** Cases in one message; the rest are counted. */
const mostNotices = 50

/** The outbox in the database of the cases: what was put is there after kill -9. */
export class SqliteOutbox implements Outbox {
  readonly #database: DatabaseSync

  /** @param database with `outboxMigrations` run */
  constructor(database: DatabaseSync) {
    this.#database = database
  }

  put(channel: string, notice: Notice, at: number, due: number): boolean {
    return transaction(this.#database, () => {
      const known = this.#database
        .prepare('SELECT 1 FROM notice WHERE channel = ? AND key = ?')
        .get(channel, notice.key)
      if (known !== undefined) return false
      const id = this.#untaken(channel) ?? this.#begin(channel, notice, at, due)
      this.#database
        .prepare(
          `INSERT INTO notice (channel, key, delivery, place, body)
           VALUES (?, ?, ?, (SELECT count(*) FROM notice WHERE delivery = ?), ?)`,
        )
        .run(channel, notice.key, id, id, JSON.stringify(notice))
      return true
    })
  }

  #untaken(channel: string): string | undefined {
    const row = this.#database
      .prepare(`SELECT id FROM delivery WHERE channel = ? AND state = 'waiting' AND attempts = 0`)
      .get(channel) as { id: string } | undefined
    return row?.id
  }

  #begin(channel: string, { key }: Notice, at: number, due: number): string {
    const id = caseUuid('delivery', key, `${channel} ${at}`)
    this.#database
      .prepare('INSERT INTO delivery (id, channel, created, due) VALUES (?, ?, ?, ?)')
      .run(id, channel, at, due)
    return id
  }

  takeDue(channel: string, at: number, until: number): Delivery | undefined {
    return transaction(this.#database, () => {
      const row = this.#database
        .prepare(
          `UPDATE delivery SET attempts = attempts + 1, due = ?
           WHERE id = (SELECT id FROM delivery WHERE channel = ? AND state = 'waiting' AND due <= ? ORDER BY due, id LIMIT 1)
           RETURNING id, attempts, created`,
        )
        .get(until, channel, at) as { id: string; attempts: number; created: number } | undefined
      if (row === undefined) return undefined
      const bodies = this.#database.prepare('SELECT body FROM notice WHERE delivery = ? ORDER BY place').all(row.id)
      const notices = bodies.slice(0, mostNotices).map(({ body }) => JSON.parse(body as string) as Notice)
      return {
        id: row.id,
        channel,
        notices,
        omitted: bodies.length - notices.length,
        attempts: row.attempts,
        created: row.created,
      }
    })
  }

  done(id: string, at: number): void {
    this.#settle(id, 'done', at, null)
  }

  failed(id: string, at: number, again: number | null, reason: string): void {
    if (again === null) this.#settle(id, 'given-up', at, reason)
    else this.#database.prepare('UPDATE delivery SET due = ?, reason = ? WHERE id = ?').run(again, reason, id)
  }

  #settle(id: string, state: 'done' | 'given-up', at: number, reason: string | null): void {
    this.#database
      .prepare('UPDATE delivery SET state = ?, settled = ?, reason = ? WHERE id = ?')
      .run(state, at, reason, id)
  }

  nextDue(channel: string): number | undefined {
    const row = this.#database
      .prepare(`SELECT min(due) AS due FROM delivery WHERE channel = ? AND state = 'waiting'`)
      .get(channel) as { due: number | null } | undefined
    return row?.due ?? undefined
  }

  /** Takes out what was settled before a time, so that the table does not grow for ever. @returns how many deliveries */
  forget(before: number): number {
    return Number(this.#database.prepare('DELETE FROM delivery WHERE settled < ?').run(before).changes)
  }
}
