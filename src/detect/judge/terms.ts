/**
 * The likelihood ratios of the detector: how much more often a scanner makes a first contact of this kind than an
 * ordinary source does. Source: research on the categorical Shiryaev-Roberts statistic (ARCHITECTURE.md, "The score"),
 * adjusted on captures; docs/evaluation.md measures them.
 */
export interface ScoreTerm {
  readonly name: string
  /** P(kind | scanner) / P(kind | ordinary source). Above 1 it speaks for a scan, below 1 against. */
  readonly ratio: number
  readonly about: string
}

export const scoreTerms = [
  {
    name: 'popular service',
    ratio: 0.044,
    about: 'The contact was answered by a service that at least five other sources use.',
  },
  {
    name: 'known service',
    ratio: 0.42,
    about: 'The contact was answered by a service few or no others were seen to use.',
  },
  {
    name: 'service outage',
    ratio: 0.06,
    about:
      'The contact failed on a service, ours or outside, that has served others or that many others want, or while the way outside was down for all: an outage or a removed server, not a probe.',
  },
  { name: 'refused', ratio: 4, about: 'A live host of ours refused a port it has never served.' },
  {
    name: 'no answer',
    ratio: 6.2,
    about: 'A live host of ours stayed silent, or a firewall denied it, on a port it has never served.',
  },
  {
    name: 'dark address',
    ratio: 91,
    about: 'The contact went to an address of ours where nothing was ever seen alive.',
  },
  {
    name: 'silent address',
    ratio: 20,
    about: 'An address of ours did not answer, and too little is known yet to call it dark.',
  },
  {
    name: 'another port',
    ratio: 15,
    about: 'One more port that the same host has never served: ports are being tried on it.',
  },
  {
    name: 'another dark port',
    ratio: 3,
    about:
      'One more port of an address where nothing was seen alive: the darkness of an address is one fact, not one per port.',
  },
  { name: 'half-open', ratio: 8, about: 'The SYN-ACK was met with a RST: the port was asked for, not the service.' },
  {
    name: 'connect and leave',
    ratio: 2.5,
    about: 'The connection was completed and closed without a request, once: a port check or a banner grab.',
  },
  {
    name: 'illegal flags',
    ratio: 100,
    about: 'TCP flags that no stack sends to open a connection (NULL, FIN, XMAS, SYN+FIN).',
  },
  {
    name: 'odd protocol',
    ratio: 15,
    about: 'A packet of an IP protocol that networks do not use: protocols are being tried.',
  },
  {
    name: 'stray segment',
    ratio: 12,
    about: 'An ACK or FIN+ACK that belongs to no connection and drew a RST or nothing.',
  },
  { name: 'ping answered', ratio: 0.35, about: 'An ICMP request was answered.' },
  { name: 'udp no answer', ratio: 3, about: 'A live host of ours did not answer on a UDP port it has never served.' },
  {
    name: 'udp dark address',
    ratio: 8,
    about: 'A UDP datagram went to an address of ours where nothing was seen alive.',
  },
  {
    name: 'arp no answer',
    ratio: 4,
    about: 'An address of the local network was asked for by ARP or NDP and nobody had it.',
  },
  { name: 'unseen target', ratio: 8, about: 'The log tells no outcome, and no other source asks for this address.' },
  {
    name: 'rare target',
    ratio: 1.6,
    about: 'The log tells no outcome, and few other sources ask for this port of this address.',
  },
  {
    name: 'busy target',
    ratio: 0.1,
    about: 'The log tells no outcome, and many other sources ask for the same port of the same address.',
  },
  {
    name: 'polled target',
    ratio: 0.5,
    about:
      'The same source asks for the same target round after round, or did so in earlier inputs: monitoring, not looking around.',
  },
  { name: 'answered outside', ratio: 0.12, about: 'A host outside our networks answered.' },
  {
    name: 'failed outside',
    ratio: 3,
    about:
      'A host outside our networks refused or stayed silent on a port that failed before, or on an admin port for the first time.',
  },
  {
    name: 'failed admin port outside',
    ratio: 8,
    about:
      'A host outside our networks refused or stayed silent on a well-known service port other than the web, mail and DNS.',
  },
  {
    name: 'burst of failures outside',
    ratio: 6,
    about:
      'A further web failure after at least two in a row, none answered in between: a list is being worked through.',
  },
  { name: 'another port outside', ratio: 12, about: 'One more failing port of the same host outside our networks.' },
  {
    name: 'lonely failure',
    ratio: 0.8,
    about:
      'A failure that repeats neither host nor port, a silent datagram to a high port, the tail of an old connection: what programs and stale addresses make.',
  },
  {
    name: 'udp outside no answer',
    ratio: 0.9,
    about: 'A UDP datagram to the outside was not answered: common for peer-to-peer programs and games.',
  },
] as const satisfies readonly ScoreTerm[]

export type TermName = (typeof scoreTerms)[number]['name']

/** Index of each term in `scoreTerms`. */
export const termIndex = Object.fromEntries(scoreTerms.map((term, index) => [term.name, index])) as Readonly<
  Record<TermName, number>
>

/** Ratio by term name. */
export const ratios = Object.fromEntries(scoreTerms.map((term) => [term.name, term.ratio])) as Readonly<
  Record<TermName, number>
>

/** Evidence that is added once per source, in nats. Capped so that one forged signal never decides alone. */
export const bonuses = {
  'address order': { nats: 8, about: 'The addresses were visited in an order that chance gives with p < 1e-6.' },
  'tool fingerprint': {
    nats: 8,
    about: 'Header fields are related as one scanning tool relates them (chance 2^-24 or less).',
  },
  'tool header': { nats: 3, about: 'The packets look as one scanning tool makes them; ordinary stacks rarely do.' },
} as const
export type BonusName = keyof typeof bonuses

/**
 * Decision thresholds in nats, ln A: the statistic makes at least A first contacts on average between false alarms.
 * 16.1 = ln 1e7; 18.4 = ln 1e8 inside our networks, where hosts contact each other all day and nothing is dark for sure.
 */
export const thresholds = { inbound: 16.1, outbound: 16.1, internal: 18.4, external: 16.1 } as const

/** Above this (1e3) a source is kept under suspicion. */
export const suspicion = 6.9
