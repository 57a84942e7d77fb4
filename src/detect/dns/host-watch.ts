import type { Resumable } from '../../base/snapshot.ts'
import { type Account, AccountKind } from './account.ts'
import { Label, labelOf } from './label.ts'
import { type Ledger, Marks, speaksFor } from './ledger.ts'
import { nameText } from './name-text.ts'
import type { Query } from './query.ts'
import { Answer } from './targets.ts'
import { type DnsTermName, dnsTermIndex } from './terms.ts'
import { type ZoneState, ZoneTable } from './zone-table.ts'

/** Above the ledger's marks: what the label looks like. */
const labelShift = 4

/**
 * Watches who tries host names in a zone.
 *
 * hot: no allocation per query.
 */
export class HostWatch implements Resumable<ZoneState> {
  readonly #ledger: Ledger
  readonly #zones: ZoneTable
  readonly #ours: readonly Uint8Array[] | undefined
  readonly #evidenceOf = (slot: number) => this.#ledger.evidence(this.#zones.account[slot] as number)

  /** @param ours our zones, for which alone tried names count; every zone where absent */
  constructor(ledger: Ledger, log2: number, key: number, ours: readonly string[] | undefined) {
    this.#ledger = ledger
    this.#zones = new ZoneTable(log2, key)
    this.#ours = ours?.map((zone) => new TextEncoder().encode(`.${zone.toLowerCase().replace(/^\.|\.$/g, '')}`))
  }

  observe(query: Query): void {
    const { client, host, span, from } = query
    const id = this.#ledger.clients.id[client] as number
    const isReply = this.#ledger.isReply(query, host.whole)
    if (this.#ours ? !this.#isOurs(query) : host.isBelowRegistry(span)) return
    const label = labelOf(span, from, host.labelEnd)
    let zone = this.#zones.find(id, host.zone, host.zoneToo)
    if (zone < 0) {
      if (label < Label.word || isReply) return
      zone = this.#claim(id, host.zone, host.zoneToo)
    }
    const account = this.#account(zone)
    const target = account ? account.targets.find(host.label, host.whole, 0, 0, 0) : -1
    const recent = this.#ledger.clients.recentPlace(client, host.whole)
    if (isReply || target >= 0 || recent >= 0) {
      if (!isReply) this.#zones.ask(zone, host.label)
      const marks = this.#ledger.again(query, account, target, recent, isReply)
      if (marks >= 0 && (marks & Marks.deferred) !== 0) this.#guess(query, zone, account, marks | Marks.answered)
      return
    }
    // The filter forgets when it is full; an account knows each name.
    const isNew = this.#zones.ask(zone, host.label) || account !== undefined
    if (!isNew || label === Label.none) return
    let marks = Marks.host | (label << labelShift)
    if (this.#zones.isAtIt(zone, this.#ledger.clients.queries[client] as number)) marks |= Marks.telling
    if (query.answer !== Answer.unknown) marks |= Marks.answered
    if (this.#ledger.awaitsReply(query)) marks |= Marks.deferred
    this.#ledger.clients.remember(client, host.whole, marks)
    this.#guess(query, zone, account, marks)
  }

  snapshot(): ZoneState {
    return this.#zones.snapshot()
  }

  resume(state: ZoneState): void {
    this.#zones.resume(state)
  }

  #account(zone: number): Account | undefined {
    return this.#ledger.account(AccountKind.enumeration, zone, this.#zones.account[zone] as number)
  }

  /** Takes up what a name says, unless its answer is still to come. */
  #guess(query: Query, zone: number, account: Account | undefined, marks: number): void {
    const isOpen = (marks & (Marks.deferred | Marks.answered)) === Marks.deferred
    const term = isOpen ? undefined : termOf(marks, query.answer)
    if (term) this.#ledger.met[dnsTermIndex[term]]!++
    const open = account ?? this.#open(query, zone, term)
    if (!open) return
    const { label, whole } = query.host
    if (open.targets.find(label, whole, 0, 0, 0) < 0) {
      const target = open.targets.add(label, whole, 0, 0, 0, query.at)
      if (target >= 0) {
        open.targets.marks[target] = marks
        this.#ledger.setAnswer(query, open, target)
      }
      this.#ledger.tell(query, open)
    }
    if (term !== undefined) this.#ledger.take(query, open, this.#zones.account, term, open.targets.length)
  }

  #open(query: Query, zone: number, term: DnsTermName | undefined): Account | undefined {
    if (term === undefined || !speaksFor(term)) return undefined
    const account = this.#ledger.open(AccountKind.enumeration, zone, this.#zones.account, query, query.at)
    account.zone = nameText(query.span, query.host.labelEnd + 1, query.host.end)
    return account
  }

  #claim(client: number, zone: number, zoneToo: number): number {
    const slot = this.#zones.victim(client, zone, this.#evidenceOf)
    this.#ledger.disown(AccountKind.enumeration, slot, this.#zones.account[slot] as number)
    this.#zones.claim(slot, client, zone, zoneToo)
    return slot
  }

  /** Whether the zone above the name is one of ours, or below one. */
  #isOurs({ host, span }: Query): boolean {
    for (const zone of this.#ours as readonly Uint8Array[]) {
      const start = host.end - zone.length
      if (start >= host.labelEnd && endsAt(span, start, zone)) return true
    }
    return false
  }
}

/** What a tried host name says, by what its label looks like and what was answered. */
function termOf(marks: number, answer: number): DnsTermName {
  const label = (marks >>> labelShift) & 3
  if (answer === Answer.named) return 'known host'
  if ((marks & Marks.telling) === 0 || label < Label.word) return 'odd host'
  if (answer === Answer.none) return label === Label.host ? 'guessed host' : 'guessed word'
  return label === Label.host ? 'tried host' : 'odd host'
}

/** Whether the bytes from `start` on are the zone, which is given in lower case. */
function endsAt(bytes: Uint8Array, start: number, zone: Uint8Array): boolean {
  for (let k = 0; k < zone.length; k++) {
    const byte = bytes[start + k]!
    if ((byte >= 65 && byte <= 90 ? byte | 32 : byte) !== zone[k]) return false
  }
  return true
}
