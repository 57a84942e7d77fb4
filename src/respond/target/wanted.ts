import type { Block, Change } from '../respond.ts'
import { commentOf } from '../sound.ts'
import { type FoundPiece, keyOf, type Piece, piecesOf, spotOf, type WantedPiece } from './piece.ts'

/** What is done to the entries of a firewall. */
export interface Steps {
  readonly put: readonly WantedPiece[]
  /** That are there with another end or plan. */
  readonly renew: readonly WantedPiece[]
  readonly take: readonly Piece[]
}

/** What a change puts in and takes out, by key. */
export interface WantedPieces {
  readonly put: ReadonlyMap<string, WantedPiece>
  readonly take: ReadonlyMap<string, Piece>
  /** Of the networks that the change names: all that shall stand afterwards. */
  readonly stands: ReadonlyMap<string, WantedPiece>
}

/**
 * Two plans may want the same entry: it has the later end, and stays as long as one of them stands.
 * @param change without blocks whose time is over
 */
export function wantedPieces({ add, remove, desired }: Change): WantedPieces {
  const touched = networksOf(add, remove)
  const stands = new Map<string, WantedPiece>()
  const added: string[] = []
  const stand = (block: Block, keys?: string[]) => {
    const until = Date.parse(block.until)
    for (const piece of piecesOf(block)) {
      const key = keyOf(piece)
      keys?.push(key)
      const before = stands.get(key)
      if (before === undefined || until >= before.until) stands.set(key, { ...piece, until, plan: block.plan })
    }
  }
  for (const block of add) stand(block, added)
  const isAdded = new Set<Block>(add)
  for (const block of desired) if (touched.has(block.network) && !isAdded.has(block)) stand(block)
  const gone = remove.flatMap(piecesOf).map((piece) => [keyOf(piece), piece] as const)
  // What one plan gives up and another still wants gets the other's end.
  for (const [key] of gone) if (stands.has(key)) added.push(key)
  const put = new Map<string, WantedPiece>()
  for (const key of added) put.set(key, stands.get(key) as WantedPiece)
  return {
    put,
    take: new Map(gone.filter(([key]) => !stands.has(key))),
    stands,
  }
}

/** Of small changes nearly all that stands is none of their business. */
export function networksOf(...lists: readonly (readonly { readonly network: string }[])[]): ReadonlySet<string> {
  const networks = new Set<string>()
  for (const list of lists) for (const { network } of list) networks.add(network)
  return networks
}

/** What is not worth writing an entry anew: its counter would start again. Among many the last one comes in seconds after the first. */
const toleratedMs = 5000

/**
 * What is to be done where so much is there already. What others entered stays: it is not removed with a block of ours for the same
 * packets, and gives way to one only where that lasts longer.
 */
export function stepsOf(found: readonly FoundPiece[], change: Change): Steps {
  const wanted = wantedPieces(change)
  const touched = networksOf(change.add, change.remove)
  const there = new Map<string, FoundPiece>()
  for (const piece of found) if (touched.has(piece.network)) there.set(keyOf(piece), piece)
  const put: WantedPiece[] = []
  const renew: WantedPiece[] = []
  const take: Piece[] = outdated(found, wanted)
  for (const [key, piece] of wanted.take) if (isOurs(there.get(key))) take.push(piece)
  for (const [key, piece] of wanted.put) {
    const before = there.get(key)
    if (before === undefined) put.push(piece)
    else if (!isAsGood(before, piece)) renew.push(piece)
  }
  return { put, renew, take }
}

/** A throttle of another rate that nobody wants any more gives way to the new one. */
function outdated(found: readonly FoundPiece[], { put, take, stands }: WantedPieces): FoundPiece[] {
  const spots = new Set<string>()
  for (const piece of put.values()) if (piece.rate !== null) spots.add(spotOf(piece))
  const isOutdated = (piece: FoundPiece, key: string) =>
    spots.has(spotOf(piece)) && isOurs(piece) && !stands.has(key) && !take.has(key)
  return spots.size === 0 ? [] : found.filter((piece) => piece.rate !== null && isOutdated(piece, keyOf(piece)))
}

function isAsGood(found: FoundPiece, { until, plan }: WantedPiece): boolean {
  const later = (found.until ?? Number.POSITIVE_INFINITY) - until
  return isOurs(found) ? Math.abs(later) <= toleratedMs && found.comment === commentOf({ plan }) : later >= -toleratedMs
}

export function isOurs(piece: FoundPiece | undefined): boolean {
  return piece !== undefined && /^sweepwatch [0-9a-f]+$/.test(piece.comment)
}
