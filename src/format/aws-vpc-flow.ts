import { ascii, find } from '../base/ascii.ts'
import { Names } from '../event/names.ts'
import { passLines, type TableHead } from '../framing/table.ts'
import { defaultHead, openTable, readHead } from './aws-vpc-flow/fields.ts'
import { appendRow } from './aws-vpc-flow/row.ts'
import { sniffLines } from './claim.ts'
import { type Decode, Decoded, type FormatContext, type LineFormat } from './format.ts'

/** Every header that can be read holds it, and no record does. */
const headerWord = ascii('addr')
const accept = ascii(' ACCEPT ')
const reject = ascii(' REJECT ')
const noData = ascii(' - NODATA')
const skipData = ascii(' - SKIPDATA')

function open(context: FormatContext): Decode {
  const head = (context.carried as TableHead | undefined) ?? defaultHead()
  const table = openTable()
  const names = new Names(context.rules)
  return (bytes, from, to, batch) => {
    if (from === to) return Decoded.ignored
    const start = claims(bytes, from, to) ? -1 : find(bytes, from, to, headerWord)
    if (start >= 0 && readHead(head, line(bytes, from, to))) return Decoded.ignored
    table.cut(head, bytes, from, to)
    return appendRow(bytes, table, batch, names)
  }
}

function line(bytes: Uint8Array, from: number, to: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + from, Math.min(to - from, 16384)).toString('latin1')
}

/** Lines of the default format: `2 <account> <interface> …`; others cannot be told without their header. */
function claims(bytes: Uint8Array, from: number, to: number): boolean {
  if (bytes[from] !== 50 || bytes[from + 1] !== 32) return false
  let i = from + 2
  while (i < to && i < from + 34 && isAccountByte(bytes[i]!)) i++
  if (i === from + 2 || bytes[i] !== 32) return false
  const last = Math.max(i, to - 120)
  return isStatus(bytes, last, to, accept) || isStatus(bytes, last, to, reject) || isGap(bytes, i, to)
}

/** An account number, or `unknown`. */
function isAccountByte(byte: number): boolean {
  return (byte >= 48 && byte <= 57) || (byte >= 97 && byte <= 122)
}

/** ` ACCEPT OK` at the end. */
function isStatus(bytes: Uint8Array, from: number, to: number, word: Uint8Array): boolean {
  const at = find(bytes, from, to, word)
  return at >= 0 && bytes[at + word.length] === 79 && bytes[at + word.length + 1] === 75
}

function isGap(bytes: Uint8Array, from: number, to: number): boolean {
  return find(bytes, from, to, noData) >= 0 || find(bytes, from, to, skipData) >= 0
}

function sniff(head: Uint8Array): number {
  const end = head.indexOf(10)
  if (readHead(defaultHead(), line(head, 0, end < 0 ? head.length : end))) return sniffHeader(head)
  return sniffLines(head, claims)
}

/** The words that only this service's headers have. */
function sniffHeader(head: Uint8Array): number {
  const first = line(head, 0, Math.min(head.length, 4096)).split('\n', 1)[0] as string
  if (/log.?status|interface.?id|account.?id|pkt.?srcaddr|flow.?direction/i.test(first)) return 1
  return /protocol/i.test(first) && /action/i.test(first) ? 0.6 : 0
}

const format: LineFormat = {
  id: 'aws-vpc-flow',
  title: 'AWS VPC flow logs',
  about:
    'Flow records of Amazon VPC and transit gateways as text: the default format (version 2) with or without a header, and ' +
    'custom formats (versions 2 to 10) by their header line, separated by blanks, commas or tabs. Parquet files are not ' +
    'read: convert them to text. Each record is one direction of a connection on one interface: no answers are told, and ' +
    'ICMP types are not told either (all ICMP is taken as echo). Where pkt-srcaddr and pkt-dstaddr are there they count, ' +
    'not srcaddr and dstaddr, which are the interface’s own address where it translates or forwards. REJECT is blocked. ' +
    'Records of status NODATA are ignored, those of status SKIPDATA count as loss. ' +
    'Documented at docs.aws.amazon.com, Amazon VPC User Guide, Flow log records.',
  framing: 'line',
  maxRows: 1,
  blind: ['one direction a record', 'aggregates of one to ten minutes: no order within', 'no ICMP types'],
  sniff,
  claims,
  open,
  carry: {
    start: defaultHead,
    pass: (head, bytes, from, to) =>
      passLines(bytes, from, to, headerWord, (start, end) => readHead(head as TableHead, line(bytes, start, end))),
  },
}

export default format
