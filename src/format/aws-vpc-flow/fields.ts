import { emptyHead, Table, type TableHead } from '../../framing/table.ts'

/** Flow log fields that we read, by index. */
export const Field = {
  interface: 0,
  srcAddr: 1,
  dstAddr: 2,
  srcPort: 3,
  dstPort: 4,
  protocol: 5,
  packets: 6,
  bytes: 7,
  start: 8,
  end: 9,
  action: 10,
  status: 11,
  flags: 12,
  packetSrc: 13,
  packetDst: 14,
  reason: 15,
} as const

/** As headers name them; those of Athena and Parquet exports too, which write `sourceaddress` and the like. */
const names: readonly (readonly string[])[] = [
  ['interface-id', 'interfaceid'],
  ['srcaddr', 'sourceaddress'],
  ['dstaddr', 'destinationaddress'],
  ['srcport', 'sourceport'],
  ['dstport', 'destinationport'],
  ['protocol'],
  ['packets', 'numpackets'],
  ['bytes', 'numbytes'],
  ['start', 'starttime'],
  ['end', 'endtime'],
  ['action'],
  ['log-status', 'logstatus'],
  ['tcp-flags', 'tcpflags'],
  ['pkt-srcaddr', 'pktsrcaddr'],
  ['pkt-dstaddr', 'pktdstaddr'],
  ['reject-reason', 'rejectreason'],
]

const version2 =
  'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status'

export function openTable(): Table {
  return new Table(names)
}

const table = openTable()

/** The default format, version 2: what is there where no header was seen. */
export function defaultHead(): TableHead {
  const head = emptyHead(32)
  table.tell(head, version2, 32)
  return head
}

/** Reads a header line into the head; false where the line is none. */
export function readHead(head: TableHead, line: string): boolean {
  const words = line.toLowerCase()
  if (!/\b(src|pkt.src|source)addr/.test(words) || !/\b(dst|pkt.dst|destination)addr/.test(words)) return false
  const [, delimiter = ' '] = /[a-z}"]([ ,\t;|])/.exec(words) ?? []
  return table.tell(head, line, delimiter.charCodeAt(0)) >= 4
}
