import { Hash } from '../../base/hash.ts'
import type { Resumable } from '../../base/snapshot.ts'
import { type Account, AccountKind } from './account.ts'
import { type Ledger, Marks, speaksFor } from './ledger.ts'
import type { Query } from './query.ts'
import { Habit, Position, Sweep, type SweepState } from './sweep.ts'
import { Answer } from './targets.ts'
import { type DnsTermName, dnsTermIndex } from './terms.ts'

/** Above the ledger's marks: what was answered. */
const answerShift = 4

/** A client that asks all over must go on from address to address for so long before that is held against it. */
const longRun = 8

/** By position, then by `Habit`. */
const terms: Readonly<Record<number, readonly DnsTermName[] | undefined>> = {
  [Position.elsewhere]: ['reverse name elsewhere', 'reverse name elsewhere', 'reverse name elsewhere'],
  [Position.next]: ['next reverse name', 'next of many reverse names', 'next of listed reverse names'],
  [Position.later]: ['later reverse name', 'next of many reverse names', 'next of listed reverse names'],
  [Position.branch]: ['next reverse branch', 'next of many reverse names', 'next of listed reverse names'],
  [Position.near]: ['near reverse name', 'reverse name between', 'reverse name between'],
}

/**
 * Watches who asks for the names of addresses.
 *
 * hot: no allocation per query.
 */
export class AddressWatch implements Resumable<SweepState> {
  readonly #ledger: Ledger
  readonly #sweep: Sweep
  readonly #hash: Hash

  constructor(ledger: Ledger, key: number) {
    this.#ledger = ledger
    this.#sweep = new Sweep(ledger.clients.capacity)
    this.#hash = new Hash(key + 29)
  }

  /** Forgets what was known of the client that had the slot. */
  clear(client: number): void {
    this.#sweep.clear(client)
  }

  observe(query: Query): void {
    const { client, reverse } = query
    const { depth, w0, w1, w2, w3 } = reverse
    const { clients } = this.#ledger
    const hash = this.#hash.of5(w0, w1, w2, w3, depth) >>> 1
    const account = this.#ledger.account(AccountKind.sweep, client, clients.account[client] as number)
    const target = account ? account.targets.find(w0, w1, w2, w3, depth) : -1
    const recent = clients.recentPlace(client, hash)
    const isReply = this.#ledger.isReply(query, hash)
    if (isReply || target >= 0 || recent >= 0) {
      const marks = this.#ledger.again(query, account, target, recent, isReply)
      if (recent >= 0) clients.recentMarks[recent]! |= query.answer << answerShift
      if (marks >= 0) this.#settle(query, account, marks)
      return
    }
    const position = this.#sweep.visit(client, reverse, query.at)
    let marks = query.answer === Answer.unknown ? 0 : Marks.answered | (query.answer << answerShift)
    if (this.#sweep.isSoon && this.#sweep.habit(client) === Habit.narrow) marks |= Marks.telling
    if (position === Position.between && this.#ledger.awaitsReply(query)) marks |= Marks.deferred
    clients.remember(client, hash, marks)
    const term = this.#term(query, position, marks)
    if (term) this.#ledger.met[dnsTermIndex[term]]!++
    const open = account ?? this.#open(query, term)
    if (open) this.#add(query, open, position, marks, term)
    if (query.answer === Answer.named) this.#sweep.named(client, reverse)
  }

  snapshot(): SweepState {
    return this.#sweep.snapshot()
  }

  resume(state: SweepState): void {
    this.#sweep.resume(state)
  }

  #term(query: Query, position: number, marks: number): DnsTermName | undefined {
    if (marks & Marks.deferred) return undefined
    if (position === Position.between) return this.#between(query, marks)
    return terms[position]?.[this.#sweep.habit(query.client)]
  }

  #between(query: Query, marks: number): DnsTermName {
    const isTelling = (marks & Marks.telling) !== 0 && query.answer === Answer.none && this.#sweep.isTelling
    return isTelling ? 'reverse name without host' : 'reverse name between'
  }

  /** The first answer to a name that was asked for before. */
  #settle(query: Query, account: Account | undefined, marks: number): void {
    if (query.answer === Answer.named) this.#sweep.named(query.client, query.reverse)
    if ((marks & Marks.deferred) === 0) return
    const term = this.#between(query, marks)
    this.#ledger.met[dnsTermIndex[term]]!++
    const open = account ?? this.#open(query, term)
    if (open) this.#ledger.take(query, open, this.#ledger.clients.account, term, this.#sweep.count)
  }

  /** Opens an account where the term speaks for a scan; a step beyond the others by chance does not, yet. */
  #open(query: Query, term: DnsTermName | undefined): Account | undefined {
    if (term === undefined || !speaksFor(term) || term === 'near reverse name') return undefined
    if (term.startsWith('next of') && this.#sweep.run < longRun) return undefined
    const { since } = this.#sweep
    const account = this.#ledger.open(AccountKind.sweep, query.client, this.#ledger.clients.account, query, since)
    const { depth, w0, w1, w2 } = query.reverse
    for (const position of this.#sweep.earlier) {
      const target = account.targets.add(w0, w1, w2, position, depth, since)
      if (target >= 0) account.targets.marks[target] = Marks.early | Marks.answered
    }
    return account
  }

  /** What was answered to the name of a recent address. */
  #answerBefore({ client, reverse }: Query, position: number): number {
    const { clients } = this.#ledger
    const { depth, w0, w1, w2 } = reverse
    const place = clients.recentPlace(client, this.#hash.of5(w0, w1, w2, position, depth) >>> 1)
    return place < 0 ? Answer.unknown : (clients.recentMarks[place]! >>> answerShift) & 7
  }

  #add(query: Query, account: Account, position: number, marks: number, term: DnsTermName | undefined): void {
    const { depth, w0, w1, w2, w3 } = query.reverse
    const { targets } = account
    if (position !== Position.known) account.asked++
    if (position !== Position.known && this.#sweep.isRising) account.rising++
    if (position === Position.elsewhere) account.besides++
    else if (position !== Position.known) {
      const { before, beforeAt } = this.#sweep
      // The address that the step starts from was asked for before anything was held against the client.
      if (targets.find(w0, w1, w2, before, depth) < 0) {
        const start = targets.add(w0, w1, w2, before, depth, beforeAt)
        if (start >= 0) targets.answer[start] = this.#answerBefore(query, before)
      }
      const target = targets.add(w0, w1, w2, w3, depth, query.at)
      if (target >= 0) {
        targets.marks[target] = marks
        this.#ledger.setAnswer(query, account, target)
      }
    }
    this.#ledger.tell(query, account)
    if (term !== undefined) this.#ledger.take(query, account, this.#ledger.clients.account, term, this.#sweep.count)
  }
}
