import type { Case } from '../../case/case.ts'
import { loadConfig } from '../../config/load.ts'
import type { ActionSite } from './action.ts'

/** Puts a case that a person escalated into the outbox, where channels are configured; `watch` or `notify` sends it. */
export async function offerToTell({ invocation, store }: ActionSite, one: Case): Promise<void> {
  const { config } = await loadConfig(invocation.text('config'))
  if (config.notify === undefined) return
  const { openNotifier } = await import('../../pipeline/notifying.ts')
  const notifier = await openNotifier(config.notify, store)
  notifier.offer(one)
}
