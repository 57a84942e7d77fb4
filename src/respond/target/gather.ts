import type { Listed } from '../respond.ts'
import type { FoundPiece } from './piece.ts'

/** Entries that differ by less in their ends were made together: tools tell whole seconds. */
const togetherMs = 2000

interface Gathered extends Omit<Listed, 'until'> {
  readonly until: number | null
}

/** Puts the entries of a firewall together again to what they were made of: ports to a list, directions to both. */
export function gather(found: readonly FoundPiece[]): readonly Listed[] {
  const byNetwork = new Map<string, FoundPiece | FoundPiece[]>()
  for (const piece of found) {
    const known = byNetwork.get(piece.network)
    if (known === undefined) byNetwork.set(piece.network, piece)
    else if (Array.isArray(known)) known.push(piece)
    else byNetwork.set(piece.network, [known, piece])
  }
  const listed: Listed[] = []
  for (const some of byNetwork.values()) {
    if (!Array.isArray(some)) listed.push(alone(some))
    else listed.push(...grouped(some, (piece) => `${headOf(piece)} ${piece.comment}`).flatMap(join))
  }
  return listed
}

/** Most networks have one entry, and there may be a hundred thousand. */
function alone({ network, measure, rate, direction, protocol, port, until, dropped }: FoundPiece): Listed {
  const ports = port === null ? [] : [port]
  return {
    network,
    measure,
    rate,
    direction,
    protocol,
    ports,
    until: until === null ? null : wholeSecond(until),
    dropped,
  }
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

function wholeSecond(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`
}
