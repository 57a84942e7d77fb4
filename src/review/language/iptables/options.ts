import { parsePrefix } from '../../../base/prefix.ts'
import { fourSpace, sixSpace, spanOfEnds, spanOfMask, spanOfText } from '../../address-span.ts'
import { anything, type Match, State } from '../../match.ts'
import { type Span, type Spans, spansOf } from '../../spans.ts'
import { addresses, type Condition, icmpType, ports, protocols } from '../fragments.ts'
import { icmp6Types, icmpTypes, protocolByName, tcpFlagNames } from '../wire-names.ts'
import type { WordReader } from '../words.ts'

/** What is known of the rule when one of its options is read. */
export interface OptionSite {
  readonly family: 4 | 6
  readonly isNegated: boolean
}

type Option = (words: WordReader, site: OptionSite) => Condition

/** Options of iptables(8) and iptables-extensions(8) that say what a packet must be like. */
export const matchOptions: Readonly<Record<string, Option | undefined>> = {
  '-s': (words, site) => address('sources', words.take(), site),
  '-d': (words, site) => address('targets', words.take(), site),
  '--src-range': (words, site) => range('sources', words.take(), site),
  '--dst-range': (words, site) => range('targets', words.take(), site),
  '-i': (words, { isNegated }) => [{ ...anything, incoming: { names: [nameOf(words.take())], isNegated } }],
  '-o': (words, { isNegated }) => [{ ...anything, outgoing: { names: [nameOf(words.take())], isNegated } }],
  '-p': (words, site) => protocol(words.take(), site),
  '--dport': (words, site) => portList(['targetPorts'], words.take(), site),
  '--sport': (words, site) => portList(['sourcePorts'], words.take(), site),
  '--dports': (words, site) => portList(['targetPorts'], words.take(), site),
  '--sports': (words, site) => portList(['sourcePorts'], words.take(), site),
  '--ports': (words, site) => portList(['sourcePorts', 'targetPorts'], words.take(), site),
  '--icmp-type': (words, site) => icmp(words.take(), icmpTypes, site),
  '--icmpv6-type': (words, site) => icmp(words.take(), icmp6Types, site),
  '--ctstate': (words, site) => states(words.take(), site),
  '--state': (words, site) => states(words.take(), site),
  '--tcp-flags': (words, site) => tcpFlags(words.take(), words.take(), site),
  '--syn': (_, site) => tcpFlags('FIN,SYN,RST,ACK', 'SYN', site),
}

function address(which: 'sources' | 'targets', text: string, { family, isNegated }: OptionSite): Condition {
  const [host = '', mask = ''] = text.split('/')
  const span = mask.includes('.') ? spanOfMask(host, mask) : parsePrefix(text) && spanOfText(text)
  return span === undefined ? `the address ${text}` : [addresses(which, [span], isNegated, spaceOf(family))]
}

function range(which: 'sources' | 'targets', text: string, { family, isNegated }: OptionSite): Condition {
  const [from = '', to = from] = text.split('-')
  const span = spanOfEnds(from, to)
  return span === undefined ? `the range ${text}` : [addresses(which, [span], isNegated, spaceOf(family))]
}

function spaceOf(family: 4 | 6): Spans<bigint> {
  return family === 4 ? fourSpace : sixSpace
}

/** iptables writes a name of which the end is open with `+`. */
function nameOf(text: string): string {
  return text.endsWith('+') ? `${text.slice(0, -1)}*` : text
}

function protocol(text: string, { isNegated }: OptionSite): Condition {
  if (text === 'all' || text === '0') return isNegated ? [] : [anything]
  const number = protocolByName(text)
  if (number === undefined) return `the protocol ${text}`
  if (!isNegated) return [protocols([number])]
  return [protocols(Array.from({ length: 256 }, (_, n) => n).filter((n) => n !== number))]
}

function portList(
  which: readonly ('sourcePorts' | 'targetPorts')[],
  text: string,
  { isNegated }: OptionSite,
): Condition {
  const spans = text.split(',').map((part): Span<number> | undefined => {
    const found = /^(\d{0,5})(?:(:)(\d{0,5}))?$/.exec(part)
    if (!found || (found[1] === '' && found[2] === undefined)) return undefined
    const from = found[1] === '' ? 0 : Number(found[1])
    const to = found[2] === undefined ? from : found[3] === '' ? 65535 : Number(found[3])
    return from <= to && to <= 65535 ? [from, to] : undefined
  })
  if (spans.includes(undefined) || (isNegated && which.length > 1)) return `the ports ${text}`
  return which.map((each) => ports(each, spansOf(spans as Span<number>[]), isNegated))
}

function icmp(text: string, names: ReadonlyMap<string, number>, { isNegated }: OptionSite): Condition {
  if (text === 'any') return isNegated ? [] : [anything]
  const number = /^\d{1,3}$/.test(text) ? Number(text) : names.get(text)
  return number === undefined || number > 255 ? `the ICMP type ${text}` : [icmpType([[number, number]], isNegated)]
}

function states(text: string, { isNegated }: OptionSite): Condition {
  const bits = text
    .split(',')
    .map((word) => (State as Readonly<Record<string, number | undefined>>)[word.toLowerCase()])
  if (bits.includes(undefined)) return `the state ${text}`
  const sum = bits.reduce<number>((all, bit) => all | (bit as number), 0)
  return [{ ...anything, states: isNegated ? 31 & ~sum : sum }]
}

function tcpFlags(mask: string, value: string, { isNegated }: OptionSite): Condition {
  const [looked, set] = [flagBits(mask), flagBits(value)]
  if (looked === undefined || set === undefined) return `the TCP flags ${mask} ${value}`
  const match: Match = { ...anything, flags: [{ mask: looked, value: set, test: isNegated ? 'unequal' : 'equal' }] }
  return [match]
}

function flagBits(text: string): number | undefined {
  const bits = text.split(',').map((word): number | undefined => tcpFlagNames[word.toLowerCase()])
  return bits.includes(undefined) ? undefined : bits.reduce<number>((all, bit) => all | (bit as number), 0)
}
