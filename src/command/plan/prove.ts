import { now } from '../../base/clock.ts'
import { Problem } from '../../base/problem.ts'
import { noteInCase } from '../../pipeline/respond/case-notes.ts'
import { authorOf } from '../author.ts'
import { formatsOf } from '../check-format.ts'
import { ExitCode } from '../exit-code.ts'
import { loginName } from '../respond-site.ts'
import { type PlanSite, planOf } from './site.ts'

/** Judges a plan by what was recorded on both sides of where it is enforced, and writes that into the ledger. */
export async function prove(site: PlanSite): Promise<number> {
  const { invocation, ledger } = site
  const state = planOf(site, 'prove')
  const [before, behind] = [invocation.list('before'), invocation.list('behind')]
  if (before.length + behind.length === 0) {
    throw new Problem('usage', 'plan prove: by which records?', {
      hint: 'Name captures or logs: --before outside.pcap --behind inside.pcap',
    })
  }
  const [{ proveFromFiles }, { liveEntry }] = await Promise.all([
    import('../../pipeline/respond/prove-files.ts'),
    import('../../report/respond/plan-text.ts'),
  ])
  const { limits } = await site.guard()
  const told = await proveFromFiles(state, { before, behind, formats: await formatsOf(invocation), limits })
  const { terminal } = invocation
  if (told.length === 0) {
    terminal.out(`plan ${state.plan.id} was not applied anywhere: there is nothing to prove\n`)
    return ExitCode.done
  }
  const at = new Date(now() / 1000).toISOString()
  const author = { name: authorOf(invocation), login: loginName(invocation) }
  const reason = `by the records ${[...before, ...behind].join(', ')}`
  for (const entry of ledger.append(told.map((each) => ({ ...each, at, author, reason })))) {
    noteInCase(site.cases, ledger, entry)
    terminal.out(liveEntry(entry, terminal.outLook))
  }
  return ExitCode.done
}
