import { Problem } from '../../base/problem.ts'
import { loadConfig } from '../../config/load.ts'
import { captureIndex } from '../capture-index.ts'
import type { Invocation } from '../command.ts'

/** Which captures are meant, and where their indexes are. @throws Problem `usage` where none is told */
export async function captureSite(
  invocation: Invocation,
  given: readonly string[],
): Promise<{ paths: readonly string[]; index: string }> {
  const { config } = await loadConfig(invocation.text('config'))
  const paths = given.length > 0 ? given : (config.capture?.paths ?? [])
  if (paths.length > 0) return { paths, index: invocation.text('index') ?? captureIndex(config) }
  throw new Problem('usage', 'which captures?', {
    hint: 'Name files or directories, or put `capture: {paths: DIR}` into sweepwatch.yaml.',
  })
}
