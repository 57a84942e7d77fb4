import type { Block, Change, Listed, Rate } from '../respond.ts'

/** What of a block becomes one entry of a host's firewall: one direction, one port or all. */
export interface Piece {
  readonly network: string
  readonly measure: Block['measure']
  readonly rate: Rate | null
  readonly direction: 'in' | 'out'
  readonly protocol: Block['protocol']
  /** Null: every port and protocol. */
  readonly port: number | null
}

export interface WantedPiece extends Piece {
  /** Milliseconds since 1970. */
  readonly until: number
  readonly plan: string
}

/** One entry that the firewall has. */
export interface FoundPiece extends Piece {
  /** As it stands in the firewall; empty: none. */
  readonly comment: string
  /** Milliseconds since 1970; null: no end. */
  readonly until: number | null
  readonly dropped: number | null
}

/** Entries that differ by less in their ends were made together: tools tell whole seconds. */
const togetherMs = 2000

/** Tells one entry of the firewall from another. */
export function keyOf({ network, measure, rate, direction, protocol, port }: Piece): string {
  return `${spotOf({ network, measure, direction, protocol, port })}${rate ? ` ${rate.perSecond} ${rate.burst}` : ''}`
}

/** The same for throttles of different rates: one takes the place of the other. */
export function spotOf({ network, measure, direction, protocol, port }: Omit<Piece, 'rate'>): string {
  return `${measure} ${direction} ${network}${port === null ? '' : ` ${protocol} ${port}`}`
}

export function piecesOf({ network, measure, rate, direction, protocol, ports }: Block): readonly Piece[] {
  const ways = direction === 'both' ? (['in', 'out'] as const) : [direction]
  const each = ports.length === 0 ? [null] : [...new Set(ports)]
  return ways.flatMap((way) => each.map((port) => ({ network, measure, rate, direction: way, protocol, port })))
}

/** What a change puts in and takes out, by key. */
export interface WantedPieces {
  readonly put: ReadonlyMap<string, WantedPiece>
  readonly take: ReadonlyMap<string, Piece>
  /** Of all that shall stand afterwards. */
  readonly stands: ReadonlyMap<string, WantedPiece>
}

/**
 * Two plans may want the same entry: it has the later end, and stays as long as one of them stands.
 * @param change without blocks whose time is over
 */
export function wantedPieces({ add, remove, desired }: Change): WantedPieces {
  const stands = new Map<string, WantedPiece>()
  const isAdded = new Set(add)
  const isDesired = new Set(desired)
  const added: string[] = []
  for (const block of [...desired, ...add.filter((block) => !isDesired.has(block))]) {
    const until = Date.parse(block.until)
    for (const piece of piecesOf(block)) {
      const key = keyOf(piece)
      const before = stands.get(key)
      if (before === undefined || until >= before.until) stands.set(key, { ...piece, until, plan: block.plan })
      if (isAdded.has(block)) added.push(key)
    }
  }
  const gone = remove.flatMap(piecesOf).map((piece) => [keyOf(piece), piece] as const)
  return {
    put: new Map(added.map((key) => [key, stands.get(key) as WantedPiece])),
    take: new Map(gone.filter(([key]) => !stands.has(key))),
    stands,
  }
}

interface Gathered extends Omit<Listed, 'until'> {
  readonly until: number | null
}

/** Puts the entries of a firewall together again to what they were made of: ports to a list, directions to both. */
export function gather(found: readonly FoundPiece[]): readonly Listed[] {
  return grouped(found, (piece) => `${headOf(piece)} ${piece.comment}`).flatMap(join)
}

/** @param pieces of one network and comment */
function join(pieces: readonly FoundPiece[]): readonly Listed[] {
  const byPorts = ended(pieces, ({ direction, port }) => `${direction} ${port === null}`)
  const ways = byPorts.map((group): Gathered => {
    const { port: _, comment: __, ...first } = group[0] as FoundPiece
    const ports = group.flatMap(({ port }) => (port === null ? [] : [port])).sort((a, b) => a - b)
    return { ...first, ports, dropped: total(group) }
  })
  return ended(ways, ({ ports }) => ports.join()).map((parts): Listed => {
    const first = parts[0] as Gathered
    const direction = parts.some((part) => part.direction !== first.direction) ? 'both' : first.direction
    return { ...first, direction, until: first.until === null ? null : wholeSecond(first.until), dropped: total(parts) }
  })
}

function headOf({ network, measure, rate, protocol }: FoundPiece): string {
  return `${network} ${measure} ${protocol}${rate ? ` ${rate.perSecond} ${rate.burst}` : ''}`
}

/** In the order of their firsts. */
function grouped<T>(items: readonly T[], key: (item: T) => string): T[][] {
  const found = new Map<string, T[]>()
  for (const item of items) {
    const name = key(item)
    const group = found.get(name)
    if (group) group.push(item)
    else found.set(name, [item])
  }
  return [...found.values()]
}

/** Groups of equal key that end together; the first of each is the one that ends first. */
function ended<T extends { readonly until: number | null }>(items: readonly T[], key: (item: T) => string): T[][] {
  return items.length === 1 ? [[...items]] : grouped(items, key).flatMap(cutByEnd)
}

function cutByEnd<T extends { readonly until: number | null }>(group: readonly T[]): T[][] {
  const sorted = [...group].sort((a, b) => end(a) - end(b))
  const cut: T[][] = []
  for (const item of sorted) {
    const last = cut.at(-1)
    if (last && (end(item) === end(last[0] as T) || end(item) - end(last[0] as T) <= togetherMs)) last.push(item)
    else cut.push([item])
  }
  return cut
}

function end({ until }: { readonly until: number | null }): number {
  return until ?? Number.POSITIVE_INFINITY
}

function total(parts: readonly { readonly dropped: number | null }[]): number | null {
  return parts.reduce<number | null>((sum, { dropped }) => (dropped === null ? sum : (sum ?? 0) + dropped), null)
}

/** What is not worth writing an entry anew: its counter would start again. Among many the last one comes in seconds after the first. */
const toleratedMs = 5000

/** Whether an entry already ends as it should. */
export function endsAsWanted(found: number | null, wanted: number): boolean {
  return found !== null && Math.abs(found - wanted) <= toleratedMs
}

function wholeSecond(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`
}
