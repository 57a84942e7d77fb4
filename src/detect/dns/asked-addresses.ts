import { ipv4 } from '../../base/address.ts'
import { formatPrefix, type Prefix, truncate } from '../../base/prefix.ts'
import type { Scan } from '../finding.ts'
import { binomialTail, classifyOrder, type Order } from '../judge/order.ts'
import { coverAddresses } from '../record/blocks.ts'
import { Marks } from './ledger.ts'
import { wholeIpv4, wholeIpv6 } from './reverse-name.ts'
import type { Targets } from './targets.ts'

/** Fewer names than this in a /24 or /64 lie beside a sweep. */
const fewest = 3
const mostBlocks = 16
const siblings = 16

/**
 * The names that belong to a sweep: indices of the targets, in the order in which they were asked for. The few of a /24 beside
 * another that was swept belong to it.
 */
export function sweptTargets(targets: Targets): number[] {
  const counts = new Map<string, number>()
  const all = Array.from({ length: targets.length }, (_, i) => i)
  for (const i of all) counts.set(groupOf(targets, i), (counts.get(groupOf(targets, i)) ?? 0) + 1)
  const isSwept = (i: number) => {
    const network = (targets.words[4 * i + 3] as number) >>> 8
    const isBeside = isIpv4(targets, i) && (counts.has(`${network - 1}`) || counts.has(`${network + 1}`))
    return isBeside || (counts.get(groupOf(targets, i)) as number) >= fewest
  }
  const swept = all.filter(isSwept)
  return swept.length > 0 ? swept : all
}

/** The blocks that the names stand for. */
export function blocksOf(targets: Targets, swept: readonly number[]): Pick<Scan['targets'], 'blocks' | 'coverage'> {
  const v4 = new Set<number>()
  const v6 = new Map<string, Set<number>>()
  const branches = new Map<string, number>()
  for (const i of swept) {
    const [w0, w1, w2, w3] = wordsOf(targets, i)
    if (!isWhole(targets, i)) {
      const parent = formatPrefix(parentOf(targets, i))
      branches.set(parent, (branches.get(parent) ?? 0) + 1)
    } else if (isIpv4(targets, i)) v4.add(w3)
    else {
      const key = `${w0} ${w1}`
      v6.set(key, (v6.get(key) ?? new Set()).add(w3 + 4294967296 * (w2 & 0x1fffff)))
    }
  }
  if (v4.size + v6.size > 0) {
    const { names, coverage } = coverAddresses(v4, v6)
    return { blocks: names, coverage: Math.round(coverage * 1e4) / 1e4 }
  }
  // A branch asked for is no address touched.
  const sorted = [...branches].sort((x, y) => y[1] - x[1])
  return { blocks: sorted.slice(0, mostBlocks).map(([name]) => name), coverage: 0 }
}

/** The order of the addresses; of branches, whose siblings are few, steps of one alone. */
export function orderOf(targets: Targets, swept: readonly number[], blocks: readonly string[]): Order {
  const told = swept.filter((i) => ((targets.marks[i] as number) & Marks.early) === 0)
  const whole = told.filter((i) => isWhole(targets, i))
  const positions = (whole.length > 0 ? whole : told).map((i) => targets.words[4 * i + 3] as number)
  if (whole.length > 0) return classifyOrder(positions, blockSize(blocks[0]))
  const steps = positions.length - 1
  const forward = positions.filter((position, n) => n > 0 && position - (positions[n - 1] as number) === 1).length
  const p = Math.min(1, binomialTail(forward, steps, 2 / siblings) * 2)
  return { kind: p < 1e-5 ? 'sequential' : 'unknown', p }
}

/** The address of a whole name, or the first of a branch. */
export function addressOf(targets: Targets, i: number): readonly [number, number, number, number] {
  return isWhole(targets, i) ? wordsOf(targets, i) : (prefixOf(targets, i).address as [number, number, number, number])
}

function blockSize(block: string | undefined): number {
  const bits = Number(block?.split('/')[1] ?? 24)
  return 2 ** Math.min(24, (block?.includes(':') ? 128 : 32) - bits)
}

function groupOf(targets: Targets, i: number): string {
  const [w0, w1, w2, w3] = wordsOf(targets, i)
  if (!isWhole(targets, i)) return 'branch'
  return isIpv4(targets, i) ? `${w3 >>> 8}` : `${w0} ${w1} ${w2 > 0 ? 0 : ''}`
}

function wordsOf({ words }: Targets, i: number): [number, number, number, number] {
  return Array.from(words.subarray(4 * i, 4 * i + 4)) as [number, number, number, number]
}

/** Branches of IPv4 are marked as whole addresses are, and have up to four labels. */
function isIpv4(targets: Targets, i: number): boolean {
  const [w0, w1, w2] = wordsOf(targets, i)
  return (targets.depth[i] as number) <= wholeIpv4 && w0 === 0 && w1 === 0 && w2 === 0xffff
}

function isWhole(targets: Targets, i: number): boolean {
  return targets.depth[i] === (isIpv4(targets, i) ? wholeIpv4 : wholeIpv6)
}

/** The block that a branch stands for. */
function prefixOf(targets: Targets, i: number): Prefix {
  const depth = targets.depth[i] as number
  const words = wordsOf(targets, i)
  if (isIpv4(targets, i)) return truncate(ipv4((words[3] << (32 - 8 * depth)) >>> 0), 96 + 8 * depth)
  let value = words.reduce((sum, word) => (sum << 32n) | BigInt(word), 0n) << BigInt(128 - 4 * depth)
  const address: number[] = []
  for (let k = 0; k < 4; k++) {
    address.unshift(Number(value & 0xffffffffn))
    value >>= 32n
  }
  return { address: address as unknown as Prefix['address'], bits: 4 * depth }
}

function parentOf(targets: Targets, i: number): Prefix {
  const { address, bits } = prefixOf(targets, i)
  return truncate(address, Math.max(0, bits - (isIpv4(targets, i) ? 8 : 4)))
}
