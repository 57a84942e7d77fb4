import type { Contact } from './contact.ts'

/** Contacts kept of a candidate: the first uncommon ones stay, of the others the last. */
const places = 64
export const mostShown = 20
const mostPorts = 32

/** A contact as it was kept. */
export interface KeptContact {
  readonly address: readonly [number, number, number, number]
  readonly port: number
  readonly protocol: number
  readonly at: number
  readonly isUncommon: boolean
  /** Where its record stands; `isHere` is false where that is in an input of an earlier run. */
  readonly isHere: boolean
  readonly sensor: number
  readonly offset: number
  readonly length: number
}

const uncommon = 1
const here = 2

/** Which targets candidates had, when, and where the records of it stand. hot: no allocation per event. */
export class Kept {
  readonly #address: Uint32Array
  readonly #port: Uint16Array
  readonly #protocol: Uint8Array
  readonly #at: Float64Array
  readonly #marks: Uint8Array
  readonly #sensor: Uint16Array
  readonly #offset: Float64Array
  readonly #length: Uint32Array
  /** How many were kept of each kind: first the uncommon ones that stay, then those that go round. */
  readonly #shown: Uint8Array
  readonly #others: Uint32Array
  /** The ports of uncommon contacts. */
  readonly #ports: Uint16Array
  readonly #portCount: Uint8Array
  /** The last record of all. */
  readonly #lastAt: Float64Array
  readonly #lastSensor: Uint16Array
  readonly #lastOffset: Float64Array
  readonly #lastLength: Uint32Array
  /** Whether the candidate did anything in the inputs of this run. */
  readonly #active: Uint8Array

  constructor(count: number) {
    const all = count * places
    this.#address = new Uint32Array(4 * all)
    this.#port = new Uint16Array(all)
    this.#protocol = new Uint8Array(all)
    this.#at = new Float64Array(all)
    this.#marks = new Uint8Array(all)
    this.#sensor = new Uint16Array(all)
    this.#offset = new Float64Array(all)
    this.#length = new Uint32Array(all)
    this.#shown = new Uint8Array(count)
    this.#others = new Uint32Array(count)
    this.#ports = new Uint16Array(count * mostPorts)
    this.#portCount = new Uint8Array(count)
    this.#lastAt = new Float64Array(count)
    this.#lastSensor = new Uint16Array(count)
    this.#lastOffset = new Float64Array(count)
    this.#lastLength = new Uint32Array(count)
    this.#active = new Uint8Array(count)
  }

  clear(slot: number): void {
    this.#shown[slot] = this.#others[slot] = this.#portCount[slot] = this.#active[slot] = 0
  }

  mention(slot: number, { at, sensor, offset, length }: Contact): void {
    this.#active[slot] = 1
    this.#lastAt[slot] = at
    this.#lastSensor[slot] = sensor
    this.#lastOffset[slot] = offset
    this.#lastLength[slot] = length
  }

  add(slot: number, contact: Contact, isUncommon: boolean): void {
    const place = slot * places + this.#next(slot, isUncommon)
    for (let k = 0; k < 4; k++) this.#address[4 * place + k] = contact.target[k] as number
    this.#port[place] = contact.port
    this.#protocol[place] = contact.protocol
    this.#at[place] = contact.at
    this.#marks[place] = (isUncommon ? uncommon : 0) | here
    this.#sensor[place] = contact.sensor
    this.#offset[place] = contact.offset
    this.#length[place] = contact.length
    if (isUncommon && contact.port > 0) this.#addPort(slot, contact.port)
  }

  isActive(slot: number): boolean {
    return this.#active[slot] === 1
  }

  /** Other inputs are read from now on: what points into earlier ones is no evidence any more. */
  leaveInputs(): void {
    this.#active.fill(0)
    for (let i = 0; i < this.#marks.length; i++) this.#marks[i] = (this.#marks[i] as number) & ~here
  }

  /** Cold: the kept contacts, the first ones first. */
  contacts(slot: number): KeptContact[] {
    const shown = Array.from({ length: this.#shown[slot] as number }, (_, k) => this.#contact(slot * places + k))
    const round = places - mostShown
    const total = this.#others[slot] as number
    const others = Array.from({ length: Math.min(total, round) }, (_, k) => {
      const turn = total > round ? (total + k) % round : k
      return this.#contact(slot * places + mostShown + turn)
    })
    return [...shown, ...others]
  }

  /** The last record of the candidate. */
  last(slot: number): Pick<KeptContact, 'at' | 'sensor' | 'offset' | 'length'> {
    return {
      at: this.#lastAt[slot] as number,
      sensor: this.#lastSensor[slot] as number,
      offset: this.#lastOffset[slot] as number,
      length: this.#lastLength[slot] as number,
    }
  }

  ports(slot: number): number[] {
    const from = slot * mostPorts
    return [...this.#ports.subarray(from, from + (this.#portCount[slot] as number))]
  }

  get tables() {
    return [
      ...[this.#address, this.#port, this.#protocol, this.#at, this.#marks, this.#sensor, this.#offset, this.#length],
      ...[this.#shown, this.#others, this.#ports, this.#portCount],
      ...[this.#lastAt, this.#lastSensor, this.#lastOffset, this.#lastLength, this.#active],
    ]
  }

  #next(slot: number, isUncommon: boolean): number {
    const shown = this.#shown[slot] as number
    if (isUncommon && shown < mostShown) {
      this.#shown[slot] = shown + 1
      return shown
    }
    const others = this.#others[slot] as number
    this.#others[slot] = others + 1
    return mostShown + (others % (places - mostShown))
  }

  #addPort(slot: number, port: number): void {
    const from = slot * mostPorts
    const count = this.#portCount[slot] as number
    for (let i = from; i < from + count; i++) if (this.#ports[i] === port) return
    if (count === mostPorts) return
    this.#ports[from + count] = port
    this.#portCount[slot] = count + 1
  }

  #contact(place: number): KeptContact {
    const word = (k: number) => this.#address[4 * place + k] as number
    const marks = this.#marks[place] as number
    return {
      address: [word(0), word(1), word(2), word(3)],
      port: this.#port[place] as number,
      protocol: this.#protocol[place] as number,
      at: this.#at[place] as number,
      isUncommon: (marks & uncommon) !== 0,
      isHere: (marks & here) !== 0,
      sensor: this.#sensor[place] as number,
      offset: this.#offset[place] as number,
      length: this.#length[place] as number,
    }
  }
}
