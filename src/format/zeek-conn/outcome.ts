import { Outcome } from '../../event/batch.ts'
import { Flag } from '../../event/protocol.ts'
import { Seen } from './history.ts'

/** Zeek's conn_state, grouped by what it says of the answer (Zeek manual, base/protocols/conn/main.zeek). */
export const State = {
  none: 0,
  /** S0 RSTOS0 SH: the responder never answered. */
  unanswered: 1,
  /** REJ */
  refused: 2,
  /** S1 S2 S3 SF RSTO RSTR */
  established: 3,
  /** RSTRH SHR: only the responder was seen. */
  responderOnly: 4,
  /** OTH: no SYN seen. */
  midstream: 5,
} as const

export function stateOf(bytes: Uint8Array, from: number, to: number): number {
  const length = to - from
  const second = bytes[from + 1]!
  if (length === 2)
    return bytes[from] !== 83 ? State.none : second === 48 || second === 72 ? State.unanswered : State.established
  if (length === 3) return ofThree(bytes[from]!)
  if (length === 4) return State.established
  if (length === 5) return bytes[from + 3] === 82 ? State.responderOnly : State.none
  return length === 6 ? State.unanswered : State.none
}

function ofThree(first: number): number {
  if (first === 82) return State.refused
  if (first === 83) return State.responderOnly
  return first === 79 ? State.midstream : State.none
}

/** What the record says happened. `swap`: the responder's packets are all there is, so the row is theirs. */
export const Verdict = { swap: 0x80, midstream: 0x40, outcome: 0x0f } as const

const letters = 0xff | Seen.data | Seen.syn | Seen.synAck | Seen.other

/**
 * @param orig @param resp what each side sent, by `seenIn`; both 0 without a history
 * @param origSilent the originator is known to have sent no packet
 * @returns an `Outcome` plus `Verdict.swap` and `Verdict.midstream`
 */
export function tcpVerdict(state: number, orig: number, resp: number, origSilent: boolean): number {
  if ((orig | resp) === 0) return byState(state, origSilent)
  if (orig & Seen.syn) return afterSyn(state, orig, resp)
  const answer = answerOnly(orig, resp, origSilent)
  return answer >= 0 ? answer : midstream(state, orig, resp)
}

/** Without a history. A record without a letter whose originator sent packets is one of packets without a flag. */
function byState(state: number, origSilent: boolean): number {
  if (state === State.unanswered) return Outcome.unanswered
  if (state === State.refused) return Outcome.refused
  if (state === State.established) return Outcome.established
  if (state === State.responderOnly || origSilent) return Outcome.response | Verdict.swap
  return Outcome.unknown | Verdict.midstream
}

function afterSyn(state: number, orig: number, resp: number): number {
  if (resp & Seen.synAck) return Outcome.established
  if (resp & Flag.rst && !(resp & Seen.data)) return Outcome.refused
  if (resp & letters) return state === State.refused ? Outcome.refused : Outcome.established
  // It went on after the SYN, so it was answered where this sensor does not look.
  if (orig & (Flag.ack | Seen.data)) return Outcome.unknown
  return state === State.established ? Outcome.established : Outcome.unanswered
}

/** Only the responder was seen, or a SYN-ACK or RST that nobody asked for and at most an RST in return; -1 if neither. */
function answerOnly(orig: number, resp: number, origSilent: boolean): number {
  if (orig === 0 && origSilent) return Outcome.response | Verdict.swap
  const origQuiet = (orig & letters & ~Flag.rst) === 0
  const respQuiet = (resp & letters & ~Flag.rst) === 0
  const answered = (resp & Seen.synAck) !== 0 && !(resp & (Seen.data | Flag.fin))
  if (origQuiet && answered) return Outcome.response | Verdict.swap
  const unasked = (orig & Seen.synAck) !== 0 && !(orig & (Seen.data | Flag.fin))
  if (respQuiet && (unasked || (origQuiet && orig & Flag.rst))) return Outcome.response
  return -1
}

function midstream(state: number, orig: number, resp: number): number {
  const busy = Seen.data | Seen.synAck | Flag.ack
  if (resp & Flag.rst && !(resp & busy)) return Outcome.refused | Verdict.midstream
  const established = state === State.established || (state === State.responderOnly && orig & busy)
  return (established ? Outcome.established : Outcome.unknown) | Verdict.midstream
}
