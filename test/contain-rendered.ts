/** Every kind of target as a configuration would open it, and what networks stand in what it renders, read with a dumb expression. */
import { isIP } from 'node:net'
import { join } from 'node:path'
import type { GuardedBlock, Target } from '../src/respond/respond.ts'
import { beyond } from '../src/respond/sound.ts'
import { targetKinds } from '../src/respond/target/registry.ts'
import { crowdSecSettings } from './target/crowdsec.ts'
import { openTarget } from './target/open.ts'
import { webhookSettings } from './target/webhook.ts'

const nowhere = 'http://127.0.0.1:9'
const set = (name: string) => ({ name, id: '0a1b2c3d-0000-4000-8000-000000000001' })
const acl = { id: 'acl-0123456789abcdef0', from: 100, to: 119 }

/** Targets that ask nobody before they are told to apply; the two forms of AWS and of ASA each. @param folder of the test's own */
export async function everyTarget(
  folder: string,
): Promise<readonly { readonly id: string; readonly target: Target }[]> {
  const receiver = { expire: true, throttle: true, ports: true, direction: true }
  const settings: readonly (object & { readonly kind: string; readonly [key: string]: unknown })[] = [
    { kind: 'aws', directory: join(folder, 'aws-sets'), ipSets: { v4: set('four'), v6: set('six') } },
    { kind: 'aws', directory: join(folder, 'aws-acl'), networkAcl: acl },
    { kind: 'bgp-flowspec', pipe: join(folder, 'exabgp.in') },
    { kind: 'cisco-asa', directory: join(folder, 'asa') },
    { kind: 'cisco-asa', directory: join(folder, 'asa-shun'), by: 'shun' },
    { ...(await crowdSecSettings(folder, nowhere)), kind: 'crowdsec' },
    { kind: 'debug' },
    { kind: 'file', path: join(folder, 'list.txt'), ports: true },
    { kind: 'iptables' },
    { kind: 'nftables' },
    { kind: 'openc2', url: nowhere },
    { kind: 'palo-alto', path: join(folder, 'edl.txt') },
    { kind: 'pf' },
    { ...(await webhookSettings(folder, nowhere)), kind: 'webhook', receiver },
  ]
  const left = targetKinds.filter(({ id }) => !settings.some(({ kind }) => kind === id))
  if (left.length > 0) throw new Error(`no settings for ${left.map(({ id }) => id).join(', ')}`)
  return Promise.all(settings.map(async (each) => ({ id: each.kind, target: await openTarget(each, folder) })))
}

/** What a target would be given of some blocks, as the enforcer chooses. */
export function givenTo(
  { id, target }: { readonly id: string; readonly target: Target },
  blocks: readonly GuardedBlock[],
) {
  const able = blocks.filter((block) => beyond(target.can, block) === undefined)
  // What these two render in one change has a size.
  if (id === 'aws' && target.can.direction)
    return able.filter(({ ports, direction }) => ports.length === 0 || direction === 'in').slice(0, 8)
  const isShun = id === 'cisco-asa' && !target.can.v6
  return isShun ? able.filter(({ network }) => network.endsWith('/32')) : able
}

const network =
  /(?<![\w.:])((?:\d{1,3}\.){3}\d{1,3}|[\da-f]*:[\da-f:]+)(?:\/(\d{1,3}))?(?: (?:netmask )?(255(?:\.\d{1,3}){3}))?/g
const inSet = /"name":"(?:block|throttle)_(?:in|out)[46](?:_net(\d+))?(?:_ports)?(?:_rate\d+_burst\d+)?","elem"/

/** Every network that stands in a rendered text, whatever it stands for: as `ADDRESS/LENGTH`. */
export function networksIn(text: string): Set<string> {
  const found = new Set<string>()
  for (const line of text.split('\n')) {
    // nftables names the length in the set; masks stand in its rules, which name no network.
    if (line.includes('"rule":{')) continue
    const length = inSet.exec(line)?.[1]
    for (const [, address = '', bits, mask] of line.matchAll(network)) {
      const version = isIP(address)
      if (version === 0) continue
      const known = bits ?? length ?? (mask === undefined ? undefined : maskLength(mask))
      found.add(`${address}/${known ?? (version === 4 ? 32 : 128)}`)
    }
  }
  return found
}

function maskLength(mask: string): string {
  const bits = mask
    .split('.')
    .map((part) => Number(part).toString(2).padStart(8, '0'))
    .join('')
  return String(bits.lastIndexOf('1') + 1)
}
