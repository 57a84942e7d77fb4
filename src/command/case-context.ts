import { loadConfig } from '../config/load.ts'
import type { Config } from '../config/schema.ts'
import type { CaseContext } from '../pipeline/cases/context.ts'
import type { RuleChanges } from '../triage/decide.ts'
import type { Invocation, OptionSpec } from './command.ts'
import { ownNetworks } from './own-networks.ts'

export const allowOption: OptionSpec = {
  flags: '--allow <FILE>',
  about: 'authorised scanners: sources, scope, windows, owner, expiry; repeatable (and `allow:` in the configuration)',
  repeatable: true,
  completes: 'file',
}

/**
 * What is known beside the logs, as the command line and the configuration say. Nothing is loaded that is not asked for.
 * @throws Problem `config`, and those of the files that are named
 */
export async function caseContext(
  invocation: Invocation,
  { withoutIntelligence = false }: { readonly withoutIntelligence?: boolean } = {},
): Promise<CaseContext> {
  const { config } = await loadConfig(invocation.text('config'))
  const allowlist = await allowlistOf(config.allow ?? [], invocation.list('allow'))
  return {
    ...(await assetsOf(config.assets)),
    ...(withoutIntelligence ? {} : await intelligenceOf(invocation, config.intel)),
    ...(allowlist && { allowlist }),
    ...(config.decisions && { changes: config.decisions as RuleChanges }),
    ...(config.watch && { watch: config.watch }),
  }
}

async function allowlistOf(configured: NonNullable<Config['allow']>, files: readonly string[]) {
  if (configured.length === 0 && files.length === 0) return undefined
  const [{ openAllowlist }, { loadAllowFile }] = await Promise.all([
    import('../asset/allowlist.ts'),
    import('../config/allow.ts'),
  ])
  const read = await Promise.all(files.map(loadAllowFile))
  return openAllowlist([...configured, ...read.flat()])
}

async function intelligenceOf(
  invocation: Invocation,
  settings: Config['intel'],
): Promise<Pick<CaseContext, 'intelligence'>> {
  if (settings === undefined) return {}
  const [{ openIntelligence }, { net = [] }] = await Promise.all([import('../intel/open.ts'), ownNetworks(invocation)])
  return { intelligence: await openIntelligence({ settings, own: net }) }
}

async function assetsOf(assets: Config['assets']): Promise<Pick<CaseContext, 'inventory' | 'kev' | 'epss'>> {
  if (assets === undefined) return {}
  const { inventory: files, partners, kev, epss } = assets
  const [{ openInventory }, { loadKev }, { loadEpss }] = await Promise.all([
    import('../asset/inventory.ts'),
    import('../asset/kev.ts'),
    import('../asset/epss.ts'),
  ])
  return {
    ...((files.length > 0 || partners.length > 0) && {
      inventory: (await openInventory({ files, partners })).inventory,
    }),
    ...(kev !== undefined && { kev: await loadKev(kev) }),
    ...(epss !== undefined && { epss: await loadEpss(epss) }),
  }
}
