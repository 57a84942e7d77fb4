import { ascii, equals, readHex, readUint, startsWith } from '../../base/ascii.ts'
import type { EventBatch } from '../../event/batch.ts'
import { Protocol } from '../../event/protocol.ts'
import { Field } from './fields.ts'
import type { FortiRecord } from './record.ts'

const slash = 47
/** A type that no message has: the log does not tell it. */
const untoldType = 255
const numbered = ['icmp/', 'ICMP/', 'icmp6/', 'ICMP6/'].map(ascii)
/** FortiOS's predefined services that are one ICMP type. */
const named: readonly (readonly [Uint8Array, number, number])[] = [
  [ascii('PING'), 8, 128],
  [ascii('ping'), 8, 128],
  [ascii('PING6'), 8, 128],
  [ascii('TIMESTAMP'), 13, untoldType],
  [ascii('INFO_REQUEST'), 15, untoldType],
  [ascii('INFO_ADDRESS'), 17, untoldType],
]

/** Type and code: of attacks as numbers in hex (`icmptype="0x08"`), of traffic from the service (`PING`, `icmp/3/3`). */
export function readIcmp(bytes: Uint8Array, record: FortiRecord, batch: EventBatch, i: number): void {
  const c = batch.column
  const { from, to } = record
  c.icmpType[i] = untoldType
  if (record.has(Field.icmpType)) {
    c.icmpType[i] = Math.max(0, readHex(bytes, from[Field.icmpType]!, to[Field.icmpType]!))
    if (record.has(Field.icmpCode))
      c.icmpCode[i] = Math.max(0, readHex(bytes, from[Field.icmpCode]!, to[Field.icmpCode]!))
    return
  }
  const start = from[Field.service]!
  if (start >= 0) readService(bytes, start, to[Field.service]!, batch, i)
}

function readService(bytes: Uint8Array, from: number, to: number, batch: EventBatch, i: number): void {
  const c = batch.column
  const isV6 = c.protocol[i] === Protocol.icmp6
  for (let k = 0; k < named.length; k++) {
    if (!equals(bytes, from, to, named[k]![0])) continue
    c.icmpType[i] = named[k]![isV6 ? 2 : 1]
    return
  }
  for (let k = 0; k < numbered.length; k++) {
    if (!startsWith(bytes, from, to, numbered[k]!)) continue
    const type = from + numbered[k]!.length
    let end = type
    while (end < to && bytes[end] !== slash) end++
    const number = readUint(bytes, type, end)
    if (number >= 0 && number < 256) c.icmpType[i] = number
    c.icmpCode[i] = Math.max(0, readUint(bytes, end + 1, to))
    return
  }
}
