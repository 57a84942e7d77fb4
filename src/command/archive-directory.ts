import { Problem } from '../base/problem.ts'
import type { Config } from '../config/schema.ts'
import type { Invocation, OptionSpec } from './command.ts'

export const archiveOption: OptionSpec = {
  flags: '--archive <DIR>',
  about: 'the archive of events (default: from the configuration)',
  completes: 'directory',
}

/** @throws Problem `usage` where none is told */
export function archiveDirectory(invocation: Invocation, config: Config): string {
  const directory = invocation.text('archive') ?? config.archive?.directory
  if (directory !== undefined) return directory
  throw new Problem('usage', 'no archive', {
    hint: 'Give --archive DIR, or put `archive: {directory: DIR}` into sweepwatch.yaml.',
  })
}
