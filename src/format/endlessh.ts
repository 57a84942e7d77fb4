import { ascii, find, readPort, wordEnd } from '../base/ascii.ts'
import { clockAt, daysOf, readIso, twoDigits } from '../base/ascii-time.ts'
import { type EventBatch, Outcome, Subject } from '../event/batch.ts'
import { readSource } from '../event/ends.ts'
import { beginLogged } from '../event/logged-row.ts'
import { Names } from '../event/names.ts'
import { Protocol } from '../event/protocol.ts'
import { Syslog } from '../framing/syslog.ts'
import { sniffLines } from './claim.ts'
import { type Decode, Decoded, type FormatContext, type LineFormat } from './format.ts'

const accepted = ascii('ACCEPT host=')
const portStart = ascii(' port=')
const longestHead = 256

class Endlessh {
  readonly #syslog: Syslog
  readonly #names: Names
  readonly #time = new Float64Array(1)
  readonly #year: number
  readonly #newest: number

  constructor(context: FormatContext) {
    this.#syslog = new Syslog(context.newest)
    this.#names = new Names(context.rules)
    this.#newest = context.newest
    this.#year = new Date(context.newest / 1000).getUTCFullYear()
  }

  decode(bytes: Uint8Array, from: number, to: number, batch: EventBatch): Decoded {
    const at = find(bytes, from, Math.min(to, from + longestHead), accepted)
    if (at < 0) return Decoded.ignored
    this.#syslog.read(bytes, from, to)
    if (!this.#readTime(bytes, at, to, batch)) {
      batch.reason = 'no readable time'
      return Decoded.malformed
    }
    const i = beginLogged(batch, Subject.canary, this.#time)
    const c = batch.column
    const host = at + accepted.length
    const end = find(bytes, host, to, portStart)
    const port = end < 0 ? -1 : readPort(bytes, end + portStart.length, wordEnd(bytes, end + portStart.length, to))
    if (port < 0 || !readSource(bytes, host, end, batch, i)) {
      batch.undo()
      batch.reason = 'no readable host and port'
      return Decoded.malformed
    }
    c.protocol[i] = Protocol.tcp
    c.srcPort[i] = port
    c.outcome[i] = Outcome.established
    // Without a header the word behind the stamp is no host.
    const { hostFrom, hostTo, tagFrom, tagTo } = this.#syslog
    c.device[i] = tagTo > tagFrom ? this.#names.id(bytes, hostFrom, hostTo) : 0
    return Decoded.event
  }

  /** Endlessh's own stamp, or that of its successor in Go (`I1122 02:13:41.123456`), or syslog's. */
  #readTime(bytes: Uint8Array, at: number, to: number, batch: EventBatch): boolean {
    const text = Math.min(this.#syslog.text, at)
    if (readIso(bytes, text, to, this.#time, 0) >= 0 || this.#readGo(bytes, text, to)) return true
    const isKnown = this.#syslog.settle(batch)
    this.#time[0] = this.#syslog.time[0]!
    return isKnown
  }

  #readGo(bytes: Uint8Array, from: number, to: number): boolean {
    if (to - from < 21 || bytes[from + 5] !== 32 || bytes[from + 14] !== 46) return false
    const month = twoDigits(bytes, from + 1)
    const day = twoDigits(bytes, from + 3)
    const clock = clockAt(bytes, from + 6)
    if (month < 1 || month > 12 || day < 1 || day > 31 || clock < 0) return false
    let micros = 0
    for (let i = from + 15; i < from + 21; i++) micros = micros * 10 + bytes[i]! - 48
    const inDay = clock * 1e6 + micros
    const time = daysOf(this.#year, month, day) * 86400e6 + inDay
    this.#time[0] = time > this.#newest + 86400e6 ? daysOf(this.#year - 1, month, day) * 86400e6 + inDay : time
    return true
  }
}

function claims(bytes: Uint8Array, from: number, to: number): boolean {
  const at = find(bytes, from, Math.min(to, from + longestHead), accepted)
  return at > from && bytes[at - 1] === 32 && find(bytes, at, Math.min(to, at + longestHead), portStart) >= 0
}

function open(context: FormatContext): Decode {
  const log = new Endlessh(context)
  return (bytes, from, to, batch) => log.decode(bytes, from, to, batch)
}

const format: LineFormat = {
  id: 'endlessh',
  title: 'Endlessh and endlessh-go (SSH tarpits)',
  about:
    'Lines ACCEPT of Endlessh and endlessh-go, with or without a syslog header: who was caught, from which port. Neither ' +
    "names the tarpit's own address and port. A stamp without a year (endlessh-go) is put into the newest year that is not " +
    'in the future. Other lines are ignored. Documented in endlessh(1) and the README of endlessh-go.',
  blind: ['the address and port that were touched', 'what did not reach the tarpit'],
  framing: 'line',
  maxRows: 1,
  sniff: (head) => sniffLines(head, claims),
  claims,
  open,
}

export default format
