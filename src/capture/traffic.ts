import { formatAddress, mapped } from '../base/address.ts'
import { parsePrefix } from '../base/prefix.ts'
import { PrefixTable } from '../base/prefix-table.ts'
import { Problem } from '../base/problem.ts'
import { isoTime } from '../base/time.ts'
import { Flag, Protocol, protocolName } from '../event/protocol.ts'
import { decode } from '../packet/decode.ts'
import { Step } from '../packet/frame.ts'
import { findCaptures } from './capture-files.ts'
import type { CaptureTap } from './capture-tap.ts'
import { MatchedPackets } from './matched-packets.ts'

/** A part of the time that is looked at by itself; milliseconds, the end not included. */
export interface Phase {
  readonly name: string
  readonly from: number
  readonly to: number
}

/** What a host and a peer exchanged in one phase. */
export interface Traffic {
  readonly phase: string
  readonly host: string
  /** `others`: those that found no room of their own. */
  readonly peer: string
  readonly packetsOut: number
  /** From the host; lengths on the wire, with all headers. */
  readonly bytesOut: number
  readonly packetsIn: number
  readonly bytesIn: number
  /** Services that were used, either way: `tcp/443`; at most 16. */
  readonly services: readonly string[]
  readonly first: string
  readonly last: string
}

export interface TrafficOptions {
  /** Captures, and directories of them. */
  readonly paths: readonly string[]
  /** Addresses and networks of the systems that are looked at. */
  readonly hosts: readonly string[]
  /** Where several hold a moment, the first counts. */
  readonly phases: readonly Phase[]
  /** Where indexes are kept; absent: whole files are read. */
  readonly index?: string | undefined
}

const mostRows = 50_000
const mostServices = 16
const others = 'others'

/**
 * Sums up what hosts exchanged with whom before, during and after a scan (requirement T1), from captures: one row for each phase,
 * host and peer, those with most bytes first within a phase. Of a packet in a tunnel the innermost addresses count where one of them is a host.
 * Between two hosts the one that stands first in the list is the host. Memory is bounded: beyond 50,000 rows peers are summed up.
 *
 * @throws Problem `bad-network`, `capture-index`; `no-such-file` or `unreadable` for a path that is given
 */
export async function summariseTraffic(options: TrafficOptions): Promise<readonly Traffic[]> {
  const { captures } = await findCaptures(options.paths)
  const summary = new TrafficSummary(options)
  const from = Math.min(...options.phases.map((phase) => phase.from))
  const to = Math.max(...options.phases.map((phase) => phase.to))
  const filter = { networks: options.hosts, from, to }
  const packets = new MatchedPackets({ filter, index: options.index, take: (tap) => summary.take(tap) })
  await packets.readAll(captures)
  return summary.rows()
}

/** A row while it grows; times in microseconds. */
interface Exchange {
  readonly phase: number
  readonly host: string
  readonly peer: string
  packetsOut: number
  bytesOut: number
  packetsIn: number
  bytesIn: number
  readonly services: Set<string>
  first: number
  last: number
}

class TrafficSummary {
  readonly #phases: readonly Phase[]
  readonly #hosts = new PrefixTable()
  readonly #exchanges = new Map<string, Exchange>()

  constructor({ hosts, phases }: TrafficOptions) {
    this.#phases = phases
    for (const [k, text] of hosts.entries()) {
      const prefix = parsePrefix(text)
      if (prefix === undefined) throw new Problem('bad-network', `${text} is no address and no network`)
      this.#hosts.add(prefix, k)
    }
  }

