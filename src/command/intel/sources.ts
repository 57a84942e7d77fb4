import { Problem } from '../../base/problem.ts'
import { loadConfig } from '../../config/load.ts'
import type { OpenIntelligence } from '../../intel/open-intelligence.ts'
import type { IntelSettings } from '../../intel/settings.ts'
import type { Invocation } from '../command.ts'

const example = 'Example: intel: {lists: {drop: {path: drop.netset}}}. `sweepwatch intel example` prints a longer one.'

/** @throws Problem `usage` where nothing is configured, `config` */
export async function intelSettings(invocation: Invocation): Promise<IntelSettings> {
  const { config, file } = await loadConfig(invocation.text('config'))
  if (config.intel !== undefined) return config.intel
  const where = file === undefined ? 'there is no sweepwatch.yaml here' : `${file} has no \`intel:\``
  throw new Problem('usage', `no intelligence is configured: ${where}`, { hint: example })
}

/** Lists, databases and services as configured; nobody outside is asked about our own networks. */
export async function configuredIntelligence(invocation: Invocation): Promise<OpenIntelligence> {
  const settings = await intelSettings(invocation)
  const { config } = await loadConfig(invocation.text('config'))
  const { openIntelligence } = await import('../../intel/open.ts')
  return openIntelligence({ settings, own: config.networks ?? [] })
}
