import { ascii, find } from '../base/ascii.ts'
import { JsonFields, Scan } from '../base/json-scan.ts'
import { Names } from '../event/names.ts'
import { sniffLines } from './claim.ts'
import { type Decode, Decoded, type FormatContext, type LineFormat } from './format.ts'
import { layout } from './gcp-flow/fields.ts'
import { appendEntry } from './gcp-flow/row.ts'

function open(context: FormatContext): Decode {
  const fields = new JsonFields(layout)
  const names = new Names(context.rules)
  return (bytes, from, to, batch) => {
    if (from === to) return Decoded.ignored
    if (fields.scan(bytes, from, to) === Scan.done) return appendEntry(bytes, fields, batch, names)
    batch.reason = 'not a JSON object'
    return Decoded.malformed
  }
}

const connection = ascii('"connection"')
const destination = ascii('"dest_ip"')
const reporter = ascii('"reporter"')
const rule = ascii('"rule_details"')

/** Suricata has a `dest_ip` too, but no `connection` object, and neither of the others. */
function claims(bytes: Uint8Array, from: number, to: number): boolean {
  return (
    bytes[from] === 123 &&
    find(bytes, from, to, connection) >= 0 &&
    find(bytes, from, to, destination) >= 0 &&
    (find(bytes, from, to, reporter) >= 0 || find(bytes, from, to, rule) >= 0)
  )
}

const format: LineFormat = {
  id: 'gcp-flow',
  title: 'Google Cloud VPC flow logs and firewall rules logging',
  about:
    'Log entries of Google Cloud, one JSON object a line: VPC flow logs (compute.googleapis.com/vpc_flows, ' +
    'networkmanagement.googleapis.com/vpc_flows) and firewall rules logging (compute.googleapis.com/firewall: disposition ' +
    'and rule_details.reference). A flow record is one direction as one end reports it; where both ends are in networks ' +
    'with flow logs each reports once, and the second counts as a repetition. Flow records are made of about one packet ' +
    'in ten and tell neither TCP flags nor ICMP types (all ICMP is taken as echo). Firewall rules logging covers TCP and ' +
    'UDP. An array of entries (gcloud logging read --format=json) is read as json-array. Documented at cloud.google.com, ' +
    '"About VPC Flow Logs records" and "Firewall Rules Logging".',
  framing: 'line',
  maxRows: 1,
  blind: ['one direction a record', 'about one packet in ten', 'no TCP flags and no ICMP types'],
  sniff: (head) => sniffLines(head, claims),
  claims,
  open,
}

export default format
