import { Random } from '../random.ts'
import type { Output } from './output.ts'
import { Ending, type Traffic, tcp } from './traffic.ts'

/** Versions that the same records are written as. */
export type ExportForm = 'netflow9' | 'ipfix' | 'sflow'

type TemplateForm = Exclude<ExportForm, 'sflow'>

/** Records of a packet, so that it fits 1500 bytes. */
const perPacket = 22
const templateId = 256
const templateEvery = 100
/** Element and length: addresses, next hop, interfaces, ports, flags, protocol, TOS, networks, as routers tell. */
const common = [8, 4, 12, 4, 15, 4, 10, 4, 14, 4, 7, 2, 11, 2, 6, 1, 4, 1, 5, 1, 9, 1, 13, 1, 61, 1]
const commonLength = 30
/** Counts and times: as uptimes, or in the forms that IPFIX prefers. */
const fieldsOf = {
  netflow9: [...common, 2, 4, 1, 4, 22, 4, 21, 4],
  ipfix: [...common, 2, 8, 1, 8, 152, 8, 153, 8],
} as const
const lengthOf = { netflow9: commonLength + 16, ipfix: commonLength + 32 } as const
const uptime = 7_200_000
const ethernetHeader = 14
const tcpPacket = 40

/** Writes packets back to back, each direction of a conversation a record. @returns how many records */
export function writeExports(form: ExportForm, output: Output, traffic: Traffic, count: number, start: number): void {
  const records = new Records(traffic)
  let sequence = 0
  let packets = 0
  for (let written = 0; written < count; ) {
    const here = Math.min(perPacket, count - written)
    const seconds = Math.floor(start / 1e6 + (3600 * written) / count)
    const withTemplate = form !== 'sflow' && packets % templateEvery === 0
    if (form === 'sflow') writeSflow(output, records, here, packets)
    else writePacket(form, output, records, { here, seconds, sequence, withTemplate })
    written += here
    packets++
    sequence = form === 'ipfix' ? written : packets
  }
}

/** The records one after another: what was asked, and the answer where there was one. */
class Records {
  src = 0
  dst = 0
  srcPort = 0
  dstPort = 0
  protocol = 0
  flags = 0
  packets = 0
  bytes = 0
  duration = 0
  readonly #traffic: Traffic
  readonly #random = new Random(77)
  #answer = false

  constructor(traffic: Traffic) {
    this.#traffic = traffic
  }

  next(): void {
    const t = this.#traffic
    if (this.#answer) {
      this.#answer = false
      const { src, srcPort } = this
      this.src = this.dst
      this.srcPort = this.dstPort
      this.dst = src
      this.dstPort = srcPort
      if (t.ending === Ending.refused) this.#count(1, 40, 0x14)
      else this.#count(this.packets + 1, 200 + this.#random.below(20000), t.protocol === tcp ? 0x1b : 0)
      return
    }
    t.next()
    this.src = t.source
    this.dst = t.target
    this.srcPort = t.sourcePort
    this.dstPort = t.targetPort
    this.protocol = t.protocol
    this.#answer = t.ending !== Ending.silent
    if (t.ending === Ending.established)
      this.#count(2 + this.#random.below(20), 500 + this.#random.below(9000), t.protocol === tcp ? 0x1b : 0)
    else this.#count(1, 60, t.protocol === tcp ? 2 : 0)
  }

  #count(packets: number, bytes: number, flags: number): void {
    this.packets = packets
    this.bytes = bytes
    this.flags = flags
    this.duration = packets > 1 ? this.#random.below(30_000) : 0
  }
}

interface Packet {
  readonly here: number
  readonly seconds: number
  readonly sequence: number
  readonly withTemplate: boolean
}

