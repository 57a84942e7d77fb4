import type { Random } from '../random.ts'
import { chances, Event, type Role } from './roles.ts'

/** What a first contact met, as it truly was; what a detector may know of it is up to `surroundings.ts`. */
export const Contact = {
  ...{ answeredPopular: 0, answeredRare: 1, outage: 2, neverServed: 3, dark: 4 },
  ...{ outsideAnswered: 5, outsideFailed: 6 },
} as const

/**
 * Bits of `traits`. `known`: by then the day itself had shown the service to serve others or, where none did, the host
 * alive. `serves`: the service serves others on other days; `rare`: few of them.
 */
export const Trait = { udp: 1, refused: 2, known: 4, halfOpen: 8, serves: 16, rare: 32 } as const

const capacity = 8192
/** Visits to a service from all sources, an hour: how soon a detector that starts today learns of it. */
export const popularVisits = 40
export const rareVisits = 0.5
/** Of the targets of a stale configuration, those where nothing lives any more. */
const staleDark = 0.2
const webPorts = [443, 443, 443, 80]

/** One source-day: first contacts in order. Reused; nothing is allocated a day. */
export class Day {
  length = 0
  /** Bits of `Event`: what befell this day. */
  events = 0
  readonly kind = new Uint8Array(capacity)
  readonly traits = new Uint8Array(capacity)
  /** Address, numbered from 0 in order of appearance; and port. */
  readonly host = new Uint16Array(capacity)
  readonly port = new Uint16Array(capacity)
  /** Hour of the day, not decreasing; contacts of one cause share theirs. */
  readonly hour = new Float64Array(capacity)
  hosts = 0
  private now = 0
  private readonly random: Random
  private failure = 0
  private halfOpen = 0
  private readonly outage = { from: 0, to: 0, share: 0 }
  private readonly restart = { from: 0, to: 0, share: 1 }

  constructor(random: Random) {
    this.random = random
  }

  /** Draws a new day of a source in this role. */
  draw(role: Role): void {
    const { random } = this
    this.length = 0
    this.hosts = 0
    this.events = 0
    const ab = (1 - role.failure.rho) / role.failure.rho
    this.failure = random.beta(role.failure.mean * ab, (1 - role.failure.mean) * ab)
    this.befall(role)
    const wanted = Math.min(role.contacts.most, Math.max(1, Math.round(this.spread(role.contacts))))
    const stale = this.staleTargets(role)
    const staleAt = random.below(wanted)
    const begins = 24 * random.unit() * random.unit()
    for (let i = 0; i < wanted && this.length < capacity - 512; i++) {
      const hour = begins + ((24 - begins) * (i + random.unit())) / wanted
      this.now = hour
      if (i === staleAt) for (let k = 0; k < stale; k++) this.fail(role, hour, true)
      this.visit(role, hour)
    }
  }

  private befall(role: Role): void {
    const { random, outage, restart } = this
    outage.share = 0
    restart.from = restart.to = 0
    if (random.chance(chances.outage.chance)) {
      this.events |= Event.outage
      outage.from = 24 * random.unit()
      outage.to = outage.from + this.spread(chances.outage)
      outage.share = random.beta(0.5, 1.5)
    } else if (role.direction === 'outbound' && random.chance(chances.uplink.chance)) {
      this.events |= Event.uplink
      outage.from = 24 * random.unit()
      outage.to = outage.from + this.spread(chances.uplink)
      outage.share = 1
    }
    if (random.chance(chances.restart.chance)) {
      this.events |= Event.restart
      restart.from = 24 * random.unit()
      restart.to = restart.from + chances.restart.hours
    }
    this.halfOpen = 0
    if (random.chance(role.halfOpen)) {
      this.events |= Event.halfOpen
      this.halfOpen = Trait.halfOpen
    }
  }

  /** How many targets that moved away or are not up yet all the users of this source still have in their configuration. */
  private staleTargets(role: Role): number {
    const { random } = this
    const users = Math.max(1, Math.round(this.spread(role.users)))
    let targets = 0
    for (let user = 0; user < users && targets < 100; user++) {
      if (!random.chance(role.stale.chance)) continue
      this.events |= Event.stale
      targets += 1 + Math.min(15, Math.floor(random.exponential(role.stale.mean)))
    }
    if (random.chance(chances.discovery)) {
      this.events |= Event.discovery
      targets += 1 + random.below(3)
    }
    return targets
  }

