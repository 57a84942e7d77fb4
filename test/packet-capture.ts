import { formatAddress } from '../src/base/address.ts'
import { EventBatch, Mark } from '../src/event/batch.ts'
import { Dictionary } from '../src/event/dictionary.ts'
import { Tally } from '../src/format/format.ts'
import pcap from '../src/format/pcap.ts'
import pcapng from '../src/format/pcapng.ts'

/** One row of the batch, as the tests like to read it. */
export interface Row {
  time: number
  protocol: number
  src: string
  srcPort: number
  dst: string
  dstPort: number
  outcome: number
  flags: number
  icmpType: number
  icmpCode: number
  marks: number
  ttl: number
  ipId: number
  bytesOut: number
  seq: number
  ack: number
  window: number
  tcpOptions: number
  mss: number
  via: string
  payload: string
  offset: number
  length: number
}

const latin1 = new TextDecoder('latin1')

function rowsOf(batch: EventBatch): Row[] {
  const c = batch.column
  const rows: Row[] = []
  for (let i = 0; i < batch.length; i++) {
    const at = c.payload[i]!
    rows.push({
      time: c.time[i]!,
      protocol: c.protocol[i]!,
      src: formatAddress(c.src0[i]!, c.src1[i]!, c.src2[i]!, c.src3[i]!),
      srcPort: c.srcPort[i]!,
      dst: formatAddress(c.dst0[i]!, c.dst1[i]!, c.dst2[i]!, c.dst3[i]!),
      dstPort: c.dstPort[i]!,
      outcome: c.outcome[i]!,
      flags: c.flags[i]!,
      icmpType: c.icmpType[i]!,
      icmpCode: c.icmpCode[i]!,
      marks: c.marks[i]!,
      ttl: c.ttl[i]!,
      ipId: c.ipId[i]!,
      bytesOut: c.bytesOut[i]!,
      seq: c.seq[i]!,
      ack: c.ack[i]!,
      window: c.window[i]!,
      tcpOptions: c.tcpOptions[i]!,
      mss: c.mss[i]!,
      via: (c.marks[i]! & Mark.quoted) === 0 ? '' : formatAddress(c.via0[i]!, c.via1[i]!, c.via2[i]!, c.via3[i]!),
      payload: c.payloadLength[i] === 0 ? '' : latin1.decode(batch.bytes.subarray(at, at + c.payloadLength[i]!)),
      offset: c.offset[i]!,
      length: c.length[i]!,
    })
  }
  return rows
}

/** Reads a whole capture through windows of `window` bytes, as the pipeline does: what is left is given again. */
export function readCapture(
  file: Uint8Array,
  window = 1 << 20,
): { rows: Row[]; tally: Tally; consumed: number; pushes: number } {
  const batch = new EventBatch(64)
  const tally = new Tally()
  const rows: Row[] = []
  const flush = () => {
    rows.push(...rowsOf(batch))
    batch.clear()
  }
  const format = pcapng.sniff(file) > 0 ? pcapng : pcap
  const reader = format.open({ newest: 0, rules: new Dictionary() }, { batch, tally, flush })
  let at = 0
  let size = window
  let pushes = 0
  for (;;) {
    const end = Math.min(at + size, file.length)
    const used = reader.push(file.subarray(at, end), end - at, at, end === file.length)
    pushes++
    at += used
    if (end === file.length) return { rows, tally, consumed: at, pushes }
    size = used === 0 ? size * 2 : window
  }
}
