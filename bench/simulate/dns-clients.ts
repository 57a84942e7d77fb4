/**
 * Ordinary clients of name servers, as they are thought to be (docs/dns.md): what each asks in a day. Addresses and names are
 * drawn; nothing of it was fitted to the detector.
 */
import type { Random } from '../random.ts'

export interface Asked {
  /** Seconds since midnight. */
  readonly at: number
  readonly query: string
  readonly type: string
  readonly rcode: 'NOERROR' | 'NXDOMAIN' | 'REFUSED'
}

export interface DnsRole {
  readonly name: string
  readonly weight: number
  day(random: Random): Asked[]
}

const day = 86_400
/** Whole number below n. */
const below = (random: Random, n: number) => random.below(n)
const pick = <T>(random: Random, list: readonly T[]) => list[below(random, list.length)] as T

function shuffled<T>(random: Random, list: readonly T[]): T[] {
  const all = [...list]
  for (let i = all.length - 1; i > 0; i--) {
    const j = below(random, i + 1)
    ;[all[i], all[j]] = [all[j] as T, all[i] as T]
  }
  return all
}

const range = (from: number, count: number, step = 1) => Array.from({ length: count }, (_, i) => from + i * step)
const anyAddress = (random: Random) => (0x0b000000 + below(random, 0xc0000000)) >>> 0
const network = (random: Random) => (anyAddress(random) & 0xffffff00) >>> 0

function ptrName(word: number): string {
  return `${word & 255}.${(word >>> 8) & 255}.${(word >>> 16) & 255}.${word >>> 24}.in-addr.arpa`
}

/** Whether an address has a name: the same each time it is asked for. */
const isNamed = (word: number, share: number) => ((Math.imul(word, 0x9e3779b1) >>> 8) & 0xffff) / 0x10000 < share

function ptr(at: number, word: number, named = 0.7): Asked {
  return { at, query: ptrName(word), type: 'PTR', rcode: isNamed(word, named) ? 'NOERROR' : 'NXDOMAIN' }
}

const asked = (at: number, query: string, type = 'A', rcode: Asked['rcode'] = 'NOERROR'): Asked => ({
  at,
  query,
  type,
  rcode,
})
const inTime = (rows: Asked[]) => rows.sort((x, y) => x.at - y.at)

/** A pool of neighbours: a few, or up to a whole /24 with gaps. */
function pool(random: Random, most = 256): number[] {
  const size = Math.min(most, pick(random, [2, 3, 4, 5, 6, 8, 8, 12, 16, 16, 32, 64, 128, 256]))
  const start = network(random) + below(random, 257 - size)
  const share = size <= 16 ? 1 : 0.3 + 0.6 * random.unit()
  return range(start >>> 0, size).filter(() => random.unit() < share)
}

/** Addresses that contact a server: strangers, pools in bursts or spread over the day, customers of a provider. */
function contacts(random: Random, count: number): { at: number; word: number }[] {
  const seen: { at: number; word: number }[] = []
  while (seen.length < count) {
    const kind = random.unit()
    const at = random.unit() * day
    if (kind < 0.96) seen.push({ at, word: anyAddress(random) })
    else if (kind < 0.975) {
      // A wave of mail from a sender's pool: within minutes, in no order, or (one in fifty) one address after the other.
      const words = pool(random)
      const inOrder = random.unit() < 0.02 && words.length <= 16
      const between = 0.1 + random.unit() * 20
      for (const [n, word] of (inOrder ? words : shuffled(random, words)).entries())
        seen.push({ at: at + n * between, word })
    } else if (kind < 0.99) for (const word of pool(random)) seen.push({ at: random.unit() * day, word })
    else {
      const base = (anyAddress(random) & 0xffff0000) >>> 0
      for (let n = 0; n < 40; n++) seen.push({ at: random.unit() * day, word: base + below(random, 65536) })
    }
  }
  return seen.slice(0, count).sort((x, y) => x.at - y.at)
}

const consonants = 'bcdfghjklmnpqrstvwxyz'
const letters = 'abcdefghijklmnopqrstuvwxyz'
const word = (random: Random) =>
  Array.from({ length: 2 + below(random, 2) }, () => pick(random, [...consonants]) + pick(random, [...'aeiou'])).join(
    '',
  )
const gibberish = (random: Random) =>
  Array.from({ length: 7 + below(random, 9) }, () => pick(random, [...letters])).join('')
const siteLabels =
  'www api cdn static img login account mail app assets images media m shop blog help support status auth'.split(' ')
