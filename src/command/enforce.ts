import { now } from '../base/clock.ts'
import { Problem } from '../base/problem.ts'
import { printable } from '../report/escape.ts'
import { CaseStore } from '../store/case-store.ts'
import { LedgerStore } from '../store/ledger-store.ts'
import { allowOption } from './case-context.ts'
import type { CommandSpec, Invocation } from './command.ts'
import { onDrain } from './drain.ts'
import { ExitCode } from './exit-code.ts'
import { networkOptions } from './own-networks.ts'
import { respondSite } from './respond-site.ts'
import { stateDirectory, stateOption } from './state-directory.ts'

export default {
  id: 'enforce',
  about: 'Keep the targets as the approved plans want them, without watching traffic; `watch --enforce` does both.',
  examples: [
    { line: 'sweepwatch enforce', about: 'what would be changed now? (dry run)' },
    { line: 'sweepwatch enforce --enforce', about: 'apply, end and compare, until a signal says stop' },
    { line: 'sweepwatch enforce --enforce --once', about: 'from cron' },
  ],
  options: [
    stateOption,
    ...networkOptions,
    allowOption,
    { flags: '--enforce', about: 'really change the targets; `respond.enforce` must be true as well' },
    { flags: '--once', about: 'one turn and one comparison, then end' },
    { flags: '--json', about: 'JSON Lines' },
  ],
  async run(invocation) {
    const directory = await stateDirectory(invocation)
    return invocation.flag('enforce') ? enforce(invocation, directory) : dryRun(invocation, directory)
  },
} satisfies CommandSpec

async function enforce(invocation: Invocation, directory: string): Promise<number> {
  const { terminal } = invocation
  const { liveResponse } = await import('./respond-live.ts')
  const { LiveResponse } = await import('../pipeline/respond/live-response.ts')
  const notice = (text: string) => terminal.err(`sweepwatch: ${printable(text)}\n`)
  const { options, lock } = await liveResponse(invocation, directory, { isEnforcing: true, notice })
  const cases = CaseStore.open(directory, { readOnly: true })
  const response = new LiveResponse(options, directory, cases, () => '')
  try {
    if (invocation.flag('once')) {
      const isDone = await response.once(AbortSignal.timeout(120_000))
      return isDone ? ExitCode.done : ExitCode.failed
    }
    const stop = new AbortController()
    onDrain(() => stop.abort())
    await response.run(stop.signal)
    return ExitCode.done
  } finally {
    onDrain(undefined)
    cases.close()
    lock?.release()
  }
}

/** What would be sent to each target. */
async function dryRun(invocation: Invocation, directory: string): Promise<number> {
  const { terminal } = invocation
  const site = await respondSite(invocation)
  const [{ openTargets }, { Place }] = await Promise.all([
    import('../pipeline/respond/targets.ts'),
    import('../pipeline/respond/place.ts'),
  ])
  if (Object.keys(site.settings.targets).length === 0) {
    throw new Problem('usage', 'no target is configured', {
      hint: 'Put `respond: {targets: …}` into sweepwatch.yaml; docs/containment.md shows how.',
    })
  }
  const cases = CaseStore.open(directory, { readOnly: true })
  try {
    const at = now() / 1000
    const turn = {
      plans: new LedgerStore(cases.database).running(new Date(at).toISOString()),
      guard: await site.guard(),
      now: at,
    }
    for (const target of await openTargets(site.settings.targets, directory)) {
      const place = new Place(target)
      place.resume(turn)
      const change = place.change(turn)
      const count = change.add.length + change.remove.length
      terminal.out(`${target.name}: ${count === 0 ? 'nothing to change' : 'would be sent (dry run)'}\n`)
      if (count > 0) terminal.out(`${target.preview(change).split('\n').map(printable).join('\n').trimEnd()}\n`)
      await target.close()
    }
    return ExitCode.done
  } finally {
    cases.close()
  }
}
