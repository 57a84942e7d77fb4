import { fourSpace, sixSpace } from '../../address-span.ts'
import { anything, both, everyPort, everyProtocol, everyType, type FlagTest, type Match, State } from '../../match.ts'
import { type Spans, without } from '../../spans.ts'
import { addresses, type Condition, four, six } from '../fragments.ts'
import { tcpFlagNames } from '../wire-names.ts'
import { addressSpans, elementsOf, type Json, listOf, numberSpans, objectOf, type ValueKind } from './values.ts'

/** What the left side of a comparison reads out of a packet. */
export interface Field {
  readonly kind: ValueKind | 'interface' | 'state' | 'flags' | 'nfproto' | 'ethertype'
  readonly into:
    | 'sources'
    | 'targets'
    | 'protocols'
    | 'sourcePorts'
    | 'targetPorts'
    | 'icmpTypes'
    | 'incoming'
    | 'outgoing'
    | 'none'
  /** What a packet must be for the field to be there. */
  readonly implied: Match
}

const of = (...numbers: number[]): Match => ({ ...anything, protocols: numbers.map((n) => [n, n]) })
const ported = { tcp: 6, udp: 17, dccp: 33, sctp: 132, udplite: 136 } as const
const anyPorted = of(6, 17, 33, 132, 136)

/** The field that a left side names; undefined where it is none of those that are known. */
export function fieldOf(left: Json): Field | undefined {
  const payload = objectOf(objectOf(left)?.['payload'])
  if (payload) return payloadField(String(payload['protocol']), String(payload['field']))
  const meta = objectOf(objectOf(left)?.['meta'])
  if (meta) return metaFields[String(meta['key'])]
  const ct = objectOf(objectOf(left)?.['ct'])
  return ct?.['key'] === 'state' ? { kind: 'state', into: 'none', implied: anything } : undefined
}

const metaFields: Readonly<Record<string, Field | undefined>> = {
  l4proto: { kind: 'protocol', into: 'protocols', implied: anything },
  nfproto: { kind: 'nfproto', into: 'none', implied: anything },
  protocol: { kind: 'ethertype', into: 'none', implied: anything },
  iifname: { kind: 'interface', into: 'incoming', implied: anything },
  iif: { kind: 'interface', into: 'incoming', implied: anything },
  oifname: { kind: 'interface', into: 'outgoing', implied: anything },
  oif: { kind: 'interface', into: 'outgoing', implied: anything },
}

function payloadField(protocol: string, field: string): Field | undefined {
  if (protocol === 'ip' || protocol === 'ip6') {
    const implied = protocol === 'ip' ? four : six
    if (field === 'saddr' || field === 'daddr')
      return { kind: protocol, into: field === 'saddr' ? 'sources' : 'targets', implied }
    // `nexthdr` is the protocol where no extension header stands before it, as in what flows tell of.
    const isProtocol = field === (protocol === 'ip' ? 'protocol' : 'nexthdr')
    return isProtocol ? { kind: 'protocol', into: 'protocols', implied } : undefined
  }
  if (field === 'sport' || field === 'dport') {
    // `th` reads the same place of whatever there is; of protocols without ports what stands there is no port.
    const implied =
      protocol === 'th' ? anyPorted : Object.hasOwn(ported, protocol) ? of(ported[protocol as 'tcp']) : undefined
    return implied && { kind: 'port', into: field === 'sport' ? 'sourcePorts' : 'targetPorts', implied }
  }
  if (protocol === 'tcp' && field === 'flags') return { kind: 'flags', into: 'none', implied: of(6) }
  if (protocol === 'icmp' && field === 'type')
    return { kind: 'icmp', into: 'icmpTypes', implied: both(of(1), four) as Match }
  if (protocol === 'icmpv6' && field === 'type')
    return { kind: 'icmpv6', into: 'icmpTypes', implied: both(of(58), six) as Match }
  return protocol === 'ether' && field === 'type' ? { kind: 'ethertype', into: 'none', implied: anything } : undefined
}

/** A comparison of one field with a value. `in` is nft's test of bits. */
export function compare(field: Field, op: string, right: Json): Condition {
  const { kind, into, implied } = field
  const found = compareKind(kind, into, op, right)
  if (typeof found === 'string') return found
  return found.flatMap((match) => both(match, implied) ?? [])
}

