/** A network as the map sees it: its first address in four words, and its length in bits of 128 (IPv4 /24 is 120). */
export interface Block {
  readonly words: readonly [number, number, number, number]
  readonly bits: number
}

/** The most cells of one map, as a power of two. */
const mostBits = 20

export function isIpv4({ words: [a, b, c], bits }: Block): boolean {
  return a === 0 && b === 0 && c === 0xffff && bits >= 96
}

/** The aligned block that holds an address. */
export function blockAt(address: ArrayLike<number>, bits: number, from = 0): Block {
  const word = (i: number) => ((address[from + i] as number) & mask(bits - 32 * i)) >>> 0
  return { words: [word(0), word(1), word(2), word(3)], bits }
}

function mask(bits: number): number {
  return bits <= 0 ? 0 : bits >= 32 ? 0xffffffff : (-1 << (32 - bits)) >>> 0
}

export function holds({ words, bits }: Block, address: ArrayLike<number>, from = 0): boolean {
  for (let i = 0; i < 4; i++) {
    if ((((address[from + i] as number) ^ (words[i] as number)) & mask(bits - 32 * i)) >>> 0 !== 0) return false
  }
  return true
}

/** How many bits tell the cells of a block's map apart: single addresses, or larger pieces of a large block; IPv6 by /64 outside one. */
export function cellBits(block: Block): number {
  const end = !isIpv4(block) && block.bits < 64 ? 64 : 128
  return Math.min(mostBits, end - block.bits)
}

/** In which cell of the block's map an address lies, which must be in the block. */
export function cellOf({ bits }: Block, cells: number, address: ArrayLike<number>, from = 0): number {
  const end = bits + cells
  const word = (end - 1) >> 5
  if (cells === 0) return 0
  const low = ((address[from + word] as number) >>> (32 * (word + 1) - end)) >>> 0
  const inWord = end - 32 * word
  // The cell's number may begin in the word before.
  if (inWord >= cells) return cells === 32 ? low : low & (2 ** cells - 1)
  const high = (address[from + word - 1] as number) & (2 ** (cells - inWord) - 1)
  return high * 2 ** inWord + (low & (2 ** inWord - 1))
}

/** The piece of a block that one of its cells stands for. */
export function cellBlock(block: Block, cells: number, cell: number): Block {
  const end = block.bits + cells
  const words = [...block.words] as [number, number, number, number]
  for (let bit = 0; bit < cells; bit++) {
    if (((cell >>> bit) & 1) === 0) continue
    const place = end - 1 - bit
    words[place >> 5] = ((words[place >> 5] as number) | (1 << (31 - (place & 31)))) >>> 0
  }
  return { words, bits: end }
}

export function addressText(words: ArrayLike<number>, from = 0): string {
  const [a, b, c, d] = [0, 1, 2, 3].map((i) => words[from + i] as number) as [number, number, number, number]
  if (a === 0 && b === 0 && c === 0xffff) return [d >>> 24, (d >>> 16) & 255, (d >>> 8) & 255, d & 255].join('.')
  const groups = [a, b, c, d].flatMap((word) => [word >>> 16, word & 0xffff])
  // The browser writes it as RFC 5952 says.
  return new URL(`http://[${groups.map((group) => group.toString(16)).join(':')}]`).hostname.slice(1, -1)
}

/** `192.0.2.0/24`; a single address without its length. */
export function blockText(block: Block): string {
  const four = isIpv4(block)
  if (block.bits === 128) return addressText(block.words)
  return `${addressText(block.words)}/${block.bits - (four ? 96 : 0)}`
}

/** Reads what `blockText` writes; undefined where it is none. */
export function parseBlock(text: string): Block | undefined {
  const [host = '', length] = text.trim().split('/')
  const words = host.includes(':') ? ipv6Words(host) : ipv4Words(host)
  if (words === undefined || (length !== undefined && !/^\d{1,3}$/.test(length))) return undefined
  const most = host.includes(':') ? 128 : 32
  const bits = length === undefined ? most : Number(length)
  return bits > most ? undefined : blockAt(words, bits + 128 - most)
}

function ipv4Words(text: string): number[] | undefined {
  const parts = text.split('.')
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256)) return undefined
  return [0, 0, 0xffff, parts.reduce((word, part) => word * 256 + Number(part), 0)]
}

function ipv6Words(text: string): number[] | undefined {
  if (!/^[0-9a-fA-F:]{2,39}$/.test(text) || !URL.canParse(`http://[${text}]`)) return undefined
  const [head = '', tail] = text.split('::')
  const groups = (part: string | undefined) => (part ? part.split(':') : [])
  const [front, back] = [groups(head), groups(tail)]
  const all = [...front, ...Array.from({ length: 8 - front.length - back.length }, () => '0'), ...back]
  return [0, 2, 4, 6].map(
    (i) => Number.parseInt(all[i] as string, 16) * 65_536 + Number.parseInt(all[i + 1] as string, 16),
  )
}
