import { readJsonText } from '../base/json-text.ts'

/** What a row's text says. The number is stored; the name is the field of the printed record (`record.ts` puts some together). */
export const Text = {
  /** Of an alert or a finding: its name, its id as the sensor writes it (`1:2009582`, a plug-in number), its class. */
  signature: 1,
  signatureId: 2,
  category: 3,
  /** DNS: the name asked for, the record type (`PTR`, `AXFR`) and the response code as words, the answer. */
  query: 4,
  queryType: 5,
  rcode: 6,
  answer: 7,
  /** HTTP. `host` is also the name of the machine that an endpoint or login record is about. */
  userAgent: 8,
  host: 9,
  uri: 10,
  httpMethod: 11,
  /** TLS and SSH: name asked for, fingerprints, software of both ends. */
  serverName: 12,
  ja3: 13,
  ja4: 14,
  hassh: 15,
  clientBanner: 16,
  serverBanner: 17,
  /** Endpoint and login records: image path or service, the one that started it, account, what was offered as password. */
  process: 18,
  parent: 19,
  user: 20,
  password: 21,
  /** Of a weakness. */
  cve: 22,
  /** Of a lease: the link-layer address, the address on the other side of a translation. */
  mac: 23,
  mapped: 24,
  /** Why a device ended or denied a connection; the application it saw; anything else worth a line. */
  reason: 25,
  application: 26,
  message: 27,
} as const
export type TextField = (typeof Text)[keyof typeof Text]

export const textNames = new Map<number, keyof typeof Text>(
  Object.entries(Text).map(([name, field]) => [field, name as keyof typeof Text]),
)

/** Texts a row can have. */
const places = 12
const longest = 4096
const escaped = 0x80
const inArena = 0x80000000
const arenaPerRow = 32
const smallestArena = 1 << 16

function arenaBytes(capacity: number): number {
  return Math.max(smallestArena, capacity * arenaPerRow)
}

/** Bytes that the texts of `capacity` rows take. */
export function textBytes(capacity: number): number {
  return capacity * places * 7 + arenaBytes(capacity)
}

const encoder = new TextEncoder()

/**
 * The texts of a batch's rows: places in the input the rows were made of, or, where a text had to be made, in an arena of
 * fixed size. No string is made until somebody wants to read one.
 */
export class Texts {
  /** The chunk of input that the texts stand in. */
  bytes: Uint8Array = new Uint8Array(0)
  /** Where `find` found a text. */
  span: Uint8Array = this.bytes
  from = 0
  to = 0
  /** Whether it is written with JSON's escapes. */
  isJson = false
  /** Texts left out because the arena was full. */
  dropped = 0
  readonly #start: Uint32Array
  readonly #length: Uint16Array
  readonly #field: Uint8Array
  readonly #arena: Uint8Array
  #used = 0

  /** @param at where in `buffer` the `textBytes(capacity)` bytes begin */
  constructor(buffer: ArrayBufferLike, at: number, capacity: number) {
    const count = capacity * places
    this.#start = new Uint32Array(buffer as ArrayBuffer, at, count)
    this.#length = new Uint16Array(buffer as ArrayBuffer, at + 4 * count, count)
    this.#field = new Uint8Array(buffer as ArrayBuffer, at + 6 * count, count)
    this.#arena = new Uint8Array(buffer as ArrayBuffer, at + 7 * count, arenaBytes(capacity))
  }

  get isCrowded(): boolean {
    return this.#used > this.#arena.length - 2 * places * 1024
  }

  clear(): void {
    this.#used = 0
  }

  /** Hot: nothing is allocated. @returns whether there is one more text */
  add(row: number, count: number, field: TextField, bytes: Uint8Array, from: number, end: number, isJson: boolean) {
    const to = Math.min(end, from + longest)
    if (to <= from || count === places) return false
    if (bytes === this.bytes) this.#set(row * places + count, from, to - from, isJson ? field | escaped : field)
    else if (this.#used + to - from <= this.#arena.length) {
      for (let i = from; i < to; i++) this.#arena[this.#used + i - from] = bytes[i]!
      // A signed number stays off the heap; the column wraps it.
      this.#set(row * places + count, this.#used | inArena, to - from, isJson ? field | escaped : field)
      this.#used += to - from
    } else {
      this.dropped++
      return false
    }
    return true
  }

  put(row: number, count: number, field: TextField, text: string): boolean {
    if (text === '' || count === places) return false
    const { written } = encoder.encodeInto(
      text.slice(0, longest),
      this.#arena.subarray(this.#used, this.#used + longest),
    )
    if (written === 0) {
      this.dropped++
      return false
    }
    this.#set(row * places + count, (this.#used | inArena) >>> 0, written, field)
    this.#used += written
    return true
  }

  /** Hot: nothing is allocated. The text is found as written, JSON's escapes and all. */
  find(row: number, count: number, field: TextField): boolean {
    const place = this.#place(row, count, field)
    if (place < 0) return false
    const start = this.#start[place]!
    const isMade = start >= inArena
    this.span = isMade ? this.#arena : this.bytes
    this.from = isMade ? start - inArena : start
    this.to = this.from + this.#length[place]!
    this.isJson = (this.#field[place]! & escaped) !== 0
    return true
  }

  read(row: number, count: number, field: TextField): string {
    if (!this.find(row, count, field)) return ''
    const { span, from, to } = this
    return this.isJson
      ? readJsonText(span, from, to)
      : Buffer.from(span.buffer, span.byteOffset + from, to - from).toString()
  }

  /** The fields of a row's texts, in the order in which they were added. */
  fields(row: number, count: number): TextField[] {
    return Array.from(
      this.#field.subarray(row * places, row * places + count),
      (field) => (field & ~escaped) as TextField,
    )
  }

  #place(row: number, count: number, field: TextField): number {
    const first = row * places
    for (let place = first; place < first + count; place++) if ((this.#field[place]! & ~escaped) === field) return place
    return -1
  }

  #set(place: number, start: number, length: number, field: number): void {
    this.#start[place] = start
    this.#length[place] = length
    this.#field[place] = field
  }
}