function compareKind(kind: Field['kind'], into: Field['into'], op: string, right: Json): Condition {
  switch (kind) {
    case 'interface':
      return interfaces(into as 'incoming', op, right)
    case 'state':
      return states(op, right)
    case 'flags':
      return flagTests({ mask: 255 }, op, right)
    case 'nfproto':
    case 'ethertype':
      return families(op, right)
    case 'ip':
    case 'ip6': {
      const spans = addressSpans(right, kind)
      const space = kind === 'ip' ? fourSpace : sixSpace
      if (spans === undefined || (op !== '==' && op !== '!=')) return `an address that is compared by ${op}`
      return [addresses(into as 'sources', spans, op === '!=', space)]
    }
    default: {
      const every = kind === 'port' ? everyPort : kind === 'protocol' ? everyProtocol : everyType
      const spans = numberSpans(right, kind)
      const held = spans && compared(spans, op, every)
      return held === undefined ? `${kind} compared by ${op}` : [{ ...anything, [into]: held }]
    }
  }
}

function compared(spans: Spans<number>, op: string, every: Spans<number>): Spans<number> | undefined {
  if (op === '==' || op === '!=') return op === '==' ? spans : without(every, spans)
  const [low, high] = [spans[0]?.[0], every[0]?.[1] as number]
  if (low === undefined || spans.length !== 1 || spans[0]?.[1] !== low) return undefined
  if (op === '<') return low > 0 ? [[0, low - 1]] : []
  if (op === '<=') return [[0, low]]
  if (op === '>') return low < high ? [[low + 1, high]] : []
  return op === '>=' ? [[low, high]] : undefined
}

/** The words of a value that is one, a list, a set, or several joined by `|`. */
function wordsOf(right: Json): readonly string[] | undefined {
  const inner = objectOf(right)
  const words = inner ? (inner['set'] === undefined ? listOf(inner['|']) : elementsOf(inner['set'])) : listOf(right)
  return words.length > 0 && words.every((word) => typeof word === 'string') ? (words as string[]) : undefined
}

function interfaces(into: 'incoming' | 'outgoing', op: string, right: Json): Condition {
  const names = wordsOf(right)
  if (names === undefined || (op !== '==' && op !== '!=')) return 'an interface'
  return [{ ...anything, [into]: { names, isNegated: op === '!=' } }]
}

function states(op: string, right: Json): Condition {
  const words = wordsOf(right)
  const bits = (words ?? []).map((word) => (State as Readonly<Record<string, number | undefined>>)[word])
  if (words === undefined || bits.includes(undefined)) return 'a state of connections'
  const sum = bits.reduce<number>((all, bit) => all | (bit as number), 0)
  if (op === '!=') return [{ ...anything, states: 31 & ~sum }]
  return op === '==' || op === 'in' ? [{ ...anything, states: sum }] : `a state compared by ${op}`
}

function families(op: string, right: Json): Condition {
  const words = wordsOf(right)
  const spaces = (words ?? []).map((word) =>
    /^(ip|ipv4)$/.test(word) ? four : /^(ip6|ipv6)$/.test(word) ? six : undefined,
  )
  if (words === undefined || spaces.includes(undefined)) return 'a family'
  if (op === '==') return spaces as Match[]
  return op === '!=' && spaces.length === 1 ? [spaces[0] === four ? six : four] : 'a family'
}

/** Tests of TCP flags; `mask` is what is looked at. */
export function flagTests({ mask }: { readonly mask: number }, op: string, right: Json): Condition {
  const set = objectOf(right)?.['set']
  const values = (set === undefined ? [right] : elementsOf(set)).map(flagBits)
  if (values.includes(undefined)) return 'TCP flags'
  const tests = (values as number[]).map((value): FlagTest | undefined => {
    if (op === 'in') return { mask: value, value: 0, test: 'any' }
    if (op === '==') return { mask, value, test: 'equal' }
    return op === '!=' ? { mask, value, test: 'unequal' } : undefined
  })
  if (tests.includes(undefined)) return 'TCP flags'
  // All of several that must not be; one of several that may be.
  if (op === '!=') return [{ ...anything, flags: tests as FlagTest[] }]
  return (tests as FlagTest[]).map((test) => ({ ...anything, flags: [test] }))
}

export function flagBits(value: Json): number | undefined {
  if (typeof value === 'number') return value >= 0 && value <= 255 ? value : undefined
  const words = wordsOf(value)
  const bits = (words ?? []).map((word) => (Object.hasOwn(tcpFlagNames, word) ? tcpFlagNames[word] : undefined))
  if (words === undefined || bits.includes(undefined)) return undefined
  return bits.reduce<number>((all, bit) => all | (bit as number), 0)
}
