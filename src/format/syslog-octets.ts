import { type Messages, OctetCutter } from '../framing/octets.ts'
import { Envelopes, mostRows } from './envelope.ts'
import { type ContainerFormat, Decoded, type FormatContext, type Reader, type Sink } from './format.ts'
import type { Member } from './members.ts'

class OctetReader implements Reader, Messages {
  readonly #sink: Sink
  readonly #full: number
  readonly #envelopes: Envelopes
  readonly #cutter = new OctetCutter(this)
  #base = 0

  constructor(members: readonly Member[], context: FormatContext, sink: Sink) {
    this.#sink = sink
    this.#full = sink.batch.capacity - mostRows(members)
    this.#envelopes = new Envelopes(members, context)
  }

  push(bytes: Uint8Array, to: number, base: number, last: boolean): number {
    this.#base = base
    return this.#cutter.push(bytes, to, last)
  }

  message(bytes: Uint8Array, from: number, to: number): void {
    const { batch, tally } = this.#sink
    if (batch.length > this.#full || batch.isCrowded) this.#sink.flush()
    batch.recordOffset = this.#base + from
    batch.recordLength = to - from
    const rows = batch.length
    const what = this.#envelopes.decode(bytes, from, to, batch)
    if (what === Decoded.event) tally.events += batch.length - rows
    else if (what === Decoded.ignored) tally.ignored++
    else tally.damage(batch.recordOffset, batch.reason)
  }

  damage(at: number, reason: string): void {
    this.#sink.tally.damage(this.#base + at, reason)
  }
}

/** A count, a blank, a priority. */
const counted = /^[1-9]\d{0,6} <\d{1,3}>/

/** Syslog messages as they went over TCP or TLS. */
export function syslogOctetsOf(members: readonly Member[]): ContainerFormat {
  return {
    id: 'syslog-octets',
    title: 'Syslog with octet counts, as sent over TCP',
    about:
      'Syslog messages each behind its length (octet counting of RFC 6587 and RFC 5425), as a TCP or TLS stream was written ' +
      'to a file; messages that end with a line feed may stand between them. Each is read as the format that claims it; ' +
      'messages that none claims are ignored.',
    framing: 'container',
    sniff: (head) =>
      counted.test(Buffer.from(head.buffer, head.byteOffset, Math.min(head.length, 16)).toString('latin1')) ? 3 : 0,
    open: (context, sink) => new OctetReader(members, context, sink),
  }
}
