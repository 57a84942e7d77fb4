import { ascii, startsWith } from '../../base/ascii.ts'

/**
 * What the reason of message 302014 says (Cisco, "Secure Firewall ASA Series Syslog Messages", table of TCP termination
 * reasons). A connection that carried data was established whatever ended it.
 */
export const Why = {
  /** Nothing of the handshake: a card failed, a tunnel was torn down, an administrator cleared it. */
  other: 0,
  /** It ended as connections do, or was idle for long: its handshake was complete. */
  closed: 1,
  /** The handshake did not complete in time. */
  synTimeout: 2,
  /** The end behind the more secure interface, which is the local one, sent a reset; the end behind the other one. */
  resetInside: 3,
  resetOutside: 4,
  /** The firewall ended it. */
  denied: 5,
} as const

const words: readonly (readonly [string, number])[] = [
  ['TCP FINs', Why.closed],
  ['TCP Reset-I', Why.resetInside],
  ['TCP Reset-O', Why.resetOutside],
  ['SYN Timeout', Why.synTimeout],
  ['FIN Timeout', Why.closed],
  ['Conn-timeout', Why.closed],
  ['Connection timeout', Why.closed],
  ['Idle Timeout', Why.closed],
  ['Half-closed', Why.closed],
  ['Reset-I', Why.resetInside],
  ['Reset-O', Why.resetOutside],
  ['Flow closed by inspection', Why.denied],
  ['Deny Term', Why.denied],
  ['Flow terminated by IPS', Why.denied],
  ['Flow reset by IPS', Why.denied],
  ['Flow terminated by inspection', Why.denied],
  ['Uauth Deny', Why.denied],
  ['Unauth Deny', Why.denied],
  ['Unauth-Deny', Why.denied],
  ['IPS fail-close', Why.denied],
  ['Flow denied', Why.denied],
  ['Flow is denied', Why.denied],
  ['Flow removed by access', Why.denied],
]
const texts = words.map(([text]) => ascii(text))
const meanings = Uint8Array.from(words, ([, why]) => why)

export function reasonOf(bytes: Uint8Array, from: number, to: number): number {
  // What nearly all say: `TCP FINs`, `TCP Reset-I`, `TCP Reset-O`.
  if (to - from >= 8 && bytes[from] === 84 && bytes[from + 1] === 67 && bytes[from + 3] === 32) {
    if (bytes[from + 4] === 70 && bytes[from + 7] === 115) return Why.closed
    if (bytes[from + 4] === 82 && bytes[from + 9] === 45) {
      if (bytes[from + 10] === 73) return Why.resetInside
      if (bytes[from + 10] === 79) return Why.resetOutside
    }
  }
  for (let k = 0; k < texts.length; k++) if (startsWith(bytes, from, to, texts[k]!)) return meanings[k]!
  return Why.other
}
