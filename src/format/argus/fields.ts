import { emptyHead, Table, type TableHead } from '../../framing/table.ts'

/** The columns that we read, by index. */
export const Field = {
  start: 0,
  end: 1,
  duration: 2,
  proto: 3,
  src: 4,
  srcPort: 5,
  direction: 6,
  dst: 7,
  dstPort: 8,
  state: 9,
  packets: 10,
  bytes: 11,
  packetsOut: 12,
  packetsIn: 13,
  bytesOut: 14,
  bytesIn: 15,
  ttl: 16,
  sensor: 17,
} as const

/** As ra labels them, and as its -s option and those who publish data sets call them. */
const names: readonly (readonly string[])[] = [
  ['starttime', 'stime'],
  ['lasttime', 'ltime'],
  ['dur'],
  ['proto'],
  ['srcaddr', 'saddr'],
  ['sport'],
  ['dir'],
  ['dstaddr', 'daddr'],
  ['dport'],
  ['state'],
  ['totpkts', 'pkts'],
  ['totbytes', 'bytes'],
  ['srcpkts', 'spkts'],
  ['dstpkts', 'dpkts'],
  ['srcbytes', 'sbytes'],
  ['dstbytes', 'dbytes'],
  ['sttl'],
  ['srcid', 'sid'],
]

const usual =
  'StartTime,Dur,Proto,SrcAddr,Sport,Dir,DstAddr,Dport,State,sTos,dTos,TotPkts,TotBytes,SrcBytes,SrcPkts,Label'

export function openTable(): Table {
  return new Table(names)
}

const table = openTable()

/** The columns of binetflow files: what is there where no header was seen. */
export function defaultHead(): TableHead {
  const head = emptyHead(44)
  table.tell(head, usual, 44)
  return head
}

const delimiters = [',', '\t', ';', '|']

/** Reads a header line into the head; false where the line is none. */
export function readHead(head: TableHead, line: string): boolean {
  if (!/\b(srcaddr|saddr)\b/i.test(line) || !/\b(dstaddr|daddr)\b/i.test(line) || !/\bproto\b/i.test(line)) return false
  const delimiter = delimiters.find((one) => line.includes(one))
  return delimiter !== undefined && table.tell(head, line, delimiter.charCodeAt(0)) >= 5
}
