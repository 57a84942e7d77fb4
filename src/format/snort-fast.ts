import { ascii, find, startsWith } from '../base/ascii.ts'
import type { EventBatch } from '../event/batch.ts'
import { Names } from '../event/names.ts'
import { settleUntimed } from '../event/untimed.ts'
import { openAlert, readAction, readAlert, ruleEnd } from '../framing/snort-alert.ts'
import { SnortStamp, snortStampEnd } from '../framing/snort-stamp.ts'
import { Syslog } from '../framing/syslog.ts'
import { dateRow } from '../framing/syslog-time.ts'
import { sniffLines } from './claim.ts'
import { type Decode, Decoded, type FormatContext, type LineFormat } from './format.ts'

const space = 32
const openBracket = 91
const closeBracket = 93
const stars = ascii('[**] ')
const ends = ascii(' -> ')
const label = ascii(' [Priority: ')
/** Between the time and the rule stands at most what was done. */
const longestAction = 40

class SnortFast {
  readonly #stamp: SnortStamp
  readonly #syslog: Syslog
  readonly #devices: Names

  constructor(context: FormatContext) {
    this.#stamp = new SnortStamp(context.newest)
    this.#syslog = new Syslog(context.newest)
    this.#devices = new Names(context.rules)
  }

  decode(bytes: Uint8Array, from: number, to: number, batch: EventBatch): Decoded {
    const syslog = this.#syslog
    const stamped = this.#stamp.read(bytes, from, to)
    let text = from
    if (stamped < 0) {
      syslog.read(bytes, from, to)
      text = syslog.text
    }
    // A file that syslog forwards keeps its own stamps, which are more exact than the header's.
    const own = stamped < 0 ? this.#stamp.read(bytes, text, to) : stamped
    const start = own < 0 ? text : afterStars(bytes, own, to)
    if (start < 0 || ruleEnd(bytes, start, to) < 0) return Decoded.ignored
    const i = openAlert(batch)
    const reason = readAlert(bytes, start, to, batch, i)
    if (reason !== '') {
      batch.undo()
      batch.reason = reason
      return Decoded.malformed
    }
    if (own >= 0) {
      batch.column.time[i] = this.#stamp.time[0]!
      readActionBefore(bytes, own, start - stars.length, batch, i)
    } else dateRow(syslog, batch, i)
    if (stamped < 0) batch.column.device[i] = this.#devices.id(bytes, syslog.hostFrom, syslog.hostTo)
    return Decoded.event
  }
}

/** Past `[**] `, which stands near the time; -1 if it does not. */
function afterStars(bytes: Uint8Array, from: number, to: number): number {
  const at = find(bytes, from, Math.min(to, from + longestAction + stars.length), stars)
  return at < 0 ? -1 : at + stars.length
}

/** `[Drop]`, `[block]` */
function readActionBefore(bytes: Uint8Array, from: number, to: number, batch: EventBatch, i: number): void {
  let start = from
  while (start < to && bytes[start] === space) start++
  if (bytes[start] !== openBracket || start >= to) return
  let end = start + 1
  while (end < to && bytes[end] !== closeBracket) end++
  readAction(bytes, start + 1, end, batch, i)
}

/** Where a line's message begins; what it is dated with does not matter here. */
const header = new Syslog(0)

/** Snort's stamp and `[**] [1:2:3]`, or a syslog message that begins so or with `[1:2:3]` and has a priority or ends. */
function claims(bytes: Uint8Array, from: number, to: number): boolean {
  const stamp = snortStampEnd(bytes, from, to)
  if (stamp >= 0) return hasRule(bytes, afterStars(bytes, stamp, to), to)
  if (startsWith(bytes, from, to, stars)) return false
  header.read(bytes, from, to)
  const text = header.text
  const own = snortStampEnd(bytes, text, to)
  if (own >= 0) return hasRule(bytes, afterStars(bytes, own, to), to)
  const end = ruleEnd(bytes, text, to)
  return end >= 0 && (find(bytes, end, to, label) >= 0 || find(bytes, end, to, ends) >= 0)
}

function hasRule(bytes: Uint8Array, from: number, to: number): boolean {
  return from >= 0 && ruleEnd(bytes, from, to) >= 0
}

function open(context: FormatContext): Decode {
  const log = new SnortFast(context)
  return (bytes, from, to, batch) => (from === to ? Decoded.ignored : log.decode(bytes, from, to, batch))
}

const format: LineFormat = {
  id: 'snort-fast',
  title: 'Snort and Suricata alerts, one a line (alert_fast, fast.log, syslog)',
  about:
    'Alerts as alert_fast of Snort 2 and 3 and fast.log of Suricata write them, and as both send them to syslog. Read are ' +
    'the time (without a year it is put into the newest one that is not in the future; local time is taken as UTC), ' +
    'gid:sid:rev, message, classification, priority (1, the worst, becomes severity 3, 2 stays, what is beyond becomes 1), ' +
    'AppID, protocol, ends, and whether the packet was dropped ([Drop], [block]). Portscan alerts (gid 122) name scanner ' +
    'and scanned, without ports. An alert of a frame that is not IP has no ends. Documented in the Snort manual and at ' +
    'docs.suricata.io.',
  blind: ['alerts only'],
  framing: 'line',
  maxRows: 1,
  sniff: (head) => sniffLines(head, claims),
  claims,
  open,
  settle: settleUntimed,
}

export default format
