import { verifyArchive } from '../../archive/verify.ts'
import { bytes, count, several } from '../../base/quantity.ts'
import { jsonLine, printable } from '../../report/escape.ts'
import type { Invocation } from '../command.ts'
import { ExitCode } from '../exit-code.ts'
import { LiveLine } from '../live-line.ts'

export async function verify({ terminal, flag }: Invocation, directory: string): Promise<number> {
  const line = new LiveLine(terminal)
  const verified = await verifyArchive(directory, (done, of) => line.show(`${done} of ${of} files`))
  line.end()
  if (flag('json')) terminal.out(`${jsonLine(verified)}\n`)
  else {
    const { files, rows, bytes: size } = verified
    terminal.out(`${several(files, 'file')}, ${count(rows)} rows, ${bytes(size)}: read\n`)
    for (const { path, why, to } of verified.faults) {
      const where = to === undefined ? 'left, its writer runs' : `moved to ${to}`
      terminal.out(`${printable(path)}: ${printable(why)}; ${printable(where)}\n`)
    }
  }
  return verified.faults.length > 0 ? ExitCode.damaged : ExitCode.done
}
