/** sFlow version 5 (sflow.org, sflow_version_5.txt): flow samples; counter samples are passed over. */
import { mapped } from '../../base/address.ts'
import { Action, Outcome } from '../../event/batch.ts'
import { isIcmpAnswer } from '../../event/icmp.ts'
import { Flag, Protocol } from '../../event/protocol.ts'
import type { Datagram } from './datagram.ts'
import type { PacketRows } from './packet-row.ts'
import type { SessionTable } from './session-table.ts'

/** Standard sample and record formats. */
const Sample = { flow: 1, expandedFlow: 3 } as const
const Sampled = { header: 1, ipv4: 3, ipv6: 4 } as const
/** Reasons for which a switch discarded a packet that are a rule's doing: prohibited (ICMP's codes 9, 10, 13), ACL. */
const forbidden: ReadonlySet<number> = new Set([9, 10, 13, 258])
const noReason = -1

/** Link types (`packet/link.ts`) of sFlow's header protocols. */
const linkTypes = new Map([
  [1, 1],
  [6, 105],
  [7, 9],
  [11, 228],
  [12, 229],
  [14, 50],
])

export class SflowReader {
  /** Rows that the last packet made. */
  rows = 0
  readonly #packets: PacketRows
  readonly #sessions: SessionTable
  readonly #device: (session: number) => number
  readonly #agent = new Uint32Array(4)
  #rate = 0
  #reason = noReason
  #time = 0
  #session = 0

  constructor(packets: PacketRows, sessions: SessionTable, device: (session: number) => number) {
    this.#packets = packets
    this.#sessions = sessions
    this.#device = device
  }

  /** Reads one packet. @returns what is wrong with it; '' if nothing is */
  read(d: Datagram, from: number, to: number, exporter: Uint32Array, port: number): string {
    this.rows = 0
    if (to - from < 28) return 'header cut short'
    const { view } = d
    const family = view.getUint32(from + 4)
    if (family !== 1 && family !== 2) return 'agent address of an unknown family'
    const at = from + (family === 1 ? 12 : 24)
    if (to - at < 16) return 'header cut short'
    this.#readAgent(view, from + 8, family, exporter)
    this.#session = this.#sessions.of(this.#agent, port, view.getUint32(at), d.version)
    this.#sessions.sequence(this.#session, view.getUint32(at + 4), 1)
    // sFlow tells no time but since when the agent runs.
    this.#time = d.times[1]!
    const fault = this.#samples(d, at + 16, to, view.getUint32(at + 12))
    this.#sessions.records[this.#session]! += this.rows
    return fault
  }

