import { formatPrefix } from '../../base/prefix.ts'
import { Problem } from '../../base/problem.ts'
import type { PlanState } from '../../respond/ledger/fold.ts'
import { chooseFormat } from '../choose-format.ts'
import { ExitCode } from '../exit-code.ts'
import { exportOptions } from '../export-options.ts'
import { type PlanSite, planOf } from './site.ts'

/** Writes a plan in a format of the field. */
export async function exportPlan(site: PlanSite): Promise<number> {
  const { invocation } = site
  const { planExports } = await import('../../report/respond/export/registry.ts')
  const chosen = chooseFormat(invocation.text('as'), planExports)
  const state = planOf(site, 'export')
  const lacking = chosen.lacking(state)
  if (lacking !== undefined) {
    throw new Problem('nothing-to-export', `plan ${state.plan.id} as ${chosen.id}: ${lacking}`, {
      hint: `--as json has everything; sweepwatch plan show ${state.plan.id} tells how it stands.`,
    })
  }
  const { told, options } = await toldOf(site, state)
  await write(invocation, chosen.render(told, options))
  return ExitCode.done
}

/** The plan as it is to be told, with our addresses and names as its case tells them. */
async function toldOf({ invocation, cases, settings }: PlanSite, state: PlanState) {
  const [{ ownNetworks }, { boundedLimits }, { toldPlan }] = await Promise.all([
    import('../../report/case/ours.ts'),
    import('../../respond/guard/limits.ts'),
    import('../../report/respond/export/told-plan.ts'),
  ])
  const one = cases.find(state.plan.caseId)
  const { theCase, options, replace } = await exportOptions(invocation, one)
  const { internal, organisation, version } = options
  const own = ownNetworks(theCase, options.own).map(formatPrefix)
  return {
    told: invocation.text('pseudonymise') === undefined ? state : toldPlan(state, replace),
    options: { own, internal, organisation, version, limits: boundedLimits(settings.limits), outcome: one.outcome },
  }
}

async function write(invocation: PlanSite['invocation'], text: string): Promise<void> {
  const out = invocation.text('out')
  if (out === undefined) return invocation.terminal.out(text)
  const { replaceFile } = await import('../../base/replace-file.ts')
  try {
    // Who is blocked, why, and what it would have cut: for its owner's eyes.
    await replaceFile(out, text, 0o600)
  } catch (cause) {
    throw new Problem('unwritable', `${out} cannot be written: ${(cause as Error).message}`, { cause })
  }
}
