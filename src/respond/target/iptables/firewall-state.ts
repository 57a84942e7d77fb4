import { several } from '../../../base/quantity.ts'
import { canonicalNetwork, shortNetwork } from '../../network.ts'
import type { FoundPiece } from '../piece.ts'
import { chain, type Direction, isSet, jumpLine, ruleLine, standingSets, tables } from './frame.ts'
import { type SetSpec, setName, specOfName } from './set-spec.ts'

export interface Sets {
  /** Ours, as they should be, by name. */
  readonly sets: ReadonlyMap<string, SetSpec>
  /** Of our names, but of another type. */
  readonly wrongSets: readonly string[]
  readonly found: readonly FoundPiece[]
  readonly strange: readonly string[]
}

const created = /^create (\S+) (.*)$/
const added = /^add (\S+) (\S+)(?: timeout (\d+))?(?: packets (\d+) bytes \d+)?(?: comment "(.*)")?$/

/**
 * Reads what `ipset save` says; sets of others are passed over.
 * @param at when it was asked, milliseconds since 1970
 * @param networks entries of others are passed over: a small change need not take a hundred thousand apart; undefined: all are read
 */
export function readSets(text: string, at: number, networks?: ReadonlySet<string>): Sets {
  const entries = networks && new Set([...networks].map(shortNetwork))
  const sets = new Map<string, SetSpec>()
  const wrongSets: string[] = []
  const found: FoundPiece[] = []
  let odd = 0
  for (const line of linesOf(text, entries)) {
    const [, made, described = ''] = line.startsWith('create ') ? (created.exec(line) ?? []) : []
    const spec = made === undefined ? undefined : specOfName(made)
    if (made !== undefined && spec) {
      if (isSet(spec, described)) sets.set(made, spec)
      else wrongSets.push(made)
    }
    const set = line.startsWith('add ') ? sets.get(line.slice(4, line.indexOf(' ', 4))) : undefined
    if (set === undefined) continue
    const piece = pieceOf(set, line, at)
    if (piece) found.push(piece)
    else odd++
  }
  const strange = [
    ...(wrongSets.length > 0 ? [`${several(wrongSets.length, 'set')} made otherwise than by Sweepwatch`] : []),
    ...(odd > 0 ? [`${several(odd, 'entry', 'entries')} of another form, such as an exception (nomatch)`] : []),
  ]
  return { sets, wrongSets, found, strange }
}

/** @param entries what else is added is passed over, before anything is cut out of the text; undefined: nothing is */
function* linesOf(text: string, entries: ReadonlySet<string> | undefined): Generator<string> {
  for (let start = 0, end = 0; start < text.length; start = end + 1) {
    end = text.indexOf('\n', start)
    if (end < 0) end = text.length
    if (entries === undefined || !text.startsWith('add ', start) || isAmong(entries, text, start)) {
      yield text.slice(start, end)
    }
  }
}

/** Whether `add SET ENTRY …` is of one of these networks, or may be: IPv6 that ends in dotted form ipset writes otherwise than we do. */
function isAmong(entries: ReadonlySet<string>, text: string, start: number): boolean {
  const from = text.indexOf(' ', start + 4) + 1
  const entry = text.slice(from, text.indexOf(' ', from))
  const comma = entry.indexOf(',')
  const network = comma < 0 ? entry : entry.slice(0, comma)
  return entries.has(network) || (network.includes(':') && network.includes('.'))
}

function pieceOf(spec: SetSpec, line: string, at: number): FoundPiece | undefined {
  const [, , entry = '', seconds, packets, comment = ''] = added.exec(line) ?? []
  const [address = '', ports] = entry.split(',')
  const network = canonicalNetwork(address)
  const [protocol, port] = ports?.split(':') ?? ['any', null]
  const isOfForm = spec.hasPorts
    ? (protocol === 'tcp' || protocol === 'udp') && /^\d+$/.test(port ?? '')
    : ports === undefined
  if (network === undefined || !isOfForm) return undefined
  if (spec.throttle && !network.endsWith(`/${spec.throttle.bits}`)) return undefined
  return {
    network,
    measure: spec.throttle ? 'throttle' : 'block',
    rate: spec.throttle?.rate ?? null,
    direction: spec.direction,
    protocol: protocol as FoundPiece['protocol'],
    port: port === null ? null : Number(port),
    comment,
    until: Number(seconds ?? 0) === 0 ? null : at + Number(seconds) * 1000 + halfSecondMs,
    dropped: packets === undefined ? null : Number(packets),
  }
}

/** ipset cuts what is left to whole seconds. */
const halfSecondMs = 500

/** What `iptables-save -t TABLE` shows of one table. */
export interface TableState {
  /** How often the hook leads to our chain. */
  readonly jumps: number
  readonly isIntact: boolean
}

/** Our chain stands first in its hook, and holds just the rules of the sets: each drops, so that their order tells nothing. */
export function readTable(text: string, family: 4 | 6, direction: Direction, sets: Sets): TableState {
  const lines = text.split('\n').map((line) => line.trimEnd())
  const jump = jumpLine(direction)
  const hooked = lines.filter((line) => line.startsWith(`-A ${tables[direction].hook} `))
  const rules = lines.filter((line) => line.startsWith(`-A ${chain} `)).sort()
  const ours = [...sets.sets.values()].filter((spec) => spec.family === family && spec.direction === direction)
  const wanted = ours.map(ruleLine).sort()
  const jumps = hooked.filter((line) => line === jump).length
  const isSame = rules.length === wanted.length && rules.every((rule, index) => rule === wanted[index])
  return { jumps, isIntact: jumps === 1 && hooked[0] === jump && isSame }
}

export function hasStandingSets({ sets, wrongSets }: Sets): boolean {
  return wrongSets.length === 0 && standingSets.every((spec) => sets.has(setName(spec)))
}
