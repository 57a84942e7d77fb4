import { ascii, readUint } from '../base/ascii.ts'
import { Protocol } from './protocol.ts'

/** The protocol names of logs (those of /etc/protocols and of the kernel), commonest first. */
const known: readonly (readonly [string, number])[] = [
  ['tcp', Protocol.tcp],
  ['udp', Protocol.udp],
  ['icmp', Protocol.icmp],
  ['icmpv6', Protocol.icmp6],
  ['ipv6-icmp', Protocol.icmp6],
  ['sctp', Protocol.sctp],
  ['gre', Protocol.gre],
  ['esp', Protocol.esp],
  ['ah', Protocol.ah],
  ['igmp', Protocol.igmp],
  ['ipv6', Protocol.ipv6],
  ['ip-encap', Protocol.ipip],
  ['udplite', 136],
]
const names = known.map(([name]) => ascii(name))
const numbers = Uint8Array.from(known, ([, number]) => number)

/** The number of the protocol that `bytes[from, to)` names (any case) or counts; -1 if it does neither. Allocates nothing. */
export function readProtocol(bytes: Uint8Array, from: number, to: number): number {
  for (let i = 0; i < names.length; i++) if (equalsAnyCase(bytes, from, to, names[i]!)) return numbers[i]!
  const number = readUint(bytes, from, to)
  return number > 255 ? -1 : number
}

function equalsAnyCase(bytes: Uint8Array, from: number, to: number, lower: Uint8Array): boolean {
  if (to - from !== lower.length) return false
  for (let i = 0; i < lower.length; i++) if ((bytes[from + i]! | 32) !== lower[i]) return false
  return true
}
