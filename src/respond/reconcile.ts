import { keyOf } from './key.ts'
import type { Drift } from './ledger/entry.ts'
import type { Block, Listed, Listing } from './respond.ts'

const mostNamed = 32
/** A target may round times, and a relative limit is applied a moment after it was computed. Milliseconds. */
const clockSlack = 5000

export interface Comparison {
  readonly drift: Drift
  /** Blocks that should be there and are not. */
  readonly missing: readonly Block[]
  /** The target lost all that it had: a restart, a flush. Then what is missing is put back; else it was taken away by hand, and stays away. */
  readonly isLost: boolean
  readonly isClean: boolean
}

/**
 * Compares what should stand at a target with what does.
 * @param desired what was applied and shall still be there
 * @param now milliseconds: what ends within the slack may be gone already
 */
export function compare(desired: readonly Block[], listing: Listing, now: number): Comparison {
  const actual = new Map(listing.entries.map((entry) => [keyOf(entry), entry]))
  const wanted = new Map<string, Block>()
  for (const block of desired) {
    const known = wanted.get(keyOf(block))
    // Two plans may want the same: it stands until the later end.
    if (known === undefined || known.until < block.until) wanted.set(keyOf(block), block)
  }
  const missing: Block[] = []
  const changed: string[] = []
  for (const [key, block] of wanted) {
    const entry = actual.get(key)
    if (entry === undefined) {
      if (Date.parse(block.until) > now + clockSlack) missing.push(block)
    } else if (isChanged(block, entry)) changed.push(block.network)
  }
  const foreign = [...actual].filter(([key]) => !wanted.has(key)).filter(([, entry]) => !isJustOver(entry, now))
  const drift: Drift = {
    missing: missing.slice(0, mostNamed).map(({ network }) => network),
    foreign: foreign.slice(0, mostNamed).map(([, { network }]) => network),
    changed: changed.slice(0, mostNamed),
    counts: { missing: missing.length, foreign: foreign.length, changed: changed.length },
    strange: listing.strange.slice(0, mostNamed),
  }
  const isEmptied = wanted.size > 1 && missing.length === wanted.size
  return {
    drift,
    missing,
    isLost: !listing.intact || isEmptied,
    isClean: listing.intact && missing.length + foreign.length + changed.length + drift.strange.length === 0,
  }
}

function isChanged({ until, rate }: Block, entry: Listed): boolean {
  const isOtherRate = rate !== null && entry.rate !== null && rate.perSecond !== entry.rate.perSecond
  const isOtherTime = entry.until !== null && Math.abs(Date.parse(entry.until) - Date.parse(until)) > clockSlack
  return isOtherRate || isOtherTime
}

function isJustOver({ until }: Listed, now: number): boolean {
  return until !== null && Date.parse(until) <= now + clockSlack
}
