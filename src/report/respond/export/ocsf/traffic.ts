import { ranges } from '../../../../base/quantity.ts'
import { protocolNumber } from '../../../../event/protocol.ts'
import { shortNetwork } from '../../../../respond/network.ts'
import type { Block, Direction } from '../../../../respond/respond.ts'
import { instant } from '../../../case/instant.ts'
import type { Caption } from '../../../case/ocsf/shared.ts'

const mostPorts = 64

/** The schema has no caption for both ways. */
const directions: Readonly<Record<Direction, Caption>> = {
  in: [1, 'Inbound'],
  out: [2, 'Outbound'],
  both: [99, 'Inbound and outbound'],
}

/** The traffic that is meant; which network it is of has no attribute in the class, and stands in the rule and the observables. */
export function connectionOf({ network, direction, protocol }: Block): object {
  const [id, caption] = directions[direction]
  const number = protocol === 'any' ? undefined : protocolNumber(protocol)
  return {
    direction_id: id,
    direction: caption,
    ...(protocol === 'any' ? {} : { protocol_name: protocol }),
    ...(number === undefined ? {} : { protocol_num: number }),
    protocol_ver_id: network.includes(':') ? 6 : 4,
  }
}

/** @param since ISO 8601: when it was given to the target */
export function ruleOf(block: Block, since: string): object {
  const { id, plan, measure, rate, until } = block
  return {
    uid: id,
    name: `sweepwatch plan ${plan}`,
    type: measure,
    condition: conditionOf(block),
    duration: Math.max(0, instant(until) - instant(since)),
    ...(rate === null ? {} : { rate_limit: Math.round(rate.perSecond) }),
  }
}

/** `from 203.0.113.7, tcp 22-23`. */
function conditionOf({ network, direction, ports, protocol }: Block): string {
  const way = { in: 'from', out: 'to', both: 'from and to' }[direction]
  const scope = ports.length === 0 ? 'all ports' : `${protocol} ${ranges(ports, mostPorts)}`
  return `${way} ${shortNetwork(network)}, ${scope}`
}

/** An address by itself, or the network: types 2 and 12. */
export function observablesOf({ network }: Block): readonly object[] {
  const short = shortNetwork(network)
  const [type_id, type] = short === network ? [12, 'Subnet'] : [2, 'IP Address']
  return [{ name: 'unmapped.block.network', type_id, type, value: short }]
}
