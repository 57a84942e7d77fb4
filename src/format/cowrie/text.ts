import { ascii, find, readPort } from '../../base/ascii.ts'
import { readIso } from '../../base/ascii-time.ts'
import { type EventBatch, Outcome, Subject } from '../../event/batch.ts'
import { readDestination, readSource } from '../../event/ends.ts'
import { beginLogged } from '../../event/logged-row.ts'
import { Names } from '../../event/names.ts'
import { Protocol } from '../../event/protocol.ts'
import { Text, type TextField } from '../../event/texts.ts'
import { Syslog } from '../../framing/syslog.ts'
import { Decoded, type FormatContext } from '../format.ts'

const connection = ascii('New connection: ')
const attempt = ascii('login attempt [')
const verdicts = [ascii('] failed'), ascii('] succeeded')]
const open = 40
const closing = 41
const colon = 58
const comma = 44
const slash = 47
const bracket = 93
const small = 98
const apostrophe = 39

/** Reads Cowrie's log for people: `<time> [<who>] New connection: 203.0.113.7:4711 (192.0.2.1:2222) [session: …]`. */
export class TextLog {
  readonly #syslog: Syslog
  readonly #names: Names
  readonly #time = new Float64Array(1)

  constructor(context: FormatContext) {
    this.#syslog = new Syslog(context.newest)
    this.#names = new Names(context.rules)
  }

  decode(bytes: Uint8Array, from: number, to: number, batch: EventBatch): Decoded {
    const connected = find(bytes, from, to, connection)
    const tried = connected < 0 ? find(bytes, from, to, attempt) : -1
    if (connected < 0 && tried < 0) return Decoded.ignored
    this.#syslog.read(bytes, from, to)
    if (!this.#readTime(bytes, to, batch)) {
      batch.reason = 'no readable time'
      return Decoded.malformed
    }
    const i = beginLogged(batch, connected < 0 ? Subject.auth : Subject.canary, this.#time)
    batch.column.protocol[i] = Protocol.tcp
    batch.column.device[i] = this.#names.id(bytes, this.#syslog.hostFrom, this.#syslog.hostTo)
    const isRow =
      connected < 0
        ? this.#login(bytes, this.#syslog.text, tried, to, batch, i)
        : this.#connection(bytes, connected + connection.length, to, batch, i)
    if (isRow) return Decoded.event
    batch.undo()
    batch.reason = connected < 0 ? 'a login attempt that is not whole' : 'a connection without two ends'
    return Decoded.malformed
  }

  /** Cowrie's own stamp stands behind that of syslog, and says more. */
  #readTime(bytes: Uint8Array, to: number, batch: EventBatch): boolean {
    if (readIso(bytes, this.#syslog.text, to, this.#time, 0) >= 0) return true
    const isKnown = this.#syslog.settle(batch)
    this.#time[0] = this.#syslog.time[0]!
    return isKnown
  }

  #connection(bytes: Uint8Array, from: number, to: number, batch: EventBatch, i: number): boolean {
    let end = from
    while (end < to && bytes[end] !== 32) end++
    const c = batch.column
    const at = portStart(bytes, from, end)
    if (at < 0 || !readSource(bytes, from, at, batch, i)) return false
    c.srcPort[i] = Math.max(0, readPort(bytes, at + 1, end))
    const start = end + 2
    if (bytes[end + 1] !== open) return false
    for (end = start; end < to && bytes[end] !== closing; ) end++
    const local = portStart(bytes, start, end)
    if (local < 0 || !readDestination(bytes, start, local, batch, i)) return false
    c.dstPort[i] = Math.max(0, readPort(bytes, local + 1, end))
    c.outcome[i] = Outcome.established
    return true
  }

  /** `[HoneyPotSSHTransport,12,203.0.113.7] login attempt [b'root'/b'secret'] failed`. */
  #login(bytes: Uint8Array, from: number, tried: number, to: number, batch: EventBatch, i: number): boolean {
    let end = tried
    while (end > from && bytes[end] !== bracket) end--
    let start = end
    while (start > from && bytes[start - 1] !== comma) start--
    if (!readSource(bytes, start, end, batch, i)) return false
    const account = tried + attempt.length
    const stop = find(bytes, account, to, verdicts[0]!)
    const granted = stop < 0 ? find(bytes, account, to, verdicts[1]!) : -1
    const last = stop < 0 ? granted : stop
    if (last < 0) return false
    let cut = account
    while (cut < last && bytes[cut] !== slash) cut++
    word(bytes, account, cut, batch, i, Text.user)
    word(bytes, cut + 1, last, batch, i, Text.password)
    batch.column.outcome[i] = granted < 0 ? Outcome.refused : Outcome.established
    return true
  }
}

/** Where the colon before a port stands, -1 if there is none. */
function portStart(bytes: Uint8Array, from: number, to: number): number {
  let at = to - 1
  while (at > from && bytes[at] !== colon) at--
  return at > from ? at : -1
}

/** A text as it is, or as Python shows bytes. */
function word(bytes: Uint8Array, from: number, to: number, batch: EventBatch, i: number, field: TextField): void {
  const isShown =
    to - from >= 3 && bytes[from] === small && bytes[from + 1] === apostrophe && bytes[to - 1] === apostrophe
  if (isShown) batch.text(i, field, bytes, from + 2, to - 1)
  else batch.text(i, field, bytes, from, to)
}
