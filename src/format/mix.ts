import type { EventBatch } from '../event/batch.ts'
import { type Decode, Decoded, type FormatContext, type LineFormat } from './format.ts'

/** Decodes lines of several formats, each by the format that claims it. */
export class Mix {
  readonly #formats: readonly Member[]
  readonly #context: FormatContext
  readonly #decoders: (Decode | undefined)[]
  /** A log's next line is most often of the format of the one before. */
  #last: number

  constructor(formats: readonly Member[], context: FormatContext) {
    // Whoever knows the device reads it; the others read what is left.
    this.#formats = [...formats].sort((a, b) => Number(a.format.isGeneric ?? false) - Number(b.format.isGeneric ?? false))
    this.#context = context
    this.#decoders = formats.map(() => undefined)
    this.#last = 0
  }

  /** Ignored is what nobody claims: other programs write to the same log. Rows say which format they are of. */
  decode(bytes: Uint8Array, from: number, to: number, batch: EventBatch): Decoded {
    const k = this.owner(bytes, from, to)
    return k < 0 ? Decoded.ignored : this.decodeAs(k, bytes, from, to, batch)
  }

  /** Decodes a line that `owner` says is member `k`'s. */
  decodeAs(k: number, bytes: Uint8Array, from: number, to: number, batch: EventBatch): Decoded {
    if (!this.#formats[k]!.format.isGeneric) this.#last = k
    const { format, number } = this.#formats[k]!
    const outer = batch.format
    batch.format = number
    const decode = (this.#decoders[k] ??= format.open(this.#context))
    const what = decode(bytes, from, to, batch)
    batch.format = outer
    return what
  }

  /** The member that claims a line, the specific ones first; -1 where none does. */
  owner(bytes: Uint8Array, from: number, to: number): number {
    if (this.#formats[this.#last]!.format.claims!(bytes, from, to)) return this.#last
    for (let k = 0; k < this.#formats.length; k++) {
      if (k !== this.#last && this.#formats[k]!.format.claims!(bytes, from, to)) return k
    }
    return -1
  }

  /**
   * The member that claims a JSON object as such, not for what stands inside one of its strings; -1 where none does. The
   * first brace is what tells: a member that reads text does not miss it.
   */
  ownerOfObject(bytes: Uint8Array, from: number, to: number): number {
    const k = this.owner(bytes, from, to)
    if (k >= 0 && !this.#formats[k]!.format.claims!(bytes, from + 1, to)) return k
    for (let n = 0; k >= 0 && n < this.#formats.length; n++) {
      const { format } = this.#formats[n]!
      if (n !== k && format.claims!(bytes, from, to) && !format.claims!(bytes, from + 1, to)) return n
    }
    return -1
  }
}

/** A format whose lines can be told one by one, with its number in the registry. */
export interface Member {
  readonly format: LineFormat
  readonly number: number
}

/** Lines that formats are shown to find out whether several of them write to an input. */
const mostLines = 200
const stamped = /^(<\d{1,3}>(1 )?)?:?([A-Z][a-z]{2} [ \d]\d [\d: ]{8,13}|\d{4}-\d\d-\d\d[T ]\d\d:\d\d)/
/** Surer than any single format: none of them can read all of it. */
const several = 2
const plain = 0.05

/** A log that several programs and devices write to: a syslog server's file, a socket. */
export function mixOf(members: readonly Member[]): LineFormat {
  return {
    id: 'syslog',
    title: 'Syslog of several programs and devices',
    about:
      'Lines with or without a syslog header (RFC 3164, RFC 5424 and what devices make of them), each read as the format ' +
      'that claims it; lines that none claims are ignored. `sweepwatch formats` lists the formats; each row says which it was.',
    framing: 'line',
    maxRows: Math.max(...members.map(({ format }) => format.maxRows)),
    sniff: (head) => sniffMix(members, head),
    open(context) {
      const mix = new Mix(members, context)
      return (bytes, from, to, batch) => mix.decode(bytes, from, to, batch)
    },
  }
}

function sniffMix(members: readonly Member[], head: Uint8Array): number {
  const claimed = new Set<Member>()
  let from = 0
  for (let line = 0; line < mostLines && from < head.length; line++) {
    const newline = head.indexOf(10, from)
    const to = newline < 0 ? head.length : newline
    const owner = members.find(({ format }) => format.claims!(head, from, to))
    if (owner) claimed.add(owner)
    if (claimed.size > 1) return several
    from = to + 1
  }
  const first = Buffer.from(head.buffer, head.byteOffset, Math.min(head.length, 64)).toString('latin1')
  return stamped.test(first) ? plain : 0
}
