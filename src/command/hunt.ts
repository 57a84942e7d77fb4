import { prefixesOf } from '../archive/address-key.ts'
import type { Hunt } from '../archive/hunt/hunt.ts'
import { inferParameters } from '../archive/hunt/infer.ts'
import { now } from '../base/clock.ts'
import { Problem } from '../base/problem.ts'
import { secondsOf } from '../base/seconds.ts'
import { loadConfig } from '../config/load.ts'
import { archiveDirectory, archiveOption } from './archive-directory.ts'
import type { CommandSpec, Invocation } from './command.ts'
import { ExitCode } from './exit-code.ts'
import { nearest } from './nearest.ts'
import { networkOptions, ownNetworks } from './own-networks.ts'

const usualLimit = 1000
const mostLimit = 10_000_000
const usualSeconds = 300

export default {
  id: 'hunt',
  about: 'Ask the archive of events: hunts by name, or SQL of your own that can read the events and nothing else.',
  examples: [
    { line: 'sweepwatch hunt', about: 'which hunts are there?' },
    { line: 'sweepwatch hunt host-traffic --param host=192.0.2.20', about: 'with whom did it speak?' },
    { line: 'sweepwatch hunt sweep --param hosts=192.0.2.20,192.0.2.21', about: 'which of them show compromise?' },
    {
      line: "sweepwatch hunt --sql 'SELECT dst_port, count(*) FROM events GROUP BY 1 ORDER BY 2 DESC'",
      about: 'the columns are in docs/archive.md',
    },
  ],
  argument: { name: '[NAME]', about: 'the hunt; without it, and without --sql, they are listed', completes: 'none' },
  options: [
    archiveOption,
    {
      flags: '--param <NAME=VALUE>',
      about: 'a parameter of the hunt, or of --sql as $NAME; repeatable',
      repeatable: true,
    },
    { flags: '--from <TIME>', about: 'from then on: a date, an ISO time, or how long ago (8h, 7d)' },
    { flags: '--to <TIME>', about: 'until then' },
    { flags: '--sql <SELECT>', about: 'a query of your own' },
    { flags: '--csv', about: 'CSV instead of a table' },
    { flags: '--json', about: 'JSON Lines instead of a table' },
    { flags: '--limit <N>', about: `at most so many rows (default: ${usualLimit})` },
    { flags: '--timeout <TIME>', about: 'ends the hunt after so long, such as 30s or 10m (default: 5m)' },
    ...networkOptions,
  ],
  async run(invocation) {
    const sql = invocation.text('sql')
    const [name] = invocation.words
    if (name !== undefined && sql !== undefined)
      throw new Problem('usage', 'give the name of a hunt or --sql, not both')
    const { loadHunts } = await import('../archive/hunt/library.ts')
    const hunts = loadHunts()
    if (name === undefined && sql === undefined) {
      const { listHunts } = await import('./hunt/list.ts')
      listHunts(hunts, invocation)
    } else await runIt(invocation, name === undefined ? undefined : huntNamed(name, hunts), sql ?? '')
    return ExitCode.done
  },
} satisfies CommandSpec

function huntNamed(name: string, hunts: readonly Hunt[]): Hunt {
  const found = hunts.find(({ id }) => id === name)
  if (found) return found
  const ids = hunts.map(({ id }) => id)
  const guess = nearest(name, ids)
  throw new Problem('no-such-hunt', `there is no hunt ${name}`, {
    hint: `${guess === undefined ? '' : `Did you mean ${guess}? `}There are: ${ids.join(', ')}.`,
  })
}

async function runIt(invocation: Invocation, hunt: Hunt | undefined, sql: string): Promise<void> {
  const { runHunt, runSql } = await import('../archive/hunt/run.ts')
  const { LiveLine } = await import('./live-line.ts')
  const { printResult } = await import('./hunt/print.ts')
  const { config } = await loadConfig(invocation.text('config'))
  const directory = archiveDirectory(invocation, config)
  const line = new LiveLine(invocation.terminal)
  const began = performance.now()
  const given = givenParameters(invocation)
  const options = {
    ...(await windowAndLimits(invocation)),
    given,
    onProgress: (share: number) => line.show(`${Math.floor(100 * share)}%  ${hunt?.id ?? 'query'}`),
  }
  try {
    const result =
      hunt === undefined
        ? await runSql(directory, sql, inferParameters(given), options)
        : await runHunt(directory, hunt, options)
    line.end()
    printResult(result, invocation, performance.now() - began)
  } finally {
    line.end()
  }
}

async function windowAndLimits(invocation: Invocation) {
  const { net } = await ownNetworks(invocation)
  const { timeOf } = await import('./hunt/parameters.ts')
  const [from, to] = [timeOf(invocation, 'from'), timeOf(invocation, 'to')]
  return {
    now: now(),
    own: prefixesOf(net ?? []),
    most: limitOf(invocation.text('limit')),
    timeLimit: 1000 * timeoutOf(invocation.text('timeout')),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  }
}

function givenParameters(invocation: Invocation): ReadonlyMap<string, string> {
  return new Map(
    invocation.list('param').map((text) => {
      const at = text.indexOf('=')
      if (at <= 0) throw new Problem('usage', `--param ${text}: write NAME=VALUE`)
      return [text.slice(0, at), text.slice(at + 1)] as const
    }),
  )
}

function limitOf(text: string | undefined): number {
  if (text === undefined) return usualLimit
  const limit = /^\d{1,8}$/.test(text) ? Number(text) : 0
  if (limit < 1 || limit > mostLimit) throw new Problem('usage', `--limit ${text}: a number from 1 to ${mostLimit}`)
  return limit
}

function timeoutOf(text: string | undefined): number {
  const seconds = text === undefined ? usualSeconds : secondsOf(text)
  if (seconds !== undefined && seconds > 0 && seconds <= 86_400) return seconds
  throw new Problem('usage', `--timeout ${text}: write a time up to a day, such as 30s or 10m`)
}
