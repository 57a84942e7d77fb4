import { readPort } from '../../base/ascii.ts'
import { readIso } from '../../base/ascii-time.ts'
import { type EventBatch, Outcome, Subject } from '../../event/batch.ts'
import { readDestination, readSource } from '../../event/ends.ts'
import { beginLogged, undoLogged } from '../../event/logged-row.ts'
import { Protocol } from '../../event/protocol.ts'
import { readProtocol } from '../../event/protocol-text.ts'
import { Text } from '../../event/texts.ts'
import { System, type WindowsEvent } from '../../framing/windows-event.ts'
import { Data } from './data.ts'

const clock = new Float64Array(1)
const dnsPort = 53
/** Windows's DNS_ERROR_RCODE_NAME_ERROR and _REFUSED; 0 is success, the other 9001 to 9018 are other answers. */
const refused = 9005
const firstRcode = 9001
const lastRcode = 9018

/** Hot: nothing is allocated. False where it is no row, with the reason in the batch. */
export function appendConnection(bytes: Uint8Array, event: WindowsEvent, batch: EventBatch): boolean {
  const i = begin(bytes, event, batch, Subject.process)
  if (i < 0) return false
  const { from, to } = event
  const c = batch.column
  if (!readSource(bytes, from[Data.sourceIp]!, to[Data.sourceIp]!, batch, i)) {
    return undoLogged(batch, 'no readable SourceIp')
  }
  if (!readDestination(bytes, from[Data.destinationIp]!, to[Data.destinationIp]!, batch, i)) {
    return undoLogged(batch, 'no readable DestinationIp')
  }
  const protocol = event.has(Data.protocol) ? readProtocol(bytes, from[Data.protocol]!, to[Data.protocol]!) : -1
  const srcPort = readPort(bytes, from[Data.sourcePort]!, to[Data.sourcePort]!)
  const dstPort = readPort(bytes, from[Data.destinationPort]!, to[Data.destinationPort]!)
  if (protocol < 0 || srcPort < 0 || dstPort < 0) return undoLogged(batch, 'protocol or ports not readable')
  c.protocol[i] = protocol
  c.srcPort[i] = srcPort
  c.dstPort[i] = dstPort
  event.text(batch, i, Text.process, bytes, Data.image)
  event.text(batch, i, Text.user, bytes, Data.user)
  event.text(batch, i, Text.host, bytes, System.computer)
  return true
}

/** What a machine asked its resolver; the resolver is not told. */
export function appendQuery(bytes: Uint8Array, event: WindowsEvent, batch: EventBatch): boolean {
  const i = begin(bytes, event, batch, Subject.dns)
  if (i < 0) return false
  const c = batch.column
  c.protocol[i] = Protocol.udp
  c.dstPort[i] = dnsPort
  const status = event.number(bytes, Data.queryStatus)
  if (status === refused) c.outcome[i] = Outcome.refused
  else if (status === 0 || (status >= firstRcode && status <= lastRcode)) c.outcome[i] = Outcome.established
  event.text(batch, i, Text.query, bytes, Data.queryName)
  event.text(batch, i, Text.answer, bytes, Data.queryResults)
  event.text(batch, i, Text.process, bytes, Data.image)
  event.text(batch, i, Text.user, bytes, Data.user)
  event.text(batch, i, Text.host, bytes, System.computer)
  return true
}

/** The row with its time; -1 where the event tells none. */
function begin(bytes: Uint8Array, event: WindowsEvent, batch: EventBatch, subject: number): number {
  const from = event.from[Data.utcTime]!
  const isUtc = from >= 0 && readIso(bytes, from, event.to[Data.utcTime]!, clock, 0) >= 0
  if (!isUtc && !event.readTime(bytes)) {
    batch.reason = 'no readable time'
    return -1
  }
  return beginLogged(batch, subject, isUtc ? clock : event.time)
}
