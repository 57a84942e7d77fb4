import { existsSync, readFileSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { type Address, isIpv4, mapped, parseAddress } from '../../base/address.ts'
import { numberOf } from '../../base/address-range.ts'
import { type Prefix, parsePrefix, sizeOf } from '../../base/prefix.ts'
import { Problem } from '../../base/problem.ts'
import { loadConfig } from '../../config/load.ts'
import type { Invocation } from '../command.ts'
import { keptState } from '../state-directory.ts'

/** What is in use, and who says so. */
export interface InUse {
  readonly from: string
  readonly networks: readonly Prefix[]
}

const single = 128
/** Addresses of a network that the state is asked about one by one. */
const mostAsked = 2 ** 20

/**
 * Everything that is known to be in use: what files list, the hosts of inventories (but those whose role is decoy), what analyze or watch
 * saw alive, this machine, its neighbours and routers.
 * @throws Problem `usage` where nobody was asked but this machine: then unused cannot be told from unknown
 */
export async function addressesInUse(
  invocation: Invocation,
  files: readonly string[],
  networks: readonly Prefix[],
): Promise<readonly InUse[]> {
  const told = [
    ...files.map(listedIn),
    ...(await inventoried(invocation)),
    ...(await seenAlive(await keptState(invocation), networks)),
  ]
  if (told.length > 0) return [...told, { from: 'this machine, its neighbours and routers', networks: ofThisMachine() }]
  throw new Problem('usage', 'nothing says which addresses are in use', {
    hint: 'Give --inventory FILE, --used FILE or --state DIR: what is in use must never be redirected.',
  })
}

function listedIn(file: string): InUse {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (cause) {
    throw new Problem('usage', `--used ${file} cannot be read: ${(cause as Error).message}`, { cause })
  }
  const networks = text.split('\n').flatMap((line, k) => {
    const word = line.replace(/#.*/, '').trim()
    if (word === '') return []
    const network = parsePrefix(word)
    if (network === undefined) throw new Problem('usage', `${file}, line ${k + 1}: ${word.slice(0, 80)} is no network`)
    return [network]
  })
  return { from: file, networks }
}

async function inventoried(invocation: Invocation): Promise<readonly InUse[]> {
  const { config } = await loadConfig(invocation.text('config'))
  const files = [...(config.assets?.inventory ?? []), ...invocation.list('inventory')]
  if (files.length === 0) return []
  const { openInventory } = await import('../../asset/inventory.ts')
  const { inventory, reports } = await openInventory({ files })
  const bad = reports.find(({ malformed, omitted }) => malformed + omitted > 0)
  if (bad !== undefined) {
    throw new Problem('inventory', `${bad.file}: ${bad.malformed + bad.omitted} rows cannot be used`, {
      hint: 'A host that is not understood would be redirected: `sweepwatch assets check` says which they are.',
    })
  }
  const hosts = inventory.hosts.filter(({ roles }) => !roles.includes('decoy'))
  const networks = hosts.map(({ network }) => parsePrefix(network)).filter((network) => network !== undefined)
  return [{ from: files.join(', '), networks }]
}

async function seenAlive(directory: string | undefined, networks: readonly Prefix[]): Promise<readonly InUse[]> {
  if (directory === undefined) return []
  if (!existsSync(directory)) throw new Problem('no-state', `there is no directory ${directory}`)
  const knowledge = await knowledgeIn(directory)
  if (knowledge.length === 0)
    throw new Problem('no-state', `${directory}: neither analyze nor watch kept anything here`)
  const alive: Prefix[] = []
  for (const network of networks) {
    if (!isIpv4(network.address)) continue
    if (sizeOf(network) > mostAsked) throw new Problem('usage', 'the state is asked about networks of at most a /12')
    const first = Number(numberOf(network.address) & 0xffffffffn)
    for (let k = 0; k < sizeOf(network); k++) {
      const words = Uint32Array.of(0, 0, mapped, first + k)
      if (!knowledge.some((each) => each.isAlive(words, 0, Number.MAX_SAFE_INTEGER))) continue
      alive.push({ address: [...words] as unknown as Address, bits: single })
    }
  }
  return [{ from: `what was seen alive (${directory})`, networks: alive }]
}

/** What a run of analyze kept, and what a watch did. */
async function knowledgeIn(directory: string) {
  const [{ loadMemory }, { loadLive }, { Knowledge }] = await Promise.all([
    import('../../pipeline/state.ts'),
    import('../../pipeline/live-state.ts'),
    import('../../detect/judge/knowledge.ts'),
  ])
  const found = existsSync(join(directory, 'memory.sweepwatch')) ? [loadMemory(directory).knowledge] : []
  const live = loadLive(directory) as import('../../pipeline/watch.ts').WatchState | undefined
  if (live === undefined) return found
  const knowledge = new Knowledge()
  knowledge.resume(live.intake.detector.memory.knowledge)
  return [...found, knowledge]
}

/** Its own addresses, those that the kernel has neighbours at, and its routers. */
function ofThisMachine(): readonly Prefix[] {
  const own = Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map(({ address }) => address))
  const neighbours = rows('/proc/net/arp').map(([address = '']) => address)
  const routers = rows('/proc/net/route').map(([, , gateway = '']) => {
    const bytes = Buffer.from(gateway, 'hex').reverse()
    return bytes.length === 4 ? [...bytes].join('.') : ''
  })
  return [...own, ...neighbours, ...routers].flatMap((text) => {
    const address = parseAddress(text)
    return address === undefined ? [] : [{ address, bits: single }]
  })
}

function rows(path: string): string[][] {
  if (!existsSync(path)) return []
  const lines = readFileSync(path, 'utf8').split('\n').slice(1)
  return lines.filter((line) => line.trim() !== '').map((line) => line.trim().split(/\s+/))
}
