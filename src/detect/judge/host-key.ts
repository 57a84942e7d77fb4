import type { AttemptJournal } from '../../track/journal.ts'

/** The destination of contact `row` as one 32-bit number: the address itself for IPv4, a hash of it for IPv6. */
export function hostKey(journal: AttemptJournal, row: number): number {
  const a = journal.address
  const p = 8 * row + 4
  return a[p + 2] === 0xffff && a[p] === 0
    ? (a[p + 3] as number)
    : (Math.imul(a[p + 1] as number, 0x9e3779b1) ^ Math.imul(a[p + 2] as number, 0x85ebca6b) ^ (a[p + 3] as number)) >>>
        0
}
