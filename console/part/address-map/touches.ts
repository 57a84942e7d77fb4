/** Every touch of a case, in time order, as columns. */
export interface Touches {
  readonly count: number
  /** Milliseconds since the epoch. */
  readonly at: Float64Array
  /** Four words each, most significant first; IPv4 is mapped (::ffff:a.b.c.d). */
  readonly address: Uint32Array
  readonly port: Uint16Array
  readonly outcome: Uint8Array
  readonly source: Uint16Array
  readonly sources: readonly string[]
}

export const outcomeNames = ['answered', 'refused', 'silent', 'blocked', 'not visible'] as const

const magic = 0x31545753
const headBytes = 32

/**
 * Reads what `/api/cases/{id}/map/touches` sends (docs/console.md has the layout).
 * @throws Error where it is not whole
 */
export async function readTouches(bytes: Uint8Array<ArrayBuffer>): Promise<Touches> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const lists: Touches[] = []
  for (let at = 0; at < bytes.length; ) {
    const length = view.getUint32(at, true)
    lists.push(listOf(await unzipped(bytes.subarray(at + 4, at + 4 + length))))
    at += 4 + length
  }
  return lists.length === 1 ? (lists[0] as Touches) : inTimeOrder(joined(lists))
}

async function unzipped(bytes: Uint8Array<ArrayBuffer>): Promise<ArrayBuffer> {
  const plain = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))
  return new Response(plain).arrayBuffer()
}

function listOf(buffer: ArrayBuffer): Touches {
  const view = new DataView(buffer)
  if (view.getUint32(0, true) !== magic) throw new Error('The service sent no list of touches.')
  const [count, words, named] = [view.getUint32(4, true), view.getUint32(8, true), view.getUint32(12, true)]
  const [first, unit] = [view.getFloat64(16, true), view.getFloat64(24, true)]
  const begin = headBytes + Math.ceil(named / 4) * 4
  const ticks = new Uint32Array(buffer, begin, count)
  const given = new Uint32Array(buffer, begin + 4 * count, words * count)
  const rest = begin + 4 * count * (1 + words)
  return {
    count,
    at: Float64Array.from(ticks, (tick) => (first + tick * unit) / 1000),
    address: words === 4 ? given : mapped(given),
    port: new Uint16Array(buffer, rest, count),
    source: new Uint16Array(buffer, rest + 2 * count, count),
    outcome: new Uint8Array(buffer, rest + 4 * count, count),
    sources: JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, headBytes, named))) as string[],
  }
}

function mapped(words: Uint32Array): Uint32Array {
  const address = new Uint32Array(4 * words.length)
  for (let i = 0; i < words.length; i++) {
    address[4 * i + 2] = 0xffff
    address[4 * i + 3] = words[i] as number
  }
  return address
}

function joined(lists: readonly Touches[]): Touches {
  const count = lists.reduce((sum, list) => sum + list.count, 0)
  const index = new Map<string, number>()
  const all = empty(count)
  let from = 0
  for (const list of lists) {
    for (const source of list.sources) if (!index.has(source)) index.set(source, index.size)
    const renamed = list.sources.map((source) => Math.min(index.get(source) as number, 65_535))
    all.at.set(list.at, from)
    all.address.set(list.address, 4 * from)
    all.port.set(list.port, from)
    all.outcome.set(list.outcome, from)
    for (let i = 0; i < list.count; i++) all.source[from + i] = renamed[list.source[i] as number] ?? 0
    from += list.count
  }
  return { ...all, sources: [...index.keys()].slice(0, 65_536) }
}

function inTimeOrder(touches: Touches): Touches {
  const order = Uint32Array.from({ length: touches.count }, (_, i) => i)
  order.sort((x, y) => (touches.at[x] as number) - (touches.at[y] as number) || x - y)
  const sorted = { ...empty(touches.count), sources: touches.sources }
  order.forEach((from, to) => {
    sorted.at[to] = touches.at[from] as number
    for (let word = 0; word < 4; word++) sorted.address[4 * to + word] = touches.address[4 * from + word] as number
    sorted.port[to] = touches.port[from] as number
    sorted.outcome[to] = touches.outcome[from] as number
    sorted.source[to] = touches.source[from] as number
  })
  return sorted
}

function empty(count: number): Touches {
  return {
    count,
    at: new Float64Array(count),
    address: new Uint32Array(4 * count),
    port: new Uint16Array(count),
    outcome: new Uint8Array(count),
    source: new Uint16Array(count),
    sources: [],
  }
}
