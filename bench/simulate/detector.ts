import { Score } from '../../src/detect/score.ts'
import { ratios, thresholds } from '../../src/detect/terms.ts'
import { Contact, type Day, Trait } from './day.ts'
import { PortSet } from './ports.ts'
import type { Role } from './roles.ts'

/**
 * What the detector knows. `warm`: 30 days of services and hosts. `learning`: what the same day showed before. `cold`:
 * as learning, but a failure on a service that has served is not told from one on a closed port (the worst case).
 */
export const operatingPoints = ['cold', 'learning', 'warm'] as const
export type OperatingPoint = (typeof operatingPoints)[number]

/** Those of the ports drawn whose failure outside the detector finds telling (`adminPorts` in src/detect/contact.ts). */
const adminPorts: ReadonlySet<number> = new Set([80, 443, 3306, 5432, 8080])
/** The floor: no verdict below this many failing hosts, or failing ports. */
const leastHosts = 4
const leastPorts = 8
const mostHosts = 1 << 16

/** Scores a day with the detector's own statistic and ratios. Reused; nothing is allocated a day. */
export class Detector {
  /** Sum of the ratios of all contacts scored and their number: the mean must stay below 1 on benign sources. */
  ratioSum = 0
  contacts = 0
  private readonly point: OperatingPoint
  private readonly score = new Score()
  /** By host: whether a contact with it failed. */
  private readonly failing = new Uint8Array(mostHosts)
  private failingHosts = 0
  private readonly failingPorts = new PortSet()

  constructor(point: OperatingPoint) {
    this.point = point
  }

  /** Whether the source is called a scanner at any time of the day. */
  accuses(day: Day, role: Role): boolean {
    this.score.reset()
    this.failing.fill(0, 0, day.hosts)
    this.failingHosts = 0
    this.failingPorts.clear()
    const threshold = thresholds[role.direction]
    let accused = false
    for (let i = 0; i < day.length; i++) {
      const ratio = role.direction === 'outbound' ? this.outbound(day, i) : this.inbound(day, i)
      this.ratioSum += ratio
      this.contacts++
      this.score.contact(ratio)
      if (ratio > 1 && !accused && this.enough() && this.score.total >= threshold) accused = true
    }
    return accused
  }

  private enough(): boolean {
    return this.failingHosts >= leastHosts || this.failingPorts.size >= leastPorts
  }

  private inbound(day: Day, i: number): number {
    const traits = day.traits[i] as number
    const known = (traits & Trait.known) !== 0
    switch (day.kind[i]) {
      case Contact.answeredPopular:
      case Contact.answeredRare:
        if ((traits & Trait.halfOpen) !== 0) this.fails(day, i)
        return this.answered(day.kind[i] === Contact.answeredPopular, traits)
      case Contact.outage:
        if (this.point === 'warm' || (this.point === 'learning' && known)) return ratios['service outage']
        return this.closed(traits, known, this.fails(day, i))
      case Contact.neverServed:
        return this.closed(traits, known, this.fails(day, i))
      default:
        this.fails(day, i)
        if ((traits & Trait.udp) !== 0) return ratios['udp dark address']
        return this.point === 'warm' ? ratios['dark address'] : ratios['silent address']
    }
  }

  private answered(popular: boolean, traits: number): number {
    if ((traits & Trait.halfOpen) !== 0) return ratios['half-open']
    const sure = this.point === 'warm' || (traits & Trait.known) !== 0
    return popular && sure ? ratios['popular service'] : ratios['known service']
  }

  /** A failure on a port not known to serve. A host that refuses shows that it lives. */
  private closed(traits: number, hostKnown: boolean, failedBefore: boolean): number {
    const refused = (traits & Trait.refused) !== 0
    const udp = (traits & Trait.udp) !== 0
    if (!refused && !hostKnown) return udp ? ratios['udp dark address'] : ratios['silent address']
    if (failedBefore) return ratios['another port']
    return refused ? ratios.refused : udp ? ratios['udp no answer'] : ratios['no answer']
  }

  private outbound(day: Day, i: number): number {
    const port = day.port[i] as number
    const traits = day.traits[i] as number
    const udp = (traits & Trait.udp) !== 0
    if (day.kind[i] === Contact.outsideAnswered) return ratios['answered outside']
    if (udp && (traits & Trait.refused) === 0) return ratios['udp outside no answer']
    const portBefore = this.failingPorts.has(port)
    if (this.fails(day, i)) return ratios['another port outside']
    if (!portBefore) return ratios['lonely failure']
    return !udp && adminPorts.has(port) ? ratios['failed admin port outside'] : ratios['failed outside']
  }

  /** Notes the failure; true when a contact with the same address failed before. */
  private fails(day: Day, i: number): boolean {
    const host = day.host[i] as number
    const before = this.failing[host] === 1
    this.failing[host] = 1
    if (!before) this.failingHosts++
    this.failingPorts.add(day.port[i] as number)
    return before
  }
}