  private visit(role: Role, hour: number): void {
    const { random, outage, restart } = this
    const down = hour >= outage.from && hour < outage.to && random.chance(outage.share)
    const restarting = hour >= restart.from && hour < restart.to
    if (down || restarting) this.failKnown(role, hour, restarting ? 1 : 0.3)
    else if (random.chance(this.failure)) this.fail(role, hour, false)
    else this.succeed(role, hour)
  }

  private succeed(role: Role, hour: number): void {
    const rare = this.random.chance(role.rare)
    const known = this.random.chance(1 - Math.exp(-(rare ? rareVisits : popularVisits) * hour))
    const traits = (known ? Trait.known : 0) | this.halfOpen | this.transport(role) | service(rare)
    const outbound = role.direction === 'outbound'
    const kind = outbound ? Contact.outsideAnswered : rare ? Contact.answeredRare : Contact.answeredPopular
    this.add(kind, traits, this.address(role), this.portOf(role))
  }

  /** A failure on a service that serves on other days. @param refused its share; the rest stays silent */
  private failKnown(role: Role, hour: number, refused: number): void {
    const { random } = this
    const rare = random.chance(role.rare)
    const known = random.chance(1 - Math.exp(-(rare ? rareVisits : popularVisits) * hour))
    const outcome = random.chance(refused) ? Trait.refused : 0
    const traits = (known ? Trait.known : 0) | outcome | this.transport(role) | service(rare)
    const kind = role.direction === 'outbound' ? Contact.outsideFailed : Contact.outage
    this.add(kind, traits, this.address(role), this.portOf(role))
  }

  /** A failure of the everyday kind, or of a stale configuration (never one on a service that still serves). */
  private fail(role: Role, hour: number, stale: boolean): void {
    const { random } = this
    const cause = random.unit()
    if (!stale && cause < role.known) {
      this.failKnown(role, hour, 0.4)
    } else {
      const dark = stale ? cause < staleDark : cause > 1 - role.dark
      const outbound = role.direction === 'outbound'
      const alive = dark || outbound ? 0 : Trait.known
      const traits = alive | (!dark && random.chance(0.5) ? Trait.refused : 0) | this.transport(role)
      const kind = outbound ? Contact.outsideFailed : dark ? Contact.dark : Contact.neverServed
      this.add(kind, traits, this.hosts, this.portOf(role))
    }
    if (random.chance(role.ladder)) this.climb()
  }

  /** A program that failed tries the other port it knows: a browser 80 or 443, a mail client submission after SMTP. */
  private climb(): void {
    const last = this.length - 1
    const failed = this.kind[last] as number
    const port = this.port[last] as number
    const other = port === 443 ? 80 : port === 80 ? 443 : port === 25 ? 587 : port === 587 ? 465 : 0
    if (other === 0) return
    // On a host whose service is down, the other port most often served too.
    const kind = failed === Contact.outage && this.random.chance(0.2) ? Contact.neverServed : failed
    const traits = this.traits[last] as number
    this.add(kind, kind === failed ? traits : traits & ~Trait.serves, this.host[last] as number, other)
  }

  private address(role: Role): number {
    return this.hosts > 0 && this.random.chance(role.sameHost) ? this.random.below(this.hosts) : this.hosts
  }

  private portOf(role: Role): number {
    const { random } = this
    const { mail, dns, fixed, random: high } = role.ports
    const u = random.unit()
    if (u < mail) return 25
    if (u < mail + dns) return 53
    if (u < mail + dns + fixed) return role.fixedPorts[random.below(role.fixedPorts.length)] as number
    if (u < mail + dns + fixed + high) return 1024 + random.below(64000)
    return webPorts[random.below(4)] as number
  }

  private transport(role: Role): number {
    return this.random.chance(role.udp) ? Trait.udp : 0
  }

  private add(kind: number, traits: number, host: number, port: number): void {
    const i = this.length++
    this.kind[i] = kind
    this.traits[i] = traits
    this.host[i] = host
    this.port[i] = port
    this.hour[i] = this.now
    if (host === this.hosts) this.hosts++
  }

  private spread(shape: { readonly median: number; readonly sigma: number }): number {
    return shape.median * Math.exp(shape.sigma * this.random.normal())
  }
}

function service(rare: boolean): number {
  return rare ? Trait.serves | Trait.rare : Trait.serves
}
