import type { DatabaseSync } from 'node:sqlite'

const most = 256

/** Answers that hold until anybody writes to the database, whoever asks: many people look at the same list. Bounded; the oldest gives way. */
export class Unchanged {
  readonly #stamp: () => string
  readonly #known = new Map<string, unknown>()
  #at = ''

  constructor(database: DatabaseSync) {
    const others = database.prepare('PRAGMA data_version')
    const own = database.prepare('SELECT total_changes() AS n')
    this.#stamp = () => `${others.get()?.['data_version']} ${own.get()?.['n']}`
  }

  answer<T>(key: string, make: () => T): T {
    const stamp = this.#stamp()
    if (stamp !== this.#at) this.#known.clear()
    this.#at = stamp
    const known = this.#known.get(key)
    if (known !== undefined) return known as T
    const made = make()
    if (this.#known.size >= most) this.#known.delete(this.#known.keys().next().value as string)
    this.#known.set(key, made)
    return made
  }
}

const byDatabase = new WeakMap<DatabaseSync, Unchanged>()

/** The answers kept for one database. */
export function unchanged(database: DatabaseSync): Unchanged {
  const known = byDatabase.get(database) ?? new Unchanged(database)
  byDatabase.set(database, known)
  return known
}
