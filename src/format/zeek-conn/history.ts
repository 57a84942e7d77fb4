import { Flag } from '../../event/protocol.ts'

/**
 * Zeek's `history` (base/protocols/conn, field Conn::Info$history): one letter per kind of packet, upper case from the
 * originator, lower case from the responder. Flags of each side are the TCP flag bits its letters imply, plus:
 */
export const Seen = {
  /** A packet with payload (D). */
  data: 0x100,
  /** A SYN without ACK (S). */
  syn: 0x200,
  /** A SYN with ACK (H). */
  synAck: 0x400,
  /** A letter that is no flag of its own: checksum, gap, retransmission, window (C G T W). */
  other: 0x800,
} as const

const ofLetter = new Uint16Array(32)
const letter = (name: string) => name.charCodeAt(0) & 31
ofLetter[letter('s')] = Flag.syn | Seen.syn
ofLetter[letter('h')] = Flag.syn | Flag.ack | Seen.synAck
ofLetter[letter('a')] = Flag.ack
ofLetter[letter('d')] = Flag.ack | Seen.data
ofLetter[letter('f')] = Flag.fin
ofLetter[letter('r')] = Flag.rst
ofLetter[letter('i')] = Flag.fin | Flag.rst
ofLetter[letter('q')] = Flag.syn | Flag.fin
for (const name of 'cgtw') ofLetter[letter(name)] = Seen.other

/** Where in the result of `seenIn` the responder's bits begin. */
export const respShift = 12

/** What the originator sent, and from bit `respShift` on what the responder sent. */
export function seenIn(bytes: Uint8Array, from: number, to: number): number {
  let seen = 0
  for (let i = from; i < to; i++) {
    const byte = bytes[i]!
    const bits = ofLetter[byte & 31]!
    if (byte >= 97) seen |= bits << respShift
    else if (byte >= 65) seen |= bits
  }
  return seen
}
