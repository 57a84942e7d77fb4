import { isPcapng } from '../framing/pcapng.ts'
import { PcapngReader } from '../framing/pcapng-reader.ts'
import { Intake } from '../packet/intake.ts'
import type { ContainerFormat, FormatContext, Sink } from './format.ts'

const pcapng: ContainerFormat = {
  id: 'pcapng',
  title: 'Packet capture (pcapng)',
  about:
    'Captures of Wireshark, dumpcap and tshark: several sections and interfaces, each with its link type and clock; ' +
    'enhanced, simple and the older packet blocks. Name resolution, statistics, decryption secrets and other blocks ' +
    'are skipped. The packets are decoded as in pcap. Documented in draft-ietf-opsawg-pcapng.',
  framing: 'container',
  sniff: (head) => (isPcapng(head) ? 1 : 0),
  open: (_context: FormatContext, sink: Sink) => new PcapngReader(sink, new Intake(sink)),
}

export default pcapng
