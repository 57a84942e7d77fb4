/**
 * Who makes benign contacts, and how. FIXED before the detector was tuned; docs/simulation.md gives the reasons. Changing
 * a number here changes the question, not the answer: say so there.
 */
export interface Role {
  readonly name: string
  /** Relative number of source-days. */
  readonly weight: number
  /** `inbound`: an outside source at our block. `outbound`: one of our hosts, contacting the outside. */
  readonly direction: 'inbound' | 'outbound'
  /** Distinct (address, port) pairs wanted in a day: log-normal. */
  readonly contacts: { readonly median: number; readonly sigma: number; readonly most: number }
  /** Share of contacts that fail: beta, over-dispersed with intra-source correlation rho. */
  readonly failure: { readonly mean: number; readonly rho: number }
  /** Of the failures: on a service that has served others before; on a dark address. The rest: live, never served. */
  readonly known: number
  readonly dark: number
  /** Of the services: those that few others use. Outside services are a long tail. */
  readonly rare: number
  /** Share of contacts over UDP. */
  readonly udp: number
  /** Chance that a contact goes to another port of an address contacted before. */
  readonly sameHost: number
  /** Chance that a program that failed tries the other port it knows of the same address (80 after 443, 587 after 25). */
  readonly ladder: number
  /** People or programs behind the source; each brings its own stale configuration. */
  readonly users: { readonly median: number; readonly sigma: number }
  /** Chance, a user, of a configuration with targets that moved away, and how many beyond the first (exponential mean). */
  readonly stale: { readonly chance: number; readonly mean: number }
  /** Outbound destination ports. The remainder is web (443, 80). */
  readonly ports: { readonly mail: number; readonly dns: number; readonly fixed: number; readonly random: number }
  /** Ports of the programs behind `ports.fixed`. */
  readonly fixedPorts: readonly number[]
  /** Chance that all its connections are port checks (SYN-ACK answered by RST) made once or twice a day; what polls all day is known by its rounds. */
  readonly halfOpen: number
  /** How often it comes back to each target in the course of the day; 0: not counted. Does not enter the draw. */
  readonly rounds: number
}

const web = { mail: 0, dns: 0, fixed: 0, random: 0.02 }
const person = { median: 1, sigma: 0 }
const base = {
  failure: { mean: 0.04, rho: 0.2 },
  ...{
    known: 0.9,
    dark: 0.01,
    rare: 0.07,
    udp: 0,
    sameHost: 0.15,
    ladder: 0.1,
    users: person,
    ports: web,
    halfOpen: 0,
    rounds: 0,
  },
  stale: { chance: 0.01, mean: 0.5 },
  fixedPorts: [3306, 5432, 8080],
}

