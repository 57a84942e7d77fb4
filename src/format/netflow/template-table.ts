import { Hash } from '../../base/hash.ts'
import { Mark } from '../../event/batch.ts'
import { Clock, type Element, elementOf, Slot, slotCount } from './element.ts'
import { Content, type Layout } from './layout.ts'

const ways = 4
/** Real exporters stay below 120; more fields are an attack. */
export const mostFields = 255
const variable = 0xffff
const noSlot = 255

/**
 * The templates of all exporters, compiled: sets of four, of which the one that decoded data least recently gives way. Its
 * memory is taken at the start and never grows.
 */
export class TemplateTable {
  readonly #hash = new Hash()
  readonly #mask: number
  /** Whose it is (`SessionTable.serial`); 0 = free. */
  readonly #owner: Uint32Array
  readonly #id: Uint16Array
  readonly #used: Float64Array
  readonly #digest: Uint32Array
  readonly #content: Uint8Array
  readonly #clocks: Uint8Array
  readonly #protocol: Uint8Array
  readonly #length: Uint32Array
  readonly #isVariable: Uint8Array
  readonly #isTunnel: Uint8Array
  readonly #at: Int32Array
  readonly #size: Uint16Array
  readonly #fields: Uint8Array
  readonly #fieldLength: Uint16Array
  readonly #fieldSlot: Uint8Array
  readonly #rank = new Int8Array(slotCount)
  /** The entry in `layout`, and what it was then. */
  #loaded = -1
  #now = 1
  evicted = 0

  /** @param log2 of the templates that have room, 1.2 KB each */
  constructor(log2: number) {
    const entries = 1 << log2
    this.#mask = entries / ways - 1
    this.#owner = new Uint32Array(entries)
    this.#id = new Uint16Array(entries)
    this.#used = new Float64Array(entries)
    this.#digest = new Uint32Array(entries)
    this.#content = new Uint8Array(entries)
    this.#clocks = new Uint8Array(entries)
    this.#protocol = new Uint8Array(entries)
    this.#length = new Uint32Array(entries)
    this.#isVariable = new Uint8Array(entries)
    this.#isTunnel = new Uint8Array(entries)
    this.#at = new Int32Array(entries * slotCount)
    this.#size = new Uint16Array(entries * slotCount)
    this.#fields = new Uint8Array(entries)
    this.#fieldLength = new Uint16Array(entries * mostFields)
    this.#fieldSlot = new Uint8Array(entries * mostFields)
  }

  /** Templates that are held now. */
  get count(): number {
    return this.#owner.reduce((sum, owner) => sum + (owner === 0 ? 0 : 1), 0)
  }

