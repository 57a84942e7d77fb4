import { Hash } from '../../base/hash.ts'
import { fillTables, type Resumable } from '../../base/snapshot.ts'
import { attackIn } from '../../event/attack-words.ts'
import { type EventBatch, Outcome, Subject } from '../../event/batch.ts'
import { Text, type TextField } from '../../event/texts.ts'
import { NotableTexts } from './notable-texts.ts'

/** Microseconds, counts and places of the kept records; one entry a kind of event between two ends. */
export interface NotableState {
  readonly tables: readonly (Uint8Array | Uint16Array | Uint32Array | Float64Array)[]
  readonly forgotten: number
}

const ways = 4
/** What an entry is known by beside its ends, by subject; and what else is kept of its first record. */
const keyed: Readonly<Record<number, readonly TextField[]>> = {
  [Subject.alert]: [Text.signatureId, Text.signature],
  [Subject.auth]: [Text.user],
  [Subject.http]: [],
  [Subject.tls]: [],
  [Subject.ssh]: [],
  [Subject.canary]: [],
}
const kept: Readonly<Record<number, readonly TextField[]>> = {
  [Subject.alert]: [Text.signatureId, Text.signature, Text.category, Text.cve],
  [Subject.auth]: [Text.user, Text.host, Text.process, Text.reason],
  [Subject.http]: [Text.httpMethod, Text.uri, Text.host, Text.userAgent],
  [Subject.tls]: [Text.serverName, Text.ja4, Text.ja3],
  [Subject.ssh]: [Text.clientBanner, Text.serverBanner, Text.hassh],
  [Subject.canary]: [Text.application, Text.user, Text.message],
}
/** Of a full set the entry that says least gives way: an alert and a login that succeeded outweigh a page that was read. */
const weights: Readonly<Record<number, number>> = {
  [Subject.alert]: 3,
  [Subject.canary]: 2,
  [Subject.auth]: 2,
  [Subject.ssh]: 1,
}

/**
 * What logs say beside contacts, kept aside until detection has found whom to ask about (requirements Q4, A3, A5): alerts,
 * logins, requests, touches of honeypots. Equal events between the same ends are one entry with a count. In a table of fixed
 * size; what found no room is counted.
 *
 * hot: no allocation per event.
 */
export class Notables implements Resumable<NotableState> {
  readonly capacity: number
  readonly subject: Uint8Array
  readonly outcome: Uint8Array
  readonly severity: Uint8Array
  readonly protocol: Uint8Array
  /** `attack-words.ts` number + 1; 0 = none. */
  readonly attack: Uint8Array
  readonly srcPort: Uint16Array
  readonly dstPort: Uint16Array
  readonly sensor: Uint16Array
  readonly count: Uint32Array
  readonly device: Uint32Array
  readonly length: Uint32Array
  readonly address: Uint32Array
  readonly first: Float64Array
  readonly last: Float64Array
  readonly offset: Float64Array
  readonly texts: NotableTexts
  /** Rows seen, by subject: which kinds of logs there are at all. */
  readonly seen = new Float64Array(Object.keys(Subject).length)
  /** Entries that gave way to others. */
  forgotten = 0
  readonly #low: Uint32Array
  readonly #high: Uint32Array
  readonly #mask: number
  readonly #hash = new Hash(29)
  readonly #other = new Hash(31)

  /** @param log2 entries, as a power of two; about 360 bytes each */
  constructor(log2 = 15) {
    const n = 2 ** log2
    this.capacity = n
    this.#mask = n / ways - 1
    this.subject = new Uint8Array(n)
    this.outcome = new Uint8Array(n)
    this.severity = new Uint8Array(n)
    this.protocol = new Uint8Array(n)
    this.attack = new Uint8Array(n)
    this.srcPort = new Uint16Array(n)
    this.dstPort = new Uint16Array(n)
    this.sensor = new Uint16Array(n)
    this.count = new Uint32Array(n)
    this.device = new Uint32Array(n)
    this.length = new Uint32Array(n)
    this.address = new Uint32Array(8 * n)
    this.first = new Float64Array(n)
    this.last = new Float64Array(n)
    this.offset = new Float64Array(n)
    this.#low = new Uint32Array(n)
    this.#high = new Uint32Array(n)
    this.texts = new NotableTexts(n)
  }

  observe(batch: EventBatch): void {
    const { subject } = batch.column
    const { seen } = this
    for (let i = 0; i < batch.length; i++) {
      const kind = subject[i]!
      seen[kind]!++
      if (kind !== Subject.contact && keyed[kind] !== undefined) this.#take(batch, i, kind)
    }
  }

