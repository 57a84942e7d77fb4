import { textNames } from '../event/texts.ts'

/** Columns of texts, by their number in `event/texts.ts`. `user` is a word of SQL itself. */
export const textColumnNames: ReadonlyMap<number, string> = new Map(
  [...textNames].map(([field, name]) => [
    field,
    name === 'user' ? 'account' : name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
  ]),
)

/**
 * The columns of the archive's files, in order, with their type and what they say. Times are UTC. What a record does not tell is
 * null. These names are promised to those who read the files: they are added to, never changed.
 */
export const archiveColumns: readonly (readonly [name: string, type: string, about: string])[] = [
  ['time', 'TIMESTAMP', 'when it was; of several packets, the first'],
  [
    'kind',
    'VARCHAR',
    'contact, dns, alert, http, tls, ssh, auth, process, finding, canary or lease, as in docs/events.md',
  ],
  ['record', 'VARCHAR', 'packet, flow or log: how it was recorded'],
  ['src', 'VARCHAR', 'source address as text'],
  ['src_key', 'UBIGINT', 'the same as a number: IPv4 its 32 bits, IPv6 its upper 64 bits'],
  ['src_port', 'USMALLINT', 'TCP, UDP, SCTP'],
  ['dst', 'VARCHAR', 'destination address as text'],
  ['dst_key', 'UBIGINT', 'as src_key'],
  ['dst_port', 'USMALLINT', 'TCP, UDP, SCTP'],
  ['protocol', 'VARCHAR', 'tcp, udp, icmp …, or the number'],
  ['icmp_type', 'UTINYINT', 'ICMP and ICMPv6; of a quoted packet, of the error around it'],
  ['icmp_code', 'UTINYINT', ''],
  ['outcome', 'VARCHAR', 'established, refused, unanswered, blocked, response; null where not known'],
  ['direction', 'VARCHAR', 'inbound, outbound, internal, external; where our networks were given when it was archived'],
  [
    'records',
    'UINTEGER',
    'records of the input that the row stands for: more than 1 where packets of a connection were put together',
  ],
  ['packets_out', 'UBIGINT', 'packets from src'],
  ['packets_in', 'UBIGINT', 'packets from dst'],
  ['bytes_out', 'UBIGINT', 'bytes from src'],
  ['bytes_in', 'UBIGINT', 'bytes from dst'],
  ['duration', 'DOUBLE', 'seconds from the first to the last packet; of a lease, how long it holds'],
  ['flags', 'VARCHAR', 'TCP flags from src, as letters FSRPAUEC'],
  ['reply_flags', 'VARCHAR', 'TCP flags from dst'],
  ['ttl', 'UTINYINT', 'TTL or hop limit of the first packet from src'],
  ['marks', 'VARCHAR', 'midstream, data, quoted …, as in docs/events.md, with commas'],
  ['via', 'VARCHAR', 'who sent the ICMP error that quotes the packet'],
  ['rule', 'VARCHAR', 'rule, ACL or log prefix'],
  ['action', 'VARCHAR', 'allow, deny, reject'],
  ['device', 'VARCHAR', 'the device that wrote the record, as it names itself (`sensor` in `sweepwatch events`)'],
  ['sampling', 'UINTEGER', 'one packet in so many was looked at'],
  ['severity', 'UTINYINT', 'of an alert or a finding: 1 low … 4 critical'],
  ...[...textColumnNames.values()].map((name) => [name, 'VARCHAR', 'as in docs/events.md'] as const),
  ['format', 'VARCHAR', 'format id'],
  ['source', 'VARCHAR', 'the input, as it was named'],
  ['record_offset', 'UBIGINT', 'where the record stands in the (decompressed) input, in bytes; of several, the first'],
  ['record_length', 'UINTEGER', 'its length in bytes'],
]
