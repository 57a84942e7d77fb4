import { Flag, Protocol } from './protocol.ts'

const synAck = Flag.syn | Flag.ack

/** Whether the ports are those of a service that talks to its client. */
export function isFromService(srcPort: number, dstPort: number): boolean {
  return srcPort < 1024 ? dstPort >= 1024 : srcPort < dstPort && dstPort >= 32768 && srcPort < 32768
}

/**
 * Whether a record of one direction of a connection, by itself, is plainly that of the answering side: by its TCP flags, or
 * by a service port that talks to a client port where flags are not told. All else may be either.
 *
 * @param flags all that were seen; -1 where they are not told
 */
export function isAnswering(protocol: number, flags: number, srcPort: number, dstPort: number): boolean {
  const fromService = isFromService(srcPort, dstPort)
  if (protocol === Protocol.udp || protocol === Protocol.sctp) return srcPort > 0 && fromService
  if (protocol !== Protocol.tcp) return false
  if (flags < 0) return srcPort > 0 && fromService
  if ((flags & synAck) === synAck) return fromService || srcPort < dstPort
  return (flags & Flag.rst) !== 0 && (flags & Flag.syn) === 0
}
