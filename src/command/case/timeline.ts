import { timelineOf } from '../../case/timeline.ts'
import { jsonLine, printable } from '../../report/escape.ts'
import { paint } from '../../report/look.ts'
import { ExitCode } from '../exit-code.ts'
import type { CaseAction } from './action.ts'

export const timeline: CaseAction = {
  id: 'timeline',
  usage: 'ID',
  about: 'everything in one order: scans, what followed, other logs, what was done',
  async run({ invocation, one }) {
    const { terminal } = invocation
    const entries = timelineOf(one)
    if (invocation.flag('json')) {
      terminal.out(entries.map((entry) => `${jsonLine(entry)}\n`).join(''))
      return ExitCode.done
    }
    const look = terminal.outLook
    const lines = entries.map(({ at, from, text, evidence }) => {
      const place = evidence === null ? '' : paint(look, 'dim', `  ${printable(evidence.source)} @${evidence.offset}`)
      return `${at.slice(0, 10)} ${at.slice(11, 23)}  ${paint(look, from === 'sign' ? 'red' : 'dim', from.padEnd(7))}  ${printable(text)}${place}\n`
    })
    terminal.out(lines.join(''))
    return ExitCode.done
  },
}
