import { now } from '../../base/clock.ts'
import { bytes, count, several } from '../../base/quantity.ts'
import { findCaptures } from '../../capture/capture-files.ts'
import { indexCapture } from '../../capture/index-capture.ts'
import { pruneIndexes } from '../../capture/prune-indexes.ts'
import { jsonLine, printable } from '../../report/escape.ts'
import type { Invocation } from '../command.ts'
import { ExitCode } from '../exit-code.ts'
import { captureSite } from './site.ts'

/** Indexes captures, and removes the indexes of those that are gone. */
export async function indexCaptures(invocation: Invocation, given: readonly string[]): Promise<number> {
  const { terminal } = invocation
  const { paths, index } = await captureSite(invocation, given)
  const { captures, others } = await findCaptures(paths)
  const used = new Set<string>()
  const total = { captures: captures.length, packets: 0, malformed: 0, read: 0 }
  for (const file of captures) {
    const { path, footer, read } = await indexCapture(file, index)
    const { packets, malformed } = footer
    used.add(path)
    total.packets += packets
    total.malformed += malformed
    total.read += read
    if (invocation.flag('json')) terminal.out(`${jsonLine({ file: file.path, packets, malformed, read })}\n`)
  }
  const removed = captures.length > 0 ? pruneIndexes(index, used, now() / 1000) : 0
  if (invocation.flag('json')) terminal.out(`${jsonLine({ ...total, others: others.length, removed, index })}\n`)
  else {
    const parts = [
      `${several(captures.length, 'capture')}, ${count(total.packets)} packets`,
      total.read === 0 ? 'nothing new' : `${bytes(total.read)} read`,
      ...(others.length > 0 ? [`${several(others.length, 'file')} that are no captures`] : []),
      ...(removed > 0 ? [`${several(removed, 'index', 'indexes')} of captures that are gone removed`] : []),
    ]
    terminal.out(`${parts.join('; ')} (index in ${printable(index)})\n`)
  }
  return total.malformed > 0 ? ExitCode.damaged : ExitCode.done
}
