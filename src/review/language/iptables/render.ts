import { everyPort, everyProtocol, everyType, type FlagTest, type Match, type NameTest, State } from '../../match.ts'
import type { Rule, Ruleset } from '../../ruleset.ts'
import { covers, type Spans } from '../../spans.ts'
import { hostOrNetwork } from '../nft/render.ts'
import { type Single, singles } from '../single.ts'

const safeName = /^[A-Za-z0-9_.-]{1,29}$/
const safeInterface = /^[A-Za-z0-9_.@-]{1,15}\*?$/
/** Ports that one `multiport` takes; a range counts for two. */
const mostPorts = 15

/** `-R` and `-I` by the rule's number in its chain, `-D` where nothing takes its place (iptables(8)). */
export function replaceIptables(ruleset: Ruleset, rule: Rule, by: readonly Match[]): readonly string[] | undefined {
  const chain = ruleset.chains.get(rule.chain)
  if (
    chain === undefined ||
    rule.notUnderstood.length > 0 ||
    ![chain.name, chain.table].every((name) => safeName.test(name))
  )
    return undefined
  const command = `${chain.family} -t ${chain.table}`
  if (by.length === 0) return [`${command} -D ${chain.name} ${rule.index}`]
  const family = chain.family === 'iptables' ? 4 : 6
  const lines: string[] = []
  for (const match of by) {
    const each = match.unknown.length > 0 ? undefined : singles(match, family)
    if (each === undefined) return undefined
    for (const single of each) {
      const text = singleText(single)
      if (text === undefined) return undefined
      const place =
        lines.length === 0 ? `-R ${chain.name} ${rule.index}` : `-I ${chain.name} ${rule.index + lines.length}`
      lines.push(`${command} ${place} ${[text, '-j ACCEPT'].filter((part) => part !== '').join(' ')}`)
    }
  }
  return lines
}

function singleText({ match, source, target }: Single): string | undefined {
  const parts = [
    source && `-s ${hostOrNetwork(source)}`,
    target && `-d ${hostOrNetwork(target)}`,
    nameText('-i', match.incoming),
    nameText('-o', match.outgoing),
    protocolText(match),
    stateText(match.states),
    flagsText(match.flags),
  ]
  if (parts.includes(unsayable)) return undefined
  return parts.filter((part) => part !== undefined && part !== '').join(' ')
}

/** Stands where a part cannot be said. */
const unsayable = '\0'

function nameText(option: string, test: NameTest | null): string {
  if (test === null) return ''
  const [name = ''] = test.names
  if (test.names.length !== 1 || !safeInterface.test(name)) return unsayable
  return `${test.isNegated ? '! ' : ''}${option} ${name.replace(/\*$/, '+')}`
}

function protocolText({ protocols, sourcePorts, targetPorts, icmpTypes }: Match): string {
  if (covers(protocols, everyProtocol)) return covers(targetPorts, everyPort) ? '' : unsayable
  const [[from, to] = [0, 0]] = protocols
  if (protocols.length !== 1 || from !== to) return unsayable
  const icmp = from === 1 ? ['-m icmp', '--icmp-type'] : ['-m icmp6', '--icmpv6-type']
  const typed = covers(icmpTypes, everyType)
    ? []
    : icmpTypes.flatMap(([low, high]) => (low === high ? [`${icmp[1]} ${low}`] : [unsayable]))
  if (typed.length > 1) return unsayable
  const parts = [
    `-p ${from}`,
    ...(typed.length > 0 ? [icmp[0] as string, ...typed] : []),
    portsText('--sports', sourcePorts),
    portsText('--dports', targetPorts),
  ]
  return parts.includes(unsayable) ? unsayable : parts.filter((part) => part !== '').join(' ')
}

function portsText(option: string, spans: Spans<number>): string {
  if (covers(spans, everyPort)) return ''
  if (spans.reduce((sum, [from, to]) => sum + (from === to ? 1 : 2), 0) > mostPorts) return unsayable
  return `-m multiport ${option} ${spans.map(([from, to]) => (from === to ? from : `${from}:${to}`)).join(',')}`
}

function stateText(states: number): string {
  const words = Object.entries(State).flatMap(([word, bit]) => (states & bit ? [word.toUpperCase()] : []))
  return words.length === Object.keys(State).length ? '' : `-m conntrack --ctstate ${words.join(',')}`
}

const flagNames = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG']

function flagsText(tests: readonly FlagTest[]): string {
  if (tests.length === 0) return ''
  const [{ mask, value, test }] = tests as [FlagTest]
  if (tests.length > 1 || test === 'any' || (mask | value) > 63) return unsayable
  const words = (bits: number) => flagNames.filter((_, bit) => bits & (1 << bit)).join(',') || 'NONE'
  return `-m tcp ${test === 'unequal' ? '! ' : ''}--tcp-flags ${words(mask)} ${words(value)}`
}
