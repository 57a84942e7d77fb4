import { formatPrefix, maskWord, type Prefix } from '../../base/prefix.ts'
import type { AttemptJournal } from '../../track/journal.ts'
import type { View } from '../judge/view.ts'

/** The blocks a scan touched, most touched first, and which share of their addresses it covered. */
export interface TouchedBlocks {
  readonly blocks: readonly Prefix[]
  readonly names: readonly string[]
  readonly coverage: number
}

const mostBlocks = 16

/**
 * The smallest aligned block that holds all targets in one of our networks where they cover at least a twentieth of it;
 * else the /24s (/64s) they lie in.
 */
export function touchedBlocks(view: View, rows: Uint32Array): TouchedBlocks {
  const v4 = new Set<number>()
  const v6 = new Map<string, Set<number>>()
  const { journal } = view
  for (const row of rows) collect(journal, row, v4, v6)
  return coverAddresses(v4, v6)
}

/**
 * The same of addresses by themselves.
 * @param v4 their words @param v6 by /64 (its two words in decimal) the positions in it, modulo 2^53
 */
export function coverAddresses(v4: ReadonlySet<number>, v6: ReadonlyMap<string, ReadonlySet<number>>): TouchedBlocks {
  const blocks = [...coverV4([...v4].sort((x, y) => x - y)), ...coverV6(v6)]
  const sorted = blocks.sort((x, y) => y.touched - x.touched)
  const size = sorted.reduce((sum, block) => sum + sizeOf(block.prefix), 0)
  const touched = sorted.reduce((sum, block) => sum + block.touched, 0)
  const kept = sorted.slice(0, mostBlocks).map((block) => block.prefix)
  return { blocks: kept, names: kept.map(formatPrefix), coverage: size === 0 ? 0 : Math.min(1, touched / size) }
}

interface Block {
  readonly prefix: Prefix
  readonly touched: number
}

function collect(journal: AttemptJournal, row: number, v4: Set<number>, v6: Map<string, Set<number>>): void {
  const a = journal.address
  const p = 8 * row + 4
  if (a[p] === 0 && a[p + 2] === 0xffff) {
    v4.add(a[p + 3] as number)
    return
  }
  const key = `${a[p]} ${a[p + 1]}`
  const set = v6.get(key) ?? new Set()
  set.add((a[p + 3] as number) + 4294967296 * ((a[p + 2] as number) & 0x1fffff))
  v6.set(key, set)
}

/** IPv6 counts against the smallest aligned part of the /64 that holds the targets: a /64 is never covered. */
function coverV6(v6: ReadonlyMap<string, ReadonlySet<number>>): Block[] {
  return [...v6].map(([key, set]) => {
    const [a0, a1] = key.split(' ').map(Number) as [number, number]
    const sorted = [...set].sort((x, y) => x - y)
    const low = sorted[0] as number
    const high = sorted[sorted.length - 1] as number
    const bits = low < 4294967296 && high < 4294967296 ? commonBits(low, high) + 96 : 64
    const last = bits > 96 ? (low & maskWord(bits - 96)) >>> 0 : 0
    return { prefix: { address: [a0, a1, 0, last], bits }, touched: set.size }
  })
}

/** Splits sorted IPv4 words into runs that lie densely in their aligned cover. */
function coverV4(words: readonly number[]): Block[] {
  if (words.length === 0) return []
  const low = words[0] as number
  const high = words[words.length - 1] as number
  const bits = commonBits(low, high)
  const size = 2 ** (32 - bits)
  if (bits >= 24 || words.length >= 0.05 * size) return [v4Block(low, bits, words.length)]
  const middle = (((low & maskWord(bits)) >>> 0) + size / 2) >>> 0
  const cut = words.findIndex((word) => word >= middle)
  return [...coverV4(words.slice(0, cut)), ...coverV4(words.slice(cut))]
}

function v4Block(word: number, bits: number, touched: number): Block {
  return { prefix: { address: [0, 0, 0xffff, (word & maskWord(bits)) >>> 0], bits: bits + 96 }, touched }
}

function commonBits(low: number, high: number): number {
  return low === high ? 32 : Math.clz32((low ^ high) >>> 0)
}

function sizeOf(prefix: Prefix): number {
  return 2 ** (128 - prefix.bits)
}
