import { now } from '../base/clock.ts'
import { momentOf } from '../base/moment.ts'
import { Problem } from '../base/problem.ts'
import { isoTime } from '../base/time.ts'
import type { CommandSpec, Invocation } from './command.ts'
import { ExitCode } from './exit-code.ts'
import { configOption, stateOption, withCases } from './state-directory.ts'

export default {
  id: 'handover',
  about: "Write the shift's summary: what came, what was decided by whom, what is open, how long things took.",
  examples: [
    { line: 'sweepwatch handover', about: 'the last eight hours' },
    { line: 'sweepwatch handover --since 2026-11-22T06:00Z', about: 'since the shift began' },
  ],
  options: [
    stateOption,
    configOption,
    { flags: '--since <TIME>', about: 'a date, an ISO time, or how long ago (default: 8h)' },
    { flags: '--until <TIME>', about: 'the end (default: now)' },
    { flags: '--json', about: 'one JSON object' },
  ],
  async run(invocation) {
    const { since, until } = shiftOf(invocation)
    return withCases(invocation, async (store) => {
      const { handoverOf } = await import('../store/handover.ts')
      const summary = handoverOf(store, since, until)
      const { terminal } = invocation
      if (invocation.flag('json')) {
        const { jsonLine } = await import('../report/escape.ts')
        terminal.out(`${jsonLine({ type: 'handover', ...summary })}\n`)
      } else {
        const { handoverText } = await import('../report/handover.ts')
        terminal.out(handoverText(summary, terminal.outLook))
      }
      return ExitCode.done
    })
  },
} satisfies CommandSpec

/** ISO 8601. @throws Problem `usage` where nothing can have been written in that time */
function shiftOf(invocation: Invocation): { since: string; until: string } {
  const told = invocation.text('since') ?? '8h'
  const since = momentOf('--since', told)
  const until = momentOf('--until', invocation.text('until') ?? '0s')
  if (since > isoTime(now())) {
    throw new Problem('usage', `--since ${told}: that is in the future`, { hint: 'Say when the shift began.' })
  }
  if (since > until) {
    throw new Problem('usage', `--since ${told}: that is after the end, ${until}`, {
      hint: '--since is the beginning, --until the end.',
    })
  }
  return { since, until }
}
