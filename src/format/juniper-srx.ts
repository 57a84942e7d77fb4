import { ascii, find } from '../base/ascii.ts'
import { PairFields } from '../base/pair-scan.ts'
import type { EventBatch } from '../event/batch.ts'
import { Names } from '../event/names.ts'
import { Syslog } from '../framing/syslog.ts'
import { sniffLines } from './claim.ts'
import { type Decode, Decoded, type FormatContext, type LineFormat } from './format.ts'
import { Message, names, tags } from './juniper-srx/kinds.ts'
import { PlainFields } from './juniper-srx/plain.ts'
import { readAlert, readSession, ruleOf, type Spans } from './juniper-srx/row.ts'

const realTime = ascii('RT_')
const detection = ascii('IDP_ATTACK_')
const dataStart = ascii('[junos@')
/** A header, one more of a relay, and the process stand before a message tag. */
const furthest = 320
const space = 32
const colon = 58
const underline = 95

class JuniperSrx {
  readonly #syslog: Syslog
  readonly #inner: Syslog
  readonly #names: Names
  readonly #pairs = new PairFields(names)
  readonly #plain = new PlainFields(names.length)

  constructor(context: FormatContext) {
    this.#syslog = new Syslog(context.newest)
    this.#inner = new Syslog(context.newest)
    this.#names = new Names(context.rules)
  }

  decode(bytes: Uint8Array, from: number, to: number, batch: EventBatch): Decoded {
    const at = tagAt(bytes, from, to)
    if (at < 0) return Decoded.ignored
    const tag = tags[tagIndex]!
    const spans = this.#spans(bytes, at, to, tag.message)
    if (spans === undefined) {
      batch.reason = 'fields are missing'
      return Decoded.malformed
    }
    if (!this.#readTime(bytes, from, at, batch)) {
      batch.reason = 'no time'
      return Decoded.malformed
    }
    const i = batch.begin()
    batch.column.time[i] = this.#syslog.time[0]!
    const reason =
      tag.message >= Message.screen
        ? readAlert(bytes, spans, tag.protocol, batch, i)
        : readSession(bytes, spans, tag.message, batch, i)
    if (reason !== '') {
      batch.undo()
      batch.reason = reason
      return Decoded.malformed
    }
    batch.column.rule[i] = ruleOf(bytes, spans, this.#names)
    batch.column.device[i] = this.#device(bytes)
    return Decoded.event
  }

  #spans(bytes: Uint8Array, at: number, to: number, message: number): Spans | undefined {
    let end = at
    while (end < to && bytes[end] !== space && bytes[end] !== colon) end++
    const data = find(bytes, end, Math.min(to, end + 8), dataStart)
    if (data >= 0) {
      this.#pairs.scan(bytes, data, to)
      return this.#pairs
    }
    while (end < to && (bytes[end] === colon || bytes[end] === space)) end++
    return this.#plain.read(bytes, end, to, message) ? this.#plain : undefined
  }

  /** A relay may have put a header of its own before the device's. */
  #readTime(bytes: Uint8Array, from: number, to: number, batch: EventBatch): boolean {
    this.#syslog.read(bytes, from, to)
    this.#inner.read(bytes, this.#syslog.text, to)
    if (!this.#syslog.settle(batch)) return this.#inner.hasTime
    if (this.#inner.hasTime) this.#syslog.time[0] = this.#inner.time[0]!
    return true
  }

  #device(bytes: Uint8Array): number {
    const { hostFrom, hostTo } =
      this.#inner.hasTime && this.#inner.hostTo > this.#inner.hostFrom ? this.#inner : this.#syslog
    return this.#names.id(bytes, hostFrom, hostTo)
  }
}

let tagIndex = 0

/** Where a message tag stands, -1 where there is none; `tagIndex` says which. */
function tagAt(bytes: Uint8Array, from: number, to: number): number {
  const last = Math.min(to, from + furthest)
  for (let at = from; at < last; at++) {
    const byte = bytes[at]
    if ((byte !== 82 && byte !== 73) || (at > from && bytes[at - 1] !== space && bytes[at - 1] !== colon)) continue
    for (let k = 0; k < tags.length; k++) {
      if (!isWordAt(bytes, at, to, tags[k]!.word)) continue
      tagIndex = k
      return at
    }
  }
  return -1
}

/** Whether a tag that begins so stands at `at`, with a blank, a colon or `_…` behind it. */
function isWordAt(bytes: Uint8Array, at: number, to: number, word: Uint8Array): boolean {
  const end = at + word.length
  if (end >= to) return false
  for (let k = 0; k < word.length; k++) if (bytes[at + k] !== word[k]) return false
  const next = bytes[end]
  return next === space || next === colon || next === underline || bytes[end - 1] === underline
}

function claims(bytes: Uint8Array, from: number, to: number): boolean {
  const last = Math.min(to, from + furthest)
  if (find(bytes, from, last, realTime) < 0 && find(bytes, from, last, detection) < 0) return false
  return tagAt(bytes, from, to) >= 0
}

function open(context: FormatContext): Decode {
  const log = new JuniperSrx(context)
  return (bytes, from, to, batch) => log.decode(bytes, from, to, batch)
}

const format: LineFormat = {
  id: 'juniper-srx',
  title: 'Juniper SRX log (Junos RT_FLOW, RT_IDS, RT_IDP)',
  about:
    'Messages of SRX firewalls, as structured data (RFC 5424) or text: sessions created, closed (with counts and why) and ' +
    'denied, screens (port scans, address sweeps, floods) and attacks that IDP found. A closed session counts at its start: ' +
    'the time of the message less its duration. The policy is the rule. Of ICMP only a denied packet tells its type, and a ' +
    'ping its service; else it is 255. Other messages are ignored. Documented by Juniper, System Log Messages (RT_FLOW, ' +
    'RT_IDS, RT_IDP).',
  framing: 'line',
  maxRows: 1,
  sniff: (head) => sniffLines(head, claims),
  claims,
  open,
  blind: ['no TCP flags', 'only policies that log'],
}

export default format
