import { Hash } from '../base/hash.ts'
import type { Resumable } from '../base/snapshot.ts'
import { type EventBatch, isContact, Kind, Mark, Outcome, Subject } from '../event/batch.ts'
import { Flag, Protocol } from '../event/protocol.ts'
import { type FingerprintState, FingerprintTable } from '../sketch/fingerprint-table.ts'
import type { ClockSkew } from './clock-skew.ts'
import { type ConnectionState, ConnectionTable, Link, way } from './connection-table.ts'
import { Contacts, type ContactsState } from './contacts.ts'
import { ContentArena, type ContentState } from './content-arena.ts'
import { type AttemptJournal, State } from './journal.ts'
import { MethodCode } from './method.ts'
import { isGroup, methodOf, outcomeState, recordMethod } from './request.ts'
import { Uniflows } from './uniflow.ts'

/** Sizes of the tracker's tables. They are all the memory it ever takes. */
export interface TrackerSizes {
  /** log2 of connections (32 bytes each), of remembered contacts (12 bytes each). */
  readonly connections: number
  readonly contacts: number
  /** Contacts in the journal (150 bytes each). */
  readonly journal: number
  readonly contentBytes: number
}

const defaultSizes: TrackerSizes = {
  connections: 20,
  contacts: 21,
  journal: 2 ** 20,
  contentBytes: 8 * 1024 * 1024,
}

/** Whether a row that is no plain contact is one all the same: records of programs and honeypots may lack an end. */
function isOfTwoEnds({ column: c }: EventBatch, i: number): boolean {
  if (!isContact(c.subject[i] as number)) return false
  return (c.src3[i] !== 0 || c.src0[i] !== 0) && (c.dst3[i] !== 0 || c.dst0[i] !== 0)
}

/** Sensors beyond so many share the newest time that `late` is measured by. */
const mostSensors = 1024

/** All that a tracker knows; plain data. */
export interface TrackerState {
  readonly contacts: ContactsState
  readonly connections: ConnectionState
  readonly asked: FingerprintState
  readonly content: ContentState
  readonly counters: readonly [newest: number, oldest: number, late: number, multicast: number]
}

/**
 * Turns rows into attempts. A packet either opens a connection (and then, if it is the first of its kind between the
 * two, a contact in the journal) or tells what became of one.
 *
 * hot: no allocation per event.
 */
export class Tracker implements Resumable<TrackerState> {
  readonly content: ContentArena
  readonly #connections: ConnectionTable
  readonly #contacts: Contacts
  readonly #uniflows: Uniflows
  /** (asker, its port, asked) of UDP requests: an answer may come from another port than was asked (TFTP, SIP, traps). */
  readonly #asked: FingerprintTable
  readonly #hash: Hash
  /** The newest event time seen: the watermark, in microseconds. */
  newest = Number.NEGATIVE_INFINITY
  oldest = Number.POSITIVE_INFINITY
  readonly #newestOf = new Float64Array(mostSensors).fill(Number.NEGATIVE_INFINITY)
  /** Rows whose time lies more than a minute behind the newest of the same sensor: a clock that jumped, or a file out of order. */
  late = 0
  /** The same connection may be recorded by several sensors; then it counts once. */
  severalSensors = false
  /** Multicast and broadcast contacts, which no scan of addresses is made of. */
  multicast = 0

  constructor(sizes: TrackerSizes = defaultSizes, key = 1) {
    this.#hash = new Hash(key)
    this.content = new ContentArena(sizes.contentBytes)
    this.#connections = new ConnectionTable(sizes.connections, this.#hash)
    this.#contacts = new Contacts(sizes, this.#hash, key)
    this.#uniflows = new Uniflows(this.#contacts, this.#connections)
    this.#asked = new FingerprintTable(Math.min(16, sizes.contacts))
  }

  get journal(): AttemptJournal {
    return this.#contacts.journal
  }

  /** How the sensors' clocks differ. */
  get skew(): ClockSkew {
    return this.#contacts.skew
  }

  get evictedConnections(): number {
    return this.#connections.evicted
  }

