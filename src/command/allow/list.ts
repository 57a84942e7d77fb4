import { expiryOf } from '../../asset/allow-entry.ts'
import type { AllowEntry } from '../../asset/asset.ts'
import { now } from '../../base/clock.ts'
import { listed } from '../../base/quantity.ts'
import { jsonLine } from '../../report/escape.ts'
import type { Invocation } from '../command.ts'
import { ExitCode } from '../exit-code.ts'
import { tableText } from '../table.ts'
import { allowSources } from './entries.ts'

/** Every entry, with where it stands and whether it holds now. */
export async function listEntries(invocation: Invocation): Promise<number> {
  const { terminal } = invocation
  const at = now() / 1000
  const entries = (await allowSources(invocation)).flatMap(({ from, entries }) =>
    entries.map((entry) => ({ ...entry, state: expiryOf(entry.expires) > at ? 'valid' : 'expired', from })),
  )
  if (invocation.flag('json')) {
    for (const entry of entries) terminal.out(`${jsonLine(entry)}\n`)
    return ExitCode.done
  }
  const rows = entries.map(({ id, sources, owner, expires, state, ...entry }) => [
    ...[id, listed(sources), scopeText(entry), windowText(entry), owner, expires, state],
  ])
  terminal.out(tableText(['id', 'sources', 'scope', 'window', 'owner', 'expires', 'state'], rows, terminal.outLook))
  return ExitCode.done
}

function scopeText({ targets, ports, methods }: Pick<AllowEntry, 'targets' | 'ports' | 'methods'>): string {
  const parts = [targets, ports, methods].filter((texts) => texts.length > 0).map((texts) => listed(texts, 3))
  return parts.length === 0 ? 'anything of ours' : parts.join('; ')
}

function windowText({ window }: Pick<AllowEntry, 'window'>): string {
  if (window === undefined) return 'any time'
  return [window.rule ?? 'once', window.start.slice(11), `${window.minutes} min`, window.zone].join(' ')
}
