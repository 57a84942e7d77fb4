import { ascii, equals } from '../../base/ascii.ts'
import { WordTable } from '../../base/word-table.ts'
import { Outcome } from '../../event/batch.ts'
import { Flag, Protocol } from '../../event/protocol.ts'

/** TCP flags that both sides sent, as the state column tells them (`SPA_SRA`). Filled by `readFlags`. */
export const seen = { out: 0, back: 0 }

const underscore = 95
const letters = ascii('FSRPAUEC')

/** Reads `S_RA`: flags of both sides, the asking one second where turned. False where the state is a word, or anything else. */
export function readFlags(bytes: Uint8Array, from: number, to: number, isTurned: boolean): boolean {
  seen.out = seen.back = 0
  let isBack = false
  for (let i = from; i < to; i++) {
    if (bytes[i] === underscore && !isBack) {
      isBack = true
      continue
    }
    const bit = letters.indexOf(bytes[i]!)
    if (bit < 0) return false
    if (isBack !== isTurned) seen.back |= 1 << bit
    else seen.out |= 1 << bit
  }
  return isBack
}

const synAck = Flag.syn | Flag.ack
/** In the outcome: the beginning was not seen. */
export const midstream = 256

/** How a TCP flow ended, by the flags of both sides, plus `midstream`. @param replies packets back; -1 where they are not told */
export function tcpOutcome(packets: number, replies: number): number {
  const { out, back } = seen
  if ((back & synAck) === synAck && out & Flag.syn) return Outcome.established
  if (back === 0 && replies <= 0) return noReply(out, packets)
  if (!(out & Flag.syn)) {
    const busy = Flag.psh | Flag.fin | Flag.syn
    const refused = back & Flag.rst && !(back & busy) && !(out & Flag.psh && out & Flag.ack)
    return (refused ? Outcome.refused : Outcome.unknown) | midstream
  }
  return back & Flag.rst && !(back & Flag.syn) ? Outcome.refused : Outcome.unknown
}

function noReply(out: number, packets: number): number {
  if (out & Flag.rst && !(out & Flag.syn)) return Outcome.response
  if ((out & (synAck | Flag.psh | Flag.fin)) === synAck) return packets === 1 ? Outcome.response : Outcome.unknown
  if (out & Flag.syn) return out & Flag.ack ? Outcome.unknown : Outcome.unanswered
  // FIN and Xmas probes carry no ACK, whereas every packet of a running connection does.
  return (out !== 0 && !(out & Flag.ack) ? Outcome.unanswered : Outcome.unknown) | midstream
}

/** ICMP types that a state names, for records without them in their ports. */
const icmpStates: readonly (readonly [string, number, number])[] = [
  ['ECO', 8, 0],
  ['ECR', 0, 0],
  ['URN', 3, 0],
  ['URH', 3, 1],
  ['URO', 3, 2],
  ['URP', 3, 3],
  ['URF', 3, 4],
  ['URS', 3, 5],
  ['SRC', 4, 0],
  ['RED', 5, 0],
  ['TXD', 11, 0],
  ['TIM', 13, 0],
  ['MAS', 17, 0],
]
const icmpWords = new WordTable(icmpStates.map(([word]) => word))
const icmpTypes = Uint8Array.from(icmpStates, ([, type]) => type)
const icmpCodes = Uint8Array.from(icmpStates, ([, , code]) => code)

/** ICMP type (low byte) and code (high byte) of a state; -1 where it names none. */
export function icmpOf(bytes: Uint8Array, from: number, to: number): number {
  const place = from < 0 ? -1 : icmpWords.place(bytes, from, to)
  return place < 0 ? -1 : icmpTypes[place]! | (icmpCodes[place]! << 8)
}

const connected = ['CON', 'EST', 'FIN', 'CLO', 'ACC', 'RSP'].map(ascii)
const request = ['REQ', 'INT'].map(ascii)
const reset = ascii('RST')
const unreachable = ascii('UR')

/**
 * What a state that is a word says. @param replies packets back; -1 where they are not told
 */
export function wordOutcome(
  protocol: number,
  bytes: Uint8Array,
  from: number,
  to: number,
  packets: number,
  replies: number,
): number {
  if (from < 0) return Outcome.unknown
  for (let k = 0; k < connected.length; k++) if (equals(bytes, from, to, connected[k]!)) return Outcome.established
  for (let k = 0; k < request.length; k++) {
    if (equals(bytes, from, to, request[k]!)) return replies > 0 ? Outcome.unknown : Outcome.unanswered
  }
  // A SYN and a RST: whoever had a connection sent more.
  if (equals(bytes, from, to, reset)) return packets === 1 && replies === 1 ? Outcome.refused : Outcome.unknown
  if (
    protocol !== Protocol.icmp &&
    to - from === 3 &&
    bytes[from] === unreachable[0] &&
    bytes[from + 1] === unreachable[1]
  )
    return bytes[from + 2] === 80 ? Outcome.refused : Outcome.unanswered
  return Outcome.unknown
}
