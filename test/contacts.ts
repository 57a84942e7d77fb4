/** Builds rows and journals by hand, for the tests of tracking and detection. */
import { parseAddress } from '../src/base/address.ts'
import { Action, EventBatch, Kind, Mark } from '../src/event/batch.ts'
import { Flag, Protocol } from '../src/event/protocol.ts'
import { Tracker } from '../src/track/tracker.ts'

export interface Packet {
  /** Seconds. */
  readonly at: number
  readonly from: string
  readonly to: string
  readonly srcPort?: number
  readonly dstPort?: number
  readonly protocol?: number
  readonly flags?: number
  readonly payload?: number
  readonly fields?: Partial<
    Record<'ttl' | 'ipId' | 'window' | 'seq' | 'tcpOptions' | 'mss' | 'icmpType' | 'icmpCode', number>
  >
  readonly quotedBy?: string
  readonly outcome?: number
}

const start = Date.UTC(2026, 10, 22) / 1000

/** Appends a packet row to the batch. */
function put(batch: EventBatch, packet: Packet): void {
  const c = batch.column
  const i = batch.begin()
  const { at, from, to, srcPort = 40000, dstPort = 0, protocol = Protocol.tcp, flags = 0, payload = 0 } = packet
  c.kind[i] = Kind.packet
  c.action[i] = Action.none
  c.time[i] = (start + at) * 1e6
  c.protocol[i] = protocol
  for (const [side, text] of [
    ['src', from],
    ['dst', to],
  ] as const) {
    const words = parseAddress(text)!
    c[`${side}0`][i] = words[0]
    c[`${side}1`][i] = words[1]
    c[`${side}2`][i] = words[2]
    c[`${side}3`][i] = words[3]
  }
  c.srcPort[i] = srcPort
  c.dstPort[i] = dstPort
  c.flags[i] = flags
  c.payloadLength[i] = payload
  c.bytesOut[i] = 40 + payload
  c.marks[i] = Mark.hasTtl | (packet.quotedBy === undefined ? 0 : Mark.quoted)
  c.outcome[i] = packet.outcome ?? 0
  for (const [name, value] of Object.entries(packet.fields ?? {})) c[name as 'ttl'][i] = value
  if (packet.quotedBy !== undefined) {
    const words = parseAddress(packet.quotedBy)!
    for (let w = 0; w < 4; w++) c[`via${w as 0}`][i] = words[w as 0]
  }
}

/** A tracker that has seen the packets. */
export function track(packets: readonly Packet[], tracker = new Tracker(small)): Tracker {
  const batch = new EventBatch(8 * Math.ceil((packets.length + 1) / 8))
  batch.bytes = new Uint8Array(2048)
  for (const packet of packets) put(batch, packet)
  tracker.observe(batch)
  return tracker
}

/** Table sizes for tests. */
export const small = { connections: 14, contacts: 14, journal: 16384, contentBytes: 65536 }

export const { syn, ack, rst, fin, psh, urg } = Flag

/** A connection that is opened, used and left open. */
export function session(at: number, from: string, to: string, dstPort: number, srcPort = 50000): Packet[] {
  const out = { from, to, srcPort, dstPort }
  const back = { from: to, to: from, srcPort: dstPort, dstPort: srcPort }
  return [
    { at, ...out, flags: syn },
    { at: at + 0.01, ...back, flags: syn | ack },
    { at: at + 0.011, ...out, flags: ack },
    { at: at + 0.012, ...out, flags: ack | psh, payload: 100 },
    { at: at + 0.03, ...back, flags: ack | psh, payload: 500 },
  ]
}
