import { readUint } from '../base/ascii.ts'
import { CsvFields } from '../base/csv-scan.ts'
import type { EventBatch } from '../event/batch.ts'
import { readDestination, readSource } from '../event/ends.ts'
import { joinSignatureId } from '../event/signature-id.ts'
import { Text } from '../event/texts.ts'
import { openAlert, readAction, readEnd, severityOf, snortProtocol } from '../framing/snort-alert.ts'
import { SnortStamp, snortStampEnd } from '../framing/snort-stamp.ts'
import { sniffLines } from './claim.ts'
import { type Decode, Decoded, type FormatContext, type LineFormat } from './format.ts'

const comma = 44
const space = 32
const mostColumns = 28
const noAddress = 2
/** Columns of Snort 2, by default; pfSense has others from `id` on. */
const Two = { gid: 1, message: 4, proto: 5, src: 6, srcPort: 7, dst: 8, dstPort: 9 } as const
const PfSense = { columns: 15, category: 11, priority: 12 } as const
const icmpType = 23
const icmpCode = 24
/** Columns of Snort 3, by default. */
const Three = { proto: 2, src: 6, dst: 7, rule: 8, action: 9 } as const

class SnortCsv {
  readonly #columns = new CsvFields(mostColumns)
  readonly #stamp: SnortStamp

  constructor(context: FormatContext) {
    this.#stamp = new SnortStamp(context.newest)
  }

  decode(bytes: Uint8Array, from: number, to: number, batch: EventBatch): Decoded {
    const stamped = snortStampEnd(bytes, from, to)
    if (stamped < 0) return Decoded.ignored
    this.#cut(bytes, from, to)
    const i = openAlert(batch)
    const reason = this.#read(bytes, from, to, batch, i)
    if (reason === '') return Decoded.event
    batch.undo()
    batch.reason = reason
    return Decoded.malformed
  }

  /** Snort 3 writes a blank behind each comma. */
  #cut(bytes: Uint8Array, from: number, to: number): void {
    const { from: starts, to: ends } = this.#columns
    const count = this.#columns.cut(bytes, from, to)
    for (let k = 0; k < count; k++) {
      while (starts[k]! < ends[k]! && bytes[starts[k]!] === space) starts[k]!++
      while (starts[k]! < ends[k]! && bytes[ends[k]! - 1] === space) ends[k]!--
    }
  }

  /** @returns why the line is malformed, or nothing */
  #read(bytes: Uint8Array, from: number, to: number, batch: EventBatch, i: number): string {
    if (this.#stamp.read(bytes, from, to) < 0) return 'no readable time'
    batch.column.time[i] = this.#stamp.time[0]!
    if (this.#columns.count <= Three.rule) return 'too few columns'
    return this.#isThree(bytes) ? this.#readThree(bytes, batch, i) : this.#readTwo(bytes, batch, i)
  }

  /** Snort 3 has the number of the packet and then the protocol where Snort 2 has two numbers. */
  #isThree(bytes: Uint8Array): boolean {
    const { from, to } = this.#columns
    return readUint(bytes, from[Three.proto]!, to[Three.proto]!) < 0
  }

  #readTwo(bytes: Uint8Array, batch: EventBatch, i: number): string {
    const columns = this.#columns
    const { from, to } = columns
    const c = batch.column
    joinSignatureId(batch, i, bytes, columns, Two.gid)
    batch.text(i, Text.signature, bytes, from[Two.message]!, to[Two.message]!)
    c.protocol[i] = snortProtocol(bytes, from[Two.proto]!, to[Two.proto]!)
    if (columns.has(Two.src) && !readSource(bytes, from[Two.src]!, to[Two.src]!, batch, i)) return 'no readable source'
    if (columns.has(Two.dst) && !readDestination(bytes, from[Two.dst]!, to[Two.dst]!, batch, i)) {
      return 'no readable destination'
    }
    c.srcPort[i] = this.#number(bytes, Two.srcPort)
    c.dstPort[i] = this.#number(bytes, Two.dstPort)
    if (columns.count > PfSense.columns) {
      c.icmpType[i] = this.#number(bytes, icmpType)
      c.icmpCode[i] = this.#number(bytes, icmpCode)
    } else if (columns.count > PfSense.priority) this.#readPfSense(bytes, batch, i)
    return ''
  }

  #readPfSense(bytes: Uint8Array, batch: EventBatch, i: number): void {
    const { from, to, count } = this.#columns
    batch.text(i, Text.category, bytes, from[PfSense.category]!, to[PfSense.category]!)
    batch.column.severity[i] = severityOf(bytes, from[PfSense.priority]!, to[PfSense.priority]!)
    for (let k = PfSense.priority + 1; k < count; k++) readAction(bytes, from[k]!, to[k]!, batch, i)
  }

  #readThree(bytes: Uint8Array, batch: EventBatch, i: number): string {
    const { from, to, count } = this.#columns
    batch.column.protocol[i] = snortProtocol(bytes, from[Three.proto]!, to[Three.proto]!)
    if (!this.#readEnd(bytes, Three.src, batch, i, true)) return 'no readable source'
    if (!this.#readEnd(bytes, Three.dst, batch, i, false)) return 'no readable destination'
    batch.text(i, Text.signatureId, bytes, from[Three.rule]!, to[Three.rule]!)
    if (count > Three.action) readAction(bytes, from[Three.action]!, to[Three.action]!, batch, i)
    return ''
  }

  /** `:0` stands for no address. */
  #readEnd(bytes: Uint8Array, column: number, batch: EventBatch, i: number, isSource: boolean): boolean {
    const { from, to } = this.#columns
    if (to[column]! - from[column]! <= noAddress) return true
    return readEnd(bytes, from[column]!, to[column]!, batch, i, isSource, true)
  }

  #number(bytes: Uint8Array, column: number): number {
    const { from, to, count } = this.#columns
    const value = column < count ? readUint(bytes, from[column]!, to[column]!) : -1
    return value < 0 || value > 65535 ? 0 : value
  }
}

/** Snort's stamp and then numbers (Snort 2), or a number and a protocol (Snort 3). */
function claims(bytes: Uint8Array, from: number, to: number): boolean {
  let at = snortStampEnd(bytes, from, to)
  if (at < 0) return false
  if (bytes[at] === space) at++
  if (bytes[at] !== comma) return false
  at++
  if (bytes[at] === space) at++
  const start = at
  while (at < to && bytes[at]! >= 48 && bytes[at]! <= 57) at++
  return at > start && bytes[at] === comma
}

function open(context: FormatContext): Decode {
  const log = new SnortCsv(context)
  return (bytes, from, to, batch) => log.decode(bytes, from, to, batch)
}

const format: LineFormat = {
  id: 'snort-csv',
  title: 'Snort alerts as CSV (alert_csv)',
  about:
    'The alert_csv output of Snort 2 (the default order of its columns, and that of pfSense with class, priority and ' +
    'action) and of Snort 3 (the default order, which has the number of a rule but neither message nor class). Other orders ' +
    'are not understood, as nothing in the file tells them. Of times without a year it is the newest one that is not in the ' +
    'future; local time is taken as UTC. Priority 1, the worst, becomes severity 3, 2 stays, what is beyond becomes 1. Not ' +
    'read: Ethernet, TCP and IP header columns. Documented in the Snort manuals, alert_csv.',
  blind: ['alerts only'],
  framing: 'line',
  maxRows: 1,
  sniff: (head) => sniffLines(head, claims),
  claims,
  open,
}

export default format
