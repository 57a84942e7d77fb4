import { extname } from 'node:path'
import { Problem } from '../base/problem.ts'
import { isoTime } from '../base/time.ts'
import { type CaptureFile, findCaptures } from './capture-files.ts'
import type { CaptureFilter } from './capture-filter.ts'
import type { CaptureTap } from './capture-tap.ts'
import { type WrittenInterface, writePcap, writePcapng } from './capture-writer.ts'
import { MatchedPackets } from './matched-packets.ts'
import { refuseExisting } from './output-file.ts'
import { PacketSpool } from './packet-spool.ts'

export interface CutOptions {
  /** Captures, and directories of them. */
  readonly paths: readonly string[]
  readonly filter: CaptureFilter
  /** The file to write, that is not there yet: pcap where it ends so, else pcapng. */
  readonly out: string
  /** Where indexes of the captures are kept. Absent: whole files are read, which takes long where they are large. */
  readonly index?: string | undefined
  /** Packets and bytes of packets that are taken at most. */
  readonly limit?: { readonly packets?: number | undefined; readonly bytes?: number | undefined } | undefined
  readonly onProgress?: ((done: number, files: number) => void) | undefined
}

export interface CutResult {
  readonly out: string
  readonly packets: number
  /** Of the file that was written. */
  readonly bytes: number
  readonly sha256: string
  /** Times of the first and the last packet, ISO 8601; null where there is none. */
  readonly first: string | null
  readonly last: string | null
  /** Captures that packets are from. */
  readonly files: readonly { readonly path: string; readonly packets: number }[]
  /** Files that were no captures, or could not be read. */
  readonly skipped: readonly string[]
  /** The limit was reached: there are more packets. */
  readonly isTruncated: boolean
  readonly malformed: number
  /** Bytes of captures that were read to find packets, and to index them. */
  readonly read: number
  readonly indexed: number
}

const usualLimit = { packets: 5_000_000, bytes: 8 * 2 ** 30 }
/** More kinds of links than there are: what comes beyond is left out and counted as malformed. */
const mostInterfaces = 256

/**
 * Cuts the packets that concern some addresses out of captures, into one file in the order of time, with times to the nanosecond
 * (requirement T3). A packet concerns an address that any of its headers names, in tunnels and in what ICMP errors quote too.
 * Memory is bounded: 20 bytes for each packet that is taken.
 *
 * @throws Problem `bad-network`, `capture-output`, `capture-index`; `no-such-file` or `unreadable` for a path that is given;
 * `no-captures` where there is no capture among the paths
 */
export async function cutCapture(options: CutOptions): Promise<CutResult> {
  refuseExisting(options.out)
  const { captures, others } = await findCaptures(options.paths)
  if (captures.length === 0) {
    throw new Problem('no-captures', `no capture among ${options.paths.join(', ')}`, {
      hint: 'pcap and pcapng are read, also with gzip or Zstandard.',
    })
  }
  const spool = new PacketSpool(`${options.out}.spool`)
  try {
    return await new Cut(options, spool).run(captures, others)
  } finally {
    spool.close()
  }
}

class Cut {
  readonly #options: CutOptions
  readonly #spool: PacketSpool
  readonly #interfaces: { linkType: number; snapLength: number }[] = []
  readonly #limit: { readonly packets: number; readonly bytes: number }
  readonly #packets: MatchedPackets

  constructor(options: CutOptions, spool: PacketSpool) {
    this.#options = options
    this.#spool = spool
    const { packets = usualLimit.packets, bytes = usualLimit.bytes } = options.limit ?? {}
    this.#limit = { packets, bytes }
    const { filter, index } = options
    this.#packets = new MatchedPackets({ filter, index, take: (tap) => this.#take(tap) })
  }

  async run(captures: readonly CaptureFile[], others: readonly string[]): Promise<CutResult> {
    const files: { path: string; packets: number }[] = []
    let done = 0
    let before = 0
    const skipped = await this.#packets.readAll(captures, ({ path }) => {
      const { count } = this.#spool
      if (count > before) files.push({ path, packets: count - before })
      before = count
      this.#options.onProgress?.(++done, captures.length)
    })
    const { tally, isStopped } = this.#packets
    return { ...this.#write(), files, skipped: [...others, ...skipped], ...tally, isTruncated: isStopped }
  }

  #take(tap: CaptureTap): boolean {
    const { count, bytes } = this.#spool
    if (count >= this.#limit.packets || bytes + tap.end - tap.at > this.#limit.bytes) return false
    const number = this.#interfaceOf(tap.linkType)
    if (number < 0) {
      tap.tally.damage(tap.offset, 'too many link types')
      return true
    }
    const known = this.#interfaces[number]!
    known.snapLength = Math.max(known.snapLength, tap.end - tap.at)
    this.#spool.add(tap.nanoseconds(), tap.wire, number, tap.bytes.subarray(tap.at, tap.end))
    return true
  }

  #interfaceOf(linkType: number): number {
    const known = this.#interfaces.findIndex((each) => each.linkType === linkType)
    if (known >= 0 || this.#interfaces.length >= mostInterfaces) return known
    return this.#interfaces.push({ linkType, snapLength: 0 }) - 1
  }

  #write() {
    const { out } = this.#options
    const [first, ...others] = this.#interfaces
    const isPcap = extname(out).toLowerCase() === '.pcap'
    if (isPcap && others.length > 0) {
      throw new Problem(
        'capture-output',
        `the packets are of ${others.length + 1} link types, which pcap cannot hold`,
        {
          hint: 'Give the file a name that ends in .pcapng.',
        },
      )
    }
    const span = { first: Number.NaN, last: Number.NaN }
    const packets = timed(this.#spool, span)
    const ethernet: WrittenInterface = { linkType: 1, snapLength: 0 }
    const written = isPcap ? writePcap(out, first ?? ethernet, packets) : writePcapng(out, this.#interfaces, packets)
    const isoOf = (time: number) => (Number.isNaN(time) ? null : isoTime(time))
    return { out, packets: this.#spool.count, ...written, first: isoOf(span.first), last: isoOf(span.last) }
  }
}

/** The packets of the spool in order; notes the first and the last time, in microseconds. */
function* timed(spool: PacketSpool, span: { first: number; last: number }) {
  for (const packet of spool.inOrder()) {
    span.last = packet.seconds * 1e6 + Math.floor(packet.nanoseconds / 1000)
    if (Number.isNaN(span.first)) span.first = span.last
    yield packet
  }
}
