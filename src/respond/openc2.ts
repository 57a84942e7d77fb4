/**
 * Commands of OpenC2 (Language Specification 1.0) in the profile for stateless packet filters (SLPF 1.0), in canonical member order.
 */

/** Content type of commands and responses (transfer over HTTPS 1.1, section 3.3.1). */
export const contentType = 'application/openc2+json;version=1.0'
/** Where they are POSTed (section 3.2.2). */
export const wellKnownPath = '/.well-known/openc2'

export type Side = 'ingress' | 'egress' | 'both'

/** How long a command holds: so many milliseconds from its arrival, or to a moment (milliseconds since 1970). */
export type Limit = { readonly duration: number } | { readonly stop_time: number }

/** What of a network's traffic. */
export interface Traffic {
  /** With its length. */
  readonly network: string
  readonly side: Side
  /** Null: every port and protocol. Only with one side. */
  readonly port: { readonly protocol: 'tcp' | 'udp'; readonly number: number } | null
}

/** A denial; what is denied is dropped without a word to its sender. */
export function deny(traffic: Traffic, limit: Limit, actuator: object = {}): object {
  const slpf = { direction: traffic.side, drop_process: 'none' }
  return command('deny', targetOf(traffic), { ...limit, response_requested: 'complete', slpf }, actuator)
}

/** @param limit null: what is allowed again stays allowed */
export function allow(traffic: Traffic, limit: Limit | null, actuator: object = {}): object {
  const slpf = { direction: traffic.side }
  return command('allow', targetOf(traffic), { ...limit, response_requested: 'complete', slpf }, actuator)
}

/** Takes away a rule that a denial made and whose number its response told. */
export function deleteRule(number: number, actuator: object = {}): object {
  return command('delete', { 'slpf:rule_number': number }, { response_requested: 'complete' }, actuator)
}

/** What an actuator can. */
export function queryFeatures(actuator: object = {}): object {
  return command(
    'query',
    { features: ['pairs', 'profiles', 'rate_limit', 'versions'] },
    { response_requested: 'complete' },
    actuator,
  )
}

function command(action: string, target: object, args: object, actuator: object): object {
  return { action, target, args, actuator: { slpf: actuator } }
}

/** The other end's address is the source of what comes in, and the destination of what goes out; the port is ours. */
function targetOf({ network, side, port }: Traffic): object {
  const family = network.includes(':') ? 'ipv6' : 'ipv4'
  if (port === null) return { [`${family}_net`]: network }
  const ends =
    side === 'egress' ? { src_port: port.number, dst_addr: network } : { src_addr: network, dst_port: port.number }
  return { [`${family}_connection`]: { protocol: port.protocol, ...ends } }
}
