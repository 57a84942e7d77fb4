import { ascii, find, startsWith } from '../base/ascii.ts'
import type { EventBatch } from '../event/batch.ts'
import { openAlert, readEnds, readLabels, readRule, ruleEnd, snortProtocol } from '../framing/snort-alert.ts'
import { SnortStamp, snortStampEnd } from '../framing/snort-stamp.ts'
import type { ContainerFormat, FormatContext, Reader, Sink } from './format.ts'

const newline = 10
const carriageReturn = 13
const space = 32
const slash = 47
const head = ascii('[**] [')
const headLength = '[**] '.length
const arrow = ascii(' -> ')
const ttl = ascii(' TTL:')
/** A longer one is damage: an alert is some seven lines. */
const longestAlert = 64 * 1024
const cutShort = 'the file ends in the middle of an alert'
const noTime = 'no line with a time'
const noEnds = 'no readable addresses'

/** Cuts a file of alert_full into alerts: from a line that begins `[**] [` to an empty line or the next such line. */
class SnortFullReader implements Reader {
  readonly #sink: Sink
  readonly #stamp: SnortStamp

  constructor(context: FormatContext, sink: Sink) {
    this.#sink = sink
    this.#stamp = new SnortStamp(context.newest)
  }

  push(bytes: Uint8Array, to: number, base: number, last: boolean): number {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, to)
    let at = 0
    while (at < to) {
      if (to - at < head.length && !last) return at
      if (startsWith(bytes, at, to, head)) {
        const end = alertEnd(text, bytes, at, to, last)
        if (end < 0) {
          if (to - at <= longestAlert) return at
          this.#sink.tally.damage(base + at, 'an alert longer than 64 KiB')
          return to
        }
        this.#alert(bytes, at, end, base, last && end === to)
        at = end
        continue
      }
      const end = text.indexOf(newline, at)
      if (end < 0 && !last) return at
      const next = end < 0 ? to : end + 1
      if (!isEmpty(bytes, at, next)) this.#sink.tally.ignored++
      at = next
    }
    return to
  }

  #alert(bytes: Uint8Array, from: number, end: number, base: number, isLast: boolean): void {
    const { batch, tally } = this.#sink
    let to = end
    while (to > from && (bytes[to - 1] === newline || bytes[to - 1] === carriageReturn)) to--
    if (batch.length >= batch.capacity || batch.isCrowded) this.#sink.flush()
    batch.recordOffset = base + from
    batch.recordLength = to - from
    const reason = this.#decode(bytes, from, to, batch)
    if (reason === '') tally.events++
    else tally.damage(base + from, isLast ? cutShort : reason)
  }

  /** @returns why the alert is malformed, or nothing */
  #decode(bytes: Uint8Array, from: number, to: number, batch: EventBatch): string {
    const end = ruleEnd(bytes, from + headLength, to)
    if (end < 0) return 'no [gid:sid:rev]'
    const titleEnd = lineEnd(bytes, from, to)
    const i = openAlert(batch)
    const rest = readRule(bytes, from + headLength, end, titleEnd, batch, i)
    const stamp = this.#findStamp(bytes, nextLine(bytes, titleEnd, to), to)
    if (stamp >= 0) readLabels(bytes, rest, stamp, batch, i)
    const reason = stamp < 0 ? noTime : this.#readPacket(bytes, stamp, to, batch, i)
    if (reason !== '') batch.undo()
    return reason
  }

  /** Where the line begins that has the time; -1 if there is none. */
  #findStamp(bytes: Uint8Array, from: number, to: number): number {
    for (let at = from; at < to; at = nextLine(bytes, at, to)) {
      if (bytes[at + 2] === slash && snortStampEnd(bytes, at, to) >= 0) return at
    }
    return -1
  }

  /** The ends stand behind the time, or (with `snort -e`, which puts link-layer addresses there) on the next line. */
  #readPacket(bytes: Uint8Array, from: number, to: number, batch: EventBatch, i: number): string {
    const stamped = this.#stamp.read(bytes, from, to)
    if (stamped < 0) return noTime
    batch.column.time[i] = this.#stamp.time[0]!
    const protocol = find(bytes, from, to, ttl)
    if (protocol >= 0) {
      const start = wordStart(bytes, from, protocol)
      batch.column.protocol[i] = snortProtocol(bytes, start, protocol)
    }
    let at = stamped + 1
    for (let line = 0; line < 2; line++) {
      const end = lineEnd(bytes, at, to)
      if (find(bytes, at, end, arrow) >= 0 && readEnds(bytes, at, end, batch, i)) return ''
      at = nextLine(bytes, end, to)
    }
    return noEnds
  }
}

/** Where the alert that begins at `from` ends, past its empty line; -1 where that is not known yet. */
function alertEnd(text: Buffer, bytes: Uint8Array, from: number, to: number, last: boolean): number {
  for (let end = text.indexOf(newline, from); end >= 0; end = text.indexOf(newline, end + 1)) {
    const next = end + 1
    if (bytes[next] === newline && next < to) return next + 1
    if (bytes[next] === carriageReturn && bytes[next + 1] === newline && next + 1 < to) return next + 2
    if (startsWith(bytes, next, to, head)) return next
  }
  return last ? to : -1
}

function lineEnd(bytes: Uint8Array, from: number, to: number): number {
  let i = from
  while (i < to && bytes[i] !== newline) i++
  return i > from && bytes[i - 1] === carriageReturn && i < to ? i - 1 : i
}

function nextLine(bytes: Uint8Array, from: number, to: number): number {
  let i = from
  while (i < to && bytes[i] !== newline) i++
  return i + 1
}

function wordStart(bytes: Uint8Array, from: number, to: number): number {
  let i = to
  while (i > from && bytes[i - 1] !== space && bytes[i - 1] !== newline) i--
  return i
}

function isEmpty(bytes: Uint8Array, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (bytes[i]! > space) return false
  return true
}

/** The title of an alert, and a time with two ends near it. */
function sniff(bytes: Uint8Array): number {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 4096)).toString('latin1')
  const title = /^\[\*\*\] \[\d+:\d+:\d+\] .*\[\*\*\]/m.exec(text)
  if (!title) return 0
  return /^\d\d\/\d\d[/\d]*-\d\d:\d\d:\d\d.* -> /m.test(text.slice(title.index)) ? 0.95 : 0.3
}

const format: ContainerFormat = {
  id: 'snort-full',
  title: 'Snort alerts of several lines (alert_full)',
  about:
    'The alert_full output of Snort 2 and 3, an alert being the lines up to an empty one: gid:sid:rev and message, ' +
    'classification and priority (1, the worst, becomes severity 3, 2 stays, what is beyond becomes 1), time (without a ' +
    'year it is put into the newest one that is not in the future; local time is taken as UTC), ends and protocol; also ' +
    'with the link-layer line of `snort -e`. Evidence is the whole alert. Not read: IP and TCP header lines, references. ' +
    'Documented in the Snort manual, alert_full.',
  blind: ['alerts only'],
  framing: 'container',
  sniff,
  open: (context, sink) => new SnortFullReader(context, sink),
}

export default format
