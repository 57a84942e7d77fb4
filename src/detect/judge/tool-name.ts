import type { ToolCounts } from './tool.ts'

/** A scanning tool, and why it is thought to be it. */
export interface ToolEvidence {
  readonly name: string
  readonly because: string
}

interface Candidate {
  readonly name: string
  readonly holds: (counts: ToolCounts) => boolean
  readonly because: (counts: ToolCounts) => string
}

/** At least two packets, and half of all, show it. */
const most = (count: number, counts: ToolCounts) => count >= 2 && count * 2 >= counts.packets
const ttls = (counts: ToolCounts) => `TTL ${counts.ttlLow}-${counts.ttlHigh}`

/** Relations first, which chance hardly gives; then looks. The first that holds names the tool. */
const candidates: readonly Candidate[] = [
  {
    name: 'masscan',
    holds: (c) => most(c.masscan, c),
    because: (c) => `IP ID = low16(dst) xor dst port xor low16(seq) in ${c.masscan} packets (chance 2^-16 each)`,
  },
  {
    name: 'Mirai',
    holds: (c) => c.mirai >= 1 && c.mirai * 2 >= c.packets,
    because: (c) => `TCP sequence number equals the destination address in ${c.mirai} packets (chance 2^-32 each)`,
  },
  {
    name: 'zmap',
    holds: (c) => most(c.zmapOld, c),
    because: (c) => `IP ID 54321 (in SYNs with window 65535) in ${c.zmapOld} packets (ZMap before 4.1)`,
  },
  {
    name: 'unicornscan',
    holds: (c) => c.unicorn >= 2,
    because: (c) => `seq xor dst xor ports is one constant in ${c.unicorn + 1} packets`,
  },
  {
    name: 'zmap',
    holds: (c) => most(c.zmap, c),
    because: (c) =>
      `window 65535 and Windows option order with DF clear and TTL at most 64 in ${c.zmap} packets (ZMap 4.1 and later)`,
  },
  {
    name: 'nmap',
    holds: (c) => c.nmap >= 2 && c.nmapSeq >= 1,
    because: (c) =>
      `window 1024 with MSS 1460 alone, DF clear, ${ttls(c)}, sequence numbers related as nmap's are in ${c.nmapSeq} pairs`,
  },
  {
    name: 'nmap',
    holds: (c) => c.nmap >= 2 && c.ttlHigh - c.ttlLow >= 8,
    because: (c) => `window 1024, DF clear and a ${ttls(c)} that changes from packet to packet in ${c.nmap} packets`,
  },
  {
    name: 'masscan',
    holds: (c) => c.masscanHeader >= 2,
    because: (c) => `TTL above 200, window 1024-1025, DF clear, at most an MSS option in ${c.masscanHeader} packets`,
  },
  {
    name: 'nmap',
    holds: (c) => c.nmapSeq >= 2,
    because: (c) => `sequence numbers encode the probe in ${c.nmapSeq} pairs (chance 2^-24 each)`,
  },
  {
    name: 'nmap',
    holds: (c) => c.drawnTtl,
    because: (c) => `TTL drawn anew for each of ${c.packets} packets (${ttls(c)}), as nmap's raw packets do`,
  },
  {
    name: 'nmap',
    holds: (c) => c.nmap >= 2 && c.whole > 0,
    because: (c) => `window 1024 with MSS as the only option and DF clear in ${c.nmap} packets`,
  },
  {
    name: 'hping3',
    holds: (c) => most(c.hping, c),
    because: (c) => `window 512 without options in ${c.hping} packets`,
  },
]

/** Names the tool from a source's packets; null when none of the known ones fits. */
export function nameTool(counts: ToolCounts): ToolEvidence | null {
  const found = candidates.find((candidate) => candidate.holds(counts))
  return found ? { name: found.name, because: found.because(counts) } : null
}