  snapshot(): NotableState {
    return { tables: this.#tables, forgotten: this.forgotten }
  }

  resume(state: NotableState): void {
    fillTables(this.#tables, state.tables)
    this.forgotten = state.forgotten
  }

  get #tables() {
    const { subject, outcome, severity, protocol, attack, srcPort, dstPort, sensor, count, device, length } = this
    const numbers = [subject, outcome, severity, protocol, attack, srcPort, dstPort, sensor, count, device, length]
    return [
      ...numbers,
      ...[this.address, this.first, this.last, this.offset, this.seen, this.#low, this.#high],
      ...this.texts.storage,
    ]
  }

  #take(batch: EventBatch, i: number, kind: number): void {
    const c = batch.column
    if (c.src0[i] === 0 && c.src3[i] === 0 && kind !== Subject.auth) return
    const attack = kind === Subject.http ? this.#attack(batch, i) : -1
    const outcome = kind === Subject.auth ? c.outcome[i]! : Outcome.unknown
    const said = (kind | (outcome << 8) | ((attack + 1) << 16)) >>> 0
    let low = this.#hash.of5(c.src2[i]! ^ c.src0[i]!, c.src3[i]!, c.dst2[i]! ^ c.dst0[i]!, c.dst3[i]!, c.dstPort[i]!)
    low = this.#hash.of5(low, said, c.src1[i]!, c.dst1[i]!, c.device[i]!)
    const high = this.#other.of4(low, this.#words(batch, i, kind), c.src3[i]!, c.dst3[i]!)
    low = this.#hash.of2(low, high)
    const slot = this.#slot(low, high)
    const time = c.time[i]!
    if (this.count[slot]! > 0 && this.#low[slot] === low && this.#high[slot] === high) {
      this.count[slot]!++
      if (time > this.last[slot]!) this.last[slot] = time
      if (time < this.first[slot]!) this.first[slot] = time
      return
    }
    if (this.count[slot]! > 0) this.forgotten++
    this.#low[slot] = low
    this.#high[slot] = high
    this.#fill(batch, i, slot, kind, outcome, attack)
  }

  #fill(batch: EventBatch, i: number, slot: number, kind: number, outcome: number, attack: number): void {
    const c = batch.column
    this.subject[slot] = kind
    this.outcome[slot] = outcome
    this.attack[slot] = attack + 1
    this.severity[slot] = c.severity[i]!
    this.protocol[slot] = c.protocol[i]!
    this.srcPort[slot] = c.srcPort[i]!
    this.dstPort[slot] = c.dstPort[i]!
    this.sensor[slot] = c.sensor[i]!
    this.count[slot] = 1
    this.device[slot] = c.device[i]!
    this.length[slot] = c.length[i]!
    const a = 8 * slot
    this.address[a] = c.src0[i]!
    this.address[a + 1] = c.src1[i]!
    this.address[a + 2] = c.src2[i]!
    this.address[a + 3] = c.src3[i]!
    this.address[a + 4] = c.dst0[i]!
    this.address[a + 5] = c.dst1[i]!
    this.address[a + 6] = c.dst2[i]!
    this.address[a + 7] = c.dst3[i]!
    this.first[slot] = this.last[slot] = c.time[i]!
    this.offset[slot] = c.offset[i]!
    this.texts.clear(slot)
    const fields = kept[kind]!
    for (let k = 0; k < fields.length; k++) {
      const field = fields[k]!
      if (batch.findText(i, field)) {
        const { span, from, to } = batch.texts
        this.texts.add(slot, field, span, from, to)
      }
    }
  }

  /** The slot of a key, else a free one of its set, else that which says least. */
  #slot(low: number, high: number): number {
    const set = (low & this.#mask) * ways
    let least = set
    for (let slot = set; slot < set + ways; slot++) {
      if (this.count[slot] === 0) return slot
      if (this.#low[slot] === low && this.#high[slot] === high) return slot
      if (this.#weight(slot) < this.#weight(least)) least = slot
    }
    return least
  }

  #weight(slot: number): number {
    const kind = this.subject[slot]!
    const says =
      (weights[kind] ?? 0) + (this.attack[slot]! > 0 ? 3 : 0) + (this.outcome[slot] === Outcome.established ? 1 : 0)
    return says * 1e16 + this.last[slot]!
  }

  #words(batch: EventBatch, i: number, kind: number): number {
    const fields = keyed[kind]!
    let h = 0x811c9dc5
    for (let k = 0; k < fields.length; k++) {
      if (!batch.findText(i, fields[k]!)) continue
      const { span, from, to } = batch.texts
      for (let at = from; at < to; at++) h = Math.imul(h ^ span[at]!, 0x01000193)
      h = Math.imul(h ^ fields[k]!, 0x01000193)
    }
    return h >>> 0
  }

  #attack(batch: EventBatch, i: number): number {
    if (batch.findText(i, Text.uri)) {
      const found = attackIn(batch.texts.span, batch.texts.from, batch.texts.to)
      if (found >= 0) return found
    }
    return batch.findText(i, Text.userAgent) ? attackIn(batch.texts.span, batch.texts.from, batch.texts.to) : -1
  }
}
