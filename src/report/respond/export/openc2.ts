import type { PlanState } from '../../../respond/ledger/fold.ts'
import { jsonLine } from '../../escape.ts'
import { cannotSay, commandsOf } from './commands.ts'
import type { PlanExport } from './export.ts'

/** The commands that the plan means as it stands now, one a line: a denial of a plan that waits or stands, its opposite of one that was revoked. */
export default {
  id: 'openc2',
  title: 'OpenC2 commands',
  about: 'for a consumer of OpenC2 (profile SLPF 1.0): what the plan means now, a command a line',
  extension: 'openc2.ndjson',
  mediaType: 'application/x-ndjson',
  lacking: (state) => cannotSay(state) ?? over(state),
  render: (state, options) =>
    commandsOf(state, state.status === 'revoked' ? 'allow' : 'deny', options.limits)
      .map(({ content }) => `${jsonLine(content)}\n`)
      .join(''),
} satisfies PlanExport

function over({ status, since }: PlanState): string | undefined {
  if (status === 'rejected') return 'it was rejected: nothing is to be commanded'
  if (status === 'ended') return 'its time is over, and its denials with it: nothing is left to command'
  return status === 'revoked' && since === null ? 'it never stood: nothing is to be taken back' : undefined
}
