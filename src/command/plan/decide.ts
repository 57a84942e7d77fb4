import { now } from '../../base/clock.ts'
import { Problem } from '../../base/problem.ts'
import { noteInCase } from '../../pipeline/respond/case-notes.ts'
import type { PlanState } from '../../respond/ledger/fold.ts'
import { blocksOf, wholeSeconds } from '../../respond/plan/blocks.ts'
import { approved, reapplied, rejected, revoked } from '../../respond/plan/decide.ts'
import type { LedgerStore } from '../../store/ledger-store.ts'
import { ExitCode } from '../exit-code.ts'
import { carryOut } from './enforcing.ts'
import { type PlanSite, planOf, wordOf } from './site.ts'

/** Approves a plan and has it enforced; without `--enforce`, shows what that would do. */
export async function approve(site: PlanSite): Promise<number> {
  const state = planOf(site, 'approve')
  const { invocation, ledger, settings } = site
  mustStandOpen(site, state)
  const word = wordOf(invocation)
  const guard = await site.guard()
  const rules = { needed: settings.approvals, guard, active: ledger.active(word.now) }
  if (!invocation.flag('enforce')) {
    approved(state, word, rules)
    await preview(site, state)
    return ExitCode.done
  }
  mustEnforce(site)
  const after = change(site, state.plan.id, (current) => approved(current, word, rules))
  const { terminal } = invocation
  if (after.status !== 'approved') {
    const left = settings.approvals - after.approvals.length
    terminal.out(`plan ${state.plan.id}: approved by you; ${left} more with a login of their own must approve it\n`)
    return ExitCode.done
  }
  return carryOut(site, [state.plan.id])
}

export async function reject(site: PlanSite): Promise<number> {
  const { plan } = planOf(site, 'reject')
  change(site, plan.id, (state) => rejected(state, wordOf(site.invocation)))
  site.invocation.terminal.out(`plan ${plan.id}: rejected\n`)
  return ExitCode.done
}

/** Takes back one plan, or with `--all` everything that stands. Needs no `--enforce`: to take a block away must never be hard. */
export async function revoke(site: PlanSite): Promise<number> {
  const { invocation, ledger } = site
  const word = wordOf(invocation)
  if (invocation.flag('all') && site.rest.length > 0) {
    throw new Problem('usage', 'plan revoke: a plan, or --all, not both')
  }
  const ids = invocation.flag('all')
    ? ledger.list({ status: 'approved', limit: 1_000_000 }).map(({ plan }) => plan.id)
    : [planOf(site, 'revoke').plan.id]
  if (ids.length === 0) {
    invocation.terminal.out('nothing stands\n')
    return ExitCode.done
  }
  for (const id of ids) change(site, id, (state) => revoked(state, word))
  return carryOut(site, ids)
}

export async function reapply(site: PlanSite): Promise<number> {
  const { plan } = planOf(site, 'reapply')
  mustEnforce(site)
  change(site, plan.id, (state) => reapplied(state, wordOf(site.invocation)))
  return carryOut(site, [plan.id])
}

/** Writes what a person decides, and tells the case of it. */
function change({ ledger, cases }: PlanSite, id: string, make: Parameters<LedgerStore['change']>[1]): PlanState {
  const known = ledger.plan(id)?.history.length ?? 0
  const after = ledger.change(id, make)
  for (const entry of after.history.slice(known)) noteInCase(cases, ledger, entry)
  return after
}

/** What would be sent to each target if the plan were approved now. */
async function preview(site: PlanSite, { plan }: PlanState): Promise<void> {
  const { openTargets } = await import('../../pipeline/respond/targets.ts')
  const { beyond } = await import('../../respond/sound.ts')
  const { terminal } = site.invocation
  const { printable } = await import('../../report/escape.ts')
  const guard = await site.guard()
  const at = now() / 1000
  const times = { since: new Date(at).toISOString(), until: wholeSeconds(at + 1000 * plan.limit), byPerson: true }
  const wanted = blocksOf(plan, times, guard.limits)
  for (const target of await openTargets(site.settings.targets, site.directory, plan.targets)) {
    const add = wanted.flatMap(({ block, standing }) => {
      const verdict = guard.check(block, standing, 0, at)
      return verdict.block === undefined || beyond(target.can, block) !== undefined ? [] : [verdict.block]
    })
    const text = target.preview({ add, remove: [], desired: add, at })
    terminal.out(`What ${target.name} would be sent (dry run; nothing was changed):\n`)
    terminal.out(`${text.split('\n').map(printable).join('\n').trimEnd()}\n\n`)
    await target.close()
  }
  terminal.out(`Approve it with: sweepwatch plan approve ${plan.id} --enforce --reason TEXT\n`)
}

function mustEnforce({ settings, invocation }: PlanSite): void {
  if (!invocation.flag('enforce')) {
    throw new Problem('dry-run', 'nothing is changed without --enforce', { hint: 'Say --enforce if you mean it.' })
  }
  if (settings.enforce) return
  throw new Problem('dry-run', 'the configuration does not let anything be enforced', {
    hint: 'Set `respond: {enforce: true}` in sweepwatch.yaml; with --enforce, both are needed.',
  })
}

/** A case that was closed as harmless since must not be contained by an old proposal. */
function mustStandOpen({ cases }: PlanSite, { plan }: PlanState): void {
  const row = cases.row(plan.caseId)
  if (row === undefined || row.status === 'open' || row.outcome === 'resolved' || row.outcome === 'contained') return
  throw new Problem(
    'case-status',
    `case ${plan.caseId} is ${row.status === 'closed' ? `closed as ${row.outcome}` : row.status}`,
    {
      hint: `Reject the plan, or reopen the case: sweepwatch case reopen ${plan.caseId} --reason TEXT`,
    },
  )
}
