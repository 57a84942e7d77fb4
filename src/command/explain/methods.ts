import type { Method } from '../../detect/finding.ts'
import type { Entry } from './entries.ts'

const texts: Readonly<Record<Method, string>> = {
  'tcp-syn':
    'A SYN and nothing more: the SYN-ACK of an open port is met with a RST or with silence. Half-open scans are the default of Nmap (as root), Masscan and ZMap. The service never sees the connection, so its own log stays empty: only packets, flows and firewalls show it.',
  'tcp-connect':
    'The handshake is completed and the connection closed again. Slower and louder than a SYN scan, but it needs no privileges, cannot be made from a forged address, and stands in the log of the service.',
  'tcp-fin':
    'A lone FIN. A closed port answers RST, an open one stays silent (RFC 9293), and simple packet filters that only look for SYN let it through. No ordinary program opens with it.',
  'tcp-null':
    'A segment without any flag. Closed ports answer RST, open ones stay silent; Windows answers RST always. No ordinary program sends it.',
  'tcp-xmas': 'FIN, PSH and URG together. The same idea as the FIN scan. No ordinary program sends it.',
  'tcp-ack':
    'ACK segments that belong to no connection. They cannot tell open from closed; they map which ports a stateless firewall lets through. Lone stray ACKs are common after timeouts, so many are needed before they count.',
  'tcp-maimon':
    'FIN and ACK together (Uriel Maimon, 1996): old BSD stacks dropped it at open ports and answered RST at closed ones.',
  udp: 'UDP datagrams, empty or with the first bytes of a protocol. A closed port is told by an ICMP port unreachable, an open one by an answer, and silence may be either. Slow to do well, because hosts limit their ICMP errors.',
  'icmp-echo':
    'Ping: which addresses are in use? Many tools do it before anything else, so it is often the earliest sign.',
  'icmp-timestamp':
    'ICMP timestamp requests: a ping that passes filters which block echo only. Nothing legitimate needs it today.',
  'icmp-mask': 'ICMP address mask requests, obsolete since RFC 6918. Only mapping tools send them.',
  'icmp6-echo':
    'Ping over IPv6. A /64 cannot be swept whole: targets come from lists, patterns (::1, ::2 …) or leaks, which says something about the scanner.',
  arp: 'ARP requests for one address after the other: somebody maps the local network from inside. Only seen by sensors on that network.',
  ndp: 'IPv6 neighbour solicitations for many addresses: the ARP sweep of IPv6, from inside the network.',
  sctp: 'SCTP INIT or COOKIE-ECHO chunks: telephony equipment is being looked for.',
  'ip-protocol': 'Many IP protocol numbers tried on one host: which protocols does it speak?',
  banner:
    'The connection was completed only to read what the service says of itself: its software and version. This learns more than a port scan, and the next step may be an exploit that fits.',
  'dns-ptr':
    'The names of addresses were asked for one after the other (PTR records in in-addr.arpa, ip6.arpa). No packet reaches the hosts: only the name server sees it. Names tell what an address is for; a list scan (nmap -sL) does nothing else.',
  'dns-axfr':
    'A copy of a whole zone was asked for (AXFR, IXFR). Only secondaries need it; whoever gets it knows every host that has a name.',
  'dns-enumeration':
    'Host names were guessed in a zone, common ones first: www, mail, vpn, dev. What exists is answered, the rest is denied. It finds hosts whose addresses nobody would try.',
  unknown: 'The log does not show how the source asked, for example because it names no flags and no outcome.',
}

export const methodEntries: readonly Entry[] = Object.entries(texts).map(([name, about]) => ({
  name: name === 'unknown' ? 'unknown method' : name,
  kind: 'method',
  about: [about],
}))
