import { formatIpv4 } from '../../../base/address.ts'
import { maskWord } from '../../../base/prefix.ts'
import { hostOf, isV6 } from '../../sound.ts'

/** Commands that add and take away networks, as Cisco's ASA command reference has them. */
export interface Commands {
  /** What checks the state, before and after. */
  readonly checks: readonly string[]
  add(network: string): string
  remove(network: string): string
  /** What stands around them. */
  readonly before: readonly string[]
  readonly after: readonly string[]
}

/** Members of a network object-group, IPv4 and IPv6 in one (ASA 9.0 and later). */
export function groupCommands(group: string): Commands {
  const object = (network: string) => `network-object ${memberOf(network)}`
  return {
    checks: [
      `show running-config object-group id ${group}`,
      `show running-config access-list | include ${group}`,
      `show access-list | include ${group}`,
    ],
    before: ['configure terminal', `object-group network ${group}`],
    add: (network) => ` ${object(network)}`,
    remove: (network) => ` no ${object(network)}`,
    after: ['end'],
  }
}

/** Single IPv4 addresses, kept by the firewall until it restarts or fails over. */
export function shunCommands(interfaceName: string | null): Commands {
  const where = interfaceName === null ? '' : ` interface ${interfaceName}`
  return {
    checks: ['show shun', 'show shun statistics'],
    before: [],
    add: (network) => `shun ${hostOf(network)}${where}`,
    remove: (network) => `no shun ${hostOf(network)}${where}`,
    after: [],
  }
}

/** Ends connections that stand: neither a rule nor a shun does. Undefined for IPv6 networks, which the command does not take. */
export function clearCommand(network: string): string | undefined {
  const host = hostOf(network)
  if (host !== undefined) return `clear conn address ${host}`
  if (isV6(network)) return undefined
  const [address, mask] = maskedOf(network)
  return `clear conn address ${address} netmask ${mask}`
}

function memberOf(network: string): string {
  const host = hostOf(network)
  if (host !== undefined) return `host ${host}`
  return isV6(network) ? network : maskedOf(network).join(' ')
}

function maskedOf(network: string): readonly [string, string] {
  const [address = '', bits] = network.split('/')
  return [address, formatIpv4(maskWord(Number(bits)))]
}