  /**
   * Reads rows from `from` on and returns the index after the last one read: less than `batch.length` when the journal
   * is full. The caller then takes the epoch out (`rollOver`) and calls again.
   */
  observe(batch: EventBatch, from = 0): number {
    const { kind, sensor, subject, time } = batch.column
    const newestOf = this.#newestOf
    let i = from
    for (; i < batch.length && !this.journal.full; i++) {
      if (subject[i] !== Subject.contact && !isOfTwoEnds(batch, i)) continue
      const at = time[i] as number
      if (at > this.newest) this.newest = at
      const from = (sensor[i] as number) % mostSensors
      if (at > (newestOf[from] as number)) newestOf[from] = at
      else if (at < (newestOf[from] as number) - 60e6) this.late++
      if (at < this.oldest) this.oldest = at
      if (kind[i] === Kind.packet) this.#packet(batch, i)
      else this.#record(batch, i)
    }
    return i
  }

  /** Whether contact `i` may still be answered: it is young and open. */
  goesOn(i: number, openSince: number): boolean {
    const { journal } = this
    return (journal.time[i] as number) >= openSince && !journal.has(i, State.established | State.refused)
  }

  /**
   * Starts a new epoch: keeps the contacts that are younger than `openSince` and still unanswered, forgets the rest but
   * remembers that they were contacts.
   */
  rollOver(openSince: number): void {
    const journal = this.journal
    const place = new Int32Array(journal.length).fill(-1)
    let kept = 0
    for (let i = 0; i < journal.length; i++) {
      if (!this.goesOn(i, openSince) || kept === journal.capacity >> 1) continue
      journal.move(i, kept)
      place[i] = kept++
    }
    journal.length = kept
    this.#connections.remap((row) => place[row] as number)
    this.#contacts.remap((row) => place[row] as number)
  }

  snapshot(): TrackerState {
    return {
      contacts: this.#contacts.snapshot(),
      connections: this.#connections.snapshot(),
      asked: this.#asked.snapshot(),
      content: this.content.snapshot(),
      counters: [this.newest, this.oldest, this.late, this.multicast],
    }
  }

  resume(state: TrackerState): void {
    this.#contacts.resume(state.contacts)
    this.#connections.resume(state.connections)
    this.#asked.resume(state.asked)
    this.content.resume(state.content)
    const [newest, oldest, late, multicast] = state.counters
    this.newest = newest
    this.oldest = oldest
    this.late = late
    this.multicast = multicast
  }

