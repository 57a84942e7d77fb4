import { stat } from 'node:fs/promises'
import { userInfo } from 'node:os'
import process from 'node:process'
import type { Case } from '../case/case.ts'
import { loadConfig } from '../config/load.ts'
import type { RespondSettings } from '../config/respond.ts'
import { printable } from '../report/escape.ts'
import type { Guard } from '../respond/guard/guard.ts'
import type { ProtectedNetwork } from '../respond/guard/protected.ts'
import type { BlastRadius } from '../respond/plan/plan.ts'
import type { Wishes } from '../respond/plan/propose.ts'
import type { Scope } from '../respond/respond.ts'
import { caseContext } from './case-context.ts'
import type { Invocation } from './command.ts'
import { ownNetworks } from './own-networks.ts'

/** What containment works with, as the command line and the configuration say. */
export interface RespondSite {
  readonly settings: RespondSettings
  /** The guard of this moment: where configuration, allowlist, inventory or this machine's addresses have changed, it is made anew. */
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
    guard: guardKeeper(invocation),
    blastRadius: (one, networks, scope) => blastRadius(config.archive?.directory, one, networks, scope),
  }
}

/** Reads what the guard protects only where it has changed: it is asked for each plan, and an inventory may be large. */
function guardKeeper(invocation: Invocation): () => Promise<Guard> {
  let known: { readonly print: string; readonly guard: Guard } | undefined
  const renewed = async () => {
    const machine = await machineNow()
    const print = JSON.stringify([await filesNow(invocation), machine])
    if (known?.print !== print) known = { print, guard: await guardOf(invocation, machine) }
    return known.guard
  }
  let told = ''
  return async () => {
    try {
      const guard = await renewed()
      told = ''
      return guard
    } catch (error) {
      if (known === undefined) throw error
      // A service goes on ending blocks and taking them away, whatever is being written into its configuration.
      const { message } = error as Error
      if (message !== told)
        invocation.terminal.err(`sweepwatch: the guard goes on with what it knows: ${printable(message)}\n`)
      told = message
      return known.guard
    }
  }
}

/** The files that say what is protected, and what tells one state of them from another. */
async function filesNow(invocation: Invocation): Promise<readonly string[]> {
  const { config, file } = await loadConfig(invocation.text('config'))
  const files = [
    ...(file === undefined ? [] : [file]),
    ...invocation.list('allow'),
    ...(config.assets?.inventory ?? []),
  ]
  return Promise.all(
    files.map(async (path) => {
      const { mtimeMs, size, ino } = await stat(path).catch(() => ({ mtimeMs: 0, size: -1, ino: 0 }))
      return `${path} ${ino} ${size} ${mtimeMs}`
    }),
  )
}

async function machineNow(): Promise<readonly ProtectedNetwork[]> {
  const { thisMachine } = await import('../pipeline/respond/this-machine.ts')
  // The client of an SSH session: `address port address port`.
  return thisMachine(process.env['SSH_CONNECTION']?.split(' ')[0])
}

async function guardOf(invocation: Invocation, machine: readonly ProtectedNetwork[]): Promise<Guard> {
  const [{ config }, { net = [] }, context] = await Promise.all([
    loadConfig(invocation.text('config')),
    ownNetworks(invocation),
    caseContext(invocation, { withoutIntelligence: true }),
  ])
  const [{ Guard }, { usualLimits }, { protectedNetworks }] = await Promise.all([
    import('../respond/guard/guard.ts'),
    import('../respond/guard/limits.ts'),
    import('../pipeline/respond/protected-networks.ts'),
  ])
  const kept = protectedNetworks({
    own: net,
    inventory: context.inventory,
    partners: config.assets?.partners ?? [],
    allowlist: context.allowlist,
    protect: config.respond?.protect ?? { gateways: [], management: [], dns: [], others: [] },
    machine,
  })
  return new Guard(kept, config.respond?.limits ?? usualLimits)
}

/** What plans are like here where nobody says otherwise. */
export function usualWishes({ throttle, direction, targets }: RespondSettings): Wishes {
  return { rate: throttle, ...(direction && { direction }), ports: [], protocol: 'any', targets: Object.keys(targets) }
}

/** The login under which something is typed: two people who approve must have one each. `sudo` tells whose it was. */
export function loginName({ actor }: Invocation): string {
  if (actor) return actor.login
  const { uid, username } = userInfo()
  // Whoever is not root may write what they like into the environment.
  return uid === 0 ? (process.env['SUDO_USER'] ?? username) : username
}
