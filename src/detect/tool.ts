import { type AttemptJournal, State } from '../track/journal.ts'
import { MethodCode } from '../track/method.ts'

/**
 * Scanning tools by what they write into headers. Each relation is read from the tool's own source or seen in captures
 * (ARCHITECTURE.md, "Tools"); none is a secret, and each can be forged: it names a tool and raises suspicion, never more.
 */
export const Tool = {
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
export function toolBits(journal: AttemptJournal, i: number): number {
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
export function nmapPair(seqA: number, seqB: number): boolean {
  const x = seqA ^ seqB
  return x >>> 16 === (x & 0xffff) && (x & 0xffff) <= 0xff
}

export interface ToolEvidence {
  readonly name: string
  readonly because: string
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
  #lastTtl = 0
  #lastSeq = 0
  #lastKey = 0

  reset(): void {
    this.packets = this.masscan = this.mirai = this.zmapOld = this.zmap = this.nmap = this.nmapSeq = 0
    this.masscanHeader = this.hping = this.unicorn = this.ttlHigh = this.ttlChanges = 0
    this.ttlLow = 255
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

  name(): ToolEvidence | null {
    const share = (count: number) => count >= 2 && count >= 0.5 * this.packets
    if (share(this.masscan)) {
      return {
        name: 'masscan',
        because: `IP ID = low16(dst) xor dst port xor low16(seq) in ${this.masscan} packets (chance 2^-16 each)`,
      }
    }
    if (this.mirai >= 1 && this.mirai >= 0.5 * this.packets) {
      return {
        name: 'Mirai',
        because: `TCP sequence number equals the destination address in ${this.mirai} packets (chance 2^-32 each)`,
      }
    }
    if (share(this.zmapOld)) {
      return {
        name: 'zmap',
        because: `IP ID 54321 (in SYNs with window 65535) in ${this.zmapOld} packets (ZMap before 4.1)`,
      }
    }
    if (this.unicorn >= 2) {
      return { name: 'unicornscan', because: `seq xor dst xor ports is one constant in ${this.unicorn + 1} packets` }
    }
    if (share(this.zmap)) {
      return {
        name: 'zmap',
        because: `window 65535 and Windows option order with DF clear and TTL <= 64 in ${this.zmap} packets (ZMap 4.1 and later)`,
      }
    }
    if (this.nmap >= 2 && (this.nmapSeq >= 1 || this.ttlHigh - this.ttlLow >= 8)) {
      const spread = `TTL ${this.ttlLow}-${this.ttlHigh}`
      return {
        name: 'nmap',
        because: `window 1024 with MSS 1460 alone, DF clear, ${spread}, related sequence numbers in ${this.nmapSeq} pairs`,
      }
    }
    if (this.masscanHeader >= 2) {
      return {
        name: 'masscan',
        because: `TTL above 200, window 1024-1025, at most an MSS option, DF clear in ${this.masscanHeader} packets`,
      }
    }
    if (this.nmapSeq >= 2) {
      return { name: 'nmap', because: `sequence numbers encode the probe in ${this.nmapSeq} pairs (chance 2^-24 each)` }
    }
    if (this.drawnTtl) {
      return {
        name: 'nmap',
        because: `TTL drawn anew for each packet (${this.ttlLow}-${this.ttlHigh} over ${this.packets} packets), as nmap's raw packets do`,
      }
    }
    if (this.nmap >= 2)
      return {
        name: 'nmap',
        because: `window 1024 with MSS 1460 as the only option and DF clear in ${this.nmap} packets`,
      }
    if (share(this.hping)) return { name: 'hping3', because: `window 512 without options in ${this.hping} packets` }
    return null
  }
}
