import type { Lock } from '../base/lock.ts'
import { Problem } from '../base/problem.ts'
import type { ResponseOptions } from '../pipeline/respond/live-response.ts'
import { makeStateFolder } from '../pipeline/state.ts'
import type { LedgerEntry } from '../respond/ledger/entry.ts'
import type { Invocation } from './command.ts'
import { enforcerLock } from './plan/enforcing.ts'
import { respondSite, usualWishes } from './respond-site.ts'

export interface LiveResponseSite {
  readonly options: ResponseOptions
  /** Held for as long as this process enforces. */
  readonly lock: Lock | undefined
}

/**
 * Containment for a service.
 * @throws Problem `dry-run` where the configuration does not let it enforce, `enforcing` where another process does, `guard` where our networks are not known
 */
export async function liveResponse(
  invocation: Invocation,
  state: string,
  { isEnforcing, notice }: { readonly isEnforcing: boolean; readonly notice: (text: string) => void },
): Promise<LiveResponseSite> {
  const site = await respondSite(invocation)
  const tell = await teller(invocation)
  const options: ResponseOptions = { ...site, wishes: usualWishes(site.settings), isEnforcing, tell, notice }
  if (!isEnforcing) return { options, lock: undefined }
  if (!site.settings.enforce) {
    throw new Problem('dry-run', 'the configuration does not let anything be enforced', {
      hint: 'Set `respond: {enforce: true}` in sweepwatch.yaml; with --enforce, both are needed.',
    })
  }
  await site.guard()
  makeStateFolder(state)
  const lock = enforcerLock(state)
  if (lock !== undefined) return { options, lock }
  throw new Problem('enforcing', `another process enforces the plans of ${state}`, {
    hint: 'One at a time changes the targets.',
  })
}

async function teller(invocation: Invocation): Promise<(entry: LedgerEntry) => void> {
  const { terminal } = invocation
  if (invocation.flag('json')) {
    const { entryObject } = await import('../report/respond/plan-json.ts')
    return (entry) => terminal.out(`${entryObject(entry)}\n`)
  }
  const { liveEntry } = await import('../report/respond/plan-text.ts')
  return (entry) => terminal.out(liveEntry(entry, terminal.outLook))
}
