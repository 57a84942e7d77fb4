import { formatAddress } from '../base/address.ts'
import type { EventBatch } from '../event/batch.ts'

/** The host that a finding is about; undefined where the report names none by its address. */
export function targetOf({ column: c }: EventBatch, i: number): string | undefined {
  return textOf(c.dst0[i]!, c.dst1[i]!, c.dst2[i]!, c.dst3[i]!)
}

/** Who scanned; undefined where the report does not tell. */
export function scannerOf({ column: c }: EventBatch, i: number): string | undefined {
  return textOf(c.src0[i]!, c.src1[i]!, c.src2[i]!, c.src3[i]!)
}

function textOf(a0: number, a1: number, a2: number, a3: number): string | undefined {
  return (a0 | a1 | a2 | a3) === 0 ? undefined : formatAddress(a0, a1, a2, a3)
}
