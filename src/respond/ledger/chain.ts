import { chainHash, genesis } from '../../base/chain.ts'

/** An entry as it is stored: its parts as text, just as they are hashed. */
export interface StoredEntry {
  readonly seq: number
  readonly at: string
  readonly author: string
  readonly login: string
  readonly reason: string
  readonly plan: string
  readonly body: string
  readonly hash: string
}

/** The hash of an entry, over every part of it as it is stored. */
export function hashOf(
  before: string,
  { seq, at, author, login, reason, plan, body }: Omit<StoredEntry, 'hash'>,
): string {
  return chainHash(before, [String(seq), at, author, login, reason, plan, body])
}

export interface ChainCheck {
  readonly entries: number
  /** Hash of the last entry. */
  readonly head: string
  /** What is wrong, and at which entry; undefined where all is as it was written. */
  readonly broken?: { readonly seq: number; readonly why: string }
  /** Place of the expected hash, where one was asked for and found. */
  readonly anchor?: number
}

/** Reads the whole chain. @param expected a hash that was noted before: it must still be there */
export function checkChain(entries: Iterable<StoredEntry>, expected?: string): ChainCheck {
  let head = genesis
  let count = 0
  let anchor: number | undefined
  const broken = (seq: number, why: string): ChainCheck => ({ entries: count, head, broken: { seq, why } })
  for (const entry of entries) {
    if (entry.seq !== count + 1)
      return broken(count + 1, `entry ${count + 1} is missing: ${entry.seq} follows ${count}`)
    if (hashOf(head, entry) !== entry.hash)
      return broken(entry.seq, `entry ${entry.seq} is not as it was written, or one before it`)
    head = entry.hash
    count++
    if (head === expected) anchor = count
  }
  if (expected !== undefined && expected !== genesis && anchor === undefined) {
    return broken(
      count,
      'the hash that was noted is in no entry: the end of the ledger was cut off, or all of it was written anew',
    )
  }
  return { entries: count, head, ...(anchor === undefined ? {} : { anchor }) }
}
