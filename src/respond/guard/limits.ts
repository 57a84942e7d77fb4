/** How far blocks may go here. */
export interface Limits {
  /** The widest network of a block: bits as written. */
  readonly widest4: number
  readonly widest6: number
  /** Networks that are blocked at once, of all plans. */
  readonly mostBlocks: number
  /** Seconds of the first block of a network, the factor by which it grows each time, and its longest. */
  readonly first: number
  readonly factor: number
  readonly longest: number
  /** Seconds of the longest block of a source that may be forged. */
  readonly unconfirmed: number
}

export const usualLimits: Limits = {
  widest4: 24,
  widest6: 48,
  mostBlocks: 1000,
  first: 4 * 3600,
  factor: 4,
  longest: 7 * 86_400,
  unconfirmed: 3600,
}

/** What no configuration can loosen. */
export const hardLimits: Limits = {
  widest4: 16,
  widest6: 32,
  mostBlocks: 1_000_000,
  first: 30 * 86_400,
  factor: 100,
  longest: 90 * 86_400,
  unconfirmed: 4 * 3600,
}

/** The limits as configured, never looser than the hard ones. */
export function boundedLimits(given: Limits): Limits {
  const least = (key: keyof Limits) => Math.min(given[key], hardLimits[key])
  return {
    widest4: Math.max(given.widest4, hardLimits.widest4),
    widest6: Math.max(given.widest6, hardLimits.widest6),
    mostBlocks: least('mostBlocks'),
    first: least('first'),
    factor: least('factor'),
    longest: least('longest'),
    unconfirmed: least('unconfirmed'),
  }
}
