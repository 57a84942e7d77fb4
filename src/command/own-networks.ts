import { parsePrefix } from '../base/prefix.ts'
import { Problem } from '../base/problem.ts'
import { loadConfig } from '../config/load.ts'
import type { Invocation, OptionSpec } from './command.ts'

/** The options that say which networks are ours; `ownNetworks` reads them. */
export const networkOptions: readonly OptionSpec[] = [
  {
    flags: '--net <CIDR>',
    about: 'our address space; repeatable (default: from the configuration, else inferred and said so)',
    repeatable: true,
  },
  {
    flags: '--config <FILE>',
    about: 'configuration (default: sweepwatch.yaml here, if there is one)',
    completes: 'file',
  },
]

/**
 * Our networks as told: from --net, else from the configuration, else nothing (the engine infers them).
 * @throws Problem `net` for what is no network, `config` for a configuration that cannot be used
 */
export async function ownNetworks(
  invocation: Invocation,
): Promise<{ net?: readonly string[]; netFrom?: 'option' | 'config' }> {
  const net = invocation.list('net').flatMap((text) => text.split(',').filter((part) => part !== ''))
  for (const text of net) {
    if (parsePrefix(text)) continue
    const hint = 'Write a network like 192.0.2.0/24 or 2001:db8::/32; --net may be repeated.'
    throw new Problem('net', `--net ${text} is no network`, { hint })
  }
  const { config } = await loadConfig(invocation.text('config'))
  if (net.length > 0) return { net, netFrom: 'option' }
  return config.networks ? { net: config.networks, netFrom: 'config' } : {}
}
