import { formatAddress } from '../../base/address.ts'
import type { EventBatch } from '../../event/batch.ts'
import type { Dictionary } from '../../event/dictionary.ts'
import { Decoded } from '../format.ts'
import { Datagram } from './datagram.ts'
import { appendFlow } from './flow-row.ts'
import { legacyHeader, Version, versionOf } from './header.ts'
import { Content, Layout } from './layout.ts'
import { legacyDomain, legacyLayout, legacySampling } from './legacy.ts'
import { PacketRows } from './packet-row.ts'
import { SamplerTable } from './sampler-table.ts'
import { domainRate, learnOptions, rateOf, tellsSampling } from './sampling.ts'
import { type ExporterState, SessionTable } from './session-table.ts'
import { SflowReader } from './sflow.ts'
import { readTemplates9, readTemplates10 } from './template.ts'
import { TemplateTable } from './template-table.ts'
import { type SetOrigin, WaitingSets } from './waiting-sets.ts'

/** Sizes of the decoder's tables. They are all the memory it ever takes. */
export interface ExportSizes {
  /** log2 of exporter sessions, templates, samplers. */
  readonly sessions: number
  readonly templates: number
  readonly samplers: number
  /** Data sets that wait for their template: bytes, and how many (a power of two). */
  readonly waitingBytes: number
  readonly waitingSets: number
}

const defaultSizes: ExportSizes = {
  sessions: 12,
  templates: 13,
  samplers: 12,
  waitingBytes: 4 << 20,
  waitingSets: 4096,
}

/** Where rows go. `flush` hands them on and clears the batch. */
export interface ExportOutlet {
  readonly batch: EventBatch
  flush(): void
}

const firstDataSet = 256

/**
 * Decodes NetFlow, IPFIX and sFlow packets, of any number of exporters and versions mixed, into rows. Memory is fixed: what
 * exporters tell (templates, sampling) is kept in tables whose oldest entries give way.
 *
 * hot: no allocation per record.
 */
export class ExportDecoder {
  /** Microseconds at which the packet given next arrived; 0 where not known. */
  arrived = 0
  /** What was wrong with the last packet; '' if nothing was. Rows of its sound part are there all the same. */
  damage = ''
  /** Rows that the last packet made, those of earlier data sets that its templates explained included. */
  rows = 0
  /** Told of each data set whose template never came: where it stands in the input. */
  onUndecoded: (offset: number, reason: string) => void = () => {}
  readonly sessions: SessionTable
  readonly templates: TemplateTable
  readonly #samplers: SamplerTable
  readonly #waiting: WaitingSets
  readonly #outlet: ExportOutlet
  readonly #names: Dictionary
  readonly #datagram = new Datagram()
  readonly #layout = new Layout()
  readonly #packets: PacketRows
  readonly #sflow: SflowReader
  /** Records of the packet at hand, for the sequence; -1 once some cannot be counted. */
  #counted = 0
  #lostTold = 0

  constructor(outlet: ExportOutlet, names: Dictionary, sizes: ExportSizes = defaultSizes) {
    this.#outlet = outlet
    this.#names = names
    this.sessions = new SessionTable(sizes.sessions)
    this.templates = new TemplateTable(sizes.templates)
    this.#samplers = new SamplerTable(sizes.samplers)
    this.#waiting = new WaitingSets(sizes.waitingBytes, sizes.waitingSets)
    this.#packets = new PacketRows(outlet)
    this.#sflow = new SflowReader(this.#packets, this.sessions, (s) => this.#device(s))
  }

  /** What sequence numbers say never came since this was asked before: records, or packets where these are counted. */
  takeLost(): number {
    const { lost } = this.sessions
    const more = lost - this.#lostTold
    this.#lostTold = lost
    return more
  }

  /** The exporters heard from, with what their sequence numbers say was lost. */
  get exporters(): ExporterState[] {
    return this.sessions.states()
  }

  /**
   * Decodes the export packet `bytes[from, to)`. The caller has set the batch's `recordOffset` and `recordLength`, and
   * `arrived`; `bytes` are the batch's own where sampled payloads are to be kept.
   *
   * @param exporter its address, four words @param port the UDP port that it sent from; 0 where not known
   */
  datagram(bytes: Uint8Array, from: number, to: number, exporter: Uint32Array, port: number): Decoded {
    const d = this.#datagram
    d.open(bytes)
    d.times[1] = this.arrived
    d.version = versionOf(bytes, from, to)
    this.damage = ''
    this.rows = this.#counted = 0
    switch (d.version) {
      case 0:
        this.damage = 'no export packet'
        break
      case Version.flow9:
        this.#flow9(d, from, to, exporter, port)
        break
      case Version.ipfix:
        this.#ipfix(d, from, to, exporter, port)
        break
      case Version.sflow5:
        this.damage = this.#sflow.read(d, from, to, exporter, port)
        this.rows = this.#sflow.rows
        break
      default:
        this.#legacy(d, from, to, exporter, port)
    }
    if (this.rows > 0) return Decoded.event
    if (this.damage === '') return Decoded.ignored
    this.#outlet.batch.reason = this.damage
    return Decoded.malformed
  }

