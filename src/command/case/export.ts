import { Problem } from '../../base/problem.ts'
import { ExitCode } from '../exit-code.ts'
import { exportOptions } from '../export-options.ts'
import { nearest } from '../nearest.ts'
import type { CaseAction } from './action.ts'

export const exportAction: CaseAction = {
  id: 'export',
  usage: 'ID --as FORMAT',
  about: 'the case in a format of the field: cacao, ocsf, ecs, stix, misp, navigator, cef, html …',
  async run({ invocation, one }) {
    const { caseExports } = await import('../../report/case/registry.ts')
    const wanted = invocation.text('as')
    const ids = caseExports.map(({ id }) => id)
    const chosen = caseExports.find(({ id }) => id === wanted)
    if (chosen === undefined) {
      const guess = wanted === undefined ? undefined : nearest(wanted, ids)
      const hint =
        guess === undefined
          ? `--as is one of ${ids.join(', ')}.`
          : `Did you mean ${guess}? --as is one of ${ids.join(', ')}.`
      throw new Problem('usage', wanted === undefined ? 'in which format?' : `--as ${wanted}: no such format`, { hint })
    }
    const { theCase, options } = await exportOptions(invocation, one)
    invocation.terminal.out(chosen.render(theCase, options))
    return ExitCode.done
  },
}
