import type { Case } from '../../case/case.ts'
import { loadConfig } from '../../config/load.ts'
import type { ActionSite } from './action.ts'

/** Has the channels that are configured tell of a case that a person escalated. */
export async function offerToTell({ invocation, store }: ActionSite, one: Case): Promise<void> {
  const { config } = await loadConfig(invocation.text('config'))
  if (config.notify === undefined) return
  const { offerToTell: offer } = await import('../../pipeline/notifying.ts')
  await offer(config.notify, store, one)
}
