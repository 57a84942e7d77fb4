import { count } from '../../base/quantity.ts'
import type { Evidence } from '../../case/case.ts'

/** Where a record stands, and what it shows: `asa.log at byte 51,200: the first denied probe`. */
export function evidenceText({ source, offset, shows }: Evidence): string {
  return `${source} at byte ${count(offset)}: ${shows}`
}
