import { Hash } from '../../base/hash.ts'

const ways = 4
/** A step back or forward by more than this is a restart, not loss. */
const farthest = 1 << 20
const nearest = 1 << 10

/** What is known of one exporter process and observation domain, for reports. */
export interface ExporterState {
  readonly address: readonly [number, number, number, number]
  /** UDP port that it sends from; 0 where not told. */
  readonly port: number
  /** Observation domain, source id, engine type and number, or sub-agent. */
  readonly domain: number
  /** 1, 5, 7, 9, 10; 105 for sFlow version 5. */
  readonly version: number
  readonly datagrams: number
  /** Flow records, or sampled packets. */
  readonly records: number
  /** What the sequence numbers say never came, in `lostUnit`. */
  readonly lost: number
  readonly lostUnit: 'datagrams' | 'records'
  /** Times at which the sequence began anew: the exporter restarted. */
  readonly restarts: number
  /** One packet in so many was looked at, as far as told for the domain as a whole; 0 = not told. */
  readonly sampling: number
  /** Data sets that could not be decoded, because their template never came or gave way. */
  readonly undecoded: number
}

/** Versions whose sequence counts records; the others count datagrams. */
const countsRecords = (version: number) => version !== 9 && version !== 105

/**
 * The exporters: transport session (address, port) and observation domain, as RFC 7011 scopes template ids. Sets of four, of
 * which one that never sent a record gives way first, then the one not heard from for longest. The memory is taken at the
 * start: spoofed addresses cannot grow it.
 */
export class SessionTable {
  readonly #hash = new Hash()
  readonly #mask: number
  readonly #words: Int32Array
  readonly #port: Uint32Array
  readonly #domain: Int32Array
  readonly #used: Float64Array
  /** A number that no other session has or had: owns templates, samplers and waiting sets. 0 = free. */
  readonly serial: Uint32Array
  readonly version: Uint8Array
  /** Id of the exporter's address in the dictionary of names. */
  readonly name: Uint32Array
  readonly datagrams: Float64Array
  readonly records: Float64Array
  readonly undecoded: Float64Array
  /** Microseconds at which the exporter started (systemInitTimeMilliseconds); 0 = not told. */
  readonly boot: Float64Array
  /** Sampling rate of the domain; 0 = not told. */
  readonly rate: Uint32Array
  /** Rate of the only sampler that was told of; 0 where there are several or none. */
  readonly onlySampler: Uint32Array
  readonly samplers: Uint16Array
  /** Bytes of this session that wait for a template. */
  readonly waiting: Uint32Array
  readonly #next: Float64Array
  readonly #lost: Float64Array
  readonly #restarts: Float64Array
  #last = -1
  #now = 0
  #serials = 0
  evicted = 0
  /** What the sequence numbers of all sessions say never came. */
  lost = 0

  /** @param log2 of the sessions that have room, 130 bytes each */
  constructor(log2: number) {
    const entries = 1 << log2
    this.#mask = entries / ways - 1
    this.#words = new Int32Array(entries * 4)
    this.#port = new Uint32Array(entries)
    this.#domain = new Int32Array(entries)
    this.#used = new Float64Array(entries)
    this.serial = new Uint32Array(entries)
    this.version = new Uint8Array(entries)
    this.name = new Uint32Array(entries)
    this.datagrams = new Float64Array(entries)
    this.records = new Float64Array(entries)
    this.undecoded = new Float64Array(entries)
    this.boot = new Float64Array(entries)
    this.rate = new Uint32Array(entries)
    this.onlySampler = new Uint32Array(entries)
    this.samplers = new Uint16Array(entries)
    this.waiting = new Uint32Array(entries)
    this.#next = new Float64Array(entries)
    this.#lost = new Float64Array(entries)
    this.#restarts = new Float64Array(entries)
  }

  /** Hot: the entry of a session, which is made where there is none. */
  of(address: Uint32Array, port: number, domain: number, version: number): number {
    const last = this.#last
    const s =
      last >= 0 && this.#is(last, address, port, domain, version) ? last : this.#find(address, port, domain, version)
    this.#last = s
    this.#used[s] = ++this.#now
    this.datagrams[s]!++
    return s
  }

