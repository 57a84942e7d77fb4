import type { OpenInventory } from '../asset/inventory.ts'
import { parseAddress } from '../base/address.ts'
import { Problem } from '../base/problem.ts'
import { count, several } from '../base/quantity.ts'
import { loadConfig } from '../config/load.ts'
import { jsonLine, printable } from '../report/escape.ts'
import { paint } from '../report/look.ts'
import { chooseAction } from './choose-action.ts'
import type { CommandSpec, Invocation } from './command.ts'
import { ExitCode } from './exit-code.ts'
import { configOption } from './state-directory.ts'
import { tableText } from './table.ts'

const actions = { list, find, check } as const

export default {
  id: 'assets',
  about: 'The inventory: list what is ours, look an address up, check a file before it is used.',
  examples: [
    { line: 'sweepwatch assets check hosts.csv', about: 'which rows are used, which are not, and why' },
    { line: 'sweepwatch assets find 192.0.2.10', about: 'whose is it?' },
  ],
  argument: {
    name: '<ACTION...>',
    about:
      'list: everything that is known. find ADDRESS: the network or host that holds it, or the partner (exit 1: neither). ' +
      'check FILE...: how files are read',
    completes: 'file',
  },
  options: [
    {
      flags: '--inventory <FILE>',
      about: 'a file beside those of the configuration; repeatable',
      repeatable: true,
      completes: 'file',
    },
    configOption,
    { flags: '--json', about: 'JSON Lines instead of text' },
  ],
  async run(invocation) {
    const [word, ...words] = invocation.words
    return chooseAction('assets', word, actions)(invocation, words)
  },
} satisfies CommandSpec

/** @throws Problem `usage` where there is no inventory, `inventory`, `config` */
async function opened(invocation: Invocation, given?: readonly string[]): Promise<OpenInventory> {
  const { config } = await loadConfig(invocation.text('config'))
  const files = given ?? [...(config.assets?.inventory ?? []), ...invocation.list('inventory')]
  const partners = config.assets?.partners ?? []
  if (files.length === 0 && partners.length === 0) {
    throw new Problem('usage', 'no inventory', {
      hint: 'Give --inventory FILE, or put `assets: {inventory: FILE}` into sweepwatch.yaml.',
    })
  }
  const { openInventory } = await import('../asset/inventory.ts')
  return openInventory({ files, partners })
}

async function list(invocation: Invocation): Promise<number> {
  const { terminal } = invocation
  const { inventory } = await opened(invocation)
  const { assets } = inventory
  if (invocation.flag('json')) for (const asset of assets) terminal.out(`${jsonLine(asset)}\n`)
  else {
    const rows = assets.map((asset) => [asset.network, asset.name, asset.owner, asset.criticality, asset.roles])
    terminal.out(tableText(['network', 'name', 'owner', 'criticality', 'roles'], rows, terminal.outLook))
  }
  return ExitCode.done
}

async function find(invocation: Invocation, [address]: readonly string[]): Promise<number> {
  const { terminal } = invocation
  if (address === undefined || parseAddress(address) === undefined) {
    throw new Problem('usage', `${address ?? ''} is no address`, { hint: 'sweepwatch assets find 192.0.2.10' })
  }
  const { inventory } = await opened(invocation)
  const asset = inventory.find(address)
  const partner = inventory.partnerOf(address)
  if (invocation.flag('json')) {
    terminal.out(`${jsonLine({ address, asset: asset ?? null, partner: partner ?? null })}\n`)
  } else {
    const lines = [
      ...(asset ? [['ours', [asset.name, asset.network].filter(Boolean).join(', ')] as const] : []),
      ...(asset?.owner ? [['owner', asset.owner] as const] : []),
      ...(asset?.criticality ? [['criticality', asset.criticality] as const] : []),
      ...(asset && asset.roles.length > 0 ? [['roles', asset.roles.join(', ')] as const] : []),
      ...(partner ? [['partner', [partner.name, partner.contact].filter(Boolean).join(', ')] as const] : []),
    ]
    const text = lines.map(([name, value]) => `${paint(terminal.outLook, 'dim', name.padEnd(12))}${printable(value)}\n`)
    terminal.out(text.length > 0 ? text.join('') : `${printable(address)} is in no row of the inventory\n`)
  }
  return asset || partner ? ExitCode.done : ExitCode.failed
}

async function check(invocation: Invocation, files: readonly string[]): Promise<number> {
  const { terminal } = invocation
  const { reports } = await opened(invocation, files.length > 0 ? files : undefined)
  for (const report of reports) {
    if (invocation.flag('json')) {
      terminal.out(`${jsonLine(report)}\n`)
      continue
    }
    const { file, assets, malformed, repeated, omitted, faults } = report
    const rest = [
      malformed > 0 ? `${several(malformed, 'row')} not usable` : '',
      repeated > 0 ? `${count(repeated)} described before` : '',
      omitted > 0 ? `${count(omitted)} beyond the limit of a million` : '',
    ].filter((text) => text !== '')
    const parts = [several(assets, 'network or host', 'networks and hosts'), ...rest]
    terminal.out(`${paint(terminal.outLook, 'bold', printable(file))}: ${parts.join('; ')}\n`)
    for (const { line, reason } of faults) terminal.out(`  ${line > 0 ? `line ${line}: ` : ''}${printable(reason)}\n`)
  }
  return reports.some(({ malformed }) => malformed > 0) ? ExitCode.damaged : ExitCode.done
}
