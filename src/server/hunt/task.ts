import { prefixesOf } from '../../archive/address-key.ts'
import type { Hunt } from '../../archive/hunt/hunt.ts'
import { inferParameters } from '../../archive/hunt/infer.ts'
import { type HuntResult, runHunt, runSql } from '../../archive/hunt/run.ts'
import { now } from '../../base/clock.ts'
import { isoTime } from '../../base/time.ts'
import { csvLine } from '../../report/csv.ts'

export const answerForms = ['json', 'jsonl', 'csv'] as const
export type AnswerForm = (typeof answerForms)[number]

/** A question to the archive: a hunt, or SQL. */
export interface HuntTask {
  readonly kind: 'hunt'
  readonly directory: string
  readonly own: readonly string[]
  readonly asked: Hunt | { readonly sql: string }
  readonly given: readonly (readonly [string, string])[]
  /** Microseconds. */
  readonly from: number | undefined
  readonly to: number | undefined
  readonly most: number
  /** Milliseconds. */
  readonly timeLimit: number
  readonly form: AnswerForm
}

/** What the console gets. */
export interface HuntAnswer {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly unknown[])[]
  /** There are more rows than were asked for, or than are sent. */
  readonly isCut: boolean
  /** The time that was looked at, ISO 8601; null where all of it was. */
  readonly from: string | null
  readonly to: string | null
  /** Files of the archive that are not whole and were not read. */
  readonly leftOut: number
  readonly milliseconds: number
}

/** What one question may take, so that a machine that also detects is not brought down by it. */
const engine = { threads: 1, memory: '1GB' }
/** Characters of rows that a page gets. */
const mostText = 8 << 20
const lastYear = 9999

/** Runs it. @returns the answer in pieces */
export async function huntText(task: HuntTask): Promise<Iterable<string>> {
  const began = performance.now()
  const given = new Map(task.given)
  const options = {
    ...engine,
    own: prefixesOf(task.own),
    given,
    ...(task.from !== undefined && { from: task.from }),
    ...(task.to !== undefined && { to: task.to }),
    most: task.most,
    timeLimit: task.timeLimit,
    now: now(),
  }
  const { asked } = task
  const result =
    'id' in asked
      ? await runHunt(task.directory, asked, options)
      : await runSql(task.directory, asked.sql, inferParameters(given), options)
  if (task.form === 'csv') return csv(result)
  return task.form === 'jsonl' ? jsonLines(result) : [JSON.stringify(answerOf(result, performance.now() - began))]
}

function* csv({ columns, rows }: HuntResult): Iterable<string> {
  yield csvLine(columns)
  for (const row of rows) yield csvLine(row)
}

function* jsonLines({ columns, rows }: HuntResult): Iterable<string> {
  for (const row of rows) yield `${JSON.stringify(Object.fromEntries(columns.map((name, i) => [name, row[i]])))}\n`
}

function answerOf({ columns, rows, isCut, from, to, leftOut }: HuntResult, took: number): HuntAnswer {
  let left = mostText
  const sent = rows.findIndex((row) => {
    left -= JSON.stringify(row).length
    return left < 0
  })
  return {
    columns,
    rows: sent < 0 ? rows : rows.slice(0, sent),
    isCut: isCut || sent >= 0,
    from: from === 0 ? null : isoTime(from),
    to: to > Date.UTC(lastYear, 0) * 1000 ? null : isoTime(to),
    leftOut: leftOut.length,
    milliseconds: Math.round(took),
  }
}
