import { ascii } from '../../base/ascii.ts'
import { Protocol } from '../../event/protocol.ts'

/** What a message is about. */
export const Message = { create: 0, close: 1, deny: 2, screen: 3, attack: 4 } as const

interface Tag {
  readonly word: Uint8Array
  readonly message: number
  /** Of screens: the protocol that the tag says, 0 for none. */
  readonly protocol: number
}

const tag = (word: string, message: number, protocol = 0): Tag => ({ word: ascii(word), message, protocol })

/** Message tags by how they begin (Junos System Log Messages); `_LS` behind one says that a logical system wrote it. */
export const tags: readonly Tag[] = [
  tag('RT_FLOW_SESSION_CREATE', Message.create),
  tag('RT_FLOW_SESSION_CLOSE', Message.close),
  tag('RT_FLOW_SESSION_DENY', Message.deny),
  tag('RT_SCREEN_TCP', Message.screen, Protocol.tcp),
  tag('RT_SCREEN_UDP', Message.screen, Protocol.udp),
  tag('RT_SCREEN_ICMP', Message.screen, Protocol.icmp),
  tag('RT_SCREEN_IP', Message.screen),
  tag('RT_SCREEN_', Message.screen),
  tag('IDP_ATTACK_LOG_EVENT', Message.attack),
]

/** Keys of the structured data. */
const keys = [
  'source-address',
  'source-port',
  'destination-address',
  'destination-port',
  'service-name',
  'nat-source-address',
  'nat-destination-address',
  'protocol-id',
  'policy-name',
  'reason',
  'packets-from-client',
  'bytes-from-client',
  'packets-from-server',
  'bytes-from-server',
  'elapsed-time',
  'application',
  'username',
  'icmp-type',
  'protocol-name',
  'attack-name',
  'action',
  'threat-severity',
  'rule-name',
] as const

export const names: readonly string[] = keys

const place = (key: (typeof keys)[number]) => keys.indexOf(key)

export const Field = {
  src: place('source-address'),
  srcPort: place('source-port'),
  dst: place('destination-address'),
  dstPort: place('destination-port'),
  service: place('service-name'),
  natSrc: place('nat-source-address'),
  natDst: place('nat-destination-address'),
  protocol: place('protocol-id'),
  policy: place('policy-name'),
  reason: place('reason'),
  packetsOut: place('packets-from-client'),
  bytesOut: place('bytes-from-client'),
  packetsIn: place('packets-from-server'),
  bytesIn: place('bytes-from-server'),
  elapsed: place('elapsed-time'),
  application: place('application'),
  user: place('username'),
  icmpType: place('icmp-type'),
  protocolName: place('protocol-name'),
  attack: place('attack-name'),
  action: place('action'),
  severity: place('threat-severity'),
  rule: place('rule-name'),
} as const