const corporate =
  'intranet wiki git jira mail vpn portal sso ldap files print crm erp build ci docs chat dc proxy ntp'.split(' ')

function site(random: Random): string {
  const rank = Math.floor(Math.exp(random.unit() * 9))
  return `site${rank}.${pick(random, ['com', 'net', 'org', 'de', 'co.uk'])}`
}

/** What a person's machine asks: pages with their parts, corporate hosts, typed words, what browsers and mail programs try. */
function browsing(random: Random, pages: number): Asked[] {
  const rows: Asked[] = []
  for (let n = 0; n < pages; n++) {
    const at = 28_800 + random.unit() * 36_000
    const host = site(random)
    for (let k = 1 + below(random, 6); k > 0; k--)
      rows.push(asked(at + random.unit() * 2, `${pick(random, siteLabels)}.${host}`))
    for (let k = below(random, 4); k > 0; k--)
      rows.push(asked(at + random.unit() * 2, `${pick(random, siteLabels)}.${site(random)}`))
    if (random.unit() < 0.3) rows.push(asked(at, `${pick(random, corporate)}.corp.example`))
    if (random.unit() < 0.05) rows.push(asked(at, `${word(random)}.corp.example`, 'A', 'NXDOMAIN'))
    if (random.unit() < 0.02) rows.push(asked(at, `www.${site(random)}.corp.example`, 'A', 'NXDOMAIN'))
  }
  const start = 28_800 + random.unit() * 3600
  for (let k = 0; k < 3; k++) rows.push(asked(start, `${gibberish(random)}.corp.example`, 'A', 'NXDOMAIN'))
  for (const name of ['wpad', 'isatap', 'autodiscover'])
    rows.push(asked(start, `${name}.corp.example`, 'A', 'NXDOMAIN'))
  if (random.unit() < 0.1) {
    // A mail program looks for the servers of its user's provider.
    const host = site(random)
    for (const [n, name] of ['autoconfig', 'imap', 'mail', 'pop', 'pop3', 'smtp'].entries())
      rows.push(asked(start + n * 0.2, `${name}.${host}`, 'A', random.unit() < 0.5 ? 'NXDOMAIN' : 'NOERROR'))
  }
  return rows
}

/** What a mail server asks beside the name of who connects. */
function mailChecks(random: Random, at: number, address: number): Asked[] {
  const reversed = ptrName(address).replace('.in-addr.arpa', '')
  const host = site(random)
  return [
    asked(at + 0.02, `${reversed}.zen.example`, 'A', 'NXDOMAIN'),
    asked(at + 0.03, host, 'TXT'),
    asked(at + 0.04, host, 'MX'),
    asked(at + 0.05, `mail.${host}`, 'A', random.unit() < 0.9 ? 'NOERROR' : 'NXDOMAIN'),
  ]
}

/** Hosts of a local network: a pool for leases, and some fixed ones. */
function lan(random: Random): number[] {
  const base = 0x0a000000 + 256 * below(random, 65536)
  const leases = range(base + 20 + below(random, 80), pick(random, [5, 10, 30, 60, 120]))
  const fixed = Array.from({ length: below(random, 20) }, () => base + 1 + below(random, 250))
  return [...new Set([...leases.filter(() => random.unit() < 0.9), ...fixed])]
}

