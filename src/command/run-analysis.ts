import { Problem } from '../base/problem.ts'
import type { Analysis } from '../case/analysis.ts'
import type { Case } from '../case/case.ts'
import { loadConfig } from '../config/load.ts'
import type { LedgerEntry } from '../respond/ledger/entry.ts'
import type { CaseStore } from '../store/case-store.ts'
import { caseContext } from './case-context.ts'
import { checkFormat, formatsOf } from './check-format.ts'
import type { Invocation } from './command.ts'
import { sayDamage } from './damage.ts'
import { ownNetworks } from './own-networks.ts'
import { Progress } from './progress.ts'

/**
 * Runs the engine with the options of the command line: checks them first, shows progress, says what was damaged.
 * @param state where what is known is kept; nothing is where it is not told
 */
export async function analyzeWith(invocation: Invocation, paths: readonly string[], state?: string): Promise<Analysis> {
  const own = await ownNetworks(invocation)
  const formats = await formatsOf(invocation)
  const format = await checkFormat(invocation.text('format'), formats)
  const context = await caseContext(invocation)
  const threads = threadCount(invocation.text('threads'))
  const respond = state === undefined ? undefined : await proposer(invocation)
  const { analyze } = await import('../pipeline/analyze.ts')
  const progress = new Progress(invocation.terminal, invocation.text('progress') === 'json')
  try {
    const analysis = await analyze({
      paths,
      ...own,
      formats,
      context,
      ...(format === undefined ? {} : { format }),
      ...(state === undefined ? {} : { state }),
      ...(respond && { respond: (cases, store) => respond(cases, store, (line) => progress.say(line)) }),
      ...(threads === undefined ? {} : { threads }),
      progress: (at) => progress.show(at),
      warn: (line) => progress.say(line),
    })
    progress.end()
    sayDamage(analysis.summary, invocation.terminal)
    return analysis
  } finally {
    progress.end()
  }
}

type Proposer = (cases: readonly Case[], store: CaseStore, say: (line: string) => void) => Promise<void>

/** Proposes plans for escalated cases, where targets are configured. */
async function proposer(invocation: Invocation): Promise<Proposer | undefined> {
  const { config } = await loadConfig(invocation.text('config'))
  if (Object.keys(config.respond?.targets ?? {}).length === 0) return undefined
  const [{ respondSite, usualWishes }, { LiveResponse }, { liveEntry }] = await Promise.all([
    import('./respond-site.ts'),
    import('../pipeline/respond/live-response.ts'),
    import('../report/respond/plan-text.ts'),
  ])
  const site = await respondSite(invocation)
  return async (cases, store, say) => {
    const tell = (entry: LedgerEntry) => say(liveEntry(entry, invocation.terminal.errLook).trimEnd())
    const options = { ...site, wishes: usualWishes(site.settings), isEnforcing: false, tell, notice: say }
    const response = new LiveResponse(options, '', store, () => '')
    for (const one of cases) response.consider(one)
    await response.settled()
  }
}

const mostThreads = 64

function threadCount(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const count = Number(text)
  if (Number.isInteger(count) && count >= 1 && count <= mostThreads) return count
  throw new Problem('usage', `--threads ${text}: not a number of threads`, {
    hint: `Give a whole number from 1 to ${mostThreads}; 1 decodes on the main thread.`,
  })
}