function writePacket(form: TemplateForm, output: Output, records: Records, packet: Packet): void {
  const { here, seconds, sequence, withTemplate } = packet
  const { view } = output
  const fields = fieldsOf[form]
  const recordLength = lengthOf[form]
  const header = form === 'ipfix' ? 16 : 20
  const templateLength = withTemplate ? 8 + 2 * fields.length : 0
  const dataLength = 4 + here * recordLength
  const padding = (4 - (dataLength % 4)) % 4
  const length = header + templateLength + dataLength + padding
  let at = output.reserve(length)
  view.setUint16(at, form === 'ipfix' ? 10 : 9)
  view.setUint16(at + 2, form === 'ipfix' ? length : here + (withTemplate ? 1 : 0))
  const words = form === 'ipfix' ? [seconds, sequence, 1] : [uptime, seconds, sequence, 1]
  for (const [k, word] of words.entries()) view.setUint32(at + 4 + 4 * k, word)
  at += header
  if (withTemplate) at = writeTemplate(form, view, at, templateLength)
  view.setUint16(at, templateId)
  view.setUint16(at + 2, dataLength + padding)
  at += 4
  for (let k = 0; k < here; k++, at += recordLength) writeRecord(form, view, at, records, seconds)
  for (let k = 0; k < padding; k++) view.setUint8(at + k, 0)
}

function writeTemplate(form: TemplateForm, view: DataView, from: number, length: number): number {
  view.setUint16(from, form === 'ipfix' ? 2 : 0)
  view.setUint16(from + 2, length)
  view.setUint16(from + 4, templateId)
  const fields = fieldsOf[form]
  view.setUint16(from + 6, fields.length / 2)
  for (const [k, half] of fields.entries()) view.setUint16(from + 8 + 2 * k, half)
  return from + length
}

function writeRecord(form: TemplateForm, view: DataView, at: number, records: Records, seconds: number): void {
  records.next()
  const words = [records.src, records.dst, 0x0a000001, 3, 7]
  for (let k = 0; k < words.length; k++) view.setUint32(at + 4 * k, words[k]!)
  view.setUint16(at + 20, records.srcPort)
  view.setUint16(at + 22, records.dstPort)
  const bytes = [records.flags, records.protocol, 0, 24, 20, 0]
  for (let k = 0; k < bytes.length; k++) view.setUint8(at + 24 + k, bytes[k]!)
  const isLong = form === 'ipfix'
  const last = isLong ? seconds * 1000 - 1000 : uptime - 1000
  const numbers = [records.packets, records.bytes, last - records.duration, last]
  for (let k = 0; k < numbers.length; k++) {
    if (isLong) view.setBigUint64(at + commonLength + 8 * k, BigInt(numbers[k]!))
    else view.setUint32(at + commonLength + 4 * k, numbers[k]!)
  }
}

/** Flow samples of the conversations' packets, 1 in 512, with their headers. */
function writeSflow(output: Output, records: Records, here: number, sequence: number): void {
  const { view } = output
  const captured = ethernetHeader + tcpPacket
  const recordBytes = 16 + captured + 2
  const sample = 8 + 32 + 8 + recordBytes
  const most = Math.min(here, 10)
  for (let done = 0; done < here; done += most) {
    const samples = Math.min(most, here - done)
    let at = output.reserve(28 + samples * sample)
    const header = [5, 1, 0xc00002fe, 0, sequence, uptime, samples]
    for (let k = 0; k < 7; k++) view.setUint32(at + 4 * k, header[k]!)
    at += 28
    for (let k = 0; k < samples; k++, at += sample) writeSample(view, at, sample, recordBytes, captured, records)
  }
}

function writeSample(
  view: DataView,
  at: number,
  length: number,
  record: number,
  captured: number,
  records: Records,
): void {
  records.next()
  const words = [1, length - 8, 1, 3, 512, 51200, 0, 3, 7, 1, 1, record, 1, captured + 4, 4, captured]
  for (let k = 0; k < 16; k++) view.setUint32(at + 4 * k, words[k]!)
  const frame = at + 64
  for (let k = 0; k < captured + 2; k++) view.setUint8(frame + k, 0)
  view.setUint16(frame + 12, 0x0800)
  view.setUint16(frame + 14, 0x4500)
  view.setUint16(frame + 16, tcpPacket)
  view.setUint8(frame + 22, 60)
  view.setUint8(frame + 23, records.protocol)
  view.setUint32(frame + 26, records.src)
  view.setUint32(frame + 30, records.dst)
  view.setUint16(frame + 34, records.srcPort)
  view.setUint16(frame + 36, records.dstPort)
  if (records.protocol === tcp) {
    view.setUint8(frame + 46, 0x50)
    view.setUint8(frame + 47, records.flags)
  } else view.setUint16(frame + 38, 20)
}
