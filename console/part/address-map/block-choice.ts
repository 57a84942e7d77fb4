import { type Block, blockAt, blockText, holds, isIpv4, parseBlock } from './block.ts'
import type { Touches } from './touches.ts'

/** A map has at least 256 cells: in a smaller one there is nothing to be seen. */
const smallest = 120
const widestIpv4 = 96 + 8
const widestIpv6 = 16
const mostNamed = 16
/** How much smaller a block is that is opened, in bits: a sixteenth. */
const step = 4

export interface BlockChoice {
  readonly block: Block
  readonly text: string
  /** Touches in it. */
  readonly touches: number
}

/** Blocks worth a map: what the records name, the most touched first, and the block that holds all of it. */
export function blockChoices(touches: Touches, named: readonly string[]): readonly BlockChoice[] {
  const found = new Map<string, BlockChoice>()
  const add = (block: Block | undefined) => {
    if (block === undefined) return
    const inside = tight(touches, block)
    if (inside === undefined) return
    const text = blockText(inside.block)
    if (!found.has(text)) found.set(text, { ...inside, text })
  }
  for (const text of named.slice(0, mostNamed)) add(parseBlock(text))
  const known = [...found.values()].sort((x, y) => y.touches - x.touches)
  found.clear()
  for (const each of known) found.set(each.text, each)
  const all = ancestor(touches, () => true)
  if (all !== undefined && all.bits >= (isIpv4(all) ? widestIpv4 : widestIpv6)) add(squared(all))
  return [...found.values()]
}

/** A block that was asked for, whatever its size; undefined where it holds no touch or is too large. */
export function asked(touches: Touches, text: string): BlockChoice | undefined {
  const block = parseBlock(text)
  if (block === undefined || block.bits < (text.includes(':') ? widestIpv6 : widestIpv4)) return undefined
  const wide = blockAt(block.words, Math.min(block.bits, smallest))
  return { block: wide, text: blockText(wide), touches: countIn(touches, wide) }
}

/** The smaller block around a piece of a block; undefined where it is the smallest. */
export function narrower(block: Block, piece: Block): Block | undefined {
  if (block.bits >= smallest) return undefined
  if (!isIpv4(block) && block.bits < 64 && block.bits + step > 44) return blockAt(piece.words, 64)
  return blockAt(piece.words, Math.min(smallest, block.bits + step))
}

export function wider(block: Block): Block | undefined {
  const bits = Math.max(isIpv4(block) ? widestIpv4 : widestIpv6, block.bits - step)
  return bits < block.bits ? blockAt(block.words, bits) : undefined
}

/** A block with its touches; of IPv6, where a block is far larger than what was touched, the part that was. */
function tight(touches: Touches, block: Block): Omit<BlockChoice, 'text'> | undefined {
  const inside = countIn(touches, block)
  if (inside === 0) return undefined
  if (isIpv4(block)) return { block: blockAt(block.words, Math.min(block.bits, smallest)), touches: inside }
  const part = ancestor(touches, (i) => holds(block, touches.address, 4 * i)) ?? block
  return { block: squared(part), touches: inside }
}

function squared({ words, bits }: Block): Block {
  return blockAt(words, Math.min(smallest, bits - (bits % 2)))
}

function countIn({ address, count }: Touches, block: Block): number {
  let inside = 0
  for (let i = 0; i < count; i++) if (holds(block, address, 4 * i)) inside++
  return inside
}

/** The smallest aligned block that holds all touches of a kind. */
function ancestor({ address, count }: Touches, isMeant: (i: number) => boolean): Block | undefined {
  let first = -1
  let bits = 128
  for (let i = 0; i < count; i++) {
    if (!isMeant(i)) continue
    if (first < 0) first = i
    for (let word = 0; word < 4 && 32 * word < bits; word++) {
      const differs = ((address[4 * i + word] as number) ^ (address[4 * first + word] as number)) >>> 0
      if (differs !== 0) bits = Math.min(bits, 32 * word + Math.clz32(differs))
    }
  }
  return first < 0 ? undefined : blockAt(address, bits, 4 * first)
}
