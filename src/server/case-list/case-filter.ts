import { formatAddress, parseAddress } from '../../base/address.ts'
import { momentOf } from '../../base/moment.ts'
import { Problem } from '../../base/problem.ts'
import { z } from '../../config/zod.ts'
import { outcomes } from '../../pipeline/cases/case-changes.ts'
import { type CaseFilter, caseSorts } from '../../store/case-view.ts'

const flag = z.enum(['true', 'false']).optional()
const short = z.string().max(200)

/** Which cases; what is left out does not matter. */
export const caseFilter = z.object({
  status: z.enum(['open', 'closed', 'merged']).optional(),
  decision: z.enum(['escalate', 'monitor', 'close']).optional(),
  severity: z.enum(['low', 'medium', 'high', 'critical']).optional(),
  outcome: z.enum(outcomes).optional(),
  owner: short.optional().describe('assigned to; `-` for nobody'),
  escalated: flag.describe('by the rules or by a person'),
  above: flag.describe('without what is decided to be closed'),
  since: z.string().max(40).optional().describe('active since: a date, an ISO time, or how long ago (8h, 7d)'),
  until: z.string().max(40).optional(),
  source: z.string().max(100).optional().describe('an address that is a source of it'),
  text: short.optional().describe('stands in its id, title, owner or sources'),
  sort: z.enum(caseSorts).optional(),
})

/** @throws Problem `usage` for what is no time or address */
export function filterOf(query: z.output<typeof caseFilter>): CaseFilter {
  const { status, decision, severity, outcome, owner, escalated, above, since, until, source, text, sort } = query
  return {
    ...(status && { status }),
    ...(decision && { decision }),
    ...(severity && { severity }),
    ...(outcome && { outcome }),
    ...(owner && (owner === '-' ? { isUnassigned: true } : { owner })),
    ...(escalated === 'true' && { escalated: true }),
    ...(above === 'true' && { aboveBackground: true }),
    ...(since && { since: momentOf('since', since) }),
    ...(until && { until: momentOf('until', until) }),
    ...(source && { source: addressOf(source) }),
    ...(text && { text }),
    ...(sort && { sort }),
  }
}

/** As cases write it. */
function addressOf(text: string): string {
  const address = parseAddress(text)
  if (address) return formatAddress(...address)
  throw new Problem('usage', `source ${text}: not an address`, { hint: 'Write one address, like 203.0.113.70.' })
}