  /** @returns the entry, -1 where there is none */
  find(owner: number, id: number): number {
    const set = (this.#hash.of2(owner, id) & this.#mask) * ways
    for (let e = set; e < set + ways; e++) if (this.#owner[e] === owner && this.#id[e] === id) return e
    return -1
  }

  /** Whether the template is there and was made of the same bytes. */
  isSame(owner: number, id: number, digest: number): boolean {
    const e = this.find(owner, id)
    return e >= 0 && this.#digest[e] === digest
  }

  /** Opens a template, instead of an older one of that id; `add` its fields, then `close` it. */
  open(owner: number, id: number, digest: number): number {
    const known = this.find(owner, id)
    const e = known >= 0 ? known : this.#victim(owner, id)
    if (this.#owner[e] !== 0 && known < 0) this.evicted++
    if (this.#loaded === e) this.#loaded = -1
    this.#owner[e] = owner
    this.#id[e] = id
    this.#digest[e] = digest
    if (known < 0) this.#used[e] = 0
    this.#fields[e] = 0
    this.#length[e] = 0
    this.#isVariable[e] = 0
    this.#isTunnel[e] = 0
    this.#clocks[e] = 0
    this.#protocol[e] = 0
    this.#at.fill(-1, e * slotCount, (e + 1) * slotCount)
    this.#rank.fill(-1)
    return e
  }

  /** Adds the next field. @param enterprise 0 for IANA's elements; negative for scopes that are no element (NetFlow v9) */
  add(e: number, enterprise: number, id: number, length: number): void {
    const element = enterprise < 0 ? undefined : elementOf(enterprise, id)
    const k = e * mostFields + this.#fields[e]!++
    this.#fieldLength[k] = length
    this.#fieldSlot[k] = noSlot
    if (element && fits(element, length) && element.rank >= this.#rank[element.slot]!)
      this.#place(e, k, element, length)
    if (length === variable) {
      this.#isVariable[e] = 1
      this.#length[e]!++
    } else this.#length[e]! += length
  }

  #place(e: number, k: number, element: Element, length: number): void {
    const { slot } = element
    // Elements that come twice follow the packet from the outside in (RFC 7011 section 8): what a tunnel carries counts.
    if (slot === Slot.protocol && this.#rank[slot]! >= 0) this.#isTunnel[e] = 1
    for (let older = e * mostFields; older < k; older++) {
      if (this.#fieldSlot[older] === slot) this.#fieldSlot[older] = noSlot
    }
    this.#rank[slot] = element.rank
    this.#fieldSlot[k] = slot
    this.#at[e * slotCount + slot] = this.#length[e]!
    this.#size[e * slotCount + slot] = length
    const clocks = this.#clocks[e]!
    if (slot === Slot.start) this.#clocks[e] = (clocks & 0xf0) | element.clock
    else if (slot === Slot.end) this.#clocks[e] = (clocks & 0x0f) | (element.clock << 4)
    if (element.protocol > 0) this.#protocol[e] = element.protocol
  }

  /** @returns whether records of the template can be told apart */
  close(e: number, isOptions: boolean): boolean {
    this.#content[e] = isOptions ? Content.options : this.#contentOf(e)
    const isSound = this.#length[e]! > 0
    if (!isSound) this.#owner[e] = 0
    return isSound
  }

  #contentOf(e: number): number {
    const has = (slot: number) => this.#at[e * slotCount + slot]! >= 0
    const ends = (has(Slot.src4) && has(Slot.dst4)) || (has(Slot.src6) && has(Slot.dst6))
    if (ends && !has(Slot.protocol) && this.#protocol[e] === 0 && has(Slot.flags)) this.#protocol[e] = 6
    if (ends && (has(Slot.protocol) || this.#protocol[e]! > 0)) return Content.flow
    return has(Slot.frameSection) || has(Slot.ipSection) ? Content.section : Content.other
  }

  withdraw(owner: number, id: number): void {
    const e = this.find(owner, id)
    if (e >= 0) this.#owner[e] = 0
  }

  /** Withdraws all templates of an owner, either those of options or the others. Cold: an exporter starts anew. */
  withdrawAll(owner: number, isOptions: boolean): void {
    for (let e = 0; e < this.#owner.length; e++) {
      if (this.#owner[e] === owner && (this.#content[e] === Content.options) === isOptions) this.#owner[e] = 0
    }
  }

  /** Hot: copies an entry for the records of a set. */
  load(e: number, layout: Layout): void {
    this.#used[e] = this.#now++
    if (e === this.#loaded) return
    const { at, size } = layout
    for (let slot = 0, k = e * slotCount; slot < slotCount; slot++, k++) {
      at[slot] = this.#at[k]!
      size[slot] = this.#size[k]!
    }
    layout.content = this.#content[e]!
    layout.startClock = this.#clocks[e]! & 15
    layout.endClock = this.#clocks[e]! >> 4
    layout.protocol = this.#protocol[e]!
    layout.length = this.#length[e]!
    layout.isVariable = this.#isVariable[e] === 1
    layout.marks = this.#isTunnel[e] === 1 ? Mark.tunnelled : 0
    layout.settle()
    this.#loaded = e
  }

  /** Fills `layout` for the record at `from`, whose template has fields of variable length. @returns its length, -1 where it is cut */
  walk(e: number, layout: Layout, view: DataView, from: number, to: number): number {
    let at = from
    const first = e * mostFields
    const end = first + this.#fields[e]!
    for (let k = first; k < end; k++) {
      let length = this.#fieldLength[k]!
      if (length === variable) {
        if (at >= to) return -1
        length = view.getUint8(at++)
        if (length === 255) {
          if (at + 2 > to) return -1
          length = view.getUint16(at)
          at += 2
        }
      }
      if (at + length > to) return -1
      const slot = this.#fieldSlot[k]!
      if (slot !== noSlot) {
        layout.at[slot] = at - from
        layout.size[slot] = length
      }
      at += length
    }
    return at - from
  }

  #victim(owner: number, id: number): number {
    const set = (this.#hash.of2(owner, id) & this.#mask) * ways
    let victim = set
    for (let e = set; e < set + ways; e++) {
      if (this.#owner[e] === 0) return e
      if (this.#used[e]! < this.#used[victim]!) victim = e
    }
    return victim
  }
}

const isSection = (slot: number) => slot === Slot.frameSection || slot === Slot.ipSection

/** Whether an element can be read from so many bytes: an address has its length, a number up to 8 bytes. */
function fits({ slot, clock }: Element, length: number): boolean {
  if (slot === Slot.src6 || slot === Slot.dst6) return length === 16
  if (slot === Slot.src4 || slot === Slot.dst4 || slot === Slot.mappedSrc4) return length === 4
  if (isSection(slot)) return length > 0
  if (clock === Clock.ntp) return length === 8
  return length > 0 && length <= 8
}
