import type { IntelMeaning, KnownActor } from '../intel.ts'

/** What a list tells of an entry, beside its network. Times are milliseconds since the epoch; 0 or absent: not told. */
export interface EntryAbout {
  readonly name?: string | undefined
  readonly actor?: KnownActor | null | undefined
  readonly means?: IntelMeaning | undefined
  /** 0 to 1. */
  readonly confidence?: number | undefined
  readonly firstSeen?: number | undefined
  readonly lastSeen?: number | undefined
  readonly validUntil?: number | undefined
}

/** What a list says of itself. */
export interface ListHeader {
  readonly name?: string | undefined
  readonly means?: IntelMeaning | undefined
  /** When it was published, in milliseconds. */
  readonly date?: number | undefined
  /** Whose addresses all its entries are, where it says so. */
  readonly organisation?: string | undefined
}

export const meanings: readonly IntelMeaning[] = [
  'malicious',
  'scanner',
  'research',
  'tor',
  'vpn',
  'hosting',
  'cloud',
  'cdn',
  'resolver',
  'benign',
]

/** Texts of lists are kept so long at most. */
const longest = 200

/** A text of somebody else as it is kept: of one line, trimmed, of bounded length; undefined where nothing is left. */
export function keptText(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined
  const text = value
    .slice(0, 4 * longest)
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, longest)
  return text === '' ? undefined : text
}

/** The texts of a list, or a text that stands alone, as they are kept; at most 50. */
export function textsOf(value: unknown): string[] {
  return (Array.isArray(value) ? value.slice(0, 50) : [value])
    .map(keptText)
    .filter((text): text is string => text !== undefined)
}
