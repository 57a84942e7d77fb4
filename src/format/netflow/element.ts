/**
 * The information elements that are read, by number (IANA's IPFIX registry, of which NetFlow v9's field types are the first;
 * Cisco ASA's and pre-standard numbers as in its NetFlow Secure Event Logging guide), and the place each fills.
 */

/** What a record can tell, each once: alternatives share a place. */
export const Slot = {
  src4: 0,
  dst4: 1,
  src6: 2,
  dst6: 3,
  srcPort: 4,
  dstPort: 5,
  protocol: 6,
  flags: 7,
  replyFlags: 8,
  icmpBoth: 9,
  icmpType: 10,
  icmpCode: 11,
  packets: 12,
  bytes: 13,
  replyPackets: 14,
  replyBytes: 15,
  /** Counts that hold where those of the record itself are absent or zero: totals, what was sent on. */
  packetsElse: 16,
  bytesElse: 17,
  start: 18,
  end: 19,
  boot: 20,
  durationMs: 21,
  durationUs: 22,
  sampler: 23,
  samplingRate: 24,
  /** Packets taken in a row, and left out after them (RFC 5477). */
  samplingTaken: 25,
  samplingLeft: 26,
  samplingSize: 27,
  samplingPopulation: 28,
  samplingProbability: 29,
  forwarding: 30,
  firewallEvent: 31,
  natEvent: 32,
  biflow: 33,
  ttl: 34,
  ipVersion: 35,
  mappedSrc4: 36,
  frameSection: 37,
  ipSection: 38,
  frameSize: 39,
  /** Cisco ASA: why a flow was denied or ended. */
  extendedEvent: 40,
} as const

export const slotCount = 41

/** How a time is written. */
export const Clock = { none: 0, uptime: 1, second: 2, milli: 3, ntp: 4, deltaMicro: 5 } as const

export interface Element {
  readonly slot: number
  /** Of elements that fill one place the greatest rank wins. */
  readonly rank: number
  /** `Clock`, of the places `start` and `end`. */
  readonly clock: number
  /** Transport protocol that the element speaks of, for records that do not say theirs; 0 = any. */
  readonly protocol: number
}

const tcp = 6
const udp = 17
const anyTime = { collected: 0, observed: 1, delta: 2, uptime: 3, second: 4, ntp: 5, milli: 6 } as const

type Row = readonly [id: number, slot: number, rank?: number, clock?: number, protocol?: number]

const rows: readonly Row[] = [
  [1, Slot.bytes, 9],
  [2, Slot.packets, 9],
  [4, Slot.protocol],
  [6, Slot.flags],
  [7, Slot.srcPort, 9],
  [8, Slot.src4],
  [11, Slot.dstPort, 9],
  [12, Slot.dst4],
  [21, Slot.end, anyTime.uptime, Clock.uptime],
  [22, Slot.start, anyTime.uptime, Clock.uptime],
  [23, Slot.bytesElse, 1],
  [24, Slot.packetsElse, 1],
  [27, Slot.src6],
  [28, Slot.dst6],
  [32, Slot.icmpBoth],
  [34, Slot.samplingRate, 2],
  [48, Slot.sampler, 1],
  [50, Slot.samplingRate, 1],
  [52, Slot.ttl, 1],
  [60, Slot.ipVersion],
  [85, Slot.bytesElse, 3],
  [86, Slot.packetsElse, 3],
  [89, Slot.forwarding],
  [104, Slot.frameSection, 1],
  [139, Slot.icmpBoth],
  [150, Slot.start, anyTime.second, Clock.second],
  [151, Slot.end, anyTime.second, Clock.second],
  [152, Slot.start, anyTime.milli, Clock.milli],
  [153, Slot.end, anyTime.milli, Clock.milli],
  [154, Slot.start, anyTime.ntp, Clock.ntp],
  [155, Slot.end, anyTime.ntp, Clock.ntp],
  [156, Slot.start, anyTime.ntp, Clock.ntp],
  [157, Slot.end, anyTime.ntp, Clock.ntp],
  [158, Slot.start, anyTime.delta, Clock.deltaMicro],
  [159, Slot.end, anyTime.delta, Clock.deltaMicro],
  [160, Slot.boot],
  [161, Slot.durationMs],
  [162, Slot.durationUs],
  [171, Slot.bytesElse, 0],
  [172, Slot.packetsElse, 0],
  [176, Slot.icmpType],
  [177, Slot.icmpCode],
  [178, Slot.icmpType],
  [179, Slot.icmpCode],
  [180, Slot.srcPort, 1, 0, udp],
  [181, Slot.dstPort, 1, 0, udp],
  [182, Slot.srcPort, 1, 0, tcp],
  [183, Slot.dstPort, 1, 0, tcp],
  [192, Slot.ttl, 2],
  [225, Slot.mappedSrc4, 2],
  [230, Slot.natEvent],
  [231, Slot.bytes, 7],
  [232, Slot.replyBytes, 1],
  [233, Slot.firewallEvent, 2],
  [239, Slot.biflow],
  [258, Slot.end, anyTime.collected, Clock.milli],
  [298, Slot.packets, 7],
  [299, Slot.replyPackets, 1],
  [302, Slot.sampler, 2],
  [305, Slot.samplingTaken],
  [306, Slot.samplingLeft],
  [309, Slot.samplingSize],
  [310, Slot.samplingPopulation],
  [311, Slot.samplingProbability],
  [312, Slot.frameSize],
  [313, Slot.ipSection],
  [315, Slot.frameSection, 2],
  [322, Slot.end, anyTime.observed, Clock.second],
  [323, Slot.end, anyTime.observed, Clock.milli],
  [324, Slot.end, anyTime.observed, Clock.ntp],
  [325, Slot.end, anyTime.observed, Clock.ntp],
  [33002, Slot.extendedEvent],
  [40001, Slot.mappedSrc4, 1],
  [40005, Slot.firewallEvent, 1],
]

/** Elements that speak of the other direction of a biflow, under the enterprise number that RFC 5103 gives them. */
const reverseRows: readonly Row[] = [
  [1, Slot.replyBytes, 9],
  [2, Slot.replyPackets, 9],
  [6, Slot.replyFlags],
  [85, Slot.replyBytes, 8],
  [86, Slot.replyPackets, 8],
]

const reverseEnterprise = 29305

function tableOf(given: readonly Row[]): ReadonlyMap<number, Element> {
  const elements = given.map(
    ([id, slot, rank = 1, clock = 0, protocol = 0]) => [id, { slot, rank, clock, protocol }] as const,
  )
  return new Map(elements)
}

const standard = tableOf(rows)
const reverse = tableOf(reverseRows)

/** The element `id` of an enterprise (0 = IANA's); undefined where it is not read. Cold: once a field of a template. */
export function elementOf(enterprise: number, id: number): Element | undefined {
  if (enterprise === 0) return standard.get(id)
  return enterprise === reverseEnterprise ? reverse.get(id) : undefined
}
