import { count, several } from '../../base/quantity.ts'
import type { LoadedList } from '../../intel/list/load-lists.ts'
import { dayOf } from '../../intel/looked.ts'
import { clipped, jsonLine, printable } from '../../report/escape.ts'
import { type Look, paint } from '../../report/look.ts'
import type { Invocation } from '../command.ts'
import { ExitCode } from '../exit-code.ts'
import { configuredIntelligence, intelSettings } from './sources.ts'

const day = 86_400_000
const widest = 40

/** `sweepwatch intel list`: what was loaded of what is configured. */
export async function listAction(invocation: Invocation): Promise<number> {
  const { services, reverseDns } = await intelSettings(invocation)
  const { lists, databases } = await configuredIntelligence(invocation)
  const { terminal } = invocation
  const now = Date.now()
  if (invocation.flag('json')) {
    for (const { list: _, ...each } of lists) terminal.out(`${jsonLine({ kind: 'list', ...each })}\n`)
    for (const each of databases) terminal.out(`${jsonLine({ kind: 'database', ...each })}\n`)
    for (const [name, { kind, url }] of Object.entries(services)) {
      terminal.out(`${jsonLine({ kind: 'service', name, service: kind, url })}\n`)
    }
    if (reverseDns !== false) terminal.out(`${jsonLine({ kind: 'reverse-names', resolver: reverseDns })}\n`)
    return ExitCode.done
  }
  terminal.out(table(lists, now, terminal.outLook))
  for (const { title, path, error } of databases) {
    terminal.out(`database  ${printable(title)}${error === null ? '' : ` ${printable(error)}`}  (${printable(path)})\n`)
  }
  for (const [name, { kind, url }] of Object.entries(services)) {
    terminal.out(`service   ${name} (${url ?? kind}): is told each public address that is asked about\n`)
  }
  if (reverseDns !== false) {
    terminal.out(`names     are asked of ${reverseDns === true ? "the system's resolver" : printable(reverseDns)}\n`)
  }
  if (lists.length + databases.length === 0) terminal.out('No list and no database is configured.\n')
  return ExitCode.done
}

function table(lists: readonly LoadedList[], now: number, look: Look): string {
  if (lists.length === 0) return ''
  const head = ['LIST', 'MEANS', 'ENTRIES', 'DATE', 'AGE', 'FORMAT', 'READ FROM']
  const rows = lists.map((each) => [
    clipped(each.name, widest),
    each.means ?? '-',
    count(each.entries),
    each.date === null ? '-' : `${dayOf(each.date)}${each.isFileDate ? ' (file)' : ''}`,
    each.date === null ? '-' : several(Math.max(0, Math.round((now - each.date) / day)), 'day'),
    each.format ?? '-',
    printable(each.reference),
  ])
  const widths = head.map((title, k) => Math.max(title.length, ...rows.map((row) => (row[k] as string).length)))
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, k) => (k === 2 ? cell.padStart(widths[k] as number) : cell.padEnd(widths[k] as number)))
      .join('  ')
      .trimEnd()
  const lines = [paint(look, 'dim', line(head))]
  for (const [k, row] of rows.entries()) lines.push(line(row), ...remarks(lists[k] as LoadedList, look))
  return `${lines.join('\n')}\n`
}

/** What is wrong with a list, under its line. */
function remarks({ error, malformed, examples, cut, passedOver }: LoadedList, look: Look): string[] {
  const said = [
    error === null ? '' : `not read: ${error}`,
    malformed > 0
      ? `${several(malformed, 'malformed line or object', 'malformed lines or objects')}: ${examples[0]}`
      : '',
    cut > 0 ? `${several(cut, 'entry', 'entries')} more than are kept` : '',
    passedOver > 0 ? `${several(passedOver, 'entry', 'entries')} about other things than addresses` : '',
  ]
  const style = error === null ? 'dim' : 'yellow'
  return said.filter((text) => text !== '').map((text) => paint(look, style, `  ${printable(text)}`))
}
