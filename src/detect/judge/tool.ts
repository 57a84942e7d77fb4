import { type AttemptJournal, State } from '../../track/journal.ts'
import { MethodCode } from '../../track/method.ts'

/**
 * Scanning tools by what they write into headers. Each relation is read from the tool's own source or seen in captures
 * (ARCHITECTURE.md, "Tools"); none is a secret, and each can be forged: it names a tool and raises suspicion, never more.
 */
const Tool = {
  none: 0,
  masscan: 1,
  zmap: 2,
  mirai: 4,
  nmap: 8,
  unicornscan: 16,
  zmapOld: 32,
  masscanHeader: 64,
  hping: 128,
} as const

/** TCP option codes in `tcpOptions` nibbles, as `packet/tcp-options.ts` writes them. */
const mssOnly = 0x1
/** MSS, NOP, WScale, NOP, NOP, SACKperm: Windows's layout, ZMap's default since 4.1. */
const windowsLayout = 0x422321

/** Tool bits that a single first packet shows. */
function toolBits(journal: AttemptJournal, i: number): number {
  if (!journal.has(i, State.header) || journal.protocol[i] !== 6) return 0
  if (journal.has(i, State.flow)) return 0
  const window = journal.window[i] as number
  const options = journal.tcpOptions[i] as number
  const ttl = journal.ttl[i] as number
  const id = journal.ipId[i] as number
  const dst = journal.address[8 * i + 7] as number
  const v4 = journal.address[8 * i + 6] === 0xffff
  const seq = journal.seq[i] as number
  const unfragmented = !journal.has(i, State.dontFragment)
  let bits = 0
  if (journal.has(i, State.log)) return logBits(journal, i)
  if (journal.method[i] !== MethodCode.tcpSyn) return 0
  if (v4 && ((id ^ (journal.dstPort[i] as number) ^ (dst & 0xffff) ^ (seq & 0xffff)) & 0xffff) === 0)
    bits |= Tool.masscan
  if (v4 && seq === dst) bits |= Tool.mirai
  if (v4 && id === 54321 && window === 65535) bits |= Tool.zmapOld
  if (unfragmented && window === 65535 && options === windowsLayout && ttl <= 64) bits |= Tool.zmap
  const nmapHeader = unfragmented && window === 1024 && options === mssOnly
  if (nmapHeader && (v4 ? journal.mss[i] === 1460 && ttl <= 64 : journal.mss[i] === 1440 || journal.mss[i] === 1460))
    bits |= Tool.nmap
  if (v4 && unfragmented && ttl > 200 && (window === 1024 || window === 1025) && options <= mssOnly)
    bits |= Tool.masscanHeader
  if (unfragmented && window === 512 && options === 0) bits |= Tool.hping
  return bits
}

/** Kernel logs show no options and no sequence numbers: only what window, TTL and IP ID tell. */
function logBits(journal: AttemptJournal, i: number): number {
  if (journal.method[i] !== MethodCode.tcpSyn) return 0
  const v4 = journal.address[8 * i + 6] === 0xffff
  const window = journal.window[i] as number
  const ttl = journal.ttl[i] as number
  if (v4 && window === 65535 && journal.ipId[i] === 54321) return Tool.zmapOld
  if (journal.has(i, State.dontFragment)) return 0
  if (v4 && ttl > 200 && (window === 1024 || window === 1025)) return Tool.masscanHeader
  return window === 1024 && ttl <= 64 ? Tool.nmap : 0
}

/** nmap encodes its probe in the sequence number: two probes of one run differ by a value whose halves are equal and small. */
function nmapPair(seqA: number, seqB: number): boolean {
  const x = seqA ^ seqB
  // Equal numbers are one event (a constant), not a relation.
  return x !== 0 && x >>> 16 === (x & 0xffff) && (x & 0xffff) <= 0xff
}

/** Counts over a source's packets, from which the tool is named. */
export class ToolCounts {
  packets = 0
  masscan = 0
  mirai = 0
  zmapOld = 0
  zmap = 0
  nmap = 0
  nmapSeq = 0
  masscanHeader = 0
  hping = 0
  unicorn = 0
  ttlLow = 255
  ttlHigh = 0
  ttlChanges = 0
  /** Packets whose TCP options and sequence number were seen; kernel logs show neither. */
  whole = 0
  #lastTtl = 0
  #lastSeq = 0
  #lastKey = 0

  reset(): void {
    this.packets = this.masscan = this.mirai = this.zmapOld = this.zmap = this.nmap = this.nmapSeq = 0
    this.masscanHeader = this.hping = this.unicorn = this.ttlHigh = this.ttlChanges = this.whole = 0
    this.ttlLow = 255
    this.#lastTtl = this.#lastSeq = this.#lastKey = 0
  }

  read(journal: AttemptJournal, i: number): void {
    if (!journal.has(i, State.header)) return
    const ttl = journal.ttl[i] as number
    this.ttlLow = Math.min(this.ttlLow, ttl)
    this.ttlHigh = Math.max(this.ttlHigh, ttl)
    if (this.packets > 0 && ttl !== this.#lastTtl) this.ttlChanges++
    this.#lastTtl = ttl
    this.packets++
    if (journal.protocol[i] !== 6) {
      if (journal.ipId[i] === 54321) this.zmapOld++
      return
    }
    if (!journal.has(i, State.log)) this.whole++
    const bits = toolBits(journal, i)
    if (bits & Tool.masscan) this.masscan++
    if (bits & Tool.mirai) this.mirai++
    if (bits & Tool.zmapOld) this.zmapOld++
    if (bits & Tool.zmap) this.zmap++
    if (bits & Tool.nmap) this.nmap++
    if (bits & Tool.masscanHeader) this.masscanHeader++
    if (bits & Tool.hping) this.hping++
    this.#pairs(journal, i)
  }

  #pairs(journal: AttemptJournal, i: number): void {
    const seq = journal.seq[i] as number
    const ports = (((journal.dstPort[i] as number) << 16) + (journal.srcPort[i] as number)) >>> 0
    const key = (seq ^ (journal.address[8 * i + 7] as number) ^ ports) >>> 0
    if (this.packets > 1 && seq !== 0) {
      if (nmapPair(seq, this.#lastSeq)) this.nmapSeq++
      else if (key === this.#lastKey) this.unicorn++
    }
    this.#lastSeq = seq
    this.#lastKey = key
  }

  /** A relation that chance gives with at most 2^-24. */
  get related(): boolean {
    return this.masscan >= 2 || this.mirai >= 1 || this.zmapOld >= 2 || this.unicorn >= 2 || this.nmapSeq >= 2
  }

  /** nmap draws the TTL of each raw packet from 37 to 59; a path takes some off, a stack never varies it so. */
  get drawnTtl(): boolean {
    const spread = this.ttlHigh - this.ttlLow
    return this.packets >= 6 && spread >= 8 && spread <= 22 && this.ttlHigh <= 59 && this.ttlChanges * 2 >= this.packets
  }

  /** Headers of a tool without such a relation. */
  get shaped(): boolean {
    return this.nmap >= 2 || this.zmap >= 2 || this.masscanHeader >= 2 || this.drawnTtl
  }
}