  /** Nothing follows: data sets that still wait are given up, each of which `onUndecoded` is told. */
  close(): void {
    this.#waiting.close(this.#drop)
  }

  #legacy(d: Datagram, from: number, to: number, exporter: Uint32Array, port: number): void {
    const { view, version } = d
    const header = legacyHeader(version)
    if (to - from < header) {
      this.damage = 'header cut short'
      return
    }
    const count = view.getUint16(from + 2)
    d.uptime = view.getUint32(from + 4)
    d.exportedAt(view.getUint32(from + 8), Math.floor(view.getUint32(from + 12) / 1000))
    this.#session(d, exporter, port, legacyDomain(view, from, version))
    if (version !== Version.flow1) this.sessions.sequence(d.session, view.getUint32(from + 16), count)
    const layout = legacyLayout(version)
    const rate = legacySampling(view, from, version)
    if (rate > 0) this.sessions.rate[d.session] = rate
    const end = from + header + count * layout.length
    if (end > to) this.damage = 'flow records cut short'
    d.rate = rate
    d.device = this.#device(d.session)
    this.#flows(d, layout, from + header, Math.min(end, to))
  }

  #flow9(d: Datagram, from: number, to: number, exporter: Uint32Array, port: number): void {
    const { view } = d
    if (to - from < 20) {
      this.damage = 'header cut short'
      return
    }
    d.uptime = view.getUint32(from + 4)
    d.exportedAt(view.getUint32(from + 8), 0)
    this.#session(d, exporter, port, view.getUint32(from + 16))
    this.sessions.sequence(d.session, view.getUint32(from + 12), 1)
    this.#sets(d, from + 20, to, 0, 1)
  }

  #ipfix(d: Datagram, from: number, to: number, exporter: Uint32Array, port: number): void {
    const { view } = d
    if (to - from < 16) {
      this.damage = 'header cut short'
      return
    }
    const stated = from + view.getUint16(from + 2)
    const sequence = view.getUint32(from + 8)
    d.exportedAt(view.getUint32(from + 4), 0)
    this.#session(d, exporter, port, view.getUint32(from + 12))
    this.#sets(d, from + 16, Math.min(stated, to), 2, 3)
    if (stated > to && this.damage === '') this.damage = 'message cut short'
    this.sessions.sequence(d.session, sequence, this.#counted)
  }

  #session(d: Datagram, exporter: Uint32Array, port: number, domain: number): void {
    d.session = this.sessions.of(exporter, port, domain, d.version)
    d.serial = this.sessions.serial[d.session]!
  }

  /** The sets `[from, to)`. @param templates @param options ids of the sets that hold templates */
  #sets(d: Datagram, from: number, to: number, templates: number, options: number): void {
    const { view } = d
    let at = from
    while (at + 4 <= to) {
      const id = view.getUint16(at)
      const length = view.getUint16(at + 2)
      // Padding behind the last set.
      if (length === 0 && id === 0) return
      if (length < 4 || at + length > to) {
        this.damage = length < 4 ? `set of length ${length}` : 'set cut short'
        this.#counted = -1
        // Records before the cut are whole.
        if (length >= 4 && id >= firstDataSet) this.#data(d, id, at + 4, to)
        return
      }
      if (id >= firstDataSet) this.#data(d, id, at + 4, at + length)
      else if (id === templates || id === options) this.#learn(d, at + 4, at + length, id === options)
      at += length
    }
  }

  #learn(d: Datagram, from: number, to: number, isOptions: boolean): void {
    const read = d.version === Version.flow9 ? readTemplates9 : readTemplates10
    const fault = read(this.templates, d, from, to, isOptions, this.#replay)
    if (fault !== '') this.damage = fault
  }

  #data(d: Datagram, id: number, from: number, to: number): void {
    const e = this.templates.find(d.serial, id)
    if (e < 0) {
      this.#counted = -1
      this.#wait(d, id, from, to)
      return
    }
    const layout = this.#layout
    this.templates.load(e, layout)
    d.times[2] = this.sessions.boot[d.session]!
    if (layout.content >= Content.flow) d.device = this.#device(d.session)
    if (layout.isVariable) this.#variable(d, e, layout, from, to)
    else this.#fixed(d, layout, from, to)
  }

  #fixed(d: Datagram, layout: Layout, from: number, to: number): void {
    const { length } = layout
    if (layout.content === Content.flow && !tellsSampling(layout)) {
      d.rate = domainRate(this.sessions, d.session)
      this.#flows(d, layout, from, to)
    } else for (let at = from; at + length <= to; at += length) this.#record(d, layout, at)
    if (this.#counted >= 0) this.#counted += Math.floor((to - from) / length)
  }

  #variable(d: Datagram, e: number, layout: Layout, from: number, to: number): void {
    for (let at = from; at + layout.length <= to; ) {
      const length = this.templates.walk(e, layout, d.view, at, to)
      if (length < 0) {
        // What is left may be padding, of zeros.
        if (to - at > 8) this.damage = 'record cut short'
        return
      }
      this.#record(d, layout, at)
      if (this.#counted >= 0) this.#counted++
      at += length
    }
  }

  /** Hot: flow records of one length and one sampling rate. */
  #flows(d: Datagram, layout: Layout, from: number, to: number): void {
    const { batch } = this.#outlet
    const { length } = layout
    let rows = 0
    for (let at = from; at + length <= to; at += length) {
      if (batch.length === batch.capacity || batch.isCrowded) this.#outlet.flush()
      if (appendFlow(batch, d, layout, at)) rows++
    }
    this.#add(d, rows)
  }

  #record(d: Datagram, layout: Layout, at: number): void {
    const { sessions } = this
    if (layout.content === Content.options) learnOptions(sessions, this.#samplers, d.session, layout, d.view, at)
    else if (layout.content !== Content.other) {
      d.rate = rateOf(sessions, this.#samplers, d.session, layout, d.view, at)
      if (layout.content === Content.flow) this.#flows(d, layout, at, at + layout.length)
      else {
        this.#packets.section(d, layout, at)
        this.#add(d, this.#packets.made)
      }
    }
  }

  #add(d: Datagram, rows: number): void {
    this.rows += rows
    this.sessions.records[d.session]! += rows
  }

  /** The id of the exporter's address, which is made with its first row: senders of nothing take no name. */
  #device(s: number): number {
    const { name } = this.sessions
    if (name[s] !== 0) return name[s]!
    const address = this.sessions.address(s)
    if (address.every((word) => word === 0)) return 0
    name[s] = this.#names.id(formatAddress(...address))
    return name[s]!
  }

  #wait(d: Datagram, id: number, from: number, to: number): void {
    const { recordOffset: offset, recordLength: length } = this.#outlet.batch
    const { session, serial, version, uptime } = d
    const origin = { version, exported: d.times[0]!, arrived: d.times[1]!, uptime, offset, length }
    if (this.sessions.waiting[session]! + to - from > this.#waiting.share) {
      this.#drop(session, serial, id, 0, origin)
      return
    }
    this.sessions.waiting[session]! += to - from
    this.#waiting.add(session, serial, id, d.bytes, from, to, origin, this.#drop)
  }

  readonly #drop = (session: number, serial: number, id: number, length: number, origin: SetOrigin): void => {
    if (this.sessions.serial[session] === serial) {
      this.sessions.waiting[session]! -= length
      this.sessions.undecoded[session]!++
    }
    this.onUndecoded(origin.offset, `data set ${id} without a template`)
  }

  /** Reads the data sets that waited for template `id`, as records of the packets that brought them. */
  readonly #replay = (id: number): void => {
    const d = this.#datagram
    const { session, serial, bytes, version, uptime } = d
    if (this.sessions.waiting[session] === 0) return
    const [exported = 0, arrived = 0] = d.times
    const { batch } = this.#outlet
    const { recordOffset, recordLength } = batch
    const counted = this.#counted
    this.#waiting.take(serial, id, (from, to, origin) => {
      this.sessions.waiting[session]! -= to - from
      d.open(this.#waiting.bytes)
      d.times[0] = origin.exported
      d.times[1] = origin.arrived
      d.uptime = origin.uptime
      batch.recordOffset = origin.offset
      batch.recordLength = origin.length
      this.#data(d, id, from, to)
    })
    d.open(bytes)
    d.times[0] = exported
    d.times[1] = arrived
    d.uptime = uptime
    d.version = version
    batch.recordOffset = recordOffset
    batch.recordLength = recordLength
    this.#counted = counted
  }
}
