import { Problem } from '../../base/problem.ts'
import { several } from '../../base/quantity.ts'
import { fetchList } from '../../intel/fetch/fetch-list.ts'
import { jsonLine, printable } from '../../report/escape.ts'
import type { Invocation } from '../command.ts'
import { ExitCode } from '../exit-code.ts'
import { nearest } from '../nearest.ts'
import { intelSettings } from './sources.ts'

/** `sweepwatch intel fetch [NAME…]`: brings lists that are not files into the directory. What fails leaves the old one in its place. */
export async function fetchAction(invocation: Invocation, names: readonly string[]): Promise<number> {
  const settings = await intelSettings(invocation)
  const { lists, directory } = settings
  const distant = Object.keys(lists).filter((name) => lists[name]?.path === null)
  for (const name of names) {
    if (distant.includes(name)) continue
    if (Object.hasOwn(lists, name)) throw new Problem('usage', `the list ${name} is a file: nothing is fetched`)
    const meant = nearest(name, distant)
    const hint = `${meant === undefined ? '' : `Did you mean ${meant}? `}Lists that are fetched: ${distant.join(', ') || 'none'}.`
    throw new Problem('usage', `there is no list ${name}`, { hint })
  }
  if (distant.length === 0 || directory === null) {
    throw new Problem('usage', 'no list is to be fetched', {
      hint: 'A list with `url:` or `taxii:` instead of `path:` is; docs/intelligence.md has examples.',
    })
  }
  const { terminal } = invocation
  let code: number = ExitCode.done
  for (const name of names.length > 0 ? names : distant) {
    const list = lists[name]
    if (list === undefined) continue
    try {
      const { kind, entries } = await fetchList(name, list, { directory, now: Date.now })
      const said = kind === 'new' ? several(entries, 'entry', 'entries') : 'unchanged'
      terminal.out(invocation.flag('json') ? `${jsonLine({ name, kind, entries })}\n` : `${name}: ${said}\n`)
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      terminal.err(`sweepwatch: ${printable(error.message)}\n${error.hint ? `${printable(error.hint)}\n` : ''}`)
      code = ExitCode.failed
    }
  }
  return code
}
