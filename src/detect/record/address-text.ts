import { formatAddress } from '../../base/address.ts'
import type { AttemptJournal } from '../../track/journal.ts'

/** The address of contact `row` as text. @param side 0 = source, 4 = destination */
export function addressText(journal: AttemptJournal, row: number, side: 0 | 4): string {
  const a = journal.address
  const p = 8 * row + side
  return formatAddress(a[p] as number, a[p + 1] as number, a[p + 2] as number, a[p + 3] as number)
}
