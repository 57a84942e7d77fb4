import type { ContainerFormat, FormatContext, Sink } from './format.ts'
import { RawReader } from './netflow/raw-reader.ts'
import { sniffRaw } from './netflow/sniff.ts'

const netflow: ContainerFormat = {
  id: 'netflow',
  title: 'NetFlow, IPFIX and sFlow packets (raw)',
  about:
    'Export packets back to back, as a UDP receiver writes them: NetFlow versions 1, 5, 7 and 9, IPFIX and sFlow version 5, ' +
    'mixed. Templates, option templates and their withdrawal are followed for each exporter and observation domain; records ' +
    'that come before their template wait for it, and are counted as malformed where it never comes. Sampling is taken from ' +
    'headers, options and records. A record of one direction is a row of its own; RFC 5103 biflows and firewall events ' +
    '(Cisco NSEL) have both. Reports of dropped packets (forwardingStatus, denied firewall events) are blocked contacts. ' +
    'Of sFlow, flow samples are read and counters are not; it tells no time, so raw packets get that of the file. Fields ' +
    'of enterprises, structured data (RFC 6313) and aggregated records without addresses are passed over. Documented in ' +
    "RFC 3954, RFC 7011, RFC 5103, IANA's IPFIX registry, Cisco's NetFlow export formats and sFlow version 5.",
  blind: ['payloads', 'single packets of a flow', 'what sampling left out'],
  framing: 'container',
  sniff: sniffRaw,
  open: (context: FormatContext, sink: Sink) => new RawReader(context, sink),
}

export default netflow
