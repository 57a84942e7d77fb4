import { ascii, startsWith } from '../base/ascii.ts'
import { type EventBatch, Kind, Mark } from '../event/batch.ts'
import { Names } from '../event/names.ts'
import { isWanted, readMessage } from './cisco-asa/dispatch.ts'
import { Header, hasMark } from './cisco-asa/header.ts'
import { Read, reasons, smallNumber } from './cisco-asa/message.ts'
import { settleEnds } from './cisco-asa/settle.ts'
import { sniffLines } from './claim.ts'
import { type Decode, Decoded, type FormatContext, type LineFormat } from './format.ts'

const lowerM = 109
const openBracket = 91
const closeBracket = 93
const repeated = ascii('message repeated ')

class CiscoAsa {
  readonly #header: Header
  readonly #names: Names

  constructor(context: FormatContext) {
    this.#header = new Header(context.newest, context.rules)
    this.#names = new Names(context.rules)
  }

  decode(bytes: Uint8Array, from: number, to: number, batch: EventBatch): Decoded {
    const header = this.#header
    if (!header.mark(bytes, from, to)) return Decoded.ignored
    const { id } = header
    if (!isWanted(id)) return Decoded.ignored
    if (!header.read(bytes, from, batch)) return this.#fail(batch, 'no time stamp in this line or before it')
    let { text } = header
    let end = to
    let packets = 1
    // What rsyslog makes of equal lines: `message repeated 2 times: [ Deny inbound …]`.
    if (bytes[text] === lowerM && startsWith(bytes, text, to, repeated)) {
      packets = smallNumber(bytes, text + repeated.length, to)
      while (text < to && bytes[text] !== openBracket) text++
      text += bytes[text + 1] === 32 ? 2 : 1
      if (bytes[to - 1] === closeBracket) end--
    }
    const i = batch.begin()
    const c = batch.column
    c.time[i] = header.time[0]!
    c.device[i] = header.device
    c.kind[i] = Kind.log
    const read = readMessage(bytes, text, end, batch, i, this.#names, id)
    if (read === Read.row) {
      if (packets > 1) count(batch, i, packets)
      return Decoded.event
    }
    batch.undo()
    return read === Read.ignored ? Decoded.ignored : this.#fail(batch, reasons[read]!)
  }

  #fail(batch: EventBatch, reason: string): Decoded {
    batch.reason = reason
    return Decoded.malformed
  }
}

function count({ column: c }: EventBatch, i: number, packets: number): void {
  c.packetsOut[i] = packets
  c.marks[i] = c.marks[i]! & ~Mark.noCounts
}

function open(context: FormatContext): Decode {
  const log = new CiscoAsa(context)
  return (bytes, from, to, batch) => log.decode(bytes, from, to, batch)
}

const format: LineFormat = {
  id: 'cisco-asa',
  title: 'Cisco ASA and Firepower Threat Defense (also PIX, FWSM)',
  about:
    'System messages of Cisco firewalls (%ASA-, %FTD-, %PIX-, %FWSM-) behind any syslog header. Read are connections (Built and ' +
    'Teardown, 302013 to 302021, TCP state bypass), denials (106xxx, 305005, 305006, 305013, 313xxx, 710xxx, 419002, 434002), hits ' +
    'of access lists (106100), translations as leases (305009 to 305015), logins and VPN sessions (113xxx, 605xxx, 611xxx, 716xxx, ' +
    '722051), IPS signatures (400xxx), threat detection (733xxx), and the connection and intrusion events of FTD (430001 to ' +
    '430003). A Teardown counts at its beginning; its byte count, of both directions, is bytesOut. It does not say who opened ' +
    'the connection: that is known from its Built, else inferred from the ports. A connection that was reset before any byte ' +
    'is refused where the end that was asked reset it. src and dst are the real addresses, mapped the translated one. Host ' +
    'names in the place of addresses (the name command) cannot be resolved and count as damage: `no names` avoids them. ' +
    'Ignored: cluster stubs, URLs, inspection, IKE. Documented by Cisco: Secure Firewall ASA Series Syslog Messages; Secure ' +
    'Firewall Threat Defense Syslog Messages.',
  framing: 'line',
  maxRows: 1,
  blind: ['no packet counts', 'no TCP flags of allowed connections', 'no answers but resets'],
  sniff: (head) => sniffLines(head, hasMark),
  claims: hasMark,
  open,
  settle: settleEnds,
}

export default format
