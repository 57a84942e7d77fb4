import { archiveStatus } from '../../archive/status.ts'
import { bytes, several } from '../../base/quantity.ts'
import { jsonLine } from '../../report/escape.ts'
import type { Invocation } from '../command.ts'
import { ExitCode } from '../exit-code.ts'
import { tableText } from '../table.ts'

export async function showStatus({ terminal, flag }: Invocation, directory: string): Promise<number> {
  const status = await archiveStatus(directory)
  if (flag('json')) {
    for (const day of status.days) terminal.out(`${jsonLine(day)}\n`)
    const { files, rows, bytes: size, torn, unfinished } = status
    terminal.out(`${jsonLine({ files, rows, bytes: size, torn, unfinished })}\n`)
    return ExitCode.done
  }
  const total = ['all', status.files, status.rows, bytes(status.bytes)]
  const lines = status.days.map((day) => [day.day, day.files, day.rows, bytes(day.bytes)])
  terminal.out(tableText(['day', 'files', 'rows', 'size'], [...lines, total], terminal.outLook))
  if (status.torn.files > 0)
    terminal.out(`${several(status.torn.files, 'torn file')} set aside (${bytes(status.torn.bytes)})\n`)
  if (status.unfinished > 0)
    terminal.out(`${several(status.unfinished, 'file')} not whole: being written, or left by a kill\n`)
  return ExitCode.done
}
