import { formatIpv4, isIpv4 } from '../../../base/address.ts'
import type { Prefix } from '../../../base/prefix.ts'
import { maskWord } from '../../../base/prefix.ts'
import { everyAddress, fourSpace } from '../../address-span.ts'
import { everyPort, everyProtocol, everyType, familyOf, type Match } from '../../match.ts'
import type { Rule, Ruleset } from '../../ruleset.ts'
import { covers, type Spans } from '../../spans.ts'
import { hostOrNetwork } from '../nft/render.ts'
import { type Single, singles } from '../single.ts'

const safeWord = /^[\w.:/*+-]{1,64}$/
const mostPorts = 8
const names: ReadonlyMap<number, string> = new Map([
  [1, 'icmp'],
  [6, 'tcp'],
  [17, 'udp'],
  [58, 'icmp6'],
])

/** New entries in the place of the old one, then the old one with `no` (Cisco ASA command reference, access-list extended). */
export function replaceAsa(ruleset: Ruleset, rule: Rule, by: readonly Match[]): readonly string[] | undefined {
  const chain = ruleset.chains.get(rule.chain)
  const words = rule.words ?? []
  if (chain === undefined || rule.notUnderstood.length > 0 || !words.every((word) => safeWord.test(word)))
    return undefined
  if (words[0] !== 'access-list') return by.length === 0 ? [removal(words)] : managementLines(words, by)
  const lines = by.flatMap((match) => matchLines(match))
  if (lines.includes(undefined)) return undefined
  const added = (lines as string[]).map(
    (line, at) => `access-list ${chain.name} line ${rule.index + at} extended permit ${line}`,
  )
  const numbered = words[2] === 'line'
  return [...added, `no access-list ${chain.name} ${words.slice(numbered ? 4 : 2).join(' ')}`]
}

function removal(words: readonly string[]): string {
  return words[0] === 'webvpn' ? `webvpn ; no ${words.slice(1).join(' ')}` : `no ${words.join(' ')}`
}

/** `ssh 203.0.113.7 255.255.255.255 outside` for each network that may. */
function managementLines(words: readonly string[], by: readonly Match[]): readonly string[] | undefined {
  const [service, , , name] = words
  if (!/^(ssh|telnet|http)$/.test(service ?? '')) return undefined
  const added = by.flatMap((match) =>
    (singles(match, 4) ?? [undefined]).map((single) => single?.source && `${service} ${dotted(single.source)} ${name}`),
  )
  return added.includes(undefined) ? undefined : [...(added as string[]), `no ${words.join(' ')}`]
}

function matchLines(match: Match): readonly (string | undefined)[] {
  if (
    match.unknown.length > 0 ||
    match.incoming !== null ||
    match.outgoing !== null ||
    match.states !== 31 ||
    match.flags.length > 0
  )
    return [undefined]
  const family =
    familyOf(match) ?? (covers(match.sources, everyAddress) && covers(match.targets, everyAddress) ? 4 : undefined)
  const each = family && singles(match, family)
  return each === undefined ? [undefined] : each.flatMap((single) => singleLines(single, familyOf(match)))
}

function singleLines({ match, source, target }: Single, family: 4 | 6 | undefined): readonly (string | undefined)[] {
  const { protocols, sourcePorts, targetPorts, icmpTypes } = match
  if (!covers(sourcePorts, everyPort)) return [undefined]
  const every = family === undefined ? 'any' : family === 4 && covers(fourSpace, match.sources) ? 'any4' : 'any6'
  const ends = `${addressText(source, every)} ${addressText(target, every)}`
  if (covers(protocols, everyProtocol)) return covers(targetPorts, everyPort) ? [`ip ${ends}`] : [undefined]
  const tests = portTexts(targetPorts)
  if (!covers(icmpTypes, everyType) || tests === undefined) return [undefined]
  return protocols.flatMap(([from, to]) =>
    from === to
      ? tests.map((test) => [names.get(from) ?? `${from}`, ends, test].filter((part) => part !== '').join(' '))
      : [undefined],
  )
}

function portTexts(spans: Spans<number>): readonly string[] | undefined {
  if (covers(spans, everyPort)) return ['']
  return spans.length > mostPorts
    ? undefined
    : spans.map(([from, to]) => (from === to ? `eq ${from}` : `range ${from} ${to}`))
}

function addressText(prefix: Prefix | undefined, every: string): string {
  if (prefix === undefined) return every
  if (prefix.bits === 128) return `host ${hostOrNetwork(prefix)}`
  return isIpv4(prefix.address) ? dotted(prefix) : hostOrNetwork(prefix)
}

function dotted({ address, bits }: Prefix): string {
  return `${formatIpv4(address[3])} ${formatIpv4(maskWord(bits - 96))}`
}
