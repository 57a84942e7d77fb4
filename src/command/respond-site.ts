import { userInfo } from 'node:os'
import process from 'node:process'
import type { Case } from '../case/case.ts'
import { loadConfig } from '../config/load.ts'
import type { RespondSettings } from '../config/respond.ts'
import type { Guard } from '../respond/guard/guard.ts'
import type { BlastRadius } from '../respond/plan/plan.ts'
import type { Wishes } from '../respond/plan/propose.ts'
import type { Scope } from '../respond/respond.ts'
import { caseContext } from './case-context.ts'
import type { Invocation } from './command.ts'
import { ownNetworks } from './own-networks.ts'

/** What containment works with, as the command line and the configuration say. */
export interface RespondSite {
  readonly settings: RespondSettings
  /** The guard of this moment: allowlist, inventory and this machine's addresses are read anew each time. */
  readonly guard: () => Promise<Guard>
  readonly blastRadius: (one: Case, networks: readonly string[], scope: Scope) => Promise<BlastRadius | null>
}

/** @throws Problem `config`, `net`, and of the files that are named */
export async function respondSite(invocation: Invocation): Promise<RespondSite> {
  const { config } = await loadConfig(invocation.text('config'))
  const [{ respondSection }, { blastRadius }] = await Promise.all([
    import('../config/respond.ts'),
    import('../pipeline/respond/blast-radius.ts'),
  ])
  return {
    settings: config.respond ?? respondSection.parse({}),
    guard: () => guardNow(invocation),
    blastRadius: (one, networks, scope) => blastRadius(config.archive?.directory, one, networks, scope),
  }
}

async function guardNow(invocation: Invocation): Promise<Guard> {
  const [{ config }, { net = [] }, context] = await Promise.all([
    loadConfig(invocation.text('config')),
    ownNetworks(invocation),
    caseContext(invocation, { withoutIntelligence: true }),
  ])
  const [{ Guard }, { usualLimits }, { protectedNetworks }, { thisMachine }] = await Promise.all([
    import('../respond/guard/guard.ts'),
    import('../respond/guard/limits.ts'),
    import('../pipeline/respond/protected-networks.ts'),
    import('../pipeline/respond/this-machine.ts'),
  ])
  const kept = protectedNetworks({
    own: net,
    inventory: context.inventory,
    partners: config.assets?.partners ?? [],
    allowlist: context.allowlist,
    protect: config.respond?.protect ?? { gateways: [], management: [], dns: [], others: [] },
    // The client of an SSH session: `address port address port`.
    machine: await thisMachine(process.env['SSH_CONNECTION']?.split(' ')[0]),
  })
  return new Guard(kept, config.respond?.limits ?? usualLimits)
}

/** What plans are like here where nobody says otherwise. */
export function usualWishes({ throttle, direction, targets }: RespondSettings): Wishes {
  return { rate: throttle, ...(direction && { direction }), ports: [], protocol: 'any', targets: Object.keys(targets) }
}

/** The login under which something is typed: two people who approve must have one each. `sudo` tells whose it was. */
export function loginName(): string {
  return process.env['SUDO_USER'] ?? userInfo().username
}
