import type { AllowEntry } from '../../asset/asset.ts'
import { Problem } from '../../base/problem.ts'
import { loadAllowFile } from '../../config/allow.ts'
import { loadConfig } from '../../config/load.ts'
import type { Invocation } from '../command.ts'

/** The entries of one file, or of the configuration. */
export interface AllowSource {
  readonly from: string
  readonly entries: readonly AllowEntry[]
}

/**
 * The entries of the files named, of --allow, and of the configuration.
 * @throws Problem `allow`, `config`; `usage` where there are none at all
 */
export async function allowSources(invocation: Invocation, files: readonly string[] = []): Promise<AllowSource[]> {
  const named = [...files, ...invocation.list('allow')]
  const { config, file } = await loadConfig(invocation.text('config'))
  const sources = await Promise.all(named.map(async (from) => ({ from, entries: await loadAllowFile(from) })))
  if (files.length === 0 && config.allow !== undefined) sources.push({ from: file ?? '', entries: config.allow })
  if (sources.length > 0) return sources
  throw new Problem('usage', 'no allowlist', {
    hint: 'Name a file with --allow FILE, or put `allow:` into sweepwatch.yaml.',
  })
}
