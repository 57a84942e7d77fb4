import { parsePrefix } from '../../../base/prefix.ts'
import { everyAddress, fourSpace, sixSpace, spanOfEnds, spanOfMask, spanOfText } from '../../address-span.ts'
import type { Match } from '../../match.ts'
import { type Span, type Spans, spansOf } from '../../spans.ts'
import { icmpType, ports } from '../fragments.ts'
import { icmpTypes } from '../wire-names.ts'
import { WordReader } from '../words.ts'
import { portTest, protocolMatch, serviceMatch } from './service.ts'

/** Groups in groups; deeper than that nothing is understood. */
const deepest = 32
/** Members of one group, with those of the groups in it. */
const mostMembers = 100_000

export type GroupKind = 'network' | 'service' | 'protocol' | 'icmp-type'

/** A group of objects, its lines as they stand. */
export interface Group {
  readonly kind: GroupKind
  /** `tcp`, `udp` or `tcp-udp` where it is a group of ports. */
  readonly transport: string | undefined
  readonly lines: readonly string[]
}

export interface Objects {
  /** `name 192.0.2.1 web`. */
  readonly names: ReadonlyMap<string, string>
  readonly networks: ReadonlyMap<string, readonly string[]>
  readonly services: ReadonlyMap<string, readonly string[]>
  readonly groups: ReadonlyMap<string, Group>
}

/** Looks up what names of objects and groups stand for. Undefined is what was not understood, or not found. */
export class Lookup {
  readonly #objects: Objects
  readonly #networks = new Map<string, Spans<bigint> | undefined>()
  readonly #services = new Map<string, readonly Match[] | undefined>()

  constructor(objects: Objects) {
    this.#objects = objects
  }

  kindOf(group: string): GroupKind | undefined {
    return this.#objects.groups.get(group)?.kind
  }

  /** Whether a group of services is one of ports, which stands behind an address. */
  isPorts(group: string): boolean {
    const found = this.#objects.groups.get(group)
    return found?.kind === 'icmp-type' || (found?.kind === 'service' && found.transport !== undefined)
  }

  isService(object: string): boolean {
    return this.#objects.services.has(object)
  }

  /** An address as it stands in a rule: `any`, `host 192.0.2.1`, `192.0.2.0 255.255.255.0`, `object NAME`, `object-group NAME`. */
  address(words: WordReader): Spans<bigint> | undefined {
    const word = words.take()
    switch (word) {
      case 'any':
        return everyAddress
      case 'any4':
        return fourSpace
      case 'any6':
        return sixSpace
      case 'host':
        return oneSpan(spanOfText(this.#named(words.take())))
      case 'object':
        return this.network(words.take())
      case 'object-group':
        return this.networkGroup(words.take())
      default:
        if (word.includes('/')) return oneSpan(parsePrefix(word) && spanOfText(word))
        return oneSpan(spanOfMask(this.#named(word), words.take()))
    }
  }

  network(object: string): Spans<bigint> | undefined {
    const line = this.#objects.networks.get(object)?.find((text) => /^(host|subnet|range) /.test(text))
    if (line === undefined) return undefined
    const words = new WordReader(line.split(/\s+/))
    const kind = words.take()
    if (kind === 'host') return oneSpan(spanOfText(words.take()))
    if (kind === 'range') return oneSpan(spanOfEnds(words.take(), words.take()))
    return this.address(words)
  }

  networkGroup(name: string): Spans<bigint> | undefined {
    if (!this.#networks.has(name)) {
      const members = this.#members(name, 'network')
      const spans = members?.map((line) => this.#networkMember(line))
      this.#networks.set(
        name,
        spans && (spans.includes(undefined) ? undefined : spansOf((spans as Spans<bigint>[]).flat())),
      )
    }
    return this.#networks.get(name)
  }

  service(object: string): Match | undefined {
    const line = this.#objects.services.get(object)?.find((text) => text.startsWith('service '))
    return line === undefined ? undefined : serviceMatch(new WordReader(line.split(/\s+/).slice(1)))
  }

  /** What a group of services, protocols or ICMP types stands for: one of these must hold. */
  serviceGroup(name: string): readonly Match[] | undefined {
    if (!this.#services.has(name)) this.#services.set(name, this.#serviceGroup(name))
    return this.#services.get(name)
  }

  #serviceGroup(name: string): readonly Match[] | undefined {
    const group = this.#objects.groups.get(name)
    const members = group && this.#members(name, group.kind)
    const matches = members?.map((line) => this.#serviceMember(line))
    return matches && !matches.includes(undefined) ? (matches as Match[]) : undefined
  }

  #serviceMember(line: string): Match | undefined {
    const words = new WordReader(line.split(/\s+/))
    switch (words.take()) {
      case 'service-object':
        return words.takeIf('object') ? this.service(words.take()) : serviceMatch(words)
      case 'port-object': {
        const spans = portTest(words)
        return spans && ports('targetPorts', spans)
      }
      case 'protocol-object':
        return protocolMatch(words.take())
      case 'icmp-object': {
        const name = words.take()
        const number = /^\d{1,3}$/.test(name) ? Number(name) : icmpTypes.get(name)
        return number === undefined ? undefined : icmpType([[number, number]])
      }
      default:
        return undefined
    }
  }

  #networkMember(line: string): Spans<bigint> | undefined {
    const words = new WordReader(line.split(/\s+/))
    return words.take() === 'network-object' ? this.address(words) : undefined
  }

  /** All lines of a group and of the groups in it; each group counts once, so that a circle ends. */
  #members(name: string, kind: GroupKind): readonly string[] | undefined {
    const members: string[] = []
    const seen = new Set<string>()
    const left: (readonly [name: string, depth: number])[] = [[name, 0]]
    while (left.length > 0) {
      const [next, depth] = left.pop() as readonly [string, number]
      if (seen.has(next)) continue
      seen.add(next)
      const group = this.#objects.groups.get(next)
      if (group === undefined || group.kind !== kind || depth > deepest) return undefined
      for (const line of group.lines) {
        const inner = /^group-object (\S+)$/.exec(line)?.[1]
        if (inner !== undefined) left.push([inner, depth + 1])
        else if (!line.startsWith('description ')) members.push(line)
      }
      if (members.length > mostMembers) return undefined
    }
    return members
  }

  #named(text: string): string {
    return this.#objects.names.get(text) ?? text
  }
}

function oneSpan(span: Span<bigint> | undefined): Spans<bigint> | undefined {
  return span && [span]
}
