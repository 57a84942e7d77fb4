import { formatAddress, parseAddress } from '../base/address.ts'
import { momentOf } from '../base/moment.ts'
import { Problem } from '../base/problem.ts'
import type { CaseFilter } from '../store/case-view.ts'
import type { CommandSpec, Invocation } from './command.ts'
import { ExitCode } from './exit-code.ts'
import { configOption, stateOption, withCases } from './state-directory.ts'

export default {
  id: 'cases',
  about: 'List the cases, those to be looked at first in front.',
  examples: [
    { line: 'sweepwatch cases --open', about: 'what is there to do?' },
    { line: 'sweepwatch cases --escalated --since 24h', about: 'what tier 2 got since yesterday' },
    { line: 'sweepwatch cases --source 203.0.113.70', about: 'what is known of this source' },
  ],
  options: [
    stateOption,
    configOption,
    { flags: '--open', about: 'open cases only' },
    { flags: '--escalated', about: 'escalated by the rules or by a person' },
    { flags: '--above-background', about: 'without what is decided to be closed' },
    { flags: '--since <TIME>', about: 'active since: a date, an ISO time, or how long ago (8h, 7d)' },
    { flags: '--source <ADDRESS>', about: 'with this source' },
    { flags: '--owner <NAME>', about: 'assigned to' },
    { flags: '--limit <N>', about: 'at most so many (default: 100)' },
    { flags: '--json', about: 'JSON Lines' },
  ],
  async run(invocation) {
    const filter = filterOf(invocation)
    return withCases(invocation, async (store) => {
      const rows = store.list(filter)
      if (invocation.flag('json')) {
        const { jsonLine } = await import('../report/escape.ts')
        invocation.terminal.out(rows.map((row) => `${jsonLine(row)}\n`).join(''))
        return ExitCode.done
      }
      const { caseList } = await import('../report/case/list.ts')
      invocation.terminal.out(caseList(rows, { look: invocation.terminal.outLook, total: store.count(filter) }))
      return ExitCode.done
    })
  },
} satisfies CommandSpec

function filterOf(invocation: Invocation): CaseFilter {
  const since = invocation.text('since')
  const source = invocation.text('source')
  const owner = invocation.text('owner')
  return {
    ...(invocation.flag('open') && { status: 'open' as const }),
    ...(invocation.flag('escalated') && { escalated: true }),
    ...(invocation.flag('above-background') && { aboveBackground: true }),
    ...(since !== undefined && { since: momentOf('--since', since) }),
    ...(source !== undefined && { source: sourceOf(source) }),
    ...(owner !== undefined && { owner }),
    limit: limitOf(invocation.text('limit')),
  }
}

/** As cases write it: an IPv4 address that is mapped into IPv6 is the IPv4 address. */
function sourceOf(text: string): string {
  const address = parseAddress(text)
  if (address) return formatAddress(...address)
  throw new Problem('usage', `--source ${text}: not an address`, {
    hint: 'Write one address, like 203.0.113.70 or 2001:db8::1.',
  })
}

function limitOf(text: string | undefined): number {
  if (text === undefined) return 100
  const limit = Number(text)
  if (Number.isInteger(limit) && limit >= 1 && limit <= 100_000) return limit
  throw new Problem('usage', `--limit ${text}: not a number of cases`, {
    hint: 'Give a whole number from 1 to 100000.',
  })
}
