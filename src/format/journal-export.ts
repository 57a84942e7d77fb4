import { ascii, startsWith } from '../base/ascii.ts'
import { readAnyTime } from '../framing/envelope.ts'
import { InnerLine } from '../framing/inner-line.ts'
import { Entry, JournalEntries, JournalField } from '../framing/journal-export.ts'
import { Envelopes, mostRows, type Told } from './envelope.ts'
import { type ContainerFormat, Decoded, type FormatContext, type Reader, type Sink } from './format.ts'
import type { Member } from './members.ts'

class JournalReader implements Reader {
  readonly #entries = new JournalEntries()
  readonly #sink: Sink
  readonly #full: number
  readonly #envelopes: Envelopes
  readonly #line = new InnerLine()
  readonly #told: Told = { time: new Float64Array(1), hostFrom: 0, hostTo: 0, programFrom: 0, programTo: 0 }

  constructor(members: readonly Member[], context: FormatContext, sink: Sink) {
    this.#sink = sink
    this.#full = sink.batch.capacity - mostRows(members)
    this.#envelopes = new Envelopes(members, context)
  }

  push(bytes: Uint8Array, to: number, base: number, last: boolean): number {
    const entries = this.#entries
    const { batch, tally } = this.#sink
    let at = 0
    for (;;) {
      const what = entries.next(bytes, at, to, last)
      if (what === Entry.none) return last ? to : entries.from
      at = entries.end
      batch.recordOffset = base + entries.from
      batch.recordLength = entries.to - entries.from
      if (what === Entry.damage)
        tally.damage(batch.recordOffset, 'a field of the journal entry does not end where it says')
      else this.#entry(bytes)
    }
  }

  #entry(bytes: Uint8Array): void {
    const { batch, tally } = this.#sink
    if (batch.length > this.#full || batch.isCrowded) this.#sink.flush()
    const { fieldFrom, fieldTo } = this.#entries
    const from = fieldFrom[JournalField.message]!
    let to = fieldTo[JournalField.message]!
    while (to > from && bytes[to - 1] === 10) to--
    const rows = batch.length
    const what = from < 0 || to <= from ? Decoded.ignored : this.#message(bytes, from, to)
    if (what === Decoded.event) tally.events += batch.length - rows
    else if (what === Decoded.ignored) tally.ignored++
    else tally.damage(batch.recordOffset, batch.reason)
  }

  #message(bytes: Uint8Array, from: number, to: number): Decoded {
    const { batch } = this.#sink
    const { fieldFrom, fieldTo } = this.#entries
    const told = this.#told
    const time = fieldFrom[JournalField.time]!
    told.time[0] = 0
    if (time >= 0) readAnyTime(bytes, time, fieldTo[JournalField.time]!, told.time)
    const program = fieldFrom[JournalField.identifier]! >= 0 ? JournalField.identifier : JournalField.command
    told.hostFrom = Math.max(0, fieldFrom[JournalField.host]!)
    told.hostTo = told.hostFrom === 0 ? 0 : fieldTo[JournalField.host]!
    told.programFrom = Math.max(0, fieldFrom[program]!)
    told.programTo = told.programFrom === 0 ? 0 : fieldTo[program]!
    this.#line.takePlain(bytes, from, to)
    const what = this.#envelopes.take(this.#line, told, bytes, batch)
    batch.arrival = 0
    return what < 0 ? Decoded.ignored : (what as Decoded)
  }
}

const cursor = ascii('__CURSOR=')
const realtime = ascii('__REALTIME_TIMESTAMP=')

/** Entries of the systemd journal, as journalctl -o export and systemd-journal-upload write them. */
export function journalExportOf(members: readonly Member[]): ContainerFormat {
  return {
    id: 'journal-export',
    title: 'systemd journal (journalctl -o export)',
    about:
      'Entries of the systemd journal in its export format: MESSAGE is read as the format that claims it, with the time, ' +
      'host and program of the entry (__REALTIME_TIMESTAMP, _HOSTNAME, SYSLOG_IDENTIFIER or _COMM); other entries are ' +
      'ignored. journalctl -o json is read as json-envelope, -o short and short-iso as the formats themselves or as syslog. ' +
      'The binary journal files are not read. Documented at systemd.io, "Journal Export Formats".',
    framing: 'container',
    // Surer than a mix of the formats inside. Whoever can write such a line into a text log has lines before it.
    sniff: (head) => (startsWith(head, 0, head.length, cursor) || startsWith(head, 0, head.length, realtime) ? 3 : 0),
    open: (context, sink) => new JournalReader(members, context, sink),
  }
}
