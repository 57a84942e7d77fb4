import type { Resumable } from '../../base/snapshot.ts'
import { type EventBatch, Subject } from '../../event/batch.ts'
import type { DrawnScan } from '../finding.ts'
import { inOrder } from '../record/sentence.ts'
import { AccountKind } from './account.ts'
import { AddressWatch } from './address-watch.ts'
import type { DnsContext } from './context.ts'
import { HostWatch } from './host-watch.ts'
import { type DnsSizes, Ledger, type LedgerState } from './ledger.ts'
import { nameText } from './name-text.ts'
import { Query } from './query.ts'
import { Question } from './question.ts'
import { describeNames } from './record-names.ts'
import { describeTransfers } from './record-transfers.ts'
import type { SweepState } from './sweep.ts'
import { Transfers, type TransfersState } from './transfers.ts'
import type { ZoneState } from './zone-table.ts'

const usualSizes: DnsSizes = { clients: 15, zones: 15, pending: 16, accounts: 1024, targets: 2 ** 18 }

export interface DnsOptions {
  readonly sizes?: DnsSizes
  /** Our zones, for which alone tried host names count; every zone where absent. */
  readonly zones?: readonly string[]
  /** Of the hashes: a service draws it, so that nobody can choose where things fall. */
  readonly key?: number
}

/** All that the detector knows; plain data. */
export interface DnsState {
  readonly ledger: LedgerState
  readonly sweep: SweepState
  readonly zones: ZoneState
  readonly transfers: TransfersState
  readonly times: readonly [oldest: number, newest: number]
}

/**
 * Finds scans in what name servers log: sweeps through the reverse names of addresses, guessed host names, zone transfers. Reads
 * rows of subject `dns`. It has no clock, does no I/O and draws no random numbers; its memory has a fixed bound.
 *
 * hot: no allocation per query, but for transfers, for accounts that are opened, and for names that are shown.
 */
export class DnsDetector implements Resumable<DnsState> {
  readonly #ledger: Ledger
  readonly #addresses: AddressWatch
  readonly #hosts: HostWatch
  readonly #transfers: Transfers
  readonly #query: Query
  readonly #evidenceOf = (client: number) => this.#ledger.evidence(this.#ledger.clients.account[client] as number)
  /** Time of the oldest and the newest query. */
  oldest = Number.POSITIVE_INFINITY
  newest = Number.NEGATIVE_INFINITY

  constructor({ sizes = usualSizes, key = 1, zones }: DnsOptions = {}) {
    this.#ledger = new Ledger(sizes, key)
    this.#addresses = new AddressWatch(this.#ledger, key)
    this.#hosts = new HostWatch(this.#ledger, sizes.zones, key, zones)
    this.#transfers = new Transfers(key)
    this.#query = new Query(key)
  }

  /** Findings that had to give way to others: more clients were decided than are kept. */
  get lost(): number {
    return this.#ledger.lost
  }

  /** How often each of `dnsTerms` was met, whether anything was held against the client or not. */
  get met(): Float64Array {
    return this.#ledger.met
  }

  observe(batch: EventBatch): void {
    const { subject } = batch.column
    for (let i = 0; i < batch.length; i++) {
      if (subject[i] === Subject.dns && this.#query.read(batch, i)) this.#take(batch, i)
    }
  }

  /** What was found so far, in order of first sight; nothing is changed by asking. */
  findings(context: DnsContext): DrawnScan[] {
    const named = this.#ledger.decided.flatMap((account) => describeNames(account, context) ?? [])
    const transfers = this.#transfers.all.flatMap((who) => describeTransfers(who, context) ?? [])
    return [...named, ...transfers].sort(inOrder)
  }

  snapshot(): DnsState {
    return {
      ledger: this.#ledger.snapshot(),
      sweep: this.#addresses.snapshot(),
      zones: this.#hosts.snapshot(),
      transfers: this.#transfers.snapshot(),
      times: [this.oldest, this.newest],
    }
  }

  resume(state: DnsState): void {
    this.#ledger.resume(state.ledger)
    this.#addresses.resume(state.sweep)
    this.#hosts.resume(state.zones)
    this.#transfers.resume(state.transfers)
    this.oldest = state.times[0]
    this.newest = state.times[1]
  }

  #take(batch: EventBatch, i: number): void {
    const query = this.#query
    const { at, host, question } = query
    const { src0, src1, src2, src3 } = batch.column
    if (at > this.newest) this.newest = at
    if (at < this.oldest) this.oldest = at
    const { clients } = this.#ledger
    query.client = this.#client(src0[i]!, src1[i]!, src2[i]!, src3[i]!)
    clients.touch(query.client, at)
    if (question === Question.axfr || question === Question.ixfr) this.#transfer()
    else if (query.isReverse) {
      if (question === Question.ptr) this.#addresses.observe(query)
    } else {
      if (question === Question.soa) clients.addSoa(query.client, host.whole)
      if (host.labels > 1) clients.addSite(query.client, host.site)
      this.#hosts.observe(query)
    }
  }

  /** The slot of a client; a new one takes the place of who has the least held against it. */
  #client(a0: number, a1: number, a2: number, a3: number): number {
    const { clients } = this.#ledger
    const known = clients.find(a0, a1, a2, a3)
    if (known >= 0) return known
    const slot = clients.victim(a0, a1, a2, a3, this.#evidenceOf)
    this.#ledger.disown(AccountKind.sweep, slot, clients.account[slot] as number)
    clients.claim(slot, a0, a1, a2, a3)
    this.#addresses.clear(slot)
    return slot
  }

  #transfer(): void {
    const query = this.#query
    const { client, host } = query
    const { clients } = this.#ledger
    const server = new Uint32Array(4)
    query.copyServer(server)
    const who = this.#transfers.note(clients.address(client), {
      zone: nameText(query.span, query.from, host.end),
      zoneHash: host.whole,
      server,
      type: query.question === Question.axfr ? 'AXFR' : 'IXFR',
      afterSoa: clients.askedSoa(client, host.whole),
      asked: query.mention,
      answer: query.answer,
    })
    who.sitesLow = clients.sites(client, 0)
    who.sitesHigh = clients.sites(client, 1)
  }
}
