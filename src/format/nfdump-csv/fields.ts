import { emptyHead, Table, type TableHead } from '../../framing/table.ts'

/** The columns that we read, by index. */
export const Field = {
  first: 0,
  last: 1,
  duration: 2,
  src: 3,
  dst: 4,
  srcPort: 5,
  dstPort: 6,
  protocol: 7,
  flags: 8,
  forwarding: 9,
  packets: 10,
  bytes: 11,
  replyPackets: 12,
  replyBytes: 13,
  icmpType: 14,
  icmpCode: 15,
  router: 16,
  received: 17,
  ttl: 18,
} as const

/** As headers name them: up to version 1.7.2 by the letters of the format, then by words. */
const names: readonly (readonly string[])[] = [
  ['ts', 'firstseen'],
  ['te', 'lastseen'],
  ['td', 'duration'],
  ['sa', 'srcaddr'],
  ['da', 'dstaddr'],
  ['sp', 'srcport'],
  ['dp', 'dstport'],
  ['pr', 'proto'],
  ['flg', 'flags'],
  ['fwd', 'fwdstatus'],
  ['ipkt', 'packets', 'inpackets'],
  ['ibyt', 'bytes', 'inbytes'],
  ['opkt', 'outpackets'],
  ['obyt', 'outbytes'],
  ['icmptype'],
  ['icmpcode'],
  ['ra', 'routerip'],
  ['tr', 'received'],
  ['minttl'],
]

const comma = 44

/** The header of versions up to 1.7.2, to its last column. */
const usual =
  'ts,te,td,sa,da,sp,dp,pr,flg,fwd,stos,ipkt,ibyt,opkt,obyt,in,out,sas,das,smk,dmk,dtos,dir,nh,nhb,svln,dvln,ismc,odmc,' +
  'idmc,osmc,mpls1,mpls2,mpls3,mpls4,mpls5,mpls6,mpls7,mpls8,mpls9,mpls10,cl,sl,al,ra,eng,exid,tr'

/** What header lines said, as plain data. */
export interface Columns {
  readonly head: TableHead
  /** False after the header of something else: statistics, the summary at the end. */
  isFlows: boolean
}

export function openTable(): Table {
  return new Table(names)
}

const table = openTable()

/** Files that lost their header, or were printed without (-q), are of the older form: it has a fixed set of columns. */
export function defaultColumns(): Columns {
  const head = emptyHead(comma)
  table.tell(head, usual, comma)
  return { head, isFlows: true }
}

/** Whether a line is a header of flows: it has both addresses and a time. */
export function isHeader(line: string): boolean {
  return (
    /(^|,)(ts|firstSeen)(,|$)/.test(line) && /(^|,)(sa|srcAddr)(,|$)/.test(line) && /(^|,)(da|dstAddr)(,|$)/.test(line)
  )
}

/** Reads a line that begins with a letter: a header, the summary's title, or a message among the rows. */
export function readHeader(columns: Columns, line: string): void {
  if (isHeader(line)) {
    columns.isFlows = true
    table.tell(columns.head, line, comma)
  } else if (line.includes(',') || line.startsWith('Summary')) columns.isFlows = false
}
