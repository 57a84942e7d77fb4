import { Problem } from '../../../base/problem.ts'
import { count } from '../../../base/quantity.ts'
import type { Block, Change } from '../../respond.ts'
import { isV6 } from '../../sound.ts'
import type { Steps } from './network-acl.ts'

export interface IpSet {
  readonly name: string
  readonly id: string
}

export interface IpSets {
  readonly scope: 'REGIONAL' | 'CLOUDFRONT'
  readonly v4: IpSet
  readonly v6: IpSet | null
}

/** AWS WAF quotas. */
const mostAddresses = 10_000

/**
 * Whole lists for IP sets of AWS WAF (`wafv2 update-ip-set`), IPv4 and IPv6 apart. The lock token, which changes with each update, is asked for
 * when the person runs the command.
 * @throws Problem `target` where a list is too long
 */
export function ipSetSteps(name: string, { scope, v4, v6 }: IpSets, change: Change): Steps {
  const sets = [
    { set: v4, family: 'v4', isMeant: (block: Block) => !isV6(block.network) },
    { set: v6, family: 'v6', isMeant: (block: Block) => isV6(block.network) },
  ] as const
  const checks: string[] = []
  const run: string[] = []
  const undo: string[] = []
  const files = new Map<string, string>()
  for (const { set, family, isMeant } of sets) {
    if (set === null || ![...change.add, ...change.remove].some(isMeant)) continue
    const added = new Set(change.add.map(({ id }) => id))
    const before = change.desired.filter(({ id }) => !added.has(id))
    const lists = { '': [...change.desired, ...change.add], 'undo-': [...before, ...change.remove] }
    for (const [prefix, blocks] of Object.entries(lists)) {
      const file = `${prefix}ip-set-${family}.json`
      files.set(file, document(name, scope, set, addressesOf(blocks.filter(isMeant))))
      const token = `$(aws wafv2 get-ip-set ${idOf(scope, set)} --query LockToken --output text)`
      const command = `aws wafv2 update-ip-set${region(scope)} --cli-input-json file://${file} --lock-token "${token}"`
      if (prefix === '') run.push(command)
      else undo.push(command)
    }
    checks.push(`aws wafv2 get-ip-set ${idOf(scope, set)}`)
  }
  return { checks, run, undo, files }
}

function addressesOf(blocks: readonly Block[]): readonly string[] {
  return [...new Set(blocks.map(({ network }) => network))].sort()
}

function document(name: string, scope: string, set: IpSet, addresses: readonly string[]): string {
  if (addresses.length > mostAddresses)
    throw new Problem(
      'target',
      `target ${name}: the IP set ${set.name} would have ${count(addresses.length)} addresses, AWS WAF takes ${count(mostAddresses)}; nothing was handed over`,
      { hint: 'Revoke what is no longer needed, or block wider networks.' },
    )
  return `${JSON.stringify({ Name: set.name, Scope: scope, Id: set.id, Addresses: addresses }, undefined, 2)}\n`
}

function idOf(scope: string, { name, id }: IpSet): string {
  return `--name ${name} --scope ${scope} --id ${id}${region(scope)}`
}

/** Sets for CloudFront live in one region. */
function region(scope: string): string {
  return scope === 'CLOUDFRONT' ? ' --region us-east-1' : ''
}
