import { everyAddress } from '../../address-span.ts'
import { anything, both, type Match } from '../../match.ts'
import { type Branch, type Rule, shortened } from '../../ruleset.ts'
import { addresses, type Condition, notUnderstoodIn, ports, withCondition } from '../fragments.ts'
import { WordReader } from '../words.ts'
import type { Lookup } from './objects.ts'
import { icmpTypeMatch, isPortTest, portTest, protocolMatch } from './service.ts'

/** Where an entry of an access list stands. */
export interface EntrySite {
  readonly chain: string
  readonly index: number
  readonly line: number
  readonly remark: string
}

/** An entry that is switched off. */
export function isInactive(text: string): boolean {
  return text.endsWith(' inactive')
}

/**
 * One entry: `access-list NAME extended permit tcp any host 192.0.2.10 eq www` (Cisco ASA command reference, access-list extended).
 * Undefined where it is of another kind of list.
 */
export function entryOf(text: string, lookup: Lookup, site: EntrySite): Rule | undefined {
  const all = text.split(/\s+/)
  const words = new WordReader(all.slice(all[2] === 'line' ? 4 : 2))
  if (!words.takeIf('extended')) return undefined
  const verb = words.take()
  const { alternatives } = new EntryReader(words, lookup).read()
  const tail = words.rest()
  const time = tail.indexOf('time-range')
  const oddities = [
    ...(time >= 0 ? [`time-range ${tail[time + 1] ?? ''}`] : []),
    ...(verb === 'permit' || verb === 'deny' ? [] : [`the action ${verb}`]),
    ...(tail.length > 0 && !['log', 'time-range'].includes(tail[0] as string) ? [`${tail[0]}`] : []),
  ]
  const action = { kind: verb === 'permit' ? 'accept' : 'drop' } as const
  const branches = oddities
    .reduce<readonly Match[]>(withCondition, alternatives)
    .map((match): Branch => ({ match, action }))
  return {
    ...site,
    branches,
    text: shortened(text),
    comment: shortened(site.remark),
    labels: [],
    notUnderstood: notUnderstoodIn(branches),
    words: all,
  }
}

const named: ReadonlySet<string> = new Set(['interface', 'object', 'object-group', 'host'])

class EntryReader {
  alternatives: readonly Match[] = [anything]
  readonly #words: WordReader
  readonly #lookup: Lookup

  constructor(words: WordReader, lookup: Lookup) {
    this.#words = words
    this.#lookup = lookup
  }

  read(): this {
    const isSaid =
      this.#add(this.#protocol()) && this.#address('sources') && this.#ports('sourcePorts') && this.#address('targets')
    if (isSaid) this.#ports('targetPorts')
    return this
  }

  /** @returns whether what follows can be read */
  #add(condition: Condition): boolean {
    this.alternatives = withCondition(this.alternatives, condition)
    return typeof condition !== 'string'
  }

  #protocol(): Condition {
    const words = this.#words
    if (words.takeIf('object-group')) {
      const name = words.take()
      return this.#lookup.serviceGroup(name) ?? `the group ${name}`
    }
    if (words.takeIf('object')) {
      const name = words.take()
      const match = this.#lookup.service(name)
      return match ? [match] : `the object ${name}`
    }
    const name = words.take()
    const match = protocolMatch(name)
    return match ? [match] : `the protocol ${name}`
  }

  #address(which: 'sources' | 'targets'): boolean {
    const words = this.#words
    const [kind = '', name = ''] = [words.next, words.after]
    if (words.takeIf('interface')) words.take()
    const spans = kind === 'interface' ? undefined : this.#lookup.address(words)
    if (spans !== undefined) return this.#add([addresses(which, spans, false, everyAddress)])
    this.#add(`the address ${kind} ${name}`)
    // Of a name that is not there it is known at least where it ends.
    return named.has(kind)
  }

  #ports(which: 'sourcePorts' | 'targetPorts'): boolean {
    const words = this.#words
    if (isPortTest(words.next)) {
      const spans = portTest(words)
      return this.#add(spans === undefined ? 'a port' : [ports(which, spans)])
    }
    if (words.next === 'object-group' && this.#lookup.isPorts(words.after ?? '')) {
      words.take()
      const name = words.take()
      const found = this.#lookup.serviceGroup(name)
      return this.#add(
        found === undefined ? `the group ${name}` : which === 'targetPorts' ? found : found.map(asSource),
      )
    }
    if (which === 'targetPorts' && words.next !== undefined) this.#icmp()
    return true
  }

  #icmp(): void {
    const protocol = this.alternatives[0]?.protocols[0]?.[0]
    if (protocol !== 1 && protocol !== 58) return
    const type = icmpTypeMatch(this.#words.next as string, this.alternatives[0] as Match)
    if (type === undefined) return
    this.#words.take()
    // A code behind the type narrows it in a way that flows do not tell.
    if (/^\d+$/.test(this.#words.next ?? '')) this.#add(`the ICMP code ${this.#words.take()}`)
    this.#add([type])
  }
}

/** A group of ports that stands behind the source. */
function asSource(match: Match): Match {
  return both({ ...match, targetPorts: anything.targetPorts }, ports('sourcePorts', match.targetPorts)) as Match
}
