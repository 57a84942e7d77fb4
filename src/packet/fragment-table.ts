const WAYS = 4
const SETS = 256
const ENTRIES = WAYS * SETS
const KEY_WORDS = 10
/** IPv4's reassembly timeout (RFC 1122 section 3.3.2 asks for 60 to 120 s), in microseconds. */
const TIMEOUT = 60e6

/** How much of a packet's beginning is put together: more than the longest TCP header (60 bytes), in units of 8. */
export const FRAGMENT_REGION = 64

const State = { free: 0, open: 1, done: 2 } as const

/** What the table needs to know of a fragment: whose it is, and its bytes. */
interface Fragment {
  readonly bytes: Uint8Array
  readonly at: number
  readonly end: number
  readonly time: number
  readonly ipLength: number
  readonly protocol: number
  readonly src0: number
  readonly src1: number
  readonly src2: number
  readonly src3: number
  readonly dst0: number
  readonly dst1: number
  readonly dst2: number
  readonly dst3: number
}

/**
 * The beginnings of packets whose transport header is spread over fragments. 1024 entries, four to a set; the oldest of a
 * set gives way, so a flood of fragments costs some headers and no memory.
 */
export class FragmentTable {
  /** Entry `e` has its bytes at `e * FRAGMENT_REGION`. */
  readonly bytes = new Uint8Array(ENTRIES * FRAGMENT_REGION)
  /** Whether a fragment was ever added. */
  isUsed = false
  readonly #key = new Int32Array(ENTRIES * KEY_WORDS)
  readonly #wanted = new Int32Array(KEY_WORDS)
  readonly #state = new Uint8Array(ENTRIES)
  /** Which units of 8 bytes are there, one bit each. */
  readonly #have = new Uint8Array(ENTRIES)
  /** Length of the whole packet, once its last fragment is there; 0 until then. */
  readonly #whole = new Uint8Array(ENTRIES)
  readonly #length = new Uint32Array(ENTRIES)
  readonly #time = new Float64Array(ENTRIES)
  readonly #hashKey: number

  constructor(hashKey = 0x9e3779b9) {
    this.#hashKey = hashKey
  }

  /** Keeps the fragment's bytes. @param offset in units of 8 @returns its entry; -1 if that packet needs no more */
  add(fragment: Fragment, id: number, offset: number, more: boolean): number {
    this.isUsed = true
    const entry = this.#find(fragment, id)
    if (offset === 0 && this.#state[entry] === State.done) this.#open(entry, fragment.time)
    if (this.#state[entry] === State.done) return -1
    this.#length[entry] = this.#length[entry]! + fragment.ipLength
    this.#keep(entry, fragment, offset, more)
    return entry
  }

  finish(entry: number): void {
    this.#state[entry] = State.done
  }

  /** Bytes that are there without a gap from the beginning. */
  covered(entry: number): number {
    const have = this.#have[entry]!
    const units = 31 - Math.clz32(~have & (have + 1))
    const whole = this.#whole[entry]!
    return whole > 0 && units * 8 > whole ? whole : units * 8
  }

  isWhole(entry: number): boolean {
    return this.#whole[entry]! > 0 && this.covered(entry) === this.#whole[entry]
  }

  /** IP bytes of all fragments so far, headers included. */
  ipLength(entry: number): number {
    return this.#length[entry]!
  }

  #keep(entry: number, fragment: Fragment, offset: number, more: boolean): void {
    const start = offset * 8
    const length = Math.min(fragment.end - fragment.at, FRAGMENT_REGION - start)
    const units = more ? length >> 3 : (length + 7) >> 3
    for (let unit = 0; unit < units; unit++) {
      const bit = 1 << (offset + unit)
      if ((this.#have[entry]! & bit) !== 0) continue
      this.#have[entry] = this.#have[entry]! | bit
      const to = entry * FRAGMENT_REGION + start + unit * 8
      for (let i = 0; i < 8 && unit * 8 + i < length; i++) {
        this.bytes[to + i] = fragment.bytes[fragment.at + unit * 8 + i]!
      }
    }
    if (!more && start + length < FRAGMENT_REGION) this.#whole[entry] = start + length
  }

  #find(fragment: Fragment, id: number): number {
    const set = this.#fillWanted(fragment, id) * WAYS
    let oldest = set
    for (let entry = set; entry < set + WAYS; entry++) {
      if (this.#state[entry] !== State.free && this.#isWanted(entry)) {
        if (fragment.time - this.#time[entry]! > TIMEOUT) this.#open(entry, fragment.time)
        return entry
      }
      const isOlder = this.#state[entry] === State.free || this.#time[entry]! < this.#time[oldest]!
      if (this.#state[oldest] !== State.free && isOlder) oldest = entry
    }
    this.#key.set(this.#wanted, oldest * KEY_WORDS)
    this.#open(oldest, fragment.time)
    return oldest
  }

  /** Puts the fragment's key where `#isWanted` compares it, and returns its set. */
  #fillWanted(f: Fragment, id: number): number {
    const key = this.#wanted
    key[0] = f.src0
    key[1] = f.src1
    key[2] = f.src2
    key[3] = f.src3
    key[4] = f.dst0
    key[5] = f.dst1
    key[6] = f.dst2
    key[7] = f.dst3
    key[8] = id
    key[9] = f.protocol
    let hash = this.#hashKey | 0
    for (let i = 0; i < KEY_WORDS; i++) {
      hash = Math.imul(hash ^ key[i]!, 0x85ebca6b)
      hash ^= hash >>> 15
    }
    return hash & (SETS - 1)
  }

  #isWanted(entry: number): boolean {
    for (let i = 0; i < KEY_WORDS; i++) if (this.#key[entry * KEY_WORDS + i] !== this.#wanted[i]) return false
    return true
  }

  #open(entry: number, time: number): void {
    this.#state[entry] = State.open
    this.#have[entry] = 0
    this.#whole[entry] = 0
    this.#length[entry] = 0
    this.#time[entry] = time
  }
}
