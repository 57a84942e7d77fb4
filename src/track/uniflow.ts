import { type EventBatch, Mark, Outcome } from '../event/batch.ts'
import { Flag, Protocol } from '../event/protocol.ts'
import { type ConnectionTable, Link, way } from './connection-table.ts'
import type { Contacts } from './contacts.ts'
import { type AttemptJournal, State } from './journal.ts'
import { MethodCode } from './method.ts'
import { recordMethod } from './request.ts'

/**
 * Pairs the records of a connection's two directions, which come in any order (NetFlow, VPC flow logs).
 *
 * hot: no allocation per event.
 */
export class Uniflows {
  readonly #contacts: Contacts
  readonly #connections: ConnectionTable

  constructor(contacts: Contacts, connections: ConnectionTable) {
    this.#contacts = contacts
    this.#connections = connections
  }

  /** A record of one direction: opens a contact, or tells that one was answered. */
  observe(batch: EventBatch, i: number): void {
    const c = batch.column
    const { journal } = this.#contacts
    const words = this.#connections.words
    const time = c.time[i] as number
    const at = this.#connections.of(batch, i, c.protocol[i] as number)
    const bits = words[at + way.bits] as number
    const row = (words[at + way.row] as number) - 1
    const isKnown = (bits & Link.used) !== 0 && row >= 0
    const fromOriginator = ((bits & Link.lowOriginates) !== 0) === this.#connections.sourceIsLow
    if (!isKnown || fromOriginator) {
      this.#ask(batch, i, at)
      return
    }
    const answersFirst = journal.method[row] === MethodCode.response || time < (journal.time[row] as number)
    if (c.outcome[i] !== Outcome.response && answersFirst) {
      // What was taken for the request, or came alone so far, was the answer.
      const flags = journal.flags[row] as number
      const answeredAt = journal.time[row] as number
      explain(journal, row)
      const asked = this.#ask(batch, i, at)
      if (asked >= 0) noteAnswer(journal, asked, flags, answeredAt)
      return
    }
    journal.seenBy(row, c.sensor[i] as number)
    journal.bytesIn[row] = (journal.bytesIn[row] as number) + (c.bytesOut[i] as number)
    if ((journal.method[row] as number) < MethodCode.response) noteAnswer(journal, row, c.flags[i] as number, time)
  }

  /** Journals the asking direction, as far as is known, and returns its row. */
  #ask(batch: EventBatch, i: number, at: number): number {
    const c = batch.column
    const words = this.#connections.words
    const method = uniflowMethod(batch, i)
    const originates = this.#connections.sourceIsLow ? Link.lowOriginates : 0
    words[at + way.bits] = (c.protocol[i] as number) | originates | Link.used
    words[at + way.row] = 0
    if (method === MethodCode.unknown) return -1
    const row = this.#contacts.note(batch, i, method)
    words[at + way.row] = row + 1
    if (row < 0) return row
    const { journal } = this.#contacts
    journal.lastAt[row] = (c.time[i] as number) + (c.duration[i] as number)
    journal.flags[row] = (journal.flags[row] as number) | (c.flags[i] as number)
    journal.mark(row, State.flow)
    if (method < MethodCode.response) {
      const state = askingState(batch, i)
      journal.mark(row, state)
      if (state & State.established && journal.answeredAt[row] === 0) journal.answeredAt[row] = c.time[i] as number
    }
    return row
  }
}

/**
 * What a record of one direction is, as long as its other direction is not known: the method, `response` where it is plainly
 * the answering side. Of sampled packets an ACK is the middle of a conversation whose SYN was not looked at.
 */
function uniflowMethod(batch: EventBatch, i: number): number {
  const c = batch.column
  const sampled = c.sampling[i]! > 1
  const acked = c.protocol[i] === Protocol.tcp && (c.flags[i]! & Flag.ack) !== 0
  if (sampled && acked && c.outcome[i] !== Outcome.response) return MethodCode.midstream
  return recordMethod(batch, i)
}

/** State bits that the asking direction alone tells. Without an answer seen an ACK still shows that there was one. */
function askingState(batch: EventBatch, i: number): number {
  const c = batch.column
  const sampled = c.sampling[i]! > 1 ? State.sampled | State.unknownOutcome : 0
  if (c.outcome[i] === Outcome.blocked) return State.blocked | sampled
  if (c.protocol[i] !== Protocol.tcp) return sampled
  const flags = c.flags[i]!
  const shaken = (flags & (Flag.syn | Flag.ack)) === (Flag.syn | Flag.ack)
  const data = (c.marks[i]! & Mark.data) !== 0 || (shaken && (flags & Flag.psh) !== 0) ? State.data : 0
  return (shaken ? State.established | State.completed | State.reacted : 0) | data | sampled
}

/**
 * Notes in contact `row` that the other direction was seen, with TCP flags `flags` from `at` on.
 *
 * hot: no allocation per event.
 */
function noteAnswer(journal: AttemptJournal, row: number, flags: number, at: number): void {
  const isTcp = journal.protocol[row] === Protocol.tcp
  const refused = isTcp && (flags & Flag.rst) !== 0 && (flags & Flag.syn) === 0
  const asked = journal.flags[row]!
  let state: number = State.heard
  if (!refused) state |= State.established
  else if (!journal.has(row, State.established)) state |= State.refused
  if (isTcp && !refused) {
    if ((asked & (Flag.ack | Flag.rst)) === Flag.rst) state |= State.halfOpen | State.reacted
    if (flags & Flag.psh) state |= State.replyData
  }
  journal.mark(row, state)
  if (journal.answeredAt[row] === 0) journal.answeredAt[row] = Math.max(at, journal.time[row]!)
}

/** A contact that turns out to be the answering direction of another: part of a conversation, no contact of its own. */
function explain(journal: AttemptJournal, row: number): void {
  journal.method[row] = MethodCode.midstream
  journal.mark(row, State.data)
}
