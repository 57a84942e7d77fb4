import { Protocol } from '../../event/protocol.ts'
import { State } from '../../track/journal.ts'
import { MethodCode } from '../../track/method.ts'
import { scoreTerms, type TermName, termIndex } from './terms.ts'
import type { Facts } from './view.ts'

/**
 * What each contact of a journal says: its term, and when that is known. Terms that depend on what the source did before
 * (`another port`, repeated failures) are settled by the judge; here they are `failed …`.
 */
export class Readings {
  /** Term number + 1; 0: says nothing (mid-stream, traceroute, outcome unknown with nothing to compare). */
  readonly #term: Uint8Array
  /** Event time in microseconds at which the term is known. */
  readonly at: Float64Array
  readonly #probe: Uint8Array

  constructor(facts: Facts) {
    const { journal } = facts
    this.#term = new Uint8Array(journal.length)
    this.at = new Float64Array(journal.length)
    this.#probe = new Uint8Array(journal.length)
    const reader = new ContactReader(facts)
    for (let i = 0; i < journal.length; i++) {
      if ((journal.method[i] as number) >= MethodCode.response) continue
      const term = reader.read(i)
      if (term === undefined) continue
      this.#term[i] = termIndex[term] + 1
      this.at[i] = reader.at
      this.#probe[i] = reader.probe ? 1 : 0
    }
  }

  term(i: number): TermName | undefined {
    const number = this.#term[i] as number
    return number === 0 ? undefined : (scoreTerms[number - 1] as { name: TermName }).name
  }

  /** The contact failed on something never served: it counts toward the floor, and toward `another port`. */
  probe(i: number): boolean {
    return this.#probe[i] === 1
  }
}

const illegal: ReadonlySet<number> = new Set([
  MethodCode.tcpFin,
  MethodCode.tcpNull,
  MethodCode.tcpXmas,
  MethodCode.tcpOdd,
])
const stray: ReadonlySet<number> = new Set([MethodCode.tcpAck, MethodCode.tcpMaimon])
/** IP protocols that networks use (IANA): ICMP, IGMP, tunnels, IPsec, routing, VRRP, L2TP, SCTP, UDP-Lite, MPLS. */
const usual: ReadonlySet<number> = new Set([
  1, 2, 4, 6, 17, 41, 46, 47, 50, 51, 58, 88, 89, 94, 97, 103, 108, 112, 115, 132, 136, 137,
])
const resolution: ReadonlySet<number> = new Set([MethodCode.arp, MethodCode.ndp])
const ping: ReadonlySet<number> = new Set([
  MethodCode.icmpEcho,
  MethodCode.icmpTimestamp,
  MethodCode.icmpMask,
  MethodCode.icmp6Echo,
])

/**
 * Well-known TCP services that a client's failure on is telling. The web, mail and DNS are not among them: links go
 * stale, mail servers and resolvers fail by nature.
 */
export const adminPorts: ReadonlySet<number> = new Set([
  21, 22, 23, 81, 135, 137, 139, 389, 445, 502, 512, 513, 514, 1433, 1521, 2222, 2323, 2375, 3306, 3389, 5432, 5555,
  5900, 5985, 5986, 6379, 7001, 7547, 8000, 8080, 8081, 8443, 8888, 9200, 11211, 27017, 37215, 52869,
])

/** Outside, a lost SYN is sent again after 1 s (RFC 6298) and answered: silence is silence after 3 s. */
const outsideTimeout = 3e6

/** Reads one contact after the other; `at` and `probe` belong to the term returned last. hot: no allocation per contact. */
class ContactReader {
  at = 0
  probe = false
  readonly #facts: Facts
  /** Microseconds after which no answer from our hosts is silence. */
  readonly #timeout: number
  /** The contact being read. */
  #i = 0
  #time = 0
  #method = 0
  /** Known up to then. */
  #horizon = 0

  constructor(facts: Facts) {
    this.#facts = facts
    // What the whole input tells of round trips is not known while it happens.
    this.#timeout = facts.causal ? 1e6 : facts.knowledge.timeout
  }

