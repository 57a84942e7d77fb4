import type { HuntResult } from '../../archive/hunt/run.ts'
import { count, duration, several } from '../../base/quantity.ts'
import { csvLine } from '../../report/csv.ts'
import { jsonLine, printable } from '../../report/escape.ts'
import type { Invocation } from '../command.ts'
import { isClipped, recordText, tableText } from '../table.ts'

/** So many are shown in full where a table would clip them. */
const fewRows = 20

/** Prints what a hunt found on stdout, and on stderr how much it was. @param took milliseconds */
export function printResult(result: HuntResult, { terminal, flag }: Invocation, took: number): void {
  const { columns, rows, isCut, leftOut } = result
  if (flag('json')) {
    for (const row of rows) terminal.out(`${jsonLine(Object.fromEntries(columns.map((name, i) => [name, row[i]])))}\n`)
  } else if (flag('csv')) terminal.out([columns, ...rows].map(csvLine).join(''))
  else if (rows.length > 0) {
    const isLong = rows.length <= fewRows && isClipped(rows)
    terminal.out((isLong ? recordText : tableText)(columns, rows, terminal.outLook))
  }
  const cut = isCut ? ` (there are more: --limit)` : ''
  terminal.err(`${count(rows.length)} ${rows.length === 1 ? 'row' : 'rows'}${cut}, ${duration(took)}\n`)
  if (leftOut.length === 0) return
  terminal.err(`sweepwatch: ${several(leftOut.length, 'file')} of the archive not whole and left out: `)
  terminal.err(`${printable(leftOut.slice(0, 4).join(', '))}. \`sweepwatch archive verify\` sets them aside.\n`)
}
