import process from 'node:process'
import { version } from '../base/version.ts'
import type { CommandSpec } from './command.ts'
import { ExitCode } from './exit-code.ts'

export default {
  id: 'version',
  about: 'Print the version of Sweepwatch and of the Node that runs it.',
  examples: [{ line: 'sweepwatch version', about: 'what to put into a bug report' }],
  options: [],
  async run({ terminal }) {
    terminal.out(`sweepwatch ${version()} (Node ${process.versions.node}, ${process.platform}-${process.arch})\n`)
    return ExitCode.done
  },
} satisfies CommandSpec
