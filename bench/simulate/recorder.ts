import { AttemptJournal, State } from '../../src/track/journal.ts'
import { MethodCode } from '../../src/track/method.ts'
import type { Random } from '../random.ts'
import { Contact, type Day, popularVisits, rareVisits, Trait } from './day.ts'
import { Event, type Role } from './roles.ts'
import { Surroundings } from './surroundings.ts'

const start = Date.UTC(2026, 0, 5) * 1000
const hourLength = 3600e6
/** Of the outbound first contacts, those that follow the one before at once: page loads, queue runs, peer lists. */
const joined = 0.75
/** Mean microseconds between contacts of one such burst; and of one cause (a ladder, a stale configuration). */
const burstGap = 0.5e6
const causeGap = 0.2e6
const answeredTcp = State.established | State.completed | State.data | State.replyData | State.reacted
const half = State.established | State.halfOpen | State.reacted
const answeredUdp = State.established | State.data | State.replyData

/**
 * Writes drawn days as the journal rows a tracker would make of their packets: one row per (address, port, transport),
 * addresses at random in 10.0.0.0/8 (ours) and outside of it. Reused for batches of one role.
 */
export class DayRecorder {
  readonly journal: AttemptJournal
  readonly around: Surroundings
  private readonly random: Random
  private sources = 0
  /** By host of the day: address, last row, when it was first seen alive, and when by the source itself. Rows of one host are linked backwards. */
  private readonly address = new Uint32Array(1 << 16)
  private readonly lastRow = new Int32Array(1 << 16)
  private readonly aliveAt = new Float64Array(1 << 16)
  private readonly metAt = new Float64Array(1 << 16)
  private readonly rowBefore: Int32Array
  private readonly hostOf: Uint16Array

  /** @param random for what the population leaves open: addresses, round trips, gaps; apart from the population's own */
  constructor(random: Random, capacity = 1 << 15) {
    this.random = random
    this.journal = new AttemptJournal(capacity)
    this.around = new Surroundings(capacity)
    this.rowBefore = new Int32Array(capacity)
    this.hostOf = new Uint16Array(capacity)
  }

  clear(): void {
    this.journal.length = 0
    this.sources = 0
  }

  fits(day: Day): boolean {
    return this.journal.length + day.length <= this.journal.capacity
  }

  /** Appends the day as one source's rows. */
  record(day: Day, role: Role): void {
    const { journal } = this
    const from = journal.length
    this.sources++
    this.meetHosts(day, role)
    let time = 0
    for (let i = 0; i < day.length; i++) {
      time = this.timeOf(day, i, role, time)
      const row = this.rowOf(day, i, role, time)
      this.outcome(day, i, row, time)
    }
    const rounds = (day.events & Event.halfOpen) === 0 ? role.rounds : 0
    for (let row = from; row < journal.length; row++) {
      const host = this.hostOf[row] as number
      this.around.metAt[row] = this.metAt[host] as number
      this.around.aliveAt[row] = Math.min(this.aliveAt[host] as number, this.metAt[host] as number)
      if (rounds > 0) this.poll(row, rounds)
    }
  }

  private meetHosts(day: Day, role: Role): void {
    for (let host = 0; host < day.hosts; host++) {
      const word = this.random.word()
      this.address[host] = role.direction === 'inbound' ? ours(word) : theirs(word)
      this.lastRow[host] = -1
      this.aliveAt[host] = this.metAt[host] = Number.POSITIVE_INFINITY
    }
  }

  /** @param before time of the contact before */
  private timeOf(day: Day, i: number, role: Role, before: number): number {
    const hour = day.hour[i] as number
    if (i > 0 && hour === day.hour[i - 1]) return before + causeGap
    if (i > 0 && role.direction === 'outbound' && this.random.chance(joined))
      return before + this.random.exponential(burstGap)
    return start + Math.floor(hour * hourLength)
  }

  /** The row of the contact's target: a target contacted before keeps its row. */
  private rowOf(day: Day, i: number, role: Role, time: number): number {
    const { journal } = this
    const host = day.host[i] as number
    const port = day.port[i] as number
    const udp = ((day.traits[i] as number) & Trait.udp) !== 0
    const protocol = udp ? 17 : 6
    for (let row = this.lastRow[host] as number; row >= 0; row = this.rowBefore[row] as number) {
      if (journal.dstPort[row] !== port || journal.protocol[row] !== protocol) continue
      journal.repeats[row] = (journal.repeats[row] as number) + 1
      journal.lastAt[row] = time
      return row
    }
    const row = journal.length++
    this.rowBefore[row] = this.lastRow[host] as number
    this.lastRow[host] = row
    this.hostOf[row] = host
    this.open(row, role, host, time)
    journal.dstPort[row] = port
    journal.protocol[row] = protocol
    journal.method[row] = udp ? MethodCode.udp : MethodCode.tcpSyn
    this.surround(day, i, row, time)
    return row
  }