  /** The agent says who it is; where it does not, the sender's address stands for it. */
  #readAgent(view: DataView, at: number, family: number, exporter: Uint32Array): void {
    const agent = this.#agent
    if (family === 1) {
      agent[0] = agent[1] = 0
      agent[2] = mapped
      agent[3] = view.getUint32(at)
    } else for (let k = 0; k < 4; k++) agent[k] = view.getUint32(at + 4 * k)
    if (agent[3] === 0 && (family === 1 || agent[0] === 0)) agent.set(exporter)
  }

  #samples(d: Datagram, from: number, to: number, count: number): string {
    const { view } = d
    let at = from
    for (let k = 0; k < count; k++) {
      if (at + 8 > to) return 'sample cut short'
      const format = view.getUint32(at)
      const end = at + 8 + view.getUint32(at + 4)
      if (end > to) return 'sample cut short'
      const isExpanded = format === Sample.expandedFlow
      if ((format === Sample.flow || isExpanded) && !this.#flowSample(d, at + 8, end, isExpanded)) {
        return 'flow sample cut short'
      }
      at = end
    }
    return ''
  }

  #flowSample(d: Datagram, from: number, to: number, isExpanded: boolean): boolean {
    const { view } = d
    if (to - from < (isExpanded ? 44 : 32)) return false
    this.#rate = view.getUint32(from + (isExpanded ? 12 : 8))
    this.#reason = isExpanded
      ? discardReason(view.getUint32(from + 32), view.getUint32(from + 36))
      : discardReason(view.getUint32(from + 24) >>> 30, view.getUint32(from + 24) & 0x3fffffff)
    const records = view.getUint32(from + (isExpanded ? 40 : 28))
    return this.#records(d, from + (isExpanded ? 44 : 32), to, records)
  }

  /** A packet's header tells all that the decoded records about it do. */
  #records(d: Datagram, from: number, to: number, count: number): boolean {
    const { view } = d
    let decoded = -1
    let at = from
    for (let k = 0; k < count; k++) {
      if (at + 8 > to) return false
      const format = view.getUint32(at)
      const end = at + 8 + view.getUint32(at + 4)
      if (end > to) return false
      if (format === Sampled.header) {
        if (this.#header(d, at + 8, end)) return true
      } else if (format === Sampled.ipv4 || format === Sampled.ipv6) decoded = at
      at = end
    }
    if (decoded >= 0)
      this.#addresses(view, decoded + 8, decoded + 8 + view.getUint32(decoded + 4), view.getUint32(decoded))
    return true
  }

  /** A sampled packet's first bytes. @returns whether they became a row */
  #header(d: Datagram, at: number, end: number): boolean {
    const { view } = d
    if (end - at < 16) return false
    const linkType = linkTypes.get(view.getUint32(at))
    const from = at + 16
    const to = Math.min(end, from + view.getUint32(at + 12))
    if (linkType === undefined) return false
    const wire = Math.max(to - from, Math.min(view.getUint32(at + 4), 0xffff))
    const device = this.#device(this.#session)
    const i = this.#packets.packet(d.bytes, from, to, linkType, wire, this.#time, this.#rate, device)
    if (i < 0) return false
    this.#judge(i)
    return true
  }

  /** A sampled packet of which addresses, ports and flags were kept. */
  #addresses(view: DataView, at: number, end: number, format: number): void {
    const isSix = format === Sampled.ipv6
    const ports = at + (isSix ? 40 : 16)
    if (end < ports + 16) return
    const i = this.#packets.open(this.#time, this.#rate, this.#device(this.#session))
    const c = this.#packets.batch.column
    c.bytesOut[i] = view.getUint32(at)
    const protocol = view.getUint32(at + 4) & 0xff
    c.protocol[i] = protocol
    c.src0[i] = isSix ? view.getUint32(at + 8) : 0
    c.src1[i] = isSix ? view.getUint32(at + 12) : 0
    c.src2[i] = isSix ? view.getUint32(at + 16) : mapped
    c.src3[i] = view.getUint32(at + (isSix ? 20 : 8))
    c.dst0[i] = isSix ? view.getUint32(at + 24) : 0
    c.dst1[i] = isSix ? view.getUint32(at + 28) : 0
    c.dst2[i] = isSix ? view.getUint32(at + 32) : mapped
    c.dst3[i] = view.getUint32(at + (isSix ? 36 : 12))
    const src = view.getUint32(ports) & 0xffff
    const dst = view.getUint32(ports + 4) & 0xffff
    if (protocol === Protocol.icmp || protocol === Protocol.icmp6) {
      c.icmpType[i] = src
      c.icmpCode[i] = dst
      if (isIcmpAnswer(protocol, c.icmpType[i]!)) c.outcome[i] = Outcome.response
    } else {
      c.srcPort[i] = src
      c.dstPort[i] = dst
    }
    if (protocol === Protocol.tcp) {
      const flags = view.getUint32(ports + 8) & 0xff
      c.flags[i] = flags
      if (flags & Flag.rst || (flags & (Flag.syn | Flag.ack)) === (Flag.syn | Flag.ack)) c.outcome[i] = Outcome.response
    }
    this.#judge(i)
  }

  #judge(i: number): void {
    this.rows++
    if (!forbidden.has(this.#reason)) return
    const c = this.#packets.batch.column
    c.action[i] = Action.deny
    if (c.outcome[i] !== Outcome.response) c.outcome[i] = Outcome.blocked
  }
}

/** An output interface of format 1 says why the packet was discarded instead. */
function discardReason(format: number, value: number): number {
  return format === 1 ? value : noReason
}