  #is(s: number, address: Uint32Array, port: number, domain: number, version: number): boolean {
    const w = this.#words
    const same = this.#domain[s] === (domain | 0) && this.#port[s] === port && this.version[s] === version
    if (!same || this.serial[s] === 0) return false
    const k = s * 4
    return (
      w[k + 3] === (address[3]! | 0) &&
      w[k + 2] === (address[2]! | 0) &&
      w[k + 1] === (address[1]! | 0) &&
      w[k] === (address[0]! | 0)
    )
  }

  #find(address: Uint32Array, port: number, domain: number, version: number): number {
    const own = Math.imul((port << 8) | version, 0x9e3779b1) ^ domain
    const set = (this.#hash.of5(address[0]!, address[1]!, address[2]!, address[3]!, own) & this.#mask) * ways
    let victim = set
    for (let s = set; s < set + ways; s++) {
      if (this.#is(s, address, port, domain, version)) return s
      if (this.#worth(s) < this.#worth(victim)) victim = s
    }
    this.#open(victim, address, port, domain, version)
    return victim
  }

  #worth(s: number): number {
    if (this.serial[s] === 0) return -1
    return this.records[s] === 0 ? this.#used[s]! : this.#used[s]! + 1e15
  }

  #open(s: number, address: Uint32Array, port: number, domain: number, version: number): void {
    if (this.serial[s] !== 0) this.evicted++
    this.#words.set(address, s * 4)
    this.#port[s] = port
    this.#domain[s] = domain
    this.version[s] = version
    this.#serials = (this.#serials + 1) >>> 0 || 1
    this.serial[s] = this.#serials
    this.name[s] = this.samplers[s] = this.onlySampler[s] = this.rate[s] = this.waiting[s] = 0
    this.datagrams[s] = this.records[s] = this.undecoded[s] = this.boot[s] = 0
    this.#lost[s] = this.#restarts[s] = 0
    this.#next[s] = -1
  }

  /** Address words of a session. */
  address(s: number): [number, number, number, number] {
    const word = (k: number) => this.#words[s * 4 + k]! >>> 0
    return [word(0), word(1), word(2), word(3)]
  }

  /**
   * Reads a datagram's sequence number.
   *
   * @param step by how much it moves the sequence on; -1 where that is not known (records that cannot be counted)
   */
  sequence(s: number, number: number, step: number): void {
    const next = this.#next[s]!
    if (next >= 0) {
      const ahead = (number - next) >>> 0
      const behind = (next - number) >>> 0
      if (ahead !== 0 && ahead <= farthest) this.#lose(s, ahead)
      else if (ahead !== 0 && behind <= nearest) {
        // A datagram that was overtaken: it had been counted as lost.
        this.#lose(s, -Math.min(this.#lost[s]!, Math.max(0, step)))
        return
      } else if (ahead !== 0) this.#restarts[s]!++
    }
    this.#next[s] = step < 0 ? -1 : (number + step) >>> 0
  }

  #lose(s: number, count: number): void {
    this.#lost[s]! += count
    this.lost += count
  }

  /** The exporters, oldest first. Cold. */
  states(): ExporterState[] {
    const known = [...this.serial.keys()].filter((s) => this.serial[s] !== 0)
    known.sort((a, b) => this.serial[a]! - this.serial[b]!)
    return known.map((s) => this.#state(s))
  }

  #state(s: number): ExporterState {
    const version = this.version[s]!
    return {
      address: this.address(s),
      port: this.#port[s]!,
      domain: this.#domain[s]! >>> 0,
      version,
      datagrams: this.datagrams[s]!,
      records: this.records[s]!,
      lost: this.#lost[s]!,
      lostUnit: countsRecords(version) ? 'records' : 'datagrams',
      restarts: this.#restarts[s]!,
      sampling: this.rate[s] || this.onlySampler[s]!,
      undecoded: this.undecoded[s]!,
    }
  }
}