  private open(row: number, role: Role, host: number, time: number): void {
    const { journal } = this
    const a = 8 * row
    journal.address.fill(0, a, a + 8)
    journal.address[a + 2] = journal.address[a + 6] = 0xffff
    journal.address[a + 3] = role.direction === 'inbound' ? theirs(this.sources) : ours(this.sources)
    journal.address[a + 7] = this.address[host] as number
    journal.time[row] = journal.lastAt[row] = time
    journal.answeredAt[row] = 0
    journal.state[row] = 0
    journal.repeats[row] = 0
  }

  /** What others see of the service and the host: drawn so that `known` is true just when it was seen before the contact. */
  private surround(day: Day, i: number, row: number, time: number): void {
    const { around } = this
    const kind = day.kind[i] as number
    const traits = day.traits[i] as number
    const host = day.host[i] as number
    const serves = (traits & Trait.serves) !== 0
    const rare = (traits & Trait.rare) !== 0
    around.lives[row] = kind === Contact.dark ? 0 : 1
    around.serves[row] = serves ? (rare ? 1 : 5) : 0
    around.servedAt[row] = around.popularAt[row] = Number.POSITIVE_INFINITY
    if (serves && kind !== Contact.outsideAnswered) {
      const rate = rare ? rareVisits : popularVisits
      const served = this.firstVisit(rate, (time - start) / hourLength, (traits & Trait.known) !== 0)
      around.servedAt[row] = served
      if (!rare) around.popularAt[row] = served + (4 / rate) * hourLength
      this.seenAlive(host, served)
    } else if (!serves && (traits & Trait.known) !== 0) this.seenAlive(host, start)
  }

  /** When the first of the visits of a Poisson stream fell, given whether it was before `hour`; Infinity: not this day. */
  private firstVisit(rate: number, hour: number, before: boolean): number {
    const u = this.random.unit()
    const at = before ? -Math.log(1 - u * -Math.expm1(-rate * hour)) / rate : hour - Math.log(1 - u) / rate
    return at >= 24 ? Number.POSITIVE_INFINITY : start + at * hourLength
  }

  private outcome(day: Day, i: number, row: number, time: number): void {
    const { journal } = this
    const traits = day.traits[i] as number
    const kind = day.kind[i] as number
    const host = day.host[i] as number
    const udp = (traits & Trait.udp) !== 0
    const answered =
      kind === Contact.answeredPopular || kind === Contact.answeredRare || kind === Contact.outsideAnswered
    if (!answered && (traits & Trait.refused) === 0) {
      if (!udp && journal.repeats[row] === 0) this.retransmit(row, time)
      return
    }
    const at = time + 0.02e6 + 0.1e6 * this.random.unit()
    if (journal.answeredAt[row] === 0) journal.answeredAt[row] = at
    journal.lastAt[row] = at
    if (at < (this.metAt[host] as number)) this.metAt[host] = at
    if (!answered) journal.mark(row, State.refused)
    else journal.mark(row, udp ? answeredUdp : (traits & Trait.halfOpen) !== 0 ? half : answeredTcp)
  }

  /** An unanswered SYN is sent again after 1, 3 and 7 s (RFC 6298). */
  private retransmit(row: number, time: number): void {
    this.journal.repeats[row] = 3
    this.journal.lastAt[row] = time + 7e6
  }

  private poll(row: number, rounds: number): void {
    const { journal } = this
    journal.repeats[row] = rounds
    journal.lastAt[row] = Math.max(journal.lastAt[row] as number, start + 24 * hourLength)
  }

  private seenAlive(host: number, at: number): void {
    if (at < (this.aliveAt[host] as number)) this.aliveAt[host] = at
  }
}

/** An address of our networks, 10.0.0.0/8, from any 32-bit number. */
function ours(word: number): number {
  return (0x0a000000 | (word & 0xffffff)) >>> 0
}

/** An address outside, in 32.0.0.0/3, from any 32-bit number. */
function theirs(word: number): number {
  return (0x20000000 | (word & 0x1fffffff)) >>> 0
}
