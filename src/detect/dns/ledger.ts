import type { Resumable } from '../../base/snapshot.ts'
import { type Account, AccountKind } from './account.ts'
import { Accounts, type AccountsState } from './accounts.ts'
import { type ClientState, ClientTable } from './client-table.ts'
import { PendingQueries, type PendingState } from './pending.ts'
import type { Query } from './query.ts'
import { Answer, type Budget } from './targets.ts'
import { type DnsTermName, dnsTermIndex, dnsTerms, dnsThresholds } from './terms.ts'

export interface DnsSizes {
  /** Clients, and zones asked by a client, as powers of two. */
  readonly clients: number
  readonly zones: number
  /** Queries whose answer may come as a record of its own, as a power of two. */
  readonly pending: number
  /** Clients that something is held against, and names kept of all of them together. */
  readonly accounts: number
  readonly targets: number
}

export interface LedgerState {
  readonly clients: ClientState
  readonly pending: PendingState
  readonly accounts: AccountsState
  readonly repliers: number
}

/**
 * What a name was, for when its answer comes: bits of `marks`. The watches keep more between. `early`: it was asked for before
 * anything was held against the client, in an order that is not known.
 */
export const Marks = { answered: 1, deferred: 2, telling: 4, host: 8, early: 128 } as const

/** How many names a scan has at least, by kind of account. */
const fewest = { [AccountKind.sweep]: 5, [AccountKind.enumeration]: 10 } as const

/** Clients and what is held against them: what both watches write in. */
export class Ledger implements Resumable<LedgerState> {
  readonly clients: ClientTable
  readonly #pending: PendingQueries
  readonly #accounts: Accounts
  /** How often each term was met, of all clients: ordinary ones should meet a mean ratio of at most 1. */
  readonly met = new Float64Array(dnsTerms.length)
  /** Sensors, modulo 32, that log answers as records of their own. */
  #repliers = 0

  constructor(sizes: DnsSizes, key: number) {
    const budget: Budget = { left: sizes.targets }
    this.clients = new ClientTable(sizes.clients, key)
    this.#pending = new PendingQueries(sizes.pending, key)
    this.#accounts = new Accounts(sizes.accounts, budget, key)
  }

  get decided(): Account[] {
    return this.#accounts.decided()
  }

  /** Findings that had to give way to others. */
  get lost(): number {
    return this.#accounts.lost
  }

  account(kind: number, owner: number, pointer: number): Account | undefined {
    return this.#accounts.of(pointer, kind, owner)
  }

  /** How much is held by the entry of a table: what keeps it from giving way. */
  evidence(pointer: number): number {
    const account = pointer === 0 ? undefined : this.#accounts.at(pointer - 1)
    return account === undefined || account.owner < 0 ? 0 : account.isDecided ? 1e6 : account.total
  }

  /** The owner's entry is about to be given to somebody else. */
  disown(kind: number, owner: number, pointer: number): void {
    if (this.account(kind, owner, pointer)) this.#accounts.orphan(pointer)
  }

  /** Opens an account for the owner. @param since when the first of its names was asked for */
  open(kind: number, owner: number, table: Uint32Array, query: Query, since: number): Account {
    const pointer = this.#accounts.open(kind, owner, since)
    table[owner] = pointer
    const account = this.#accounts.at(pointer - 1)
    this.clients.copyAddress(query.client, account.client)
    query.copyServer(account.server)
    return account
  }

  /**
   * Whether the query is the answer to one that was logged before. Else it is a query: one without answer is remembered, since
   * that may come as a record of its own.
   */
  isReply(query: Query, name: number): boolean {
    const { at, sensor } = query
    const client = this.clients.id[query.client] as number
    if (query.answer === Answer.unknown) this.#pending.asked(client, name, at)
    else if (this.#pending.isAnswer(client, name, at)) {
      this.#repliers |= 1 << (sensor & 31)
      return true
    }
    this.clients.queries[query.client]!++
    return false
  }

  /** Whether the query's log will tell the answer in a record to come. */
  awaitsReply(query: Query): boolean {
    return query.answer === Answer.unknown && ((this.#repliers >>> (query.sensor & 31)) & 1) === 1
  }

  /**
   * The answer to a name that was asked for before, or the same question again.
   * @returns the marks of the name if its answer comes now for the first time, else -1
   */
  again(query: Query, account: Account | undefined, target: number, recent: number, isReply: boolean): number {
    if (account && target >= 0) {
      if (!isReply) account.targets.again(target, query.at)
      this.setAnswer(query, account, target)
      this.tell(query, account)
    }
    if (query.answer === Answer.unknown) return -1
    const { recentMarks } = this.clients
    const kept = account && target >= 0 ? account.targets.marks : undefined
    const marks = recent >= 0 ? recentMarks[recent]! : (kept?.[target] ?? Marks.answered)
    if (recent >= 0) recentMarks[recent]! |= Marks.answered
    if (kept) kept[target]! |= Marks.answered
    return marks & Marks.answered ? -1 : marks
  }

  setAnswer(query: Query, account: Account, target: number): void {
    const { answer } = account.targets
    if (query.answer === Answer.unknown || answer[target] !== Answer.unknown) return
    answer[target] = query.answer
    if (query.answer === Answer.named && account.hasRoomForNames) account.names.push(query.learned)
  }

  /** Counts a record that belongs to the account. */
  tell(query: Query, account: Account): void {
    account.mention(query)
    account.sitesLow = this.clients.sites(query.client, 0)
    account.sitesHigh = this.clients.sites(query.client, 1)
  }

  /**
   * Takes a step of the score, and decides; closes the account where nothing is held against the client any more.
   * @param table of the owner's account @param reached names asked for near each other
   */
  take(query: Query, account: Account, table: Uint32Array, term: DnsTermName, reached: number): void {
    account.take(dnsTermIndex[term], query)
    if (account.isDecided) return
    const floor = fewest[account.kind as keyof typeof fewest]
    if (account.targets.length >= floor && reached >= floor && account.total >= dnsThresholds.names) account.decide()
    else if (this.#accounts.isAtRest(account)) {
      const pointer = table[account.owner] as number
      table[account.owner] = 0
      this.#accounts.close(pointer)
    }
  }

  snapshot(): LedgerState {
    return {
      clients: this.clients.snapshot(),
      pending: this.#pending.snapshot(),
      accounts: this.#accounts.snapshot(),
      repliers: this.#repliers,
    }
  }

  resume(state: LedgerState): void {
    this.clients.resume(state.clients)
    this.#pending.resume(state.pending)
    this.#accounts.resume(state.accounts)
    this.#repliers = state.repliers
  }
}

/** Whether a term speaks for a scan. */
export function speaksFor(term: DnsTermName): boolean {
  return dnsTerms[dnsTermIndex[term]]!.ratio > 1
}
