import { Protocol } from '../event/protocol.ts'
import { type Frame, Step } from './frame.ts'
import { icmp } from './icmp.ts'
import { icmp6 } from './icmp6.ts'
import { bare, sctp, tcp, udp } from './transport.ts'
import { tunnel } from './tunnel.ts'

/** What stands above IP: the row, or the layer a tunnel leads to. */
export function upper(frame: Frame): Step {
  const isEmpty = frame.at === frame.end && !frame.cut
  // ip-protocol probing sends empty packets of any protocol.
  if (isEmpty) return bare(frame)
  switch (frame.protocol) {
    case Protocol.tcp:
      return tcp(frame)
    case Protocol.udp: {
      const inner = tunnel(frame)
      return inner === Step.ignored ? udp(frame) : inner
    }
    case Protocol.icmp:
      return frame.version === 4 ? icmp(frame) : bare(frame)
    case Protocol.icmp6:
      return frame.version === 6 ? icmp6(frame) : bare(frame)
    case Protocol.sctp:
      return sctp(frame)
    default: {
      const inner = tunnel(frame)
      return inner === Step.ignored ? bare(frame) : inner
    }
  }
}
