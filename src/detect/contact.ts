import { Protocol } from '../event/protocol.ts'
import { State } from '../track/journal.ts'
import { MethodCode } from '../track/method.ts'
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
    const timeout = facts.knowledge.timeout
    const out: Reading = { term: undefined, at: 0, probe: false }
    for (let i = 0; i < journal.length; i++) {
      if ((journal.method[i] as number) >= MethodCode.response) continue
      readContact(facts, i, timeout, out)
      if (out.term === undefined) continue
      this.#term[i] = termIndex[out.term] + 1
      this.at[i] = out.at
      this.#probe[i] = out.probe ? 1 : 0
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

interface Reading {
  term: TermName | undefined
  at: number
  probe: boolean
}

const illegal: ReadonlySet<number> = new Set([
  MethodCode.tcpFin,
  MethodCode.tcpNull,
  MethodCode.tcpXmas,
  MethodCode.tcpOdd,
])
const stray: ReadonlySet<number> = new Set([MethodCode.tcpAck, MethodCode.tcpMaimon])
const resolution: ReadonlySet<number> = new Set([MethodCode.arp, MethodCode.ndp])
const ping: ReadonlySet<number> = new Set([
  MethodCode.icmpEcho,
  MethodCode.icmpTimestamp,
  MethodCode.icmpMask,
  MethodCode.icmp6Echo,
])

/** Reads contact `i` into `out`. @param timeout microseconds after which no answer is silence */
function readContact(view: Facts, i: number, timeout: number, out: Reading): void {
  const { journal } = view
  const time = journal.time[i] as number
  out.term = undefined
  out.at = time
  out.probe = false
  if (journal.has(i, State.expired)) return
  if (view.sides.dst(i)) readOwn(view, i, timeout, out)
  else readOutside(view, i, timeout, out)
}

function readOwn(view: Facts, i: number, timeout: number, out: Reading): void {
  const { journal, knowledge } = view
  const method = journal.method[i] as number
  const time = journal.time[i] as number
  const horizon = view.causal ? time : Number.POSITIVE_INFINITY
  const answered = journal.answeredAt[i] as number
  if (illegal.has(method)) return settle(out, 'illegal flags', time, true)
  if (journal.has(i, State.established)) return readAnswered(view, i, horizon, out)
  if (stray.has(method) && journal.has(i, State.log)) return
  const refused = journal.has(i, State.refused | State.blocked)
  if (journal.has(i, State.unknownOutcome) || (!refused && !silenceCounts(view, i))) {
    return readUntold(view, i, horizon, out)
  }
  if (knowledge.servedOthers(journal, i, horizon) > 0)
    return settle(out, 'service outage', refused ? answered : time + timeout, false)
  const at = refused ? answered : time + timeout
  if (!knowledge.isAlive(journal.address, 8 * i + 4, horizon)) return readDark(view, i, timeout, refused, out)
  if (stray.has(method)) {
    if (refused) settle(out, 'stray segment', at, true)
    return
  }
  const udp = method === MethodCode.udp
  settle(out, refused && !journal.has(i, State.blocked) ? 'refused' : udp ? 'udp no answer' : 'no answer', at, true)
}

/** Nothing of the host was ever seen alive. When that is known from elsewhere it is known at the first packet. */
function readDark(view: Facts, i: number, timeout: number, refused: boolean, out: Reading): void {
  const { journal } = view
  const method = journal.method[i] as number
  const time = journal.time[i] as number
  const known = !view.causal || view.knowledge.learnedFor > 0
  const at = known ? time : refused ? (journal.answeredAt[i] as number) : time + timeout
  if (resolution.has(method)) return settle(out, 'arp no answer', known ? time : time + Math.min(timeout, 1e6), true)
  if (method === MethodCode.udp) return settle(out, 'udp dark address', at, true)
  if (stray.has(method) && !known) return
  settle(out, known ? 'dark address' : 'silent address', at, true)
}

function readAnswered(view: Facts, i: number, horizon: number, out: Reading): void {
  const { journal, knowledge } = view
  const method = journal.method[i] as number
  const at = Math.max(journal.answeredAt[i] as number, journal.time[i] as number)
  if (stray.has(method)) return
  if (ping.has(method)) return settle(out, 'ping answered', at, false)
  if (resolution.has(method)) return settle(out, 'known service', at, false)
  const rounds = journal.repeats[i] as number
  if (journal.has(i, State.halfOpen) && rounds < 3) return settle(out, 'half-open', at, true)
  const served = knowledge.servedOthers(journal, i, horizon)
  const left = journal.protocol[i] === Protocol.tcp && journal.has(i, State.completed) && !journal.has(i, State.data)
  if (left && rounds < 2 && !journal.has(i, State.flow) && served < 5) return settle(out, 'connect and leave', at, true)
  settle(out, served >= 5 ? 'popular service' : 'known service', at, false)
}

/** The log says nothing of the outcome: only who else asks for the same target speaks. */
function readUntold(view: Facts, i: number, horizon: number, out: Reading): void {
  const { journal, knowledge } = view
  const time = journal.time[i] as number
  if (knowledge.servedOthers(journal, i, horizon) > 0) return settle(out, 'busy target', time, false)
  const asked = knowledge.askedByOthers(journal, i)
  if (asked >= 4) return settle(out, 'busy target', time, false)
  const alive = knowledge.isAlive(journal.address, 8 * i + 4, horizon)
  if (!alive && knowledge.contactedByOthers(journal, i) === 0) return settle(out, 'unseen target', time, true)
  settle(out, 'rare target', time, asked <= 1)
}

function readOutside(view: Facts, i: number, timeout: number, out: Reading): void {
  const { journal } = view
  const method = journal.method[i] as number
  const time = journal.time[i] as number
  if (illegal.has(method)) return settle(out, 'illegal flags', time, true)
  const answered = Math.max(journal.answeredAt[i] as number, time)
  if (journal.has(i, State.established)) {
    if (stray.has(method)) return
    if (journal.has(i, State.halfOpen) && (journal.repeats[i] as number) < 3)
      return settle(out, 'half-open', answered, true)
    return settle(out, 'answered outside', answered, false)
  }
  if (stray.has(method)) {
    if (journal.has(i, State.refused) && !journal.has(i, State.log)) settle(out, 'stray segment', answered, true)
    return
  }
  const refused = journal.has(i, State.refused | State.blocked)
  if (journal.has(i, State.unknownOutcome) || (!refused && !silenceCounts(view, i))) {
    if (view.knowledge.askedByOthers(journal, i) < 2) settle(out, 'another port untold', time, true)
    return
  }
  const at = refused ? answered : time + Math.max(timeout, outsideTimeout)
  if (method === MethodCode.udp && !refused) return settle(out, 'udp outside no answer', at, false)
  const horizon = view.causal ? time : Number.POSITIVE_INFINITY
  if (view.outside.servedOthers(journal, i, horizon) > 0) return settle(out, 'service outage', at, false)
  const admin = journal.protocol[i] === Protocol.tcp && adminPorts.has(journal.dstPort[i] as number)
  settle(out, admin ? 'failed admin port outside' : 'failed outside', at, true)
}

/** Outside, a lost SYN is sent again after 1 s (RFC 6298) and answered: silence is silence after 3 s. */
const outsideTimeout = 3e6

/** Well-known TCP services that a client's failure on is telling; the web, mail and DNS fail by nature. */
export const adminPorts: ReadonlySet<number> = new Set([
  21, 22, 23, 81, 135, 137, 139, 389, 445, 502, 512, 513, 514, 1433, 1521, 2222, 2323, 2375, 3306, 3389, 5432, 5555,
  5900, 5985, 5986, 6379, 7001, 7547, 8000, 8080, 8081, 8443, 8888, 9200, 11211, 27017, 37215, 52869,
])

/** Whether silence says something for contact `i`: replies are visible in its direction at all. */
function silenceCounts(view: Facts, i: number): boolean {
  const udp = view.journal.method[i] === MethodCode.udp
  if (udp && !view.silence.udp) return false
  return view.sides.dst(i) ? view.silence.inbound : view.silence.outbound
}

function settle(out: Reading, term: TermName, at: number, probe: boolean): void {
  out.term = term
  out.at = at
  out.probe = probe
}
