import { isPcap } from '../framing/pcap.ts'
import { PcapReader } from '../framing/pcap-reader.ts'
import { PcapngReader } from '../framing/pcapng-reader.ts'
import type { ContainerFormat, FormatContext, Reader, Sink } from './format.ts'
import { ExportIntake } from './netflow/export-intake.ts'
import { sniffCapture } from './netflow/sniff.ts'

/** Bytes that tell the two kinds of capture file apart. */
const magic = 4

/** Reads a capture of either kind, on one thread: later packets need the templates of earlier ones. */
class CaptureReader implements Reader {
  readonly #sink: Sink
  readonly #intake: ExportIntake
  #reader: Reader | undefined

  constructor(context: FormatContext, sink: Sink) {
    this.#sink = sink
    this.#intake = new ExportIntake(context, sink)
  }

  push(bytes: Uint8Array, to: number, base: number, last: boolean): number {
    if (to < magic && !last) return 0
    this.#reader ??= isPcap(bytes.subarray(0, to))
      ? new PcapReader(this.#sink, this.#intake, undefined)
      : new PcapngReader(this.#sink, this.#intake)
    const consumed = this.#reader.push(bytes, to, base, last)
    if (last) this.#intake.decoder.close()
    return consumed
  }
}

const netflowPcap: ContainerFormat = {
  id: 'netflow-pcap',
  title: 'NetFlow, IPFIX and sFlow in a packet capture',
  about:
    'pcap and pcapng captures most of whose packets are flow exports over UDP, on any port: their records are read as in ' +
    'netflow, with the address of each exporter, and the time of capture for sFlow. Other packets are ignored; ' +
    '--format pcap reads such a file as the packets it holds.',
  blind: ['payloads', 'single packets of a flow', 'what sampling left out'],
  framing: 'container',
  sniff: sniffCapture,
  open: (context: FormatContext, sink: Sink) => new CaptureReader(context, sink),
}

export default netflowPcap
