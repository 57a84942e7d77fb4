import { Problem } from '../base/problem.ts'
import { several } from '../base/quantity.ts'
import { loadConfig } from '../config/load.ts'
import { printable } from '../report/escape.ts'
import type { CommandSpec } from './command.ts'
import { ExitCode } from './exit-code.ts'
import { configOption, stateOption, withCases } from './state-directory.ts'

export default {
  id: 'notify',
  about: 'Send what waits to be told of escalated cases, at once; `watch` does it by itself.',
  examples: [{ line: 'sweepwatch notify --state state', about: 'after `analyze --state`, from cron' }],
  options: [stateOption, configOption],
  async run(invocation) {
    const { config } = await loadConfig(invocation.text('config'))
    const { notify } = config
    if (notify === undefined) {
      throw new Problem('usage', 'no channel is configured', {
        hint: 'Put `notify:` into sweepwatch.yaml; docs/exports.md shows how.',
      })
    }
    return withCases(invocation, async (store) => {
      const { noteDelivery, openNotifier } = await import('../pipeline/notifying.ts')
      const notifier = await openNotifier({ ...notify, group: 0 }, store)
      for (const { id } of store.list({ status: 'open', escalated: true, limit: 10_000 }))
        notifier.offer(store.find(id))
      const told = await notifier.deliver()
      for (const each of told) noteDelivery(store, each)
      const { terminal } = invocation
      for (const { channel, result, reason, cases } of told) {
        terminal.out(`${printable(channel)}: ${result}, ${several(cases.length, 'case')} (${printable(reason)})\n`)
      }
      if (told.length === 0) terminal.out('nothing waits to be told\n')
      return told.some(({ result }) => result !== 'delivered') ? ExitCode.failed : ExitCode.done
    })
  },
} satisfies CommandSpec
