import { listed, ranges, several } from '../base/quantity.ts'
import type { Scan } from '../detect/finding.ts'

const verbs = { horizontal: 'swept', vertical: 'tried the ports of', block: 'scanned' } as const
const longest = 160

/** What a case is called: who did what to what. */
export function titleOf(scan: Scan): string {
  const who =
    scan.prefix ?? (scan.sources.length > 3 ? `${several(scan.sources.length, 'source')}` : listed(scan.sources))
  const where =
    scan.targets.blocks.length > 0
      ? listed(scan.targets.blocks, 2)
      : several(scan.targets.addresses, 'address', 'addresses')
  const ports =
    scan.targets.ports.length > 0 ? ` (${scan.targets.protocols.join(', ')} ${ranges(scan.targets.ports, 4)})` : ''
  return `${who} ${verbs[scan.shape]} ${where}${ports}`.slice(0, longest)
}
