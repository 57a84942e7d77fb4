import type { ScoreTerm } from '../judge/terms.ts'

/**
 * The likelihood ratios of the name service: how much more often a scanner asks so than an ordinary client does. The null
 * of reverse names is a visit in no order, whatever addresses it visits: the n-th of n addresses lies beyond all before
 * with chance 2/n, and directly beyond the one before in a small part of these (docs/dns.md).
 */
export const dnsTerms = [
  {
    name: 'next reverse name',
    ratio: 64,
    about:
      'The name of the next address was asked for: one further than the one before, or as far as the two before were apart, beyond all asked for so far, within two minutes.',
  },
  {
    name: 'later reverse name',
    ratio: 12,
    about: 'The name of the next address was asked for, but more than two minutes after the one before.',
  },
  {
    name: 'next reverse branch',
    ratio: 12,
    about:
      'The next branch of the reverse tree was asked for, above single addresses: the tree is being walked. Its siblings are few, so that each says less than an address.',
  },
  {
    name: 'next of many reverse names',
    ratio: 1.6,
    about:
      'The next address again, by a client that asks for addresses all over: a mail server, a log analyser, a resolver. Sorted lists and pools of senders show such steps.',
  },
  {
    name: 'next of listed reverse names',
    ratio: 1.1,
    about:
      'The next address again, by a client that asks for ever higher addresses from network to network: it works through a sorted list, in which neighbours follow each other.',
  },
  {
    name: 'near reverse name',
    ratio: 1.5,
    about: 'The name of an address was asked for that lies at most 16 beyond all asked for so far.',
  },
  {
    name: 'reverse name without host',
    ratio: 2.4,
    about:
      'An address without a name was asked for within ten seconds of the one before, after half a /24 was asked for in which others have names: traffic shows addresses in use, a sweep meets the others too.',
  },
  {
    name: 'reverse name between',
    ratio: 0.3,
    about: 'The name of an address was asked for in no order: between those asked for before, or far beyond them.',
  },
  {
    name: 'reverse name elsewhere',
    ratio: 0.1,
    about: 'The name of an address in another network was asked for, as one does who looks up what contacts him.',
  },
  {
    name: 'transfer asked by a stranger',
    ratio: 200,
    about:
      'A zone transfer (AXFR, IXFR) was asked for from outside our networks, by a client that had not asked for the SOA of the zone as secondaries do.',
  },
  {
    name: 'transfer asked',
    ratio: 40,
    about:
      'A zone transfer was asked for from inside, or where our networks are not known, without asking for the SOA before.',
  },
  {
    name: 'transfer by a secondary',
    ratio: 0.5,
    about:
      'A zone transfer was asked for after the SOA of the zone, or as an increment that was granted: what secondaries do.',
  },
  {
    name: 'transfer refused',
    ratio: 30,
    about: 'The server refused the transfer: the client is none of its secondaries.',
  },
  {
    name: 'transfer granted',
    ratio: 200,
    about: 'The server gave the whole zone to a client that had not asked for the SOA before, as a secondary does.',
  },
  {
    name: 'guessed host',
    ratio: 8,
    about: 'A common host name was tried in a zone that has no such host.',
  },
  {
    name: 'guessed word',
    ratio: 2.5,
    about: 'A word was tried as a host name in a zone that has no such host.',
  },
  {
    name: 'tried host',
    ratio: 1.5,
    about: 'A common host name was tried in a zone, and the log does not tell what was answered.',
  },
  {
    name: 'known host',
    ratio: 0.5,
    about: 'A host that exists was asked for.',
  },
  {
    name: 'odd host',
    ratio: 0.6,
    about: 'A name was asked for that nobody would guess, or long after the one before in the same zone.',
  },
] as const satisfies readonly ScoreTerm[]

export type DnsTermName = (typeof dnsTerms)[number]['name']

/** Index of each term in `dnsTerms`. */
export const dnsTermIndex = Object.fromEntries(dnsTerms.map((term, index) => [term.name, index])) as Readonly<
  Record<DnsTermName, number>
>

/**
 * Decision thresholds in nats. Names: 13.8 = ln 1e6. Transfers: 6.9 = ln 1e3, since they are rare, take a completed TCP
 * connection and a program made for them: one that was refused, from outside, is enough.
 */
export const dnsThresholds = { names: 13.8, transfer: 6.9 } as const

/** Whether a term says that a client goes on from address to address. */
function isOrderly(name: string): boolean {
  return name.startsWith('next ') || name === 'later reverse name'
}

const unordered = new Set<string>(['near reverse name', 'reverse name without host'])

/** The ratios of the terms if the client is known to ask all over (`wide`), or to work through a sorted list. */
function ratiosAs(next: DnsTermName): readonly number[] {
  const ratioOf = (name: DnsTermName) => dnsTerms[dnsTermIndex[name]]!.ratio
  return dnsTerms.map(({ name, ratio }) => {
    if (isOrderly(name)) return ratioOf(next)
    return unordered.has(name) ? ratioOf('reverse name between') : ratio
  })
}

export const ratiosAsWide = ratiosAs('next of many reverse names')
export const ratiosAsList = ratiosAs('next of listed reverse names')

/** By term: whether it says that the client goes on from address to address. */
export const orderly = dnsTerms.map(({ name }) => isOrderly(name))
