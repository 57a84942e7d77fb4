import { Dictionary } from '../../event/dictionary.ts'
import { type EventRecord, toRecord } from '../../event/record.ts'
import type { Formats } from '../../format/formats.ts'
import { isPcap } from '../../framing/pcap.ts'
import { Block, isPcapng, sectionOrder } from '../../framing/pcapng.ts'
import { read32 } from '../../framing/read32.ts'
import type { ByteSource, Input } from '../../source/source.ts'
import { decodeInput } from '../decode.ts'
import { recognise } from '../recognise.ts'

const pcapHeader = 24
const mostEvents = 8
/** Lines of a text log that may say what its columns are. */
const mostHeaderLines = 64

/**
 * What Sweepwatch makes of one record by itself, as `sweepwatch events` would print it. Columns and link types stand at the beginning
 * of a file, so that goes in front. Nothing where the record says nothing without those before it.
 * @param head the first bytes of the input; empty where it is gone
 * @param at time of the event, microseconds, for stamps without a year
 */
export async function understand(
  record: Buffer,
  { head, source, formats, at }: { head: Buffer; source: string; formats: Formats; at: number },
): Promise<EventRecord[]> {
  for (const before of contextsOf(head)) {
    const bytes = Buffer.concat([before, record, ...(before.length > 0 && isText(head) ? [Buffer.from('\n')] : [])])
    const events = await decoded(bytes, before.length, { head, source, formats, at })
    if (events.length > 0) return events
  }
  return []
}

async function decoded(
  bytes: Buffer,
  from: number,
  { head, source, formats, at }: { head: Buffer; source: string; formats: Formats; at: number },
): Promise<EventRecord[]> {
  const rules = new Dictionary()
  const found: EventRecord[] = []
  try {
    const format = recognise(head.length > 0 ? head : bytes, source, formats).id
    const input = inMemory(source, bytes)
    await decodeInput(input, { format, formats, sensor: 0, newest: at + 86_400e6, rules }, (batch) => {
      for (let row = 0; row < batch.length && found.length < mostEvents; row++) {
        const event = toRecord(batch, row, { formats: formats.ids, source, rules })
        if (event.offset >= from) found.push(event)
      }
    })
  } catch {
    // A record that cannot be read by itself is shown as it is.
    return []
  }
  return found
}

/** What may have to stand before a record for it to be read, in the order in which it is tried. */
function contextsOf(head: Buffer): readonly Buffer[] {
  if (isPcap(head)) return [head.subarray(0, pcapHeader)]
  if (isPcapng(head)) return [head.subarray(0, firstPacket(head))]
  if (!isText(head)) return [Buffer.alloc(0)]
  return [Buffer.alloc(0), commentLines(head), head.subarray(0, head.indexOf(10) + 1)]
}

/** Where the first block with a packet begins: those before say of which link type and clock it is. */
function firstPacket(head: Buffer): number {
  const isLittle = sectionOrder(head, 0) ?? true
  let at = 0
  while (at + 12 <= head.length) {
    const type = read32(head, at, isLittle)
    const length = read32(head, at + 4, isLittle)
    if (type === Block.enhancedPacket || type === Block.simplePacket || type === Block.packet || length < 12) break
    if (at + length > head.length) break
    at += length
  }
  return at
}

function commentLines(head: Buffer): Buffer {
  let at = 0
  for (let lines = 0; lines < mostHeaderLines && head[at] === 0x23; lines++) {
    const end = head.indexOf(10, at)
    if (end < 0) break
    at = end + 1
  }
  return head.subarray(0, at)
}

function isText(head: Buffer): boolean {
  return head.length > 0 && !head.subarray(0, 512).includes(0)
}

function inMemory(name: string, bytes: Buffer): Input {
  return {
    name,
    size: bytes.length,
    open: async (): Promise<ByteSource> => {
      let taken = 0
      return {
        read: (into, at) => {
          const count = Math.min(into.length - at, bytes.length - taken)
          into.set(bytes.subarray(taken, taken + count), at)
          taken += count
          return count
        },
        get taken() {
          return taken
        },
        damage: undefined,
        close: () => {},
      }
    },
  }
}
