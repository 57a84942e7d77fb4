/** What a server may make us wait at most: a day. */
const longest = 86_400_000

/**
 * Retry-After (RFC 9110 section 10.2.3) in milliseconds from `now`: seconds, or a date.
 * @returns undefined where the header is missing or says neither
 */
export function retryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined
  if (/^\d{1,9}$/.test(header)) return Math.min(longest, 1000 * Number(header))
  const date = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} [\d:]{8} GMT$/.test(header) ? Date.parse(header) : Number.NaN
  return Number.isNaN(date) ? undefined : Math.min(longest, Math.max(0, date - now))
}