  take(tap: CaptureTap): boolean {
    const phase = this.#phases.findIndex(({ from, to }) => tap.time >= from * 1000 && tap.time < to * 1000)
    if (phase < 0) return true
    const { words, count } = tap.ends
    // The innermost pair that one of the hosts is in; an ICMP error goes between those who exchange it.
    const isError = tap.frame.quoted
    for (let p = 8 * (isError ? count - 2 : count - 1); p >= 0; p -= 8) {
      const [src, dst] = [this.#placeOf(words, p), this.#placeOf(words, p + 4)]
      if (src < 0 && dst < 0) continue
      const isOut = dst < 0 || (src >= 0 && src <= dst)
      const [host, peer] = isOut ? [p, p + 4] : [p + 4, p]
      const service = isError ? errorName(words, p) : serviceOf(tap, words, p)
      this.#add(tap, phase, textOf(words, host), textOf(words, peer), isOut, service)
      break
    }
    return true
  }

  rows(): readonly Traffic[] {
    return [...this.#exchanges.values()]
      .sort(
        (x, y) =>
          x.phase - y.phase ||
          y.bytesOut + y.bytesIn - x.bytesOut - x.bytesIn ||
          (`${x.host} ${x.peer}` < `${y.host} ${y.peer}` ? -1 : 1),
      )
      .map(({ phase, services, first, last, ...counts }) => ({
        phase: this.#phases[phase]?.name ?? '',
        ...counts,
        services: [...services].sort(),
        first: isoTime(first),
        last: isoTime(last),
      }))
  }

  #placeOf(words: Uint32Array, at: number): number {
    return this.#hosts.find(words[at]!, words[at + 1]!, words[at + 2]!, words[at + 3]!)
  }

  #add(tap: CaptureTap, phase: number, host: string, peer: string, isOut: boolean, service: string): void {
    const exchange = this.#exchange(phase, host, peer, tap.time)
    const length = Math.max(tap.wire, tap.end - tap.at)
    if (isOut) {
      exchange.packetsOut++
      exchange.bytesOut += length
    } else {
      exchange.packetsIn++
      exchange.bytesIn += length
    }
    exchange.first = Math.min(exchange.first, tap.time)
    exchange.last = Math.max(exchange.last, tap.time)
    if (service !== '' && exchange.services.size < mostServices) exchange.services.add(service)
  }

  #exchange(phase: number, host: string, peer: string, time: number): Exchange {
    const key = `${phase} ${host} ${peer}`
    const known = this.#exchanges.get(key)
    if (known !== undefined) return known
    if (this.#exchanges.size >= mostRows && peer !== others) return this.#exchange(phase, others, others, time)
    const counts = { packetsOut: 0, bytesOut: 0, packetsIn: 0, bytesIn: 0 }
    const made = { phase, host, peer, ...counts, services: new Set<string>(), first: time, last: time }
    this.#exchanges.set(key, made)
    return made
  }
}

function textOf(words: Uint32Array, at: number): string {
  return formatAddress(words[at]!, words[at + 1]!, words[at + 2]!, words[at + 3]!)
}

function errorName(words: Uint32Array, p: number): string {
  return protocolName(words[p] === 0 && words[p + 2] === mapped ? Protocol.icmp : Protocol.icmp6)
}

/** The service that a packet between these ends asks for or answers from; '' where the packet that was decoded is another. */
function serviceOf(tap: CaptureTap, words: Uint32Array, p: number): string {
  const { frame } = tap
  const { batch } = frame
  const step = decode(frame, tap.linkType, tap.bytes, tap.at, tap.end, tap.wire)
  batch.length = 0
  const c = batch.column
  const isSame = step === Step.row && c.src3[0] === words[p + 3] && c.dst3[0] === words[p + 7]
  if (!isSame) return ''
  const protocol = c.protocol[0]!
  const [src, dst] = [c.srcPort[0]!, c.dstPort[0]!]
  const hasPorts = protocol === Protocol.tcp || protocol === Protocol.udp || protocol === Protocol.sctp
  if (!hasPorts) return protocolName(protocol)
  const isRequest = protocol === Protocol.tcp && (c.flags[0]! & (Flag.syn | Flag.ack)) === Flag.syn
  // Who asks has a high port of its own; a SYN says for sure.
  return `${protocolName(protocol)}/${isRequest ? dst : Math.min(src, dst)}`
}
