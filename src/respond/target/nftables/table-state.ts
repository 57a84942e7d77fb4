import { Problem } from '../../../base/problem.ts'
import { several } from '../../../base/quantity.ts'
import { canonicalNetwork } from '../../network.ts'
import type { FoundPiece } from '../piece.ts'
import { type ChainName, chains, isChain, isRuleOf, isSet, type Json, standingSets, table } from './frame.ts'
import { type SetSpec, setName, specOfName } from './set-spec.ts'

/** What the table is. */
export interface TableState {
  /** Ours, as they should be, by name. */
  readonly sets: ReadonlyMap<string, SetSpec>
  /** Of our names, but made otherwise. */
  readonly wrongSets: readonly string[]
  /** That are there, but with another hook. */
  readonly wrongChains: readonly ChainName[]
  /** Every chain and set is as it should be, and each set has its rule, and there is no other. */
  readonly isIntact: boolean
  readonly found: readonly FoundPiece[]
  readonly strange: readonly string[]
}

export const noTable: TableState = {
  sets: new Map(),
  wrongSets: [],
  wrongChains: [],
  isIntact: false,
  found: [],
  strange: [],
}

/**
 * Reads what `nft -j -n list table inet sweepwatch` says, or what `list ruleset inet` says of that table.
 * @param at when it was asked, milliseconds since 1970
 * @throws Problem `target` where it is no such listing
 */
export function readTable(name: string, text: string, at: number): TableState {
  const objects = parse(name, text)
  const isThere = objects.some((object) => (object['table'] as Json | undefined)?.['name'] === table)
  if (!isThere) return noTable
  const of = (kind: string) =>
    objects.flatMap((object) => {
      const listed = object[kind] as Json | undefined
      return listed?.['table'] === table ? [listed] : []
    })
  const sets = new Map<string, SetSpec>()
  const wrongSets: string[] = []
  const found: FoundPiece[] = []
  let foreign = 0
  let odd = 0
  for (const set of of('set')) {
    const spec = specOfName(String(set['name']))
    if (spec === undefined) foreign++
    else if (!isSet(spec, set)) wrongSets.push(setName(spec))
    else {
      sets.set(setName(spec), spec)
      for (const element of (set['elem'] as unknown[] | undefined) ?? []) {
        const piece = pieceOf(spec, element, at)
        if (piece) found.push(piece)
        else odd++
      }
    }
  }
  const listed = of('chain')
  const names = Object.keys(chains) as ChainName[]
  const good = names.filter((chain) => listed.some((one) => isChain(chain, one)))
  const wrongChains = names.filter((chain) => !good.includes(chain) && listed.some((one) => one['name'] === chain))
  foreign += of('map').length + listed.length - good.length - wrongChains.length
  const rules = of('rule')
  const isIntact =
    wrongSets.length + wrongChains.length === 0 &&
    good.length === names.length &&
    standingSets.every((spec) => sets.has(setName(spec))) &&
    hasJustTheRules([...sets.values()], rules)
  const strange = [
    ...(foreign > 0 ? [`${several(foreign, 'chain or set', 'chains or sets')} that Sweepwatch did not make`] : []),
    ...(wrongSets.length > 0 ? [`${several(wrongSets.length, 'set')} made otherwise than by Sweepwatch`] : []),
    ...(odd > 0 ? [`${several(odd, 'element')} that no packet can match, or of another form`] : []),
  ]
  return { sets, wrongSets, wrongChains, isIntact, found, strange }
}

function parse(name: string, text: string): readonly Json[] {
  try {
    const objects = (JSON.parse(text) as { nftables: Json[] }).nftables
    if (Array.isArray(objects)) return objects
  } catch {}
  throw new Problem('target', `target ${name}: nft answers with something other than its JSON`, {
    hint: 'It needs an nft (nftables 1.0 or later) with JSON support: try `nft -j list tables`.',
  })
}

/** Each set has its rule, once, in its chain; a chain of ours has no other rule. The order tells nothing: all of them drop. */
function hasJustTheRules(sets: readonly SetSpec[], rules: readonly Json[]): boolean {
  const ours = rules.filter(({ chain }) => String(chain) in chains)
  if (ours.length !== sets.length) return false
  const inChain = (spec: SetSpec) => ours.filter(({ chain }) => chain === spec.direction)
  return sets.every((spec) => inChain(spec).some((rule) => isRuleOf(spec, rule)))
}

/** @returns undefined for an element of another form than ours */
function pieceOf(spec: SetSpec, element: unknown, at: number): FoundPiece | undefined {
  const body = ((element as Json)['elem'] as Json | undefined) ?? { val: element }
  const { val, expires, comment, counter } = body
  const [address, protocol, port] = spec.hasPorts ? (((val as Json)['concat'] as unknown[]) ?? []) : [val]
  if (typeof address !== 'string') return undefined
  const network = canonicalNetwork(`${address}/${spec.bits}`)
  if (network?.slice(0, network.indexOf('/')) !== address) return undefined
  const word = protocolWords.get(String(protocol))
  if (spec.hasPorts && (word === undefined || typeof port !== 'number')) return undefined
  const { measure, direction, rate } = spec
  return {
    ...{ network, measure, rate, direction },
    protocol: spec.hasPorts ? (word as 'tcp' | 'udp') : 'any',
    port: spec.hasPorts ? (port as number) : null,
    comment: typeof comment === 'string' ? comment : '',
    until: typeof expires === 'number' ? at + expires * 1000 + halfSecondMs : null,
    dropped:
      typeof (counter as Json | undefined)?.['packets'] === 'number' ? Number((counter as Json)['packets']) : null,
  }
}

/** nft cuts what is left to whole seconds. */
const halfSecondMs = 500

/** `-n` has numbers, but not with every version. */
const protocolWords: ReadonlyMap<string, 'tcp' | 'udp'> = new Map([
  ['6', 'tcp'],
  ['17', 'udp'],
  ['tcp', 'tcp'],
  ['udp', 'udp'],
])
