import { now } from '../base/clock.ts'
import { Problem } from '../base/problem.ts'
import { isoTime } from '../base/time.ts'
import { loadConfig } from '../config/load.ts'
import { printable } from '../report/escape.ts'
import type { CommandSpec } from './command.ts'
import { ExitCode } from './exit-code.ts'
import { configOption, stateOption } from './state-directory.ts'

export default {
  id: 'restore',
  about: 'Put a backup in the place of the state directory; what is there is moved aside.',
  examples: [
    { line: 'sweepwatch restore --state state /backup/sweepwatch-monday', about: 'while no watch is running on it' },
  ],
  argument: { name: '<DIR>', about: 'what `sweepwatch backup` made', completes: 'directory' },
  options: [stateOption, configOption],
  async run(invocation) {
    const { config } = await loadConfig(invocation.text('config'))
    const state = invocation.text('state') ?? config.state
    if (state === undefined)
      throw new Problem('usage', 'no state directory', { hint: 'Give --state DIR: it is made where it is not there.' })
    const { restoreBackup } = await import('../store/backup.ts')
    const old = restoreBackup(invocation.words[0] ?? '', state, isoTime(now()).replace(/[:.]/g, '-'))
    const { terminal } = invocation
    terminal.out(
      `${printable(state)} is restored${old === undefined ? '' : `; what was there is now ${printable(old)}`}\n`,
    )
    return ExitCode.done
  },
} satisfies CommandSpec
