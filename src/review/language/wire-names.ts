/** ICMP types by the names of nft and iptables (IANA icmp-parameters). */
export const icmpTypes: ReadonlyMap<string, number> = new Map([
  ['echo-reply', 0],
  ['destination-unreachable', 3],
  ['unreachable', 3],
  ['source-quench', 4],
  ['redirect', 5],
  ['alternate-address', 6],
  ['echo-request', 8],
  ['echo', 8],
  ['router-advertisement', 9],
  ['router-solicitation', 10],
  ['time-exceeded', 11],
  ['parameter-problem', 12],
  ['timestamp-request', 13],
  ['timestamp-reply', 14],
  ['info-request', 15],
  ['information-request', 15],
  ['info-reply', 16],
  ['information-reply', 16],
  ['address-mask-request', 17],
  ['mask-request', 17],
  ['address-mask-reply', 18],
  ['mask-reply', 18],
])

/** ICMPv6 types likewise (IANA icmpv6-parameters). */
export const icmp6Types: ReadonlyMap<string, number> = new Map([
  ['destination-unreachable', 1],
  ['packet-too-big', 2],
  ['time-exceeded', 3],
  ['parameter-problem', 4],
  ['echo-request', 128],
  ['echo-reply', 129],
  ['mld-listener-query', 130],
  ['mld-listener-report', 131],
  ['mld-listener-done', 132],
  ['mld-listener-reduction', 132],
  ['nd-router-solicit', 133],
  ['router-solicitation', 133],
  ['nd-router-advert', 134],
  ['router-advertisement', 134],
  ['nd-neighbor-solicit', 135],
  ['neighbour-solicitation', 135],
  ['nd-neighbor-advert', 136],
  ['neighbour-advertisement', 136],
  ['nd-redirect', 137],
  ['redirect', 137],
  ['router-renumbering', 138],
  ['ind-neighbor-solicit', 141],
  ['ind-neighbor-advert', 142],
  ['mld2-listener-report', 143],
])

/** TCP flags by name (RFC 9293). */
export const tcpFlagNames: Readonly<Record<string, number>> = {
  fin: 1,
  syn: 2,
  rst: 4,
  psh: 8,
  ack: 16,
  urg: 32,
  ecn: 64,
  cwr: 128,
  all: 63,
  none: 0,
}

/** Other protocols by the names of /etc/protocols that rulesets use. */
const protocolNames: Readonly<Record<string, number>> = {
  icmp: 1,
  igmp: 2,
  ipip: 4,
  ipv4: 4,
  ipencap: 4,
  tcp: 6,
  igp: 9,
  igrp: 9,
  udp: 17,
  dccp: 33,
  ipv6: 41,
  gre: 47,
  esp: 50,
  ah: 51,
  icmpv6: 58,
  icmp6: 58,
  'ipv6-icmp': 58,
  eigrp: 88,
  ospf: 89,
  nos: 94,
  pim: 103,
  pcp: 108,
  ipcomp: 108,
  comp: 108,
  snp: 109,
  vrrp: 112,
  sctp: 132,
  udplite: 136,
}

export function protocolByName(name: string): number | undefined {
  if (/^\d{1,3}$/.test(name)) return Number(name) < 256 ? Number(name) : undefined
  return Object.hasOwn(protocolNames, name.toLowerCase()) ? protocolNames[name.toLowerCase()] : undefined
}
