import { now } from '../base/clock.ts'
import { several } from '../base/quantity.ts'
import { isoTime } from '../base/time.ts'
import { printable } from '../report/escape.ts'
import type { CommandSpec } from './command.ts'
import { ExitCode } from './exit-code.ts'
import { configOption, stateDirectory, stateOption, withCases } from './state-directory.ts'

export default {
  id: 'backup',
  about: 'Copy the state directory while it is in use: cases, memory, positions.',
  examples: [{ line: 'sweepwatch backup --state state /backup/sweepwatch-monday', about: 'into a new directory' }],
  argument: { name: '<DIR>', about: 'the directory to make', completes: 'directory' },
  options: [stateOption, configOption],
  async run(invocation) {
    const target = invocation.words[0] ?? ''
    const state = await stateDirectory(invocation)
    return withCases(invocation, async (store) => {
      const { makeBackup } = await import('../store/backup.ts')
      const files = await makeBackup(store.database, state, target, isoTime(now()))
      invocation.terminal.out(`${several(files, 'file')} of ${printable(state)} copied to ${printable(target)}\n`)
      return ExitCode.done
    })
  },
} satisfies CommandSpec
