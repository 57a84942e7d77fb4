import type { Analysis } from '../detect/finding.ts'
import { checkFormat } from './check-format.ts'
import type { Invocation } from './command.ts'
import { sayDamage } from './damage.ts'
import { ownNetworks } from './own-networks.ts'
import { Progress } from './progress.ts'

/** Runs the engine with the options of the command line: checks them first, shows progress, says what was damaged. */
export async function analyzeWith(invocation: Invocation, paths: readonly string[]): Promise<Analysis> {
  const own = await ownNetworks(invocation)
  const format = await checkFormat(invocation.text('format'))
  const state = invocation.text('state')
  const { analyze } = await import('../pipeline/analyze.ts')
  const progress = new Progress(invocation.terminal)
  try {
    const analysis = await analyze({
      paths,
      ...own,
      ...(format === undefined ? {} : { format }),
      ...(state === undefined ? {} : { state }),
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
