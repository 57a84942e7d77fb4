import { ascii, equals, find, readPort, readUint, startsWith } from '../base/ascii.ts'
import { readIso } from '../base/ascii-time.ts'
import { CsvFields } from '../base/csv-scan.ts'
import { WordTable } from '../base/word-table.ts'
import { Action, type EventBatch, Kind, Mark } from '../event/batch.ts'
import { readDestination, readSource } from '../event/ends.ts'
import { loggedOutcome } from '../event/logged-outcome.ts'
import { Flag, Protocol } from '../event/protocol.ts'
import { readProtocol } from '../event/protocol-text.ts'
import { type Decode, Decoded, type FormatContext, type LineFormat } from './format.ts'
import { Column, fieldsKey, type Places, placesOfLine, usualPlaces } from './windows-firewall/columns.ts'

const actions = new WordTable(['DROP', 'ALLOW', 'OPEN', 'CLOSE', 'OPEN-INBOUND', 'INFO-EVENTS-LOST'])
const closed = 3
const lost = 5
const actionOf = [Action.deny, Action.allow, Action.allow, Action.none, Action.allow, Action.none]
const version = ascii('#Version:')
const software = ascii('Firewall')
const hash = 35
const space = 32
const dash = 45
const mostFields = 24
const untoldType = 255
const words = new Uint8Array(256)
for (const [letter, flag] of [
  ['F', Flag.fin],
  ['S', Flag.syn],
  ['R', Flag.rst],
  ['P', Flag.psh],
  ['A', Flag.ack],
  ['U', Flag.urg],
] as const) {
  words[letter.charCodeAt(0)] = flag
}

class WindowsFirewall {
  readonly #fields = new CsvFields(mostFields, space)
  readonly #time = new Float64Array(1)
  #places: Places

  constructor(context: FormatContext) {
    this.#places = (context.carried as State | undefined)?.places ?? usualPlaces()
  }

  decode(bytes: Uint8Array, from: number, to: number, batch: EventBatch): Decoded {
    if (from === to || bytes[from] === hash) {
      this.#places = placesOfLine(bytes, from, to) ?? this.#places
      return Decoded.ignored
    }
    this.#fields.cut(bytes, from, to)
    const i = batch.begin()
    const reason = this.#row(bytes, from, to, batch, i)
    if (reason === '') return Decoded.event
    batch.undo()
    batch.reason = reason
    return reason === nothing ? Decoded.ignored : Decoded.malformed
  }

