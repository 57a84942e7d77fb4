import type { Allowlist, Inventory, Partner } from '../../asset/asset.ts'
import { Problem } from '../../base/problem.ts'
import type { RespondSettings } from '../../config/respond.ts'
import { Protected, type ProtectedNetwork } from '../../respond/guard/protected.ts'

/** Where the guard's list comes from. */
export interface Protections {
  /** Our networks: there is no guard without them. */
  readonly own: readonly string[]
  readonly inventory: Inventory | undefined
  readonly partners: readonly Partner[]
  readonly allowlist: Allowlist | undefined
  readonly protect: RespondSettings['protect']
  readonly machine: readonly ProtectedNetwork[]
}

/**
 * All that is never blocked. Entries of the allowlist count also when they have expired: who let one run out did not mean to cut its owner off.
 * @throws Problem `guard` where our networks are not known: what is ours must not be guessed when something is blocked
 */
export function protectedNetworks(given: Protections): Protected {
  if (given.own.length === 0) {
    throw new Problem('guard', 'our networks are not known, so nothing can be kept from blocking them', {
      hint: 'Write them into sweepwatch.yaml (networks: [192.0.2.0/24]), or give --net.',
    })
  }
  const { protect } = given
  return new Protected([
    ...each(given.own, 'our own network'),
    ...(given.inventory?.assets ?? []).map(({ network, name }) => ({
      network,
      why: `our ${name ?? 'system'} (inventory)`,
    })),
    ...given.partners.flatMap(({ name, networks }) => each(networks, `the partner ${name}`)),
    ...(given.allowlist?.entries ?? []).flatMap(({ id, sources }) => each(sources, `the allowlist (${id})`)),
    ...each(protect.gateways, 'a gateway (respond.protect)'),
    ...each(protect.management, 'an address of management (respond.protect)'),
    ...each(protect.dns, 'a name server of ours (respond.protect)'),
    ...each(protect.others, 'protected by the configuration (respond.protect)'),
    ...given.machine,
  ])
}

function each(networks: readonly string[], why: string): ProtectedNetwork[] {
  return networks.map((network) => ({ network, why }))
}
