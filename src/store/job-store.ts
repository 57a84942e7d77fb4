import type { DatabaseSync } from 'node:sqlite'

export const jobKinds = ['records'] as const
export type JobKind = (typeof jobKinds)[number]
export const jobStates = ['queued', 'running', 'done', 'failed', 'cancelled', 'interrupted'] as const
export type JobState = (typeof jobStates)[number]

/** How a file is to be taken. */
export interface JobOptions {
  /** Our networks; absent: those of the configuration. */
  readonly net?: readonly string[]
}

/** What came of it. */
export interface JobResult {
  readonly cases: readonly { readonly id: string; readonly title: string }[]
  /** Cases beyond those that are named. */
  readonly casesOmitted: number
  readonly scans: number
  readonly events: number
  readonly malformed: number
  /** What a person should know of the input, as the tool says it. */
  readonly warnings: readonly string[]
}

export interface Job {
  readonly id: number
  readonly kind: JobKind
  /** As the sender calls the file: text, never a path. */
  readonly name: string
  /** As it is called in the folder of what was sent. */
  readonly file: string
  readonly bytes: number
  readonly options: JobOptions
  readonly account: string
  readonly state: JobState
  /** ISO 8601, as the other times. */
  readonly created: string
  readonly started: string | null
  readonly ended: string | null
  readonly result: JobResult | null
  readonly problem: string | null
}

type NewJob = Pick<Job, 'kind' | 'name' | 'file' | 'bytes' | 'options' | 'account'>

const next = '(SELECT coalesce(max(changed), 0) + 1 FROM job)'

/** Jobs, which survive a restart. */
export class JobStore {
  readonly #database: DatabaseSync

  constructor(database: DatabaseSync) {
    this.#database = database
  }

  add({ kind, name, file, bytes, options, account }: NewJob, at: string): Job {
    const { lastInsertRowid } = this.#database
      .prepare(
        `INSERT INTO job (kind, name, file, bytes, options, account, state, created, changed)
         VALUES (?, ?, ?, ?, ?, ?, 'queued', ?, ${next})`,
      )
      .run(kind, name, file, bytes, JSON.stringify(options), account, at)
    return this.job(Number(lastInsertRowid)) as Job
  }

  job(id: number): Job | undefined {
    const row = this.#database.prepare('SELECT * FROM job WHERE id = ?').get(id)
    return row && jobOf(row)
  }

  /** The newest in front. */
  newest(most: number): Job[] {
    return this.#database.prepare('SELECT * FROM job ORDER BY id DESC LIMIT ?').all(most).map(jobOf)
  }

  /** Those that wait, the oldest in front. */
  queued(): Job[] {
    return this.#database.prepare("SELECT * FROM job WHERE state = 'queued' ORDER BY id").all().map(jobOf)
  }

  /** How many there are, by state. */
  counts(): Partial<Record<JobState, number>> {
    const rows = this.#database.prepare('SELECT state, count(*) AS jobs FROM job GROUP BY state').all()
    return Object.fromEntries(rows.map(({ state, jobs }) => [state, Number(jobs)]))
  }

  start(id: number, at: string): void {
    this.#database.prepare(`UPDATE job SET state = 'running', started = ?, changed = ${next} WHERE id = ?`).run(at, id)
  }

  end(id: number, at: string, { state, result = null, problem = null }: JobEnd): void {
    this.#database
      .prepare(`UPDATE job SET state = ?, ended = ?, result = ?, problem = ?, changed = ${next} WHERE id = ?`)
      .run(state, at, result && JSON.stringify(result), problem, id)
  }

  /** Marks those that ran when the service ended. */
  interrupt(at: string): void {
    const sql = `UPDATE job SET state = 'interrupted', ended = ?, changed = ${next},
      problem = 'the service ended while it ran' WHERE state = 'running'`
    this.#database.prepare(sql).run(at)
  }

  /** Forgets jobs that ended before a time. @returns their files */
  forget(before: string): string[] {
    const over = "state NOT IN ('queued', 'running') AND ended < ?"
    const rows = this.#database.prepare(`SELECT file FROM job WHERE ${over}`).all(before)
    if (rows.length > 0) this.#database.prepare(`DELETE FROM job WHERE ${over}`).run(before)
    return rows.map(({ file }) => String(file))
  }

  /** Every file that a job has. */
  files(): Set<string> {
    return new Set(
      this.#database
        .prepare('SELECT file FROM job')
        .all()
        .map(({ file }) => String(file)),
    )
  }
}

export interface JobEnd {
  readonly state: JobState
  readonly result?: JobResult | null
  readonly problem?: string | null
}

function jobOf({ changed: _, options, result, ...row }: Record<string, unknown>): Job {
  return {
    ...row,
    options: JSON.parse(String(options)),
    result: result === null ? null : JSON.parse(String(result)),
  } as unknown as Job
}
