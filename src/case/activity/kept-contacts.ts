import type { Resumable } from '../../base/snapshot.ts'
import type { OwnNetworks } from '../../detect/network/own-networks.ts'
import { AttemptJournal, type JournalState, State } from '../../track/journal.ts'

export interface KeptState {
  readonly journal: JournalState
  readonly next: number
  readonly forgotten: number
}

/**
 * Contacts of our hosts that came to something, kept when an epoch's journal is emptied, so that what followed a scan can be
 * asked of a longer time than an epoch. A ring of fixed size: the newest push out the oldest.
 */
export class KeptContacts implements Resumable<KeptState> {
  readonly journal: AttemptJournal
  #next = 0
  forgotten = 0

  constructor(capacity = 2 ** 16) {
    this.journal = new AttemptJournal(capacity)
  }

  /** Takes over from a journal that is about to be emptied what `goesOn` does not leave in it. */
  take(from: AttemptJournal, own: OwnNetworks | undefined, goesOn: (row: number) => boolean): void {
    const a = from.address
    for (let row = 0; row < from.length; row++) {
      if (!from.has(row, State.established | State.data | State.replyData) || goesOn(row)) continue
      const p = 8 * row
      const isOurs =
        own === undefined ||
        own.has(a[p]!, a[p + 1]!, a[p + 2]!, a[p + 3]!) ||
        own.has(a[p + 4]!, a[p + 5]!, a[p + 6]!, a[p + 7]!)
      if (isOurs) this.#keep(from, row)
    }
  }

  snapshot(): KeptState {
    return { journal: this.journal.snapshot(), next: this.#next, forgotten: this.forgotten }
  }

  resume(state: KeptState): void {
    this.journal.resume(state.journal)
    this.#next = state.next
    this.forgotten = state.forgotten
  }

  #keep(from: AttemptJournal, row: number): void {
    const { journal } = this
    journal.copy(from, row)
    if (!journal.full) return
    // The last place is a buffer: what was put there takes the place of the oldest.
    const last = journal.length - 1
    journal.move(last, this.#next)
    journal.length = last
    this.#next = (this.#next + 1) % last
    this.forgotten++
  }
}
