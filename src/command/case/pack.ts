import { now } from '../../base/clock.ts'
import { type Prefix, parsePrefix } from '../../base/prefix.ts'
import { Problem } from '../../base/problem.ts'
import { several } from '../../base/quantity.ts'
import { loadConfig } from '../../config/load.ts'
import { printable } from '../../report/escape.ts'
import { captureIndex } from '../capture-index.ts'
import { caseContext } from '../case-context.ts'
import { ExitCode } from '../exit-code.ts'
import { exportOptions } from '../export-options.ts'
import type { CaseAction } from './action.ts'

export const pack: CaseAction = {
  id: 'pack',
  usage: 'ID DIR [--capture PATH] [--archive DIR]',
  about: "tier 2's package: reports, timeline, traffic, packets, intelligence, weaknesses, sweep",
  async run({ invocation, one, rest }) {
    const [directory] = rest
    if (directory === undefined)
      throw new Problem('usage', 'into which directory?', { hint: 'sweepwatch case pack ID DIR' })
    const { config } = await loadConfig(invocation.text('config'))
    const { theCase, options } = await exportOptions(invocation, one)
    const { inventory } = await caseContext(invocation)
    const { packCase } = await import('../../pipeline/pack/pack.ts')
    const { terminal } = invocation
    const captures = invocation.list('capture')
    const files = await packCase({
      one: theCase,
      directory,
      options,
      own: options.own.map((text) => parsePrefix(text) as Prefix),
      captures: captures.length > 0 ? captures : (config.capture?.paths ?? []),
      index: captureIndex(config),
      archive: invocation.text('archive') ?? config.archive?.directory,
      hosts: (inventory?.hosts ?? []).map(({ network }) => network.replace(/\/\d+$/, '')),
      now: now(),
      progress: (text) => terminal.err(`sweepwatch: ${printable(text)}\n`),
    })
    terminal.out(`${several(files.length, 'file')} in ${printable(directory)}; CONTENTS.txt says what is what\n`)
    return ExitCode.done
  },
}
