/** What is asked, as it stands in the page's address: a link asks the same. */
export interface Question {
  /** The hunt's name; empty where SQL is asked. */
  readonly hunt: string
  readonly sql: string
  readonly parameters: Readonly<Record<string, string>>
  readonly from: string
  readonly to: string
  /** Rows and seconds at most. */
  readonly limit: number
  readonly seconds: number
}

export const usualQuestion: Question = { hunt: '', sql: '', parameters: {}, from: '', to: '', limit: 1000, seconds: 60 }
const mark = 'p.'

export function questionOf(search: URLSearchParams): Question {
  const number = (name: string, usual: number, most: number) => {
    const value = Number(search.get(name))
    return Number.isInteger(value) && value >= 1 && value <= most ? value : usual
  }
  return {
    hunt: search.get('hunt') ?? '',
    sql: search.get('sql') ?? '',
    parameters: Object.fromEntries(
      [...search].filter(([name]) => name.startsWith(mark)).map(([name, value]) => [name.slice(mark.length), value]),
    ),
    from: search.get('from') ?? '',
    to: search.get('to') ?? '',
    limit: number('limit', usualQuestion.limit, 10_000),
    seconds: number('seconds', usualQuestion.seconds, 600),
  }
}

/** Without what is as usual. */
export function searchOf(question: Question): URLSearchParams {
  const { hunt, sql, parameters, from, to, limit, seconds } = question
  const search = new URLSearchParams()
  if (hunt !== '') search.set('hunt', hunt)
  else if (sql !== '') search.set('sql', sql)
  for (const [name, value] of Object.entries(parameters)) if (value !== '') search.set(`${mark}${name}`, value)
  if (from !== '') search.set('from', from)
  if (to !== '') search.set('to', to)
  if (limit !== usualQuestion.limit) search.set('limit', String(limit))
  if (seconds !== usualQuestion.seconds) search.set('seconds', String(seconds))
  return search
}

/** As the API takes it: where, and with what. */
export function askOf(question: Question, form: 'json' | 'jsonl' | 'csv', limit = question.limit) {
  const { hunt, sql, parameters, from, to, seconds } = question
  const given = Object.fromEntries(Object.entries(parameters).filter(([, value]) => value !== ''))
  const ask = { parameters: given, limit, timeLimit: seconds, form, ...(from && { from }), ...(to && { to }) }
  return hunt === ''
    ? { path: '/api/hunts/sql', body: { ...ask, sql } }
    : { path: `/api/hunts/${encodeURIComponent(hunt)}/run`, body: ask }
}
