import type { Resumable } from '../../base/snapshot.ts'
import { isPlain } from '../../event/port-kinds.ts'
import { type AttemptJournal, State } from '../../track/journal.ts'
import { MethodCode } from '../../track/method.ts'
import type { OwnNetworks } from '../network/own-networks.ts'
import { Baseline, type BaselineState } from './baseline.ts'
import { type Candidates, What } from './candidates.ts'
import { Contact } from './contact.ts'
import { Fingerprint } from './fingerprint.ts'
import { isInside } from './place.ts'

/** So many of our addresses must have opened connections all along: else the log does not show it, and silence says nothing. */
const fewestInitiators = 3
/** Bits of an initiator: it was silent during a whole learning period before. */
const wasQuiet = 1

export interface QuietState {
  readonly alive: BaselineState
  readonly initiators: BaselineState
  readonly read: number
  readonly count: number
  readonly enoughSince: number
}

/**
 * Addresses of ours that answer and never ask: printers, cameras, servers. One that does after the learning period is a
 * candidate. Reads the journal's contacts once each. hot: no allocation per contact.
 */
export class QuietAddresses implements Resumable<QuietState> {
  readonly #alive: Baseline
  readonly #initiators: Baseline
  readonly #learning: number
  readonly #candidates: Candidates
  readonly #contact = new Contact()
  readonly #key: Fingerprint
  /** The journal's first row that was not read. */
  #read = 0
  /** Addresses that initiate, and when there were enough of them; 0 where there are not. */
  #count = 0
  #enoughSince = 0

  /** @param learning seconds */
  constructor(log2: number, learning: number, candidates: Candidates, key: number) {
    this.#alive = new Baseline(log2)
    this.#initiators = new Baseline(log2)
    this.#learning = learning
    this.#candidates = candidates
    this.#key = new Fingerprint(key + 53)
  }

  get forgotten(): number {
    return this.#alive.forgotten + this.#initiators.forgotten
  }

  /** How many of our addresses were seen opening connections. */
  get initiators(): number {
    return this.#count
  }

  /** Takes up the contacts that began before `until`; what became of younger ones is still open. */
  observe(journal: AttemptJournal, own: OwnNetworks, until: number): void {
    while (this.#read < journal.length && (journal.time[this.#read] as number) <= until) {
      this.#row(journal, this.#read++, own)
    }
  }

  /** The journal was emptied of all but contacts that were read. */
  rolledOver(journal: AttemptJournal): void {
    this.#read = journal.length
  }

  /** The next input has a journal of its own. */
  leaveInputs(): void {
    this.#read = 0
  }

  snapshot(): QuietState {
    return {
      alive: this.#alive.snapshot(),
      initiators: this.#initiators.snapshot(),
      read: this.#read,
      count: this.#count,
      enoughSince: this.#enoughSince,
    }
  }

  resume(state: QuietState): void {
    this.#alive.resume(state.alive)
    this.#initiators.resume(state.initiators)
    this.#read = state.read
    this.#count = state.count
    this.#enoughSince = state.enoughSince
  }

  #row(journal: AttemptJournal, row: number, own: OwnNetworks): void {
    const seconds = (journal.time[row] as number) / 1e6
    if (!(seconds > 0)) return
    const contact = this.#contact
    const opens = contact.ofJournal(journal, row)
    if (journal.has(row, State.established) && isOurs(own, contact.target)) this.#answered(contact.target, seconds)
    if (opens && isRequest(journal.method[row] as number) && isOurs(own, contact.source))
      this.#asked(contact, seconds, own)
  }

  #answered(address: Uint32Array, at: number): void {
    this.#keyOf(address)
    const slot = this.#alive.find(this.#key.low, this.#key.high)
    if (slot < 0) this.#alive.claim(this.#key.low, this.#key.high, at)
    else this.#alive.touch(slot, at)
  }

  #asked(contact: Contact, at: number, own: OwnNetworks): void {
    this.#keyOf(contact.source)
    const { low, high } = this.#key
    let slot = this.#initiators.find(low, high)
    if (slot < 0) {
      const isLate = this.#isLate(at)
      slot = this.#initiators.claim(low, high, at)
      if (isLate) this.#initiators.bits[slot] = wasQuiet
      if (++this.#count === fewestInitiators) this.#enoughSince = at
    } else this.#initiators.touch(slot, at)
    const isNew =
      this.#initiators.bits[slot] === wasQuiet && at - (this.#initiators.since[slot] as number) < this.#learning
    if (isNew) this.#note(contact, own)
  }

  /** Whether the address was there for a whole learning period without asking for anything, in logs that would show it. */
  #isLate(at: number): boolean {
    const alive = this.#alive.find(this.#key.low, this.#key.high)
    if (alive < 0 || this.#enoughSince === 0) return false
    return at - (this.#alive.since[alive] as number) >= this.#learning && at - this.#enoughSince >= this.#learning
  }

  #note(contact: Contact, own: OwnNetworks): void {
    const { low, high } = this.#key
    const { target } = contact
    let slot = this.#candidates.find(What.host, low, high)
    if (slot < 0) {
      slot = this.#candidates.open(What.host, low, high, contact)
      const alive = this.#alive.find(low, high)
      this.#candidates.since[slot] = alive < 0 ? 0 : (this.#alive.since[alive] as number)
      this.#candidates.known[slot] = this.#count - 1
    }
    const inside = isInside(own, target[0] as number, target[1] as number, target[2] as number, target[3] as number)
    this.#candidates.add(slot, contact, !isPlain(contact.port), inside)
  }

  #keyOf(a: Uint32Array): void {
    this.#key.words(a[0] as number, a[1] as number, a[2] as number, a[3] as number, 0)
  }
}

function isOurs(own: OwnNetworks, a: Uint32Array): boolean {
  // Link-local addresses are those of a moment.
  if ((a[0] as number) >>> 22 === 0x3fa) return false
  return own.has(a[0] as number, a[1] as number, a[2] as number, a[3] as number)
}

function isRequest(method: number): boolean {
  return method < MethodCode.response && method !== MethodCode.arp && method !== MethodCode.ndp
}
