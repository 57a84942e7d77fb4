import { ascii } from '../../base/ascii.ts'
import { isVariant, type ZeekLog } from '../../framing/zeek-header.ts'

/** The fields of a Zeek conn record that we read, and their place in `Spans`. The first six are required. */
export const fieldNames = [
  'ts',
  'id.orig_h',
  'id.orig_p',
  'id.resp_h',
  'id.resp_p',
  'proto',
  'duration',
  'orig_bytes',
  'resp_bytes',
  'conn_state',
  'history',
  'orig_pkts',
  'orig_ip_bytes',
  'resp_pkts',
  'resp_ip_bytes',
  'tunnel_parents',
  'ip_proto',
] as const

export const Field = {
  ts: 0,
  origHost: 1,
  origPort: 2,
  respHost: 3,
  respPort: 4,
  proto: 5,
  duration: 6,
  origBytes: 7,
  respBytes: 8,
  connState: 9,
  history: 10,
  origPackets: 11,
  origIpBytes: 12,
  respPackets: 13,
  respIpBytes: 14,
  tunnelParents: 15,
  ipProto: 16,
} as const

export const requiredFields = 6

export const connLog: ZeekLog = {
  fieldNames,
  columns: (
    'ts uid id.orig_h id.orig_p id.resp_h id.resp_p proto service duration orig_bytes resp_bytes conn_state local_orig ' +
    'local_resp missed_bytes history orig_pkts orig_ip_bytes resp_pkts resp_ip_bytes tunnel_parents'
  ).split(' '),
  isPath: (path) => isVariant(path, 'conn'),
}
const missing = fieldNames.map((name) => `no ${name}`)
const unreadable = fieldNames.map((name) => `${name} is not readable`)

/** Why a record without the field is malformed. */
export function missingField(field: number): string {
  return missing[field]!
}

export function unreadableField(field: number): string {
  return unreadable[field]!
}

export const tcp = ascii('tcp')
export const udp = ascii('udp')
export const icmp = ascii('icmp')
export const sctp = ascii('sctp')
