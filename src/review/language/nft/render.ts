import { formatPrefix } from '../../../base/prefix.ts'
import { everyAddress, fourSpace, networksOf, sixSpace } from '../../address-span.ts'
import {
  everyPort,
  everyProtocol,
  everyType,
  type FlagTest,
  familyOf,
  type Match,
  type NameTest,
  State,
} from '../../match.ts'
import type { Rule, Ruleset } from '../../ruleset.ts'
import { covers, type Spans, without } from '../../spans.ts'

const mostNetworks = 64
const safeIdentifier = /^[A-Za-z][A-Za-z0-9_/.\\-]{0,62}$/
const safeInterface = /^[A-Za-z0-9_.@-]{1,15}\*?$/
/** What a log prefix or a comment may have to be written again. */
const safeText = /^[\w .,:;/()=+-]{1,100}$/
const named: ReadonlyMap<number, string> = new Map([
  [6, 'tcp'],
  [17, 'udp'],
  [33, 'dccp'],
  [132, 'sctp'],
  [136, 'udplite'],
])

/** `add` and `delete` for the shell, by handle (nft(8), RULES). */
export function replaceNft(ruleset: Ruleset, rule: Rule, by: readonly Match[]): readonly string[] | undefined {
  const chain = ruleset.chains.get(rule.chain)
  if (chain === undefined || rule.handle === undefined || rule.notUnderstood.length > 0) return undefined
  if (by.length > 0 && !rule.branches.every(({ action }) => action.kind === 'accept')) return undefined
  if (![chain.family, chain.table, chain.name].every((name) => safeIdentifier.test(name))) return undefined
  const place = `rule ${chain.family} ${chain.table} ${chain.name} handle ${rule.handle}`
  const added = by.map((match) => {
    const text = matchText(match)
    return text === undefined ? undefined : `nft 'add ${place} ${text} ${verdictText(rule)}'`
  })
  if (added.includes(undefined)) return undefined
  return [...(added as string[]), `nft 'delete ${place}'`]
}

function verdictText({ labels, comment, branches }: Rule): string {
  const logs = labels.filter((label) => safeText.test(label)).map((label) => `log prefix "${label} "`)
  const note = safeText.test(comment) ? [`comment "${comment}"`] : []
  return [...logs, 'counter', branches[0]?.action.kind ?? 'accept', ...note].join(' ')
}

/** A match as nft writes it; undefined where it cannot be said in one rule, or not safely. */
export function matchText(match: Match): string | undefined {
  if (match.unknown.length > 0) return undefined
  const parts = [
    nameText('iifname', match.incoming),
    nameText('oifname', match.outgoing),
    addressText(match),
    protocolText(match),
    stateText(match.states),
    ...match.flags.map(flagText),
  ]
  if (parts.includes(undefined)) return undefined
  return parts.filter((part) => part !== '').join(' ')
}

function nameText(key: string, test: NameTest | null): string | undefined {
  if (test === null) return ''
  if (!test.names.every((name) => safeInterface.test(name))) return undefined
  return `${key} ${test.isNegated ? '!= ' : ''}${listText(test.names.map((name) => `"${name}"`))}`
}

function listText(texts: readonly string[]): string {
  return texts.length === 1 ? (texts[0] as string) : `{ ${texts.join(', ')} }`
}

function addressText(match: Match): string | undefined {
  const family = familyOf(match)
  const isOpen = [match.sources, match.targets].every((spans) => covers(spans, everyAddress))
  if (family === undefined) return isOpen ? '' : undefined
  const space = family === 4 ? fourSpace : sixSpace
  const key = family === 4 ? 'ip' : 'ip6'
  const sides = [networksText(`${key} saddr`, match.sources, space), networksText(`${key} daddr`, match.targets, space)]
  if (sides.includes(undefined)) return undefined
  const said = sides.filter((side) => side !== '').join(' ')
  return said === '' ? `meta nfproto ipv${family}` : said
}

function networksText(key: string, spans: Spans<bigint>, space: Spans<bigint>): string | undefined {
  if (covers(spans, space)) return ''
  const outside = without(space, spans)
  const isNegated = outside.length < spans.length
  const networks = networksOf(isNegated ? outside : spans)
  if (networks.length > mostNetworks) return undefined
  return `${key} ${isNegated ? '!= ' : ''}${listText(networks.map(hostOrNetwork))}`
}

/** `192.0.2.1` for a host, else `192.0.2.0/24`. */
export function hostOrNetwork(prefix: Parameters<typeof formatPrefix>[0]): string {
  const text = formatPrefix(prefix)
  return prefix.bits === 128 ? (text.split('/')[0] as string) : text
}

function protocolText({ protocols, sourcePorts, targetPorts, icmpTypes }: Match): string | undefined {
  if (covers(protocols, everyProtocol)) return ''
  const numbers = protocols.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, i) => from + i))
  const isTyped = !covers(icmpTypes, everyType)
  if (isTyped) {
    if (numbers.length !== 1) return undefined
    return `${numbers[0] === 1 ? 'icmp' : 'icmpv6'} type ${spansText(icmpTypes)}`
  }
  const sides = [
    ...(covers(sourcePorts, everyPort) ? [] : [`sport ${spansText(sourcePorts)}`]),
    ...(covers(targetPorts, everyPort) ? [] : [`dport ${spansText(targetPorts)}`]),
  ]
  const protocol = numbers.length === 1 ? named.get(numbers[0] as number) : undefined
  if (sides.length > 0 && protocol !== undefined) return sides.map((side) => `${protocol} ${side}`).join(' ')
  const said = `meta l4proto ${listText(protocols.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)))}`
  return [said, ...sides.map((side) => `th ${side}`)].join(' ')
}

function spansText(spans: Spans<number>): string {
  return listText(spans.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)))
}

function stateText(states: number): string {
  const words = Object.entries(State).flatMap(([word, bit]) => (states & bit ? [word] : []))
  return words.length === Object.keys(State).length ? '' : `ct state ${words.join(',')}`
}

function flagText({ mask, value, test }: FlagTest): string {
  if (test === 'any') return `tcp flags & ${mask} != 0`
  return `tcp flags & ${mask} ${test === 'equal' ? '==' : '!='} ${value}`
}
