import { now } from '../../base/clock.ts'
import { several } from '../../base/quantity.ts'
import { isoTime } from '../../base/time.ts'
import { strengths } from '../../case/watch-list.ts'
import { jsonLine } from '../../report/escape.ts'
import { WatchEntries } from '../../store/watch-entries.ts'
import { ExitCode } from '../exit-code.ts'
import { tableText } from '../table.ts'
import { caseIdOf, limitOf, periodsOf, type WatchSite } from './site.ts'

/** What is looked out for. */
export async function listEntries(site: WatchSite): Promise<number> {
  const { invocation, cases } = site
  const { terminal } = invocation
  const entries = new WatchEntries(cases.database, await periodsOf(invocation))
  const limit = limitOf(invocation)
  const filter = { ...caseIdOf(site), ...(invocation.flag('all') ? {} : { activeAt: isoTime(now()) }) }
  const found = entries.list({ ...filter, limit: limit + 1 })
  const shown = found.slice(0, limit)
  if (invocation.flag('json')) {
    const rows = shown.map(({ kind, ...rest }) => ({ ...rest, kind, strength: strengths[kind] }))
    terminal.out(rows.map((row) => `${jsonLine(row)}\n`).join(''))
    return ExitCode.done
  }
  if (shown.length === 0) {
    terminal.out('Nothing is looked out for: no case was closed as resolved or contained, and nobody added anything.\n')
    return ExitCode.done
  }
  const columns = ['id', 'what', 'value', 'case', 'since', 'until', 'came back', 'by', 'reason']
  const rows = shown.map((entry) => [
    String(entry.id),
    entry.isRemoved ? `${entry.kind} (removed)` : entry.kind,
    entry.value,
    entry.caseId,
    entry.since.slice(0, 10),
    entry.until.slice(0, 10),
    entry.lastReturn === null ? '' : `${entry.returns} ×, ${entry.lastReturn.slice(0, 10)}`,
    entry.author,
    entry.reason,
  ])
  terminal.out(tableText(columns, rows, terminal.outLook))
  if (found.length > limit) terminal.out(`There is more: --limit N shows it.\n`)
  const kinds = [...new Set(shown.map(({ kind }) => kind))]
  terminal.out(kinds.map((kind) => `${kind}: ${strengths[kind]}\n`).join(''))
  return ExitCode.done
}

/** Who added and removed what. */
export async function changes({ invocation, cases }: WatchSite): Promise<number> {
  const { terminal } = invocation
  const found = new WatchEntries(cases.database).changes(limitOf(invocation))
  if (invocation.flag('json')) {
    terminal.out(found.map((change) => `${jsonLine(change)}\n`).join(''))
    return ExitCode.done
  }
  const rows = found.map(({ at, author, what, entry, value, caseId, until, reason }) => {
    return [at, author, what, String(entry), value, caseId, until?.slice(0, 10) ?? '', reason]
  })
  const columns = ['at', 'by', 'what', 'id', 'value', 'case', 'until', 'reason']
  terminal.out(rows.length === 0 ? 'Nobody changed it yet.\n' : tableText(columns, rows, terminal.outLook))
  if (rows.length > 0) terminal.out(`${several(rows.length, 'change')}\n`)
  return ExitCode.done
}
