import { now } from '../../base/clock.ts'
import { count, several } from '../../base/quantity.ts'
import type { WatchedHost } from '../../case/watch-list.ts'
import { jsonLine } from '../../report/escape.ts'
import { WatchHosts } from '../../store/watch-hosts.ts'
import { ExitCode } from '../exit-code.ts'
import { tableText } from '../table.ts'
import { caseIdOf, limitOf, periodsOf, type WatchSite } from './site.ts'

/** Hosts of ours that were touched, and how long they are watched yet. */
export async function listHosts(site: WatchSite): Promise<number> {
  const { invocation, cases } = site
  const { terminal } = invocation
  const hosts = new WatchHosts(cases.database, await periodsOf(invocation))
  const at = now() / 1000
  const limit = limitOf(invocation)
  const filter = { ...caseIdOf(site), ...(invocation.flag('all') ? {} : { watchedAt: at }) }
  const found = hosts.list({ ...filter, limit: limit + 1 })
  const shown = found.slice(0, limit)
  if (invocation.flag('json')) {
    terminal.out(shown.map((host) => `${jsonLine(objectOf(host))}\n`).join(''))
    return ExitCode.done
  }
  const columns = ['host', 'answered', 'case', 'since', 'until', 'days left', 'last seen', 'fell silent']
  const rows = shown.map((each) => [
    each.host,
    each.answered,
    each.caseId,
    dayOf(each.since),
    dayOf(each.until),
    Math.max(0, Math.ceil((each.until - at) / 86_400_000)),
    each.seen === null ? '' : isoOf(each.seen),
    each.silent === null ? '' : isoOf(each.silent),
  ])
  terminal.out(rows.length === 0 ? 'No host of ours is watched.\n' : tableText(columns, rows, terminal.outLook))
  if (found.length > limit) terminal.out(`There is more: --limit N shows it.\n`)
  const omitted = hosts.omitted()
  if (omitted.hosts > 0) {
    terminal.out(
      `${count(omitted.hosts)} touched hosts of ${several(omitted.cases, 'case')} found no room and are not watched; those that answered come first.\n`,
    )
  }
  return ExitCode.done
}

function objectOf({ since, touched, until, seen, silent, ...rest }: WatchedHost) {
  const iso = (time: number | null) => (time === null ? null : isoOf(time))
  return {
    ...rest,
    since: isoOf(since),
    touched: isoOf(touched),
    until: isoOf(until),
    seen: iso(seen),
    silent: iso(silent),
  }
}

function isoOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString()
}

function dayOf(milliseconds: number): string {
  return isoOf(milliseconds).slice(0, 10)
}