  #row(bytes: Uint8Array, from: number, to: number, batch: EventBatch, i: number): string {
    const c = batch.column
    if (readIso(bytes, from, to, this.#time, 0) < 0 || this.#places[Column.time] !== 1) return 'no date and time'
    const action = actions.place(bytes, this.#from(Column.action), this.#to(Column.action))
    if (action < 0) return 'no action'
    // The end of a connection says nothing of how it began, and lost events have no ends.
    if (action === closed || action === lost) return nothing
    c.time[i] = this.#time[0]!
    c.kind[i] = Kind.log
    c.action[i] = actionOf[action]!
    const protocol = readProtocol(bytes, this.#from(Column.protocol), this.#to(Column.protocol))
    if (protocol < 0) return 'no readable protocol'
    c.protocol[i] = protocol
    if (!readSource(bytes, this.#from(Column.src), this.#to(Column.src), batch, i)) return 'no readable src-ip'
    if (!readDestination(bytes, this.#from(Column.dst), this.#to(Column.dst), batch, i)) return 'no readable dst-ip'
    const isIcmp = protocol === Protocol.icmp || protocol === Protocol.icmp6
    if (isIcmp) this.#icmp(bytes, batch, i)
    else if (!this.#ports(bytes, batch, i)) return 'no readable port'
    const size = this.#number(bytes, Column.size)
    // Windows writes 0 for what it let through.
    if (size > 0) c.bytesOut[i] = size
    else c.marks[i]! |= Mark.noCounts
    if (protocol === Protocol.tcp) this.#tcp(bytes, batch, i)
    c.outcome[i] = loggedOutcome(batch, i)
    return ''
  }

  #ports(bytes: Uint8Array, batch: EventBatch, i: number): boolean {
    const c = batch.column
    const src = readPort(bytes, this.#from(Column.srcPort), this.#to(Column.srcPort))
    const dst = readPort(bytes, this.#from(Column.dstPort), this.#to(Column.dstPort))
    c.srcPort[i] = Math.max(0, src)
    c.dstPort[i] = Math.max(0, dst)
    return (src >= 0 && dst >= 0) || (c.protocol[i] !== Protocol.tcp && c.protocol[i] !== Protocol.udp)
  }

  #icmp(bytes: Uint8Array, batch: EventBatch, i: number): void {
    const type = this.#number(bytes, Column.icmpType)
    batch.column.icmpType[i] = type >= 0 && type < 256 ? type : untoldType
    batch.column.icmpCode[i] = Math.max(0, this.#number(bytes, Column.icmpCode))
  }

  /** A dropped packet's header; of a connection that was let through Windows writes `-` or zeros. */
  #tcp(bytes: Uint8Array, batch: EventBatch, i: number): void {
    const c = batch.column
    const from = this.#from(Column.flags)
    const to = this.#to(Column.flags)
    if (from < to && bytes[from] !== dash && c.action[i] === Action.deny) {
      for (let k = from; k < to; k++) c.flags[i]! |= words[bytes[k]!]!
      c.marks[i]! |= Mark.flagsTold
      c.seq[i] = Math.max(0, this.#number(bytes, Column.seq))
      c.ack[i] = Math.max(0, this.#number(bytes, Column.ack))
      c.window[i] = Math.max(0, this.#number(bytes, Column.window))
    }
  }

  #from(column: number): number {
    const place = this.#places[column]!
    return place < 0 || place >= this.#fields.count ? 0 : this.#fields.from[place]!
  }

  #to(column: number): number {
    const place = this.#places[column]!
    return place < 0 || place >= this.#fields.count ? 0 : this.#fields.to[place]!
  }

  #number(bytes: Uint8Array, column: number): number {
    return readUint(bytes, this.#from(column), this.#to(column))
  }
}

const nothing = 'nothing of a connection'

interface State {
  places: Places
}

/** The header's first lines, or lines of the usual fields. */
function sniff(head: Uint8Array): number {
  const to = head.indexOf(10) < 0 ? head.length : head.indexOf(10)
  if (startsWith(head, 0, to, version)) {
    const end = Math.min(head.length, 1024)
    if (find(head, 0, end, software) >= 0 && find(head, 0, end, fieldsKey) >= 0) return 1
  }
  return isUsualLine(head, 0, head[to - 1] === 13 ? to - 1 : to) ? 0.8 : 0
}

const sniffed = new CsvFields(mostFields, space)
const scratch = new Float64Array(1)
const noAddress = ascii('-')

/** Date, time, an action in capitals, a protocol and, behind it, an address or a dash. */
function isUsualLine(bytes: Uint8Array, from: number, to: number): boolean {
  if (readIso(bytes, from, to, scratch, 0) !== from + 19 || bytes[from + 10] !== space) return false
  const count = sniffed.cut(bytes, from, to)
  if (count < 16 || actions.place(bytes, sniffed.from[2]!, sniffed.to[2]!) < 0) return false
  const protocol = sniffed.from[3]!
  return equals(bytes, protocol, sniffed.to[3]!, noAddress) || readProtocol(bytes, protocol, sniffed.to[3]!) >= 0
}

function open(context: FormatContext): Decode {
  const log = new WindowsFirewall(context)
  return (bytes, from, to, batch) => log.decode(bytes, from, to, batch)
}

const format: LineFormat = {
  id: 'windows-firewall',
  title: 'Windows Firewall log (pfirewall.log)',
  about:
    'The W3C log of Windows Defender Firewall: what was dropped, with the TCP header, and connections that were allowed ' +
    '(ALLOW, or OPEN of older versions). A log without its header, as one has that was rotated, is read with the usual ' +
    'fields. The times are local and the log does not say where: they are taken as UTC. CLOSE and INFO-EVENTS-LOST lines are ' +
    'ignored. The log names no rule. Documented by Microsoft, Interpreting the Windows Firewall log.',
  framing: 'line',
  maxRows: 1,
  sniff,
  open,
  carry: {
    start: (): State => ({ places: usualPlaces() }),
    pass(state, bytes, from, to) {
      for (let at = from; at < to; ) {
        const newline = bytes.indexOf(10, at)
        const end = newline < 0 || newline > to ? to : newline
        if (bytes[at] === hash) (state as State).places = placesOfLine(bytes, at, end) ?? (state as State).places
        at = end + 1
      }
    },
  },
  blind: ['no responses', 'local time without a zone', 'one host only'],
}

export default format