export const roles: readonly Role[] = [
  { ...base, name: 'client in', weight: 30, direction: 'inbound', contacts: { median: 4, sigma: 0.9, most: 60 } },
  {
    ...base,
    ...{
      name: 'client out',
      rare: 0.4,
      weight: 22,
      direction: 'outbound',
      contacts: { median: 70, sigma: 0.8, most: 800 },
    },
    failure: { mean: 0.05, rho: 0.1 },
    ...{ udp: 0.25, stale: { chance: 0.04, mean: 1 } },
  },
  {
    ...base,
    ...{
      name: 'server out',
      rare: 0.4,
      weight: 8,
      direction: 'outbound',
      contacts: { median: 15, sigma: 0.8, most: 300 },
    },
    failure: { mean: 0.04, rho: 0.3 },
    ports: { mail: 0.05, dns: 0.1, fixed: 0.1, random: 0.02 },
  },
  {
    ...base,
    ...{
      name: 'resolver out',
      rare: 0.4,
      weight: 3,
      direction: 'outbound',
      contacts: { median: 500, sigma: 0.7, most: 2500 },
    },
    failure: { mean: 0.06, rho: 0.1 },
    ...{ udp: 0.96, sameHost: 0.02, ladder: 0, ports: { mail: 0, dns: 1, fixed: 0, random: 0 } },
  },
  {
    ...base,
    ...{
      name: 'mail out',
      rare: 0.4,
      weight: 4,
      direction: 'outbound',
      contacts: { median: 120, sigma: 0.8, most: 1500 },
    },
    failure: { mean: 0.1, rho: 0.1 },
    ...{ sameHost: 0.02, ladder: 0.02, ports: { mail: 0.93, dns: 0.02, fixed: 0, random: 0 } },
  },
  {
    ...base,
    ...{ name: 'NAT in', weight: 8, direction: 'inbound', contacts: { median: 12, sigma: 0.7, most: 150 } },
    failure: { mean: 0.06, rho: 0.2 },
    ...{ users: { median: 20, sigma: 1 }, stale: { chance: 0.005, mean: 0.5 } },
  },
  {
    ...base,
    ...{
      name: 'NAT out',
      rare: 0.4,
      weight: 4,
      direction: 'outbound',
      contacts: { median: 400, sigma: 0.8, most: 2500 },
    },
    failure: { mean: 0.05, rho: 0.1 },
    ...{ udp: 0.3, users: { median: 15, sigma: 0.8 }, stale: { chance: 0.04, mean: 1 } },
    ports: { mail: 0.01, dns: 0.02, fixed: 0.01, random: 0.06 },
  },
  {
    ...base,
    ...{
      name: 'P2P out',
      rare: 0.95,
      weight: 4,
      direction: 'outbound',
      contacts: { median: 200, sigma: 0.9, most: 2500 },
    },
    failure: { mean: 0.6, rho: 0.1 },
    ...{
      udp: 0.7,
      sameHost: 0.03,
      ladder: 0,
      ports: { mail: 0, dns: 0, fixed: 0.12, random: 0.85 },
      fixedPorts: [6881],
    },
  },
  {
    ...base,
    ...{ name: 'P2P in', weight: 4, direction: 'inbound', contacts: { median: 1.5, sigma: 0.5, most: 8 } },
    failure: { mean: 0.4, rho: 0.3 },
    ...{ known: 0.5, rare: 0.9, udp: 0.6, ladder: 0, stale: { chance: 0, mean: 1 } },
  },
  {
    ...base,
    ...{ name: 'monitor in', weight: 4, direction: 'inbound', contacts: { median: 50, sigma: 0.9, most: 1000 } },
    failure: { mean: 0.03, rho: 0.2 },
    ...{
      known: 0.85,
      dark: 0.03,
      udp: 0.05,
      sameHost: 0.5,
      stale: { chance: 0.1, mean: 1.5 },
      halfOpen: 0.005,
      rounds: 96,
    },
  },
  {
    ...base,
    ...{ name: 'crawler in', weight: 9, direction: 'inbound', contacts: { median: 40, sigma: 1.1, most: 1500 } },
    failure: { mean: 0.05, rho: 0.1 },
    ...{ dark: 0.02, rare: 0.2, ladder: 0.05, stale: { chance: 0.05, mean: 1.5 } },
  },
]

/** What can befall a whole source-day, as bits; false alarms are counted by them. */
export const Event = { outage: 1, restart: 2, uplink: 4, stale: 8, discovery: 16, halfOpen: 32 } as const

/** Chance a source-day of each; lengths in hours. */
export const chances = {
  /** A failure at the other end: 30 min in the median, hitting a beta(0.5, 1.5) share of the services. */
  outage: { chance: 0.05, median: 0.5, sigma: 0.8 },
  /** A planned restart: 3 min, everything refused. */
  restart: { chance: 0.1, hours: 0.05 },
  /** Our own line is down: every contact to the outside fails. */
  uplink: { chance: 0.01, median: 0.25, sigma: 0.8 },
  /** A client configured before its new server is up: one to three targets that never served. */
  discovery: 0.01,
} as const
