/** What must be known of a datagram to read one of its sets later. */
export interface SetOrigin {
  readonly version: number
  /** Microseconds: when the datagram was exported, and when it arrived. */
  readonly exported: number
  readonly arrived: number
  /** Milliseconds since the exporter started. */
  readonly uptime: number
  /** The record in the input. */
  readonly offset: number
  readonly length: number
}

/**
 * Data sets whose template has not come yet, in a ring of fixed size: the oldest give way. The ring is taken when the first
 * one comes, as most inputs need none.
 */
export class WaitingSets {
  readonly #capacity: number
  readonly #most: number
  /** The sets' bytes. */
  bytes = new Uint8Array(0)
  /** Per entry, by its number modulo the capacity: session, its serial (0 = done), template id, place in the ring, length. */
  #session = new Uint32Array(0)
  #serial = new Uint32Array(0)
  #id = new Uint16Array(0)
  #start = new Uint32Array(0)
  #length = new Uint32Array(0)
  #origin = new Float64Array(0)
  #head = 0
  #tail = 0
  /** Where the next set's bytes go. */
  #at = 0

  /** @param bytes room for sets @param most sets that are kept, a power of two */
  constructor(bytes: number, most: number) {
    this.#capacity = bytes
    this.#most = most
  }

  /** The most bytes that one session may have waiting, so that no exporter pushes out all others. */
  get share(): number {
    return this.#capacity >> 3
  }

  /** Keeps the set `bytes[from, to)`. `drop` is told of each older one that gives way. */
  add(
    s: number,
    serial: number,
    id: number,
    bytes: Uint8Array,
    from: number,
    to: number,
    origin: SetOrigin,
    drop: Drop,
  ) {
    if (this.#session.length === 0) this.#open()
    const length = to - from
    if (this.#at + length > this.#capacity) {
      while (this.#head < this.#tail && this.#start[this.#head % this.#most]! >= this.#at)
        this.#drop(this.#head++, drop)
      this.#at = 0
    }
    const end = this.#at + length
    while (
      this.#head < this.#tail &&
      (this.#tail - this.#head === this.#most || this.#overlaps(this.#head, this.#at, end))
    ) {
      this.#drop(this.#head++, drop)
    }
    const k = this.#tail++ % this.#most
    this.bytes.set(bytes.subarray(from, to), this.#at)
    this.#session[k] = s
    this.#serial[k] = serial
    this.#id[k] = id
    this.#start[k] = this.#at
    this.#length[k] = length
    const { version, exported, arrived, uptime, offset, length: recordLength } = origin
    this.#origin.set([version, exported, arrived, uptime, offset, recordLength], k * 6)
    this.#at = end
  }

  /** Takes out the sets of a session that wait for template `id`, oldest first. */
  take(serial: number, id: number, read: (from: number, to: number, origin: SetOrigin) => void): void {
    for (let n = this.#head; n < this.#tail; n++) {
      const k = n % this.#most
      if (this.#serial[k] !== serial || this.#id[k] !== id) continue
      this.#serial[k] = 0
      read(this.#start[k]!, this.#start[k]! + this.#length[k]!, this.#originOf(k))
    }
  }

  /** Gives up on all that still wait. */
  close(drop: Drop): void {
    while (this.#head < this.#tail) this.#drop(this.#head++, drop)
  }

  #drop(n: number, drop: Drop): void {
    const k = n % this.#most
    if (this.#serial[k] === 0) return
    drop(this.#session[k]!, this.#serial[k]!, this.#id[k]!, this.#length[k]!, this.#originOf(k))
    this.#serial[k] = 0
  }

  #overlaps(n: number, from: number, to: number): boolean {
    const start = this.#start[n % this.#most]!
    return start < to && start + this.#length[n % this.#most]! > from
  }

  #originOf(k: number): SetOrigin {
    const [version = 0, exported = 0, arrived = 0, uptime = 0, offset = 0, length = 0] = this.#origin.subarray(
      k * 6,
      k * 6 + 6,
    )
    return { version, exported, arrived, uptime, offset, length }
  }

  #open(): void {
    this.bytes = new Uint8Array(this.#capacity)
    this.#session = new Uint32Array(this.#most)
    this.#serial = new Uint32Array(this.#most)
    this.#id = new Uint16Array(this.#most)
    this.#start = new Uint32Array(this.#most)
    this.#length = new Uint32Array(this.#most)
    this.#origin = new Float64Array(this.#most * 6)
  }
}

export type Drop = (session: number, serial: number, id: number, length: number, origin: SetOrigin) => void