  #packet(batch: EventBatch, i: number): void {
    const c = batch.column
    const protocol = c.protocol[i] as number
    const marks = c.marks[i] as number
    if (isGroup(c.dst0[i] as number, c.dst2[i] as number, c.dst3[i] as number) && protocol !== Protocol.arp) {
      this.multicast++
      return
    }
    const flags = c.flags[i] as number
    const isTcp = protocol === Protocol.tcp
    const at = this.#connections.of(batch, i, protocol)
    const words = this.#connections.words
    const bits = words[at + way.bits] as number
    if (marks & Mark.quoted) {
      this.#quoted(batch, i, at, bits)
      return
    }
    const freshSyn = isTcp && (flags & (Flag.syn | Flag.ack | Flag.rst)) === Flag.syn
    if ((bits & Link.used) === 0 || (freshSyn && (bits & (Link.closed | Link.midstream)) !== 0)) {
      this.#open(batch, i, at, protocol)
      return
    }
    const fromOriginator = ((bits & Link.lowOriginates) !== 0) === this.#connections.sourceIsLow
    const row = (words[at + way.row] as number) - 1
    if (row < 0) return
    if (fromOriginator) this.#originator(batch, i, at, row, isTcp, flags)
    else this.#responder(batch, i, at, row, isTcp, flags)
  }

  /** The first packet of a connection: a request, an answer nobody asked for, or the middle of a conversation. */
  #open(batch: EventBatch, i: number, at: number, protocol: number): void {
    const c = batch.column
    const words = this.#connections.words
    const method = protocol === Protocol.udp ? this.#udpMethod(batch, i) : methodOf(batch, i, protocol)
    const originates = this.#connections.sourceIsLow ? Link.lowOriginates : 0
    words[at + way.bits] = protocol | originates | Link.used
    words[at + way.row] = 0
    if (method === MethodCode.unknown) return
    const row = this.#contacts.note(batch, i, method)
    words[at + way.row] = row + 1
    if (method >= MethodCode.response) {
      words[at + way.bits] = protocol | originates | Link.used | Link.midstream
    } else if (row >= 0 && (c.payloadLength[i] as number) > 0) {
      this.#keepContent(batch, i, at, row)
    }
  }

  /** UDP to a port from which the sender's address was asked before is an answer, whatever port it comes from. */
  #udpMethod(batch: EventBatch, i: number): number {
    const c = batch.column
    const src = c.src3[i] as number
    const dst = c.dst3[i] as number
    const answers = this.#hash.of4(dst, src, c.dstPort[i] as number, 17)
    if (this.#asked.get(answers, src) >= 0) return MethodCode.response
    const asks = this.#hash.of4(src, dst, c.srcPort[i] as number, 17)
    if (this.#asked.get(asks, dst) < 0) this.#asked.set(asks, dst, 1)
    return methodOf(batch, i, Protocol.udp)
  }

  #originator(batch: EventBatch, i: number, at: number, row: number, isTcp: boolean, flags: number): void {
    const c = batch.column
    const journal = this.journal
    const words = this.#connections.words
    const bits = words[at + way.bits] as number
    if (this.severalSensors && c.srcPort[i] === journal.srcPort[row] && (!isTcp || (flags & Flag.syn) !== 0)) {
      this.#contacts.noteSkew(row, c.sensor[i] as number, c.time[i] as number)
      journal.noteRelay(row, c.link[i] as number, c.ttl[i] as number)
    }
    journal.seenBy(row, c.sensor[i] as number)
    journal.bytesOut[row] = (journal.bytesOut[row] as number) + (c.bytesOut[i] as number)
    const carries = (c.payloadLength[i] as number) > 0
    if (bits & Link.midstream) {
      // Data follows: a conversation that began before the capture, not a stray answer.
      if (carries) journal.mark(row, State.data)
      return
    }
    if (!isTcp) this.#round(journal, row, c.time[i] as number)
    journal.lastAt[row] = c.time[i] as number
    if (isTcp) {
      if (flags & Flag.rst) {
        words[at + way.bits] = bits | Link.closed
        // A RST after a SYN makes sense only after our answer, captured or not.
        if ((bits & Link.answered) === 0 && journal.method[row] === MethodCode.tcpSyn) journal.mark(row, State.reacted)
        if (bits & Link.answered) {
          const half = (bits & Link.acknowledged) === 0 && journal.has(row, State.established)
          journal.mark(row, State.reacted | (half ? State.halfOpen : 0))
        }
        return
      }
      if (flags & Flag.fin) words[at + way.bits] = bits | Link.closed
      if ((flags & (Flag.syn | Flag.ack)) === Flag.ack && (bits & Link.acknowledged) === 0) {
        this.#acknowledge(batch, i, at, row)
      }
    }
    if (carries) {
      journal.mark(row, State.data)
      this.#keepContent(batch, i, at, row)
    }
  }

  /** Protocols without connections: a packet that comes a second or more after the one before is a new round. */
  #round(journal: AttemptJournal, row: number, time: number): void {
    if (time - (journal.lastAt[row] as number) >= 1e6) journal.repeats[row] = (journal.repeats[row] as number) + 1
  }

  /** The originator goes on after its SYN: the handshake completed, whether or not the SYN-ACK was captured. */
  #acknowledge(batch: EventBatch, i: number, at: number, row: number): void {
    const words = this.#connections.words
    const bits = words[at + way.bits] as number
    const journal = this.journal
    if (journal.method[row] !== MethodCode.tcpSyn || journal.has(row, State.refused)) return
    words[at + way.bits] = bits | Link.acknowledged
    journal.mark(row, State.completed | State.established | State.reacted)
    if (journal.answeredAt[row] === 0) journal.answeredAt[row] = batch.column.time[i] as number
  }

  #responder(batch: EventBatch, i: number, at: number, row: number, isTcp: boolean, flags: number): void {
    const c = batch.column
    const journal = this.journal
    const words = this.#connections.words
    const bits = words[at + way.bits] as number
    journal.bytesIn[row] = (journal.bytesIn[row] as number) + (c.bytesOut[i] as number)
    journal.mark(row, State.heard)
    if ((bits & Link.answered) === 0) {
      words[at + way.bits] = bits | Link.answered
      if (journal.answeredAt[row] === 0 || journal.answeredAt[row] === undefined) {
        journal.answeredAt[row] = c.time[i] as number
      }
      const refused = isTcp && (flags & Flag.rst) !== 0
      if (!journal.has(row, State.established)) journal.mark(row, refused ? State.refused : State.established)
    }
    if ((c.payloadLength[i] as number) > 0 && isTcp) journal.mark(row, State.replyData)
    if ((bits & Link.replyContentKept) === 0 && (c.payloadLength[i] as number) > 0) {
      words[at + way.bits] = (words[at + way.bits] as number) | Link.replyContentKept
      if (journal.replyContent[row] === 0) {
        journal.replyContent[row] = this.content.keep(batch, i)
      }
    }
  }

  #keepContent(batch: EventBatch, i: number, at: number, row: number): void {
    const words = this.#connections.words
    const bits = words[at + way.bits] as number
    if (bits & Link.contentKept) return
    words[at + way.bits] = bits | Link.contentKept
    if (this.journal.content[row] === 0) {
      this.journal.content[row] = this.content.keep(batch, i)
    }
  }

  /** An ICMP error about a packet: the outcome of the contact it quotes, or backscatter when no such packet was seen. */
  #quoted(batch: EventBatch, i: number, at: number, bits: number): void {
    const c = batch.column
    const words = this.#connections.words
    const journal = this.journal
    const row = (words[at + way.row] as number) - 1
    if ((bits & Link.used) === 0 || row < 0) {
      words[at + way.bits] = 0
      if ((bits & Link.used) === 0) this.#strayError(batch, i)
      return
    }
    const fromOriginator = ((bits & Link.lowOriginates) !== 0) === this.#connections.sourceIsLow
    if (!fromOriginator || journal.has(row, State.established | State.refused)) return
    const outcome = c.outcome[i] as number
    const v6 = c.dst2[i] !== 0xffff || c.dst0[i] !== 0
    const expired = (c.icmpType[i] as number) === (v6 ? 3 : 11)
    if (expired) journal.mark(row, State.expired)
    else if (outcome === Outcome.blocked) journal.mark(row, State.blocked)
    else if (outcome === Outcome.refused) journal.mark(row, State.refused)
    else journal.mark(row, State.unreachable)
    if (outcome === Outcome.refused || outcome === Outcome.blocked) {
      journal.mark(row, State.heard)
      journal.answeredAt[row] = c.time[i] as number
      words[at + way.bits] = bits | Link.answered
    }
  }

  /** Somebody reports an error about a packet the quoted sender never sent here: journalled as a response by the reporter. */
  #strayError(batch: EventBatch, i: number): void {
    const c = batch.column
    const dst0 = c.src0[i] as number
    const dst1 = c.src1[i] as number
    const dst2 = c.src2[i] as number
    const dst3 = c.src3[i] as number
    c.src0[i] = c.via0[i] as number
    c.src1[i] = c.via1[i] as number
    c.src2[i] = c.via2[i] as number
    c.src3[i] = c.via3[i] as number
    c.dst0[i] = dst0
    c.dst1[i] = dst1
    c.dst2[i] = dst2
    c.dst3[i] = dst3
    this.#contacts.note(batch, i, MethodCode.response)
  }

  /** A flow record or a log line: the whole contact, or one request, in a single row. */
  #record(batch: EventBatch, i: number): void {
    const c = batch.column
    const journal = this.journal
    if (isGroup(c.dst0[i] as number, c.dst2[i] as number, c.dst3[i] as number)) {
      this.multicast++
      return
    }
    if ((c.marks[i] as number) & Mark.uniflow) {
      this.#uniflows.observe(batch, i)
      return
    }
    const method = recordMethod(batch, i)
    if (method === MethodCode.unknown) return
    const before = journal.length
    const at = this.severalSensors && c.srcPort[i] !== 0 ? this.#connections.of(batch, i, c.protocol[i] as number) : -1
    const row = this.#contacts.note(
      batch,
      i,
      method,
      ((c.marks[i] as number) & Mark.again) !== 0 ||
        (at >= 0 && this.#connections.isSeenElsewhere(at, c.sensor[i] as number)),
    )
    if (at >= 0) this.#connections.connect(at, c.protocol[i] as number, row)
    if (row < 0) return
    const fresh = journal.length > before
    const log = c.kind[i] === Kind.log
    journal.lastAt[row] = (c.time[i] as number) + (c.duration[i] as number)
    journal.bytesIn[row] = (journal.bytesIn[row] as number) + (c.bytesIn[i] as number)
    if (fresh) journal.mark(row, log ? State.log : State.flow)
    if (method >= MethodCode.response) return
    const state = outcomeState(batch, i)
    if (state === State.unknownOutcome && !fresh) return
    // Another sensor tells what the first could not.
    if (state !== State.unknownOutcome) journal.unmark(row, State.unknownOutcome)
    journal.mark(row, state)
    if (state & (State.established | State.refused | State.blocked) && journal.answeredAt[row] === 0) {
      journal.answeredAt[row] = c.time[i] as number
    }
  }
}
