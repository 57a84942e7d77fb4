import { type Block, blockAt, blockText } from './block.ts'
import type { Touches } from './touches.ts'

export interface TopBlock {
  readonly block: string
  readonly addresses: number
  readonly probes: number
  readonly answered: number
}

export interface TopPort {
  readonly port: number
  readonly probes: number
  readonly answered: number
}

const most = 10

/** The /24s (IPv6: /64s) with the most touched addresses. */
export function topBlocks(touches: Touches): readonly TopBlock[] {
  const { address, outcome, count } = touches
  const found = new Map<string, { block: Block; seen: Set<string>; probes: number; answered: number }>()
  for (let i = 0; i < count; i++) {
    const at = 4 * i
    const isFour = address[at] === 0 && address[at + 1] === 0 && address[at + 2] === 0xffff
    const key = isFour ? `${(address[at + 3] as number) >>> 8}` : `${address[at]} ${address[at + 1]}`
    let known = found.get(key)
    if (known === undefined) {
      known = { block: blockAt(address, isFour ? 120 : 64, at), seen: new Set(), probes: 0, answered: 0 }
      found.set(key, known)
    }
    known.seen.add(isFour ? `${(address[at + 3] as number) & 255}` : `${address[at + 2]} ${address[at + 3]}`)
    known.probes++
    if (outcome[i] === 0) known.answered++
  }
  return [...found.values()]
    .sort((x, y) => y.seen.size - x.seen.size || y.probes - x.probes)
    .slice(0, most)
    .map(({ block, seen, probes, answered }) => ({ block: blockText(block), addresses: seen.size, probes, answered }))
}

export function topPorts({ port, outcome, count }: Touches): readonly TopPort[] {
  const [probes, answered] = [new Uint32Array(65_536), new Uint32Array(65_536)]
  for (let i = 0; i < count; i++) {
    const at = port[i] as number
    probes[at] = (probes[at] as number) + 1
    if (outcome[i] === 0) answered[at] = (answered[at] as number) + 1
  }
  return Array.from(probes.keys())
    .filter((each) => (probes[each] as number) > 0)
    .sort((x, y) => (probes[y] as number) - (probes[x] as number))
    .slice(0, most)
    .map((each) => ({ port: each, probes: probes[each] as number, answered: answered[each] as number }))
}
