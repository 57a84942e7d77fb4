import type { Uncommon } from '../finding.ts'

/** What the sentences are made of. */
export interface Deeds
  extends Pick<
    Uncommon,
    'what' | 'host' | 'address' | 'process' | 'learnedDays' | 'known' | 'first' | 'targets' | 'ports' | 'scan'
  > {
  /** How many machines are known to run the program; undefined where only this one was watched. */
  readonly others: number | undefined
  /** The targets were too many to be counted. */
  readonly isAtLeast: boolean
  /** Uncommon targets (address and port) inside and outside; addresses inside. */
  readonly inside: number
  readonly insideHosts: number
  readonly outside: number
  /** Nothing but the web, DNS and time was asked for. */
  readonly isPlain: boolean
}

/** Why it is a finding, in sentences a reader understands. */
export function reasonsFor(deeds: Deeds): string[] {
  const { what, scan } = deeds
  const news = what === 'process' ? ofProgram(deeds) : what === 'pair' ? ofPair(deeds) : ofHost(deeds)
  const made = scan === null ? [] : [`It made the scan ${scan}: ${sameness(deeds)}.`]
  return [...news, ...made]
}

function ofProgram(deeds: Deeds): string[] {
  const { process, host, learnedDays, known, others } = deeds
  const elsewhere = others === 0 ? ' No other machine is known to run it.' : ''
  return [
    `${process} was never seen using the network on ${named(host)} in ${days(learnedDays)}, in which ` +
      `${known === 1 ? '1 other program was' : `${known} other programs were`}.${elsewhere}`,
    deed(deeds),
  ]
}

function deed({ targets, inside, insideHosts, outside, ports, isPlain, isAtLeast }: Deeds): string {
  if (isPlain) return `It asked ${addresses(targets, isAtLeast)} for ${portsText(ports)}.`
  const parts = [
    ...(inside > 0
      ? [
          `${addresses(insideHosts, insideHosts >= targets && isAtLeast)} inside our networks where nothing of this machine had business`,
        ]
      : []),
    ...(outside > 0
      ? [`${outside === 1 ? '1 target' : `${outside} targets`} outside other than web, DNS and time`]
      : []),
  ]
  return `It reached ${parts.join(', and ')}, on ${portsText(ports)}.`
}

function ofPair({ process, host, targets, ports, learnedDays, isAtLeast }: Deeds): string[] {
  return [
    `${process} is known on ${named(host)}, but within a day it used ${portsText(ports)} towards ` +
      `${addresses(targets, isAtLeast)} that it never asked there in ${days(learnedDays)}.`,
  ]
}

function ofHost({ address, targets, ports, learnedDays, known, isAtLeast }: Deeds): string[] {
  return [
    `${address} answered others for ${days(learnedDays)} and never opened a connection itself, in logs that show ` +
      `${known} other addresses of ours doing so.`,
    `Then it reached ${addresses(targets, isAtLeast)}, on ${portsText(ports)}.`,
  ]
}

function sameness({ address }: Deeds): string {
  return address === null
    ? 'it asked for the same targets and ports at the same time'
    : 'it has the same source address, the same time and the same targets'
}

function named(host: string | null): string {
  return host ?? 'a machine that these logs do not name'
}

function days(number: number): string {
  return number === 1 ? '1 day' : `${number} days`
}

function addresses(number: number, isAtLeast: boolean): string {
  const text = number === 1 ? '1 address' : `${number} addresses`
  return isAtLeast ? `at least ${text}` : text
}

function portsText(ports: readonly number[]): string {
  const shown = ports.slice(0, 6).join(', ')
  const rest = ports.length > 6 ? ` and ${ports.length - 6} more` : ''
  return ports.length === 0 ? 'protocols without ports' : `${ports.length === 1 ? 'port' : 'ports'} ${shown}${rest}`
}
