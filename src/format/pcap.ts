import { isPcap, type PcapHeader } from '../framing/pcap.ts'
import { PcapReader } from '../framing/pcap-reader.ts'
import { Intake } from '../packet/intake.ts'
import type { ContainerFormat, FormatContext, Sink } from './format.ts'

const pcap: ContainerFormat = {
  id: 'pcap',
  title: 'Packet capture (pcap)',
  about:
    'Classic libpcap capture files (tcpdump -w, masscan --pcap): both byte orders, microseconds or nanoseconds. ' +
    'Ethernet with VLAN, MPLS and PPPoE, Linux cooked, raw IP, BSD loopback, PPP and 802.11 frames; IPv4 and IPv6 ' +
    'through GRE, VXLAN, Geneve and IP-in-IP; TCP, UDP, SCTP, ICMP with the packets its errors quote, ARP, neighbour ' +
    'discovery. Documented in pcap-savefile(5) and at https://www.tcpdump.org/linktypes.html.',
  framing: 'container',
  sniff: (head) => (isPcap(head) ? 1 : 0),
  open: (_context: FormatContext, sink: Sink, ahead?: unknown) =>
    new PcapReader(sink, new Intake(sink), ahead as PcapHeader | undefined),
}

export default pcap