export const dnsRoles: readonly DnsRole[] = [
  {
    name: 'mail server',
    weight: 2,
    day: (random) =>
      inTime(
        contacts(random, 500 + below(random, 1500)).flatMap(({ at, word }) => [
          ptr(at, word),
          ...mailChecks(random, at, word),
        ]),
      ),
  },
  {
    name: 'mail server, names only',
    weight: 3,
    day: (random) => contacts(random, 500 + below(random, 3000)).map(({ at, word }) => ptr(at, word)),
  },
  {
    name: 'mail server, few mails',
    weight: 10,
    day: (random) => contacts(random, 10 + below(random, 60)).map(({ at, word }) => ptr(at, word)),
  },
  {
    name: 'snowshoe spam from a /24',
    weight: 5,
    day: (random) => {
      const spam = shuffled(random, range(network(random), 256)).map((word) => ({ at: random.unit() * day, word }))
      return inTime([...contacts(random, 300), ...spam].map(({ at, word }) => ptr(at, word, pick(random, [0, 0.5, 1]))))
    },
  },
  {
    name: 'log analyser, as clients came',
    weight: 4,
    day: (random) => contacts(random, 100 + below(random, 2000)).map(({ word }, n) => ptr(10_800 + n * 0.05, word)),
  },
  {
    name: 'log analyser, sorted',
    weight: 4,
    day: (random) => {
      const words = [...new Set(contacts(random, 200 + below(random, 2000)).map(({ word }) => word))].sort(
        (x, y) => x - y,
      )
      return words.map((word, n) => ptr(10_800 + n * 0.05, word))
    },
  },
  {
    name: 'local names, as hosts talk',
    weight: 10,
    day: (random) => {
      const named = random.unit()
      return inTime(lan(random).map((word) => ptr(random.unit() * day, word, named)))
    },
  },
  {
    name: 'local names, at once',
    weight: 10,
    day: (random) => {
      const named = random.unit()
      return shuffled(random, lan(random)).map((word, n) => ptr(3600 + n * 0.02, word, named))
    },
  },
  {
    name: 'monitoring, 200 names',
    weight: 3,
    day: (random) => {
      const hosts = shuffled(random, range(0, 200)).map(
        (n) => `${n % 4 === 0 ? pick(random, corporate) : 'srv'}${n}.corp.example`,
      )
      const words = shuffled(random, lan(random))
      const named = random.unit()
      return range(0, 12).flatMap((round) => [
        ...hosts.map((host, n) => asked(round * 300 + n * 0.1, host)),
        ...words.map((word, n) => ptr(round * 300 + 100 + n * 0.1, word, named)),
      ])
    },
  },
  { name: 'workstation', weight: 20, day: (random) => inTime(browsing(random, 20 + below(random, 150))) },
  {
    name: 'paths drawn (traceroute)',
    weight: 10,
    day: (random) => {
      const backbone = Array.from({ length: 6 }, () => network(random))
      return range(0, 1 + below(random, 10)).flatMap((n) =>
        range(0, 15).map((hop) => ptr(n * 1000 + hop * 0.3, (pick(random, backbone) + below(random, 64)) >>> 0, 0.8)),
      )
    },
  },
  {
    name: 'DNSBL, hashes, CDNs',
    weight: 5,
    day: (random) =>
      range(0, 400).map((n) => {
        const at = n * 60
        const kind = below(random, 3)
        if (kind === 0)
          return asked(at, `${ptrName(anyAddress(random)).replace('.in-addr.arpa', '')}.zen.example`, 'A', 'NXDOMAIN')
        const hex = Array.from({ length: 32 }, () => pick(random, [...'0123456789abcdef'])).join('')
        if (kind === 1)
          return asked(at, `${hex}.hash.antivirus.example`, 'TXT', random.unit() < 0.5 ? 'NXDOMAIN' : 'NOERROR')
        return asked(at, `${pick(random, ['img', 'static', 'cdn', 'e'])}${below(random, 3000)}.edge.cdn.example`)
      }),
  },
  {
    name: 'resolver for thousands',
    weight: 1,
    day: (random) => {
      const users = range(0, 60).flatMap(() => browsing(random, 30))
      const servers = contacts(random, 800).map(({ at, word }) => ptr(at, word))
      const local = range(0, 6).flatMap(() => lan(random).map((word) => ptr(random.unit() * day, word)))
      return inTime([...users, ...servers, ...local])
    },
  },
  {
    name: 'secondary',
    weight: 5,
    day: (random) =>
      range(0, 24).flatMap((n) =>
        range(0, 1 + below(random, 5)).flatMap((zone) => [
          asked(n * 3600, `zone${zone}.example`, 'SOA'),
          asked(n * 3600 + 1, `zone${zone}.example`, pick(random, ['IXFR', 'AXFR'])),
        ]),
      ),
  },
]

/** Clients that ask in an order, or so little that none can be told: what the detector cannot keep apart from sweeps. */
export const hardDnsRoles: readonly DnsRole[] = [
  ...[5, 8, 16].map((size) => ({
    name: `${size} neighbours at once, nothing else`,
    weight: 1,
    day: (random: Random) => shuffled(random, range(network(random), size)).map((word, n) => ptr(n * 0.1, word)),
  })),
  {
    name: 'local names at once, sorted',
    weight: 1,
    day: (random) =>
      lan(random)
        .sort((x, y) => x - y)
        .map((word, n) => ptr(n * 0.02, word)),
  },
  {
    name: '200 local names at once, one in five named',
    weight: 1,
    day: (random) => shuffled(random, range(network(random) + 20, 200)).map((word, n) => ptr(n * 0.02, word, 0.2)),
  },
  {
    name: 'a pool of 16 senders in turn, then strangers',
    weight: 1,
    day: (random) =>
      [...range(network(random), 16), ...range(0, 200).map(() => anyAddress(random))].map((word, n) => ptr(n, word)),
  },
]
