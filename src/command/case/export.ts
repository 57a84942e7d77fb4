import { chooseFormat } from '../choose-format.ts'
import { ExitCode } from '../exit-code.ts'
import { exportOptions } from '../export-options.ts'
import type { CaseAction } from './action.ts'

export const exportAction: CaseAction = {
  id: 'export',
  usage: 'ID --as FORMAT',
  about: 'the case in a format of the field: cacao, ocsf, ecs, stix, misp, navigator, cef, html …',
  async run({ invocation, one }) {
    const { caseExports } = await import('../../report/case/registry.ts')
    const chosen = chooseFormat(invocation.text('as'), caseExports)
    const { theCase, options } = await exportOptions(invocation, one)
    invocation.terminal.out(chosen.render(theCase, options))
    return ExitCode.done
  },
}
