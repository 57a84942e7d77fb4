import { jsonLine } from '../report/escape.ts'
import { paint } from '../report/look.ts'
import type { CommandSpec } from './command.ts'
import { ExitCode } from './exit-code.ts'

export default {
  id: 'formats',
  about: 'List the log formats that are read.',
  examples: [
    { line: 'sweepwatch formats', about: 'all of them' },
    { line: 'sweepwatch explain pcap', about: 'what is read of one, and what is not' },
  ],
  options: [{ flags: '--json', about: 'JSON Lines instead of a table' }],
  async run({ terminal, flag }) {
    const { formats } = await import('../format/registry.ts')
    const width = Math.max(...formats.map(({ id }) => id.length))
    for (const { id, title } of formats) {
      terminal.out(
        flag('json')
          ? `${jsonLine({ id, title })}\n`
          : `${paint(terminal.outLook, 'bold', id.padEnd(width))}  ${title}\n`,
      )
    }
    return ExitCode.done
  },
} satisfies CommandSpec
