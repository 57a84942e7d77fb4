import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { type Lock, lockFile } from '../../base/lock.ts'
import { isSettled } from '../../pipeline/respond/enforcer.ts'
import { printable } from '../../report/escape.ts'
import type { LedgerEntry } from '../../respond/ledger/entry.ts'
import type { PlanState } from '../../respond/ledger/fold.ts'
import { ExitCode } from '../exit-code.ts'
import { usualWishes } from '../respond-site.ts'
import type { PlanSite } from './site.ts'

/** How long a service that enforces is waited for. Milliseconds. */
const patience = 15_000
const lookEach = 100

/** Held by the one process that changes the targets. */
export function enforcerLock(directory: string): Lock | undefined {
  return lockFile(join(directory, 'enforce.lock'))
}

/**
 * Has done what a plan now asks for: by this process, or by the service that enforces, which is waited for.
 * @returns the exit code: failed where a target was not brought to it
 */
export async function carryOut(site: PlanSite, ids: readonly string[]): Promise<number> {
  const lock = enforcerLock(site.directory)
  const { liveEntry } = await import('../../report/respond/plan-text.ts')
  const { terminal } = site.invocation
  const tell = (entry: LedgerEntry) => terminal.out(liveEntry(entry, terminal.outLook))
  if (lock === undefined) await waitFor(site, ids, tell)
  else {
    try {
      await enforceOnce(site, tell)
    } finally {
      lock.release()
    }
  }
  const left = ids.filter((id) => !isDone(site.ledger.plan(id)))
  for (const id of left) terminal.err(`plan ${id}: not everything was done; sweepwatch plan show ${id}\n`)
  return left.length === 0 ? ExitCode.done : ExitCode.failed
}

async function enforceOnce(site: PlanSite, tell: (entry: LedgerEntry) => void): Promise<void> {
  const { LiveResponse } = await import('../../pipeline/respond/live-response.ts')
  const { terminal } = site.invocation
  const notice = (text: string) => terminal.err(`sweepwatch: ${printable(text)}\n`)
  const options = { ...site, wishes: usualWishes(site.settings), isEnforcing: true, tell, notice }
  await new LiveResponse(options, site.directory, site.cases, () => '').turn(AbortSignal.timeout(patience))
}

async function waitFor(
  { ledger }: PlanSite,
  ids: readonly string[],
  tell: (entry: LedgerEntry) => void,
): Promise<void> {
  let { seq } = ledger.head()
  for (let waited = 0; waited < patience && !ids.every((id) => isDone(ledger.plan(id))); waited += lookEach) {
    await wait(lookEach)
    for (const entry of ledger.after(seq)) {
      if (ids.includes(entry.plan)) tell(entry)
      seq = entry.seq
    }
  }
}

function isDone(state: PlanState | undefined): boolean {
  return state === undefined || isSettled(state)
}
