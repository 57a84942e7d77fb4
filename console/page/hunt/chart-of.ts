import type { HuntAnswer } from '../../../src/server/contract.ts'

/** What a column holds. */
export type ColumnKind = 'time' | 'number' | 'text'

/** Which columns a chart shows. Of categories so many are drawn, the largest in front. */
export interface ChartChoice {
  readonly x: number
  readonly y: number
}

export type ChartData =
  | { readonly kind: 'time'; readonly x: number[]; readonly y: number[]; readonly left: 0 }
  | { readonly kind: 'category'; readonly labels: string[]; readonly y: number[]; readonly left: number }

const moment = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?Z)?$/
const mostCategories = 24
/** Numbers of these names name something and count nothing. */
const names = /(^|_)(port|key|id|offset|length|vlan|asn|type|code)$/

export function kindsOf({ columns, rows }: HuntAnswer): ColumnKind[] {
  return columns.map((name, i) => {
    const values = rows.map((row) => row[i]).filter((value) => value !== null && value !== undefined)
    if (values.length === 0) return 'text'
    if (values.every((value) => typeof value === 'number')) return names.test(name) ? 'text' : 'number'
    return values.every((value) => typeof value === 'string' && moment.test(value)) ? 'time' : 'text'
  })
}

/** A number over time where there is both, else a number by the first text; undefined where there is no number. */
export function usualChoice(kinds: readonly ColumnKind[]): ChartChoice | undefined {
  const y = kinds.indexOf('number')
  if (y < 0) return undefined
  const time = kinds.indexOf('time')
  const text = kinds.indexOf('text')
  // Where a text stands first, times are what is told of it.
  const x = time >= 0 && (text < 0 || time < text) ? time : text
  return x < 0 ? undefined : { x, y }
}

export function chartOf({ rows }: HuntAnswer, kinds: readonly ColumnKind[], { x, y }: ChartChoice): ChartData {
  const sums = new Map<string, number>()
  for (const row of rows) {
    const value = row[y]
    const place = row[x]
    if (typeof value !== 'number' || place === null || place === undefined) continue
    const name = typeof place === 'string' ? place : JSON.stringify(place)
    sums.set(name, (sums.get(name) ?? 0) + value)
  }
  if (kinds[x] === 'time') {
    const points = [...sums].map(([at, sum]) => [Date.parse(at) / 1000, sum] as const).sort(([a], [b]) => a - b)
    return { kind: 'time', x: points.map(([at]) => at), y: points.map(([, sum]) => sum), left: 0 }
  }
  const sorted = [...sums].sort(([, a], [, b]) => b - a)
  const drawn = sorted.slice(0, mostCategories)
  const left = sorted.length - drawn.length
  return { kind: 'category', labels: drawn.map(([name]) => name), y: drawn.map(([, sum]) => sum), left }
}
