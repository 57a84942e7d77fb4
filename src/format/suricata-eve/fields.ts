import type { JsonLayout } from '../../base/json-scan.ts'

/** The EVE fields that we read, by index. */
export const Field = {
  eventType: 0,
  timestamp: 1,
  srcIp: 2,
  srcPort: 3,
  destIp: 4,
  destPort: 5,
  proto: 6,
  icmpType: 7,
  icmpCode: 8,
  start: 9,
  end: 10,
  packetsOut: 11,
  packetsIn: 12,
  bytesOut: 13,
  bytesIn: 14,
  state: 15,
  flags: 16,
  flagsOut: 17,
  flagsIn: 18,
  minTtl: 19,
} as const

const at = (field: number, ...path: string[]) => ({ path, field })

export const layout: JsonLayout = {
  paths: [
    at(Field.eventType, 'event_type'),
    at(Field.timestamp, 'timestamp'),
    at(Field.srcIp, 'src_ip'),
    at(Field.srcPort, 'src_port'),
    at(Field.destIp, 'dest_ip'),
    at(Field.destPort, 'dest_port'),
    at(Field.proto, 'proto'),
    at(Field.icmpType, 'icmp_type'),
    at(Field.icmpCode, 'icmp_code'),
    at(Field.start, 'flow', 'start'),
    at(Field.end, 'flow', 'end'),
    at(Field.packetsOut, 'flow', 'pkts_toserver'),
    at(Field.packetsIn, 'flow', 'pkts_toclient'),
    at(Field.bytesOut, 'flow', 'bytes_toserver'),
    at(Field.bytesIn, 'flow', 'bytes_toclient'),
    at(Field.state, 'flow', 'state'),
    at(Field.start, 'netflow', 'start'),
    at(Field.end, 'netflow', 'end'),
    at(Field.packetsOut, 'netflow', 'pkts'),
    at(Field.bytesOut, 'netflow', 'bytes'),
    at(Field.minTtl, 'netflow', 'min_ttl'),
    at(Field.flags, 'tcp', 'tcp_flags'),
    at(Field.flagsOut, 'tcp', 'tcp_flags_ts'),
    at(Field.flagsIn, 'tcp', 'tcp_flags_tc'),
  ],
  fields: 20,
  gate: { field: Field.eventType, wanted: ['flow', 'netflow'] },
}
