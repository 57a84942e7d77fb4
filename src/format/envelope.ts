import type { EventBatch } from '../event/batch.ts'
import { Carried, JsonEnvelope } from '../framing/envelope.ts'
import { InnerLine } from '../framing/inner-line.ts'
import { Decoded, type FormatContext } from './format.ts'
import { type Member, Mix } from './members.ts'

/** A shipper's line may itself be what another shipper wrote. */
const deepest = 2
const openObject = 123
const colon = 58
const longestKey = 48

/** What an envelope tells of the line in it: microseconds, one element, and where host and program stand. */
export type Told = Pick<JsonEnvelope, 'time' | 'hostFrom' | 'hostTo' | 'programFrom' | 'programTo'>

/**
 * Decodes lines in envelopes, each by the format that claims what is inside. Rows are those of the inner format; as evidence
 * they point at the envelope.
 *
 * hot: no allocation per event.
 */
export class Envelopes {
  readonly mix: Mix
  readonly #envelopes = Array.from({ length: deepest }, () => new JsonEnvelope())
  /** What the last envelope began with, its first key and colon. */
  readonly #key = new Uint8Array(longestKey + 1)
  #keyLength = 0
  readonly #lines = Array.from({ length: deepest }, () => new InnerLine())

  constructor(members: readonly Member[], context: FormatContext) {
    this.mix = new Mix(members, context)
  }

  /** Decodes a line that is an envelope, a record that some format claims as it is, or neither (then it is ignored). */
  decode(bytes: Uint8Array, from: number, to: number, batch: EventBatch): Decoded {
    if (bytes[from] !== openObject) return this.mix.decode(bytes, from, to, batch)
    // A line that begins like the envelope before it is opened at once: to ask all formats takes longer than all the rest.
    const isAlike = this.#isAlike(bytes, from, to)
    let what = isAlike ? this.#openDated(bytes, from, to, batch) : -1
    if (what >= 0) return what as Decoded
    this.#keyLength = 0
    const owner = this.mix.ownerOfObject(bytes, from, to)
    if (owner >= 0) return this.mix.decodeAs(owner, bytes, from, to, batch)
    if (!isAlike) what = this.#openDated(bytes, from, to, batch)
    if (what >= 0) {
      this.#remember(bytes, from, to)
      return what as Decoded
    }
    batch.reason = 'not a JSON object'
    return this.#envelopes[0]!.isSound ? Decoded.ignored : Decoded.malformed
  }

  /** Decodes `line`, which an envelope carried. -1 where nobody claims it. */
  take(line: InnerLine, envelope: Told, bytes: Uint8Array, batch: EventBatch): number {
    if (envelope.time[0]! > 0) batch.arrival = envelope.time[0]!
    if (line.bytes[line.bare] === openObject) {
      const owner = this.mix.ownerOfObject(line.bytes, line.bare, line.to)
      return owner < 0 ? -1 : this.mix.decodeAs(owner, line.bytes, line.bare, line.to, batch)
    }
    if (!line.isComplete) {
      const { hostFrom, hostTo, programFrom, programTo } = envelope
      line.prepend(envelope.time, bytes, hostFrom, hostTo, programFrom, programTo)
      const owner = this.mix.owner(line.bytes, line.from, line.to)
      if (owner >= 0) return this.mix.decodeAs(owner, line.bytes, line.from, line.to, batch)
    }
    // Formats whose lines never have a header are found without.
    const owner = this.mix.owner(line.bytes, line.bare, line.to)
    return owner < 0 ? -1 : this.mix.decodeAs(owner, line.bytes, line.bare, line.to, batch)
  }

  #openDated(bytes: Uint8Array, from: number, to: number, batch: EventBatch): number {
    const arrival = batch.arrival
    const what = this.#open(bytes, from, to, batch, 0)
    batch.arrival = arrival
    return what
  }

  /** Whether the first key is that of the last envelope. */
  #isAlike(bytes: Uint8Array, from: number, to: number): boolean {
    if (this.#keyLength === 0 || to - from < this.#keyLength) return false
    for (let i = 0; i < this.#keyLength; i++) if (bytes[from + i] !== this.#key[i]) return false
    return true
  }

  #remember(bytes: Uint8Array, from: number, to: number): void {
    const end = bytes.indexOf(colon, from)
    if (end < 0 || end >= to || end - from > longestKey) return
    for (let i = from; i <= end; i++) this.#key[i - from] = bytes[i]!
    this.#keyLength = end + 1 - from
  }

  #open(bytes: Uint8Array, from: number, to: number, batch: EventBatch, depth: number): number {
    const envelope = this.#envelopes[depth]!
    const line = this.#lines[depth]!
    const carried = envelope.read(bytes, from, to)
    if (carried === Carried.text) line.take(bytes, envelope.from, envelope.to)
    else if (carried === Carried.numbers) line.takeNumbers(bytes, envelope.from, envelope.to)
    if (carried !== Carried.nothing) {
      const what = this.take(line, envelope, bytes, batch)
      if (what >= 0) return what
      if (line.bytes[line.bare] === openObject && depth + 1 < deepest) {
        return this.#open(line.bytes, line.bare, line.to, batch, depth + 1)
      }
    }
    return envelope.isSound ? this.#objects(bytes, from, to, batch, envelope) : -1
  }

  /** A record that a shipper decoded stands in the envelope as an object. */
  #objects(bytes: Uint8Array, from: number, to: number, batch: EventBatch, envelope: JsonEnvelope): number {
    for (let k = 0; envelope.object(bytes, from, to, k); k++) {
      if (envelope.to === envelope.from) continue
      const owner = this.mix.ownerOfObject(bytes, envelope.from, envelope.to)
      if (owner >= 0) return this.mix.decodeAs(owner, bytes, envelope.from, envelope.to, batch)
    }
    return -1
  }
}

/** The most rows that one record in an envelope becomes. */
export function mostRows(members: readonly Member[]): number {
  return Math.max(...members.map(({ format }) => format.maxRows))
}
