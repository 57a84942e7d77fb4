import { Hash } from '../base/hash.ts'
import type { Resumable } from '../base/snapshot.ts'
import { type EventBatch, Kind } from '../event/batch.ts'
import { type FingerprintState, FingerprintTable } from '../sketch/fingerprint-table.ts'
import { ClockSkew, type ClockSkewState } from './clock-skew.ts'
import { AttemptJournal, type JournalState } from './journal.ts'
import { MethodCode } from './method.ts'
import { isIcmp } from './request.ts'

/** The contact is remembered, but its journal row is gone (an earlier epoch). */
const forgotten = 0xfffffffd

export interface ContactsState {
  readonly journal: JournalState
  readonly known: FingerprintState
  readonly skew: ClockSkewState
}

/**
 * First contacts: which (source, destination, port, protocol, method) were seen before, and their rows in the journal.
 *
 * hot: no allocation per event.
 */
export class Contacts implements Resumable<ContactsState> {
  readonly journal: AttemptJournal
  readonly skew = new ClockSkew()
  readonly #known: FingerprintTable
  readonly #connectionHash: Hash
  readonly #hash: Hash

  /** @param sizes log2 of contacts remembered; contacts in the journal */
  constructor(sizes: { readonly contacts: number; readonly journal: number }, hash: Hash, key: number) {
    this.journal = new AttemptJournal(sizes.journal)
    this.#known = new FingerprintTable(sizes.contacts)
    this.#connectionHash = hash
    this.#hash = new Hash(key + 1)
  }

  snapshot(): ContactsState {
    return { journal: this.journal.snapshot(), known: this.#known.snapshot(), skew: this.skew.snapshot() }
  }

  resume(state: ContactsState): void {
    this.journal.resume(state.journal)
    this.#known.resume(state.known)
    this.skew.resume(state.skew)
  }

  /**
   * Journals the contact of row `i`, or counts a repetition; returns its journal row, -1 when that is gone.
   * @param isSeen another sensor recorded just this connection: it is no repetition
   */
  note(batch: EventBatch, i: number, method: number, isSeen = false): number {
    const c = batch.column
    const hash = this.#hash
    const target =
      method === MethodCode.response || method === MethodCode.midstream
        ? 0
        : method === MethodCode.ipProtocol
          ? (c.protocol[i] as number)
          : isIcmp(c.protocol[i] as number)
            ? (c.icmpType[i] as number)
            : (c.dstPort[i] as number)
    const key = (target | ((c.protocol[i] as number) << 16) | (method << 24)) >>> 0
    const low = hash.of5(c.src2[i] as number, c.src3[i] as number, c.dst2[i] as number, c.dst3[i] as number, key)
    const wide = hash.of4(c.src0[i] as number, c.src1[i] as number, c.dst0[i] as number, c.dst1[i] as number)
    const high = this.#connectionHash.of5(c.dst3[i] as number, key, c.src3[i] as number, wide, low)
    const known = this.#known.get(low, high)
    const journal = this.journal
    if (known >= 0) {
      if (known === forgotten) return -1
      const samePorts = c.srcPort[i] === journal.srcPort[known] && c.srcPort[i] !== 0
      const elsewhere = samePorts && this.noteSkew(known, c.sensor[i] as number, c.time[i] as number)
      if (elsewhere) journal.noteRelay(known, c.link[i] as number, c.ttl[i] as number)
      // A log line with the same ports is the same SYN, sent again.
      const again = isSeen || elsewhere || (c.kind[i] === Kind.log && samePorts)
      if (!again) journal.repeat(known, batch, i)
      journal.lastAt[known] = c.time[i] as number
      journal.seenBy(known, c.sensor[i] as number)
      return known
    }
    const row = journal.append(batch, i, method, target)
    this.#known.set(low, high, row)
    return row
  }

  /** Compares clocks where a sensor sees a contact's first connection that another has seen. @returns whether it does so now */
  noteSkew(row: number, sensor: number, time: number): boolean {
    const { journal } = this
    if (journal.wasSeenBy(row, sensor)) return false
    this.skew.note(journal.sensor[row] as number, journal.time[row] as number, sensor, time)
    return true
  }

  /** Rewrites the journal rows after the journal was compacted: `change` gives the new row or -1. */
  remap(change: (row: number) => number): void {
    this.#known.remap(change, forgotten)
  }
}
