import { ExitCode } from '../exit-code.ts'
import type { CaseAction } from './action.ts'

export const show: CaseAction = {
  id: 'show',
  usage: 'ID',
  about: 'the case as it stands: verdict, the five answers, what followed, what is to do',
  async run({ invocation, one }) {
    const { terminal } = invocation
    if (invocation.flag('json')) {
      const { jsonLine } = await import('../../report/escape.ts')
      const { caseObject } = await import('../../report/case/json.ts')
      terminal.out(`${jsonLine(caseObject(one))}\n`)
      return ExitCode.done
    }
    const { caseText } = await import('../../report/case/text.ts')
    terminal.out(caseText(one, terminal.outLook))
    return ExitCode.done
  },
}
