import { listed, ranges, several } from '../base/quantity.ts'
import type { Scan } from '../detect/finding.ts'

const verbs = { horizontal: 'swept', vertical: 'tried the ports of', block: 'scanned' } as const
const longest = 160

/** What a case is called: who did what to what. Several scanners of the same targets are one subject. */
export function titleOfAll(scans: readonly Scan[]): string {
  const outside = scans.filter(({ direction }) => direction !== 'internal')
  const [first] = outside.length > 0 ? outside : scans
  if (first === undefined) return 'no scan'
  const sources = new Set(outside.flatMap((scan) => scan.sources))
  if (sources.size <= first.sources.length) return titleOf(first)
  const ports = new Set(outside.flatMap(({ targets }) => targets.ports)).size
  const blocks = [...new Set(outside.flatMap(({ targets }) => targets.blocks))]
  const what = ports > 1 ? ` (${several(ports, 'port')})` : ''
  return `${several(sources.size, 'source')}, ${first.sources[0]} among them, scanned ${listed(blocks, 2)}${what}`.slice(
    0,
    longest,
  )
}

/** The same of one scan. */
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
