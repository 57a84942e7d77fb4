import { formatAddress, isIpv4 } from '../../base/address.ts'
import type { UnusedRange } from './unused.ts'

export const tableName = 'sweepwatch_decoy'

/** What comes for a port goes to one of ours; without a port, what no other takes. */
export interface Redirection {
  readonly transport: 'tcp' | 'udp'
  readonly port?: number
  /** 0 where it is not known yet. */
  readonly to: number
}

/** New touches a second, and at once, that the kernel lets through; what is more is dropped there, and counted. */
const mostPerSecond = 2000
const mostAtOnce = 4000
const perCommand = 200

/**
 * The commands that redirect touches of unused addresses to the decoy, one a line, for `nft -i`. The table is owned: the kernel removes
 * it when the process that made it is gone, however it ended. Nothing else on the machine is touched, and what was not redirected
 * does not reach the decoy's ports.
 */
export function redirectCommands(unused: readonly UnusedRange[], redirections: readonly Redirection[]): string[] {
  const table = `inet ${tableName}`
  const make = [
    `add table ${table} { flags owner; }`,
    `add set ${table} unused4 { type ipv4_addr; flags interval; }`,
    `add set ${table} unused6 { type ipv6_addr; flags interval; }`,
  ]
  return [...make, ...elements(table, unused), ...chains(table, redirections)]
}

function elements(table: string, unused: readonly UnusedRange[]): string[] {
  const commands: string[] = []
  for (const [set, isFour] of [
    ['unused4', true],
    ['unused6', false],
  ] as const) {
    const ranges = unused.filter(({ first }) => isIpv4(first) === isFour).map(rangeText)
    for (let at = 0; at < ranges.length; at += perCommand) {
      commands.push(`add element ${table} ${set} { ${ranges.slice(at, at + perCommand).join(', ')} }`)
    }
  }
  return commands
}

export function rangeText({ first, last }: UnusedRange): string {
  const [from, to] = [formatAddress(...first), formatAddress(...last)]
  return from === to ? from : `${from}-${to}`
}

function chains(table: string, redirections: readonly Redirection[]): string[] {
  const sets = ['ip daddr @unused4', 'ip6 daddr @unused6']
  const rules = [...redirections].sort((a, b) => Number(a.port === undefined) - Number(b.port === undefined))
  const ports = (transport: string) => [
    ...new Set(rules.filter((each) => each.transport === transport).map(({ to }) => to)),
  ]
  const guarded = (['tcp', 'udp'] as const).filter((transport) => ports(transport).length > 0)
  return [
    `add chain ${table} flood { type filter hook prerouting priority -110; policy accept; }`,
    ...sets.map(
      (set) =>
        `add rule ${table} flood ${set} ct state new limit rate over ${mostPerSecond}/second burst ${mostAtOnce} packets counter drop`,
    ),
    `add chain ${table} own { type filter hook input priority 0; policy accept; }`,
    ...guarded.map(
      (transport) =>
        `add rule ${table} own ${transport} dport { ${ports(transport).join(', ')} } ct status & dnat == 0 drop`,
    ),
    `add chain ${table} redirect_unused { type nat hook prerouting priority -100; policy accept; }`,
    ...rules.flatMap(({ transport, port, to }) =>
      sets.map((set) => {
        const what = port === undefined ? `meta l4proto ${transport}` : `${transport} dport ${port}`
        return `add rule ${table} redirect_unused ${set} ${what} redirect to :${to}`
      }),
    ),
  ]
}