  read(i: number): TermName | undefined {
    const { journal, causal, routers, sides } = this.#facts
    this.#i = i
    this.#time = journal.time[i] as number
    this.#method = journal.method[i] as number
    this.#horizon = causal ? this.#time : Number.POSITIVE_INFINITY
    // A packet that died on the way was to draw the path, not to reach the target (traceroute).
    if (this.#has(State.expired) || this.#drawsPath()) return undefined
    // Neighbours that are there are asked for by everybody; a router asks for what others sent through it.
    if (resolution.has(this.#method) && (this.#has(State.established) || routers.sent(journal, i))) return undefined
    if (this.#isStray() && (journal.tcpOptions[i] as number) !== 0) return undefined
    if (illegal.has(this.#method) && !this.#isStray()) return this.#say('illegal flags', this.#time, true)
    const odd = this.#method === MethodCode.ipProtocol && !usual.has(journal.protocol[i] as number)
    if (odd) return this.#say('odd protocol', this.#time, true)
    return sides.dst(i) ? this.#own() : this.#outside()
  }

  /**
   * Segments without a connection. Real stacks send them too, at the tail of old connections, but then with TCP options
   * (time stamps); flow records do not tell FIN from FIN+ACK.
   */
  #isStray(): boolean {
    return stray.has(this.#method) || (this.#method === MethodCode.tcpFin && this.#has(State.flow))
  }

  /**
   * Traceroute and its kin: the UDP ports they climb, and packets with few hops left. Stacks start at 32, 64, 128 or 255
   * and paths are shorter than 30 hops; pings are sent with any TTL by path tools alone.
   */
  #drawsPath(): boolean {
    const { journal } = this.#facts
    const port = journal.dstPort[this.#i] as number
    if (this.#method === MethodCode.udp && port >= 33434 && port <= 33625) return true
    const ttl = journal.ttl[this.#i] as number
    const least = ping.has(this.#method) ? 24 : 3
    return this.#has(State.header) && ttl > 0 && ttl <= least && !resolution.has(this.#method)
  }

  /** A contact to our side. */
  #own(): TermName | undefined {
    const { journal, knowledge } = this.#facts
    if (this.#has(State.established)) return this.#answered()
    // Firewalls log the FINs of closed connections as strays; a bare ACK speaks by who else asks for its target.
    if (this.#isStray() && this.#has(State.log)) return this.#method === MethodCode.tcpAck ? this.#untold() : undefined
    const refused = this.#has(State.refused | State.blocked)
    if (!this.#tellsOutcome(refused)) return this.#untold()
    const at = refused ? (journal.answeredAt[this.#i] as number) : this.#time + this.#timeout
    if (knowledge.servedOthers(journal, this.#i, this.#horizon) > 0) return this.#say('service outage', at, false)
    if (this.#isWanted()) return this.#say('service outage', at, false)
    if (this.#facts.customary?.has(journal, this.#i)) return this.#say('polled target', at, false)
    // A refusal shows that the host lives, as soon as it is there.
    const horizon = refused ? Math.max(this.#horizon, at) : this.#horizon
    if (!knowledge.isAlive(journal.address, 8 * this.#i + 4, horizon)) return this.#dark(at)
    if (this.#isStray()) return refused ? this.#say('stray segment', at, true) : undefined
    if (refused && !this.#has(State.blocked)) return this.#say('refused', at, true)
    return this.#say(this.#method === MethodCode.udp ? 'udp no answer' : 'no answer', at, true)
  }

  /** Demand by others is known only in hindsight. */
  #isWanted(): boolean {
    const { causal, knowledge, journal } = this.#facts
    return !causal && knowledge.isWanted(journal, this.#i)
  }

  /** Nothing of the host was ever seen alive. When that is known from elsewhere it is known at the first packet. */
  #dark(outcomeAt: number): TermName | undefined {
    const known = !this.#facts.causal || this.#facts.knowledge.learnedFor > 0
    const at = known ? this.#time : outcomeAt
    if (resolution.has(this.#method)) return this.#say('arp no answer', at, true)
    if (this.#method === MethodCode.udp) return this.#say('udp dark address', at, true)
    if (this.#isStray() && !known) return undefined
    return this.#say(known ? 'dark address' : 'silent address', at, true)
  }

  #answered(): TermName | undefined {
    const { journal, knowledge } = this.#facts
    const at = Math.max(journal.answeredAt[this.#i] as number, this.#time)
    if (this.#isStray()) return undefined
    if (ping.has(this.#method)) return this.#say('ping answered', at, false)
    // Health checks of both kinds come again; a scanner has seen what it wanted.
    const rounds = journal.repeats[this.#i] as number
    const served = knowledge.servedOthers(journal, this.#i, this.#horizon)
    if (this.#has(State.halfOpen) && rounds < 3) return this.#say('half-open', at, served === 0)
    const tcp = journal.protocol[this.#i] === Protocol.tcp
    const left = tcp && this.#has(State.completed) && !this.#has(State.data)
    if (left && rounds < 2 && served < 5) return this.#say('connect and leave', at, true)
    return this.#say(served >= 5 ? 'popular service' : 'known service', at, false)
  }

  /** The log says nothing of the outcome: only who else asks for the same target speaks. */
  #untold(): TermName | undefined {
    const { journal, knowledge } = this.#facts
    // Of sampled packets only TCP's flags tell a request from the middle of a conversation.
    if (this.#has(State.sampled) && journal.protocol[this.#i] !== Protocol.tcp) return undefined
    if (knowledge.servedOthers(journal, this.#i, this.#horizon) > 0) return this.#say('busy target', this.#time, false)
    const asked = knowledge.askedByOthers(journal, this.#i)
    if (asked >= 4) return this.#say('busy target', this.#time, false)
    const alive = knowledge.isAlive(journal.address, 8 * this.#i + 4, this.#horizon)
    const unseen = !alive && knowledge.contactedByOthers(journal, this.#i) === 0
    return unseen ? this.#say('unseen target', this.#time, true) : this.#say('rare target', this.#time, asked <= 1)
  }

  /** A contact to the outside, or between strangers. */
  #outside(): TermName | undefined {
    const { journal, knowledge, outside, sides, weather } = this.#facts
    const answered = Math.max(journal.answeredAt[this.#i] as number, this.#time)
    const refused = this.#has(State.refused | State.blocked)
    if (this.#isStray()) {
      const resets = this.#has(State.refused) && !this.#has(State.log | State.established)
      return resets ? this.#say('stray segment', answered, true) : undefined
    }
    if (this.#has(State.established)) {
      const half = this.#has(State.halfOpen) && (journal.repeats[this.#i] as number) < 3
      return half ? this.#say('half-open', answered, true) : this.#say('answered outside', answered, false)
    }
    if (!this.#tellsOutcome(refused)) {
      const rare = knowledge.askedByOthers(journal, this.#i) < 2
      return rare ? this.#say('rare target', this.#time, true) : undefined
    }
    const at = refused ? answered : this.#time + Math.max(this.#timeout, outsideTimeout)
    if (weather.isOutage(journal, this.#i)) return this.#say('service outage', at, false)
    if (!sides.src(this.#i) && this.#isWanted()) return this.#say('service outage', at, false)
    if (this.#method === MethodCode.udp && !refused) return this.#say('udp outside no answer', at, false)
    if (outside.servedOthers(journal, this.#i, this.#horizon) > 0) return this.#say('service outage', at, false)
    const admin = journal.protocol[this.#i] === Protocol.tcp && adminPorts.has(journal.dstPort[this.#i] as number)
    return this.#say(admin ? 'failed admin port outside' : 'failed outside', at, true)
  }

  /** Whether the contact's outcome is told at all: by a refusal, or by a silence that means something. */
  #tellsOutcome(refused: boolean): boolean {
    if (this.#has(State.unknownOutcome)) return false
    const { silence, sides } = this.#facts
    if (refused) return true
    const own = sides.dst(this.#i)
    if (this.#method === MethodCode.udp) return own ? silence.udpInbound : silence.udpOutbound
    return own ? silence.inbound : silence.outbound
  }

  #has(bits: number): boolean {
    return this.#facts.journal.has(this.#i, bits)
  }

  #say(term: TermName, at: number, probe: boolean): TermName {
    this.at = at
    this.probe = probe
    return term
  }
}
