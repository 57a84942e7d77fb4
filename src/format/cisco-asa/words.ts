import { readUint } from '../../base/ascii.ts'
import { WordTable } from '../../base/word-table.ts'

/** Port and protocol names as the ASA prints them (Cisco, "CLI Configuration Guide: Addresses, Protocols, and Ports"). */
const ports: readonly (readonly [string, number])[] = [
  ...([
    ['http', 80],
    ['www', 80],
    ['https', 443],
    ['ssh', 22],
    ['telnet', 23],
    ['domain', 53],
    ['snmp', 161],
  ] as const),
  ...([
    ['snmptrap', 162],
    ['ntp', 123],
    ['syslog', 514],
    ['ftp', 21],
    ['ftp-data', 20],
    ['tftp', 69],
  ] as const),
  ...([
    ['smtp', 25],
    ['pop2', 109],
    ['pop3', 110],
    ['imap4', 143],
    ['nntp', 119],
    ['ldap', 389],
    ['ldaps', 636],
  ] as const),
  ...([
    ['bootps', 67],
    ['bootpc', 68],
    ['isakmp', 500],
    ['bgp', 179],
    ['rip', 520],
    ['vxlan', 4789],
  ] as const),
  ...([
    ['netbios-ns', 137],
    ['netbios-dgm', 138],
    ['netbios-ssn', 139],
    ['sunrpc', 111],
    ['nfs', 2049],
  ] as const),
  ...([
    ['radius', 1645],
    ['radius-acct', 1646],
    ['tacacs', 49],
    ['kerberos', 750],
    ['klogin', 543],
  ] as const),
  ...([
    ['kshell', 544],
    ['sip', 5060],
    ['h323', 1720],
    ['rtsp', 554],
    ['sqlnet', 1521],
    ['pptp', 1723],
  ] as const),
  ...([
    ['citrix-ica', 1494],
    ['ctiqbe', 2748],
    ['lotusnotes', 1352],
    ['aol', 5190],
    ['irc', 194],
  ] as const),
  ...([
    ['finger', 79],
    ['gopher', 70],
    ['whois', 43],
    ['ident', 113],
    ['exec', 512],
    ['login', 513],
  ] as const),
  ...([
    ['cmd', 514],
    ['rsh', 514],
    ['lpd', 515],
    ['talk', 517],
    ['biff', 512],
    ['who', 513],
    ['uucp', 540],
  ] as const),
  ...([
    ['echo', 7],
    ['discard', 9],
    ['daytime', 13],
    ['chargen', 19],
    ['time', 37],
    ['nameserver', 42],
  ] as const),
  ...([
    ['hostname', 101],
    ['dnsix', 195],
    ['mobile-ip', 434],
    ['pim-auto-rp', 496],
    ['xdmcp', 177],
  ] as const),
  ...([
    ['pcanywhere-data', 5631],
    ['pcanywhere-status', 5632],
    ['secureid-udp', 5510],
    ['asdm', 443],
  ] as const),
]
const portNames = new WordTable(ports.map(([name]) => name))
const portNumbers = Uint16Array.from(ports, ([, port]) => port)

const protocols: readonly (readonly [string, number])[] = [
  ...([
    ['tcp', 6],
    ['TCP', 6],
    ['udp', 17],
    ['UDP', 17],
    ['icmp', 1],
    ['ICMP', 1],
    ['icmp6', 58],
    ['ICMP6', 58],
  ] as const),
  ...([
    ['icmpv6', 58],
    ['ICMPv6', 58],
    ['IPv6-ICMP', 58],
    ['ipv6-icmp', 58],
    ['sctp', 132],
    ['SCTP', 132],
  ] as const),
  ...([
    ['gre', 47],
    ['GRE', 47],
    ['pptp', 47],
    ['esp', 50],
    ['ESP', 50],
    ['ipsec', 50],
    ['ah', 51],
    ['AH', 51],
  ] as const),
  ...([
    ['igmp', 2],
    ['IGMP', 2],
    ['ipinip', 4],
    ['IPINIP', 4],
    ['igrp', 9],
    ['eigrp', 88],
    ['EIGRP', 88],
  ] as const),
  ...([
    ['ospf', 89],
    ['OSPF', 89],
    ['nos', 94],
    ['pim', 103],
    ['PIM', 103],
    ['pcp', 108],
    ['snp', 109],
  ] as const),
  ...([
    ['vrrp', 112],
    ['VRRP', 112],
  ] as const),
]
const protocolNames = new WordTable(protocols.map(([name]) => name))
const protocolNumbers = Uint8Array.from(protocols, ([, number]) => number)

/** The port that `bytes[from, to)` counts or names; -1 if it does neither. */
export function portOf(bytes: Uint8Array, from: number, to: number): number {
  const port = readUint(bytes, from, to)
  if (port >= 0) return port > 65535 ? -1 : port
  const place = portNames.place(bytes, from, to)
  return place < 0 ? -1 : portNumbers[place]!
}

/** The number of the protocol that `bytes[from, to)` names or counts; -1 if it does neither. */
export function protocolOf(bytes: Uint8Array, from: number, to: number): number {
  // The two that nearly all lines name.
  if (to - from === 3 && (bytes[from + 2]! | 32) === 112) {
    if ((bytes[from]! | 32) === 116 && (bytes[from + 1]! | 32) === 99) return 6
    if ((bytes[from]! | 32) === 117 && (bytes[from + 1]! | 32) === 100) return 17
  }
  const place = protocolNames.place(bytes, from, to)
  if (place >= 0) return protocolNumbers[place]!
  const number = readUint(bytes, from, to)
  return number > 255 ? -1 : number
}
