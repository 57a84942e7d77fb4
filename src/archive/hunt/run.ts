import type { Prefix } from '../../base/prefix.ts'
import { Problem } from '../../base/problem.ts'
import { isoTime } from '../../base/time.ts'
import type { Answer, Parameters } from '../duckdb.ts'
import { type OpenOptions, openArchive, type QueryOptions } from '../reader.ts'
import { bindParameters } from './bind.ts'
import type { Hunt, HuntParameter } from './hunt.ts'

export interface HuntOptions extends QueryOptions, Pick<OpenOptions, 'threads' | 'memory'> {
  readonly own?: readonly Prefix[]
  /** Parameters as typed, by name. */
  readonly given?: ReadonlyMap<string, string>
  /** The window that is looked at, microseconds: from inclusive, to exclusive. */
  readonly from?: number
  readonly to?: number
  /** Now, microseconds: what is dated later does not make a last day. */
  readonly now: number
}

export interface HuntResult extends Answer {
  /** The window that was looked at, microseconds. */
  readonly from: number
  readonly to: number
  /** Files that are not whole and were not read. */
  readonly leftOut: readonly string[]
}

const day = 86400e6
/** Clocks of devices may be ahead by so much. */
const slack = day
const beginning = 0
const end = 253402300799e6

/**
 * Runs a named hunt over an archive.
 * @throws Problem `no-archive`, `hunt-parameter`, `hunt-networks`, `hunt-sql`, `hunt-time`
 */
export async function runHunt(directory: string, hunt: Hunt, options: HuntOptions): Promise<HuntResult> {
  if (hunt.needsNetworks && (options.own ?? []).length === 0) {
    throw new Problem('hunt-networks', `the hunt ${hunt.id} asks which addresses are ours`, {
      hint: 'Give --net, or write networks: into the configuration.',
    })
  }
  return retried(() => run(directory, hunt, options))
}

/** Runs SQL of one's own; `$from` and `$to` may stand in it. */
export function runSql(directory: string, sql: string, parameters: readonly HuntParameter[], options: HuntOptions) {
  const words = { id: 'sql', title: '', question: '', note: '', requirement: '' }
  const hunt = { ...words, lookback: 0, window: undefined, needsNetworks: false }
  return retried(() => run(directory, { ...hunt, parameters, sql }, options))
}

/** A file may go while it is looked for, because others were put together or are kept no longer: the next list is without it. */
async function retried(act: () => Promise<HuntResult>): Promise<HuntResult> {
  try {
    return await act()
  } catch (error) {
    if (!(error instanceof Problem) || !/No files found|No such file|Cannot open file/.test(error.message)) throw error
    return act()
  }
}

async function run(directory: string, hunt: Hunt, options: HuntOptions): Promise<HuntResult> {
  const bound = bindParameters(hunt.parameters, options.given ?? new Map())
  const { from, to } = await windowOf(directory, hunt, options)
  const baseline = Math.max(beginning, from - hunt.lookback * day)
  const archive = await openArchive(directory, { ...options, from: dayOf(baseline), to: dayOf(to) })
  try {
    const parameters: Parameters = { ...bound, from: moment(from), to: moment(to), baseline: moment(baseline) }
    const answer = await archive.query(hunt.sql, parameters, options)
    return { ...answer, from, to, leftOut: archive.leftOut }
  } finally {
    archive.close()
  }
}

/** The days up to the newest event, or what was asked for. */
async function windowOf(
  directory: string,
  { window }: Hunt,
  { from, to, now }: HuntOptions,
): Promise<{ readonly from: number; readonly to: number }> {
  if (window === undefined || from !== undefined) return { from: from ?? beginning, to: to ?? end }
  const archive = await openArchive(directory)
  try {
    const newest = await archive.newest(Math.min(to ?? end, now + slack))
    const until = to ?? (newest === undefined ? now : Date.parse(newest) * 1000 + 1000)
    return { from: Math.max(beginning, until - window * day), to: until }
  } finally {
    archive.close()
  }
}

function moment(micros: number): { readonly micros: bigint } {
  return { micros: BigInt(Math.round(micros)) }
}

function dayOf(micros: number): string {
  return isoTime(micros).slice(0, 10)
}
