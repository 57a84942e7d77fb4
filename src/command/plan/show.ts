import { ExitCode } from '../exit-code.ts'
import { type PlanSite, planOf } from './site.ts'

/** All plans, or with `--open` those that wait or stand. */
export async function list(site: PlanSite): Promise<number> {
  const { invocation, ledger, settings } = site
  const { terminal } = invocation
  const all = ledger.list()
  const states = invocation.flag('open')
    ? all.filter(({ status }) => status === 'proposed' || status === 'approved')
    : all
  if (invocation.flag('json')) {
    const { planObject } = await import('../../report/respond/plan-json.ts')
    terminal.out(states.map((state) => `${planObject(state)}\n`).join(''))
    return ExitCode.done
  }
  const { planList } = await import('../../report/respond/plan-text.ts')
  terminal.out(planList(states, settings.approvals, terminal.outLook))
  return ExitCode.done
}

export async function show(site: PlanSite): Promise<number> {
  const state = planOf(site, 'show')
  const { terminal } = site.invocation
  if (site.invocation.flag('json')) {
    const { planObject } = await import('../../report/respond/plan-json.ts')
    terminal.out(`${planObject(state)}\n`)
    return ExitCode.done
  }
  const { planText } = await import('../../report/respond/plan-text.ts')
  terminal.out(planText(state, site.settings.approvals, terminal.outLook))
  return ExitCode.done
}
