import type { Case } from '../../case/case.ts'
import { z } from '../../config/zod.ts'
import type { Scan } from '../../detect/finding.ts'
import type { TouchIndex } from '../../store/scan-touches.ts'
import { bounded } from '../case/bounded.ts'

const mostScans = 64
const mostBlocks = 64

const scanOrder = z.object({
  id: z.string(),
  /** How its addresses follow each other, and the chance of that among scans without that order. */
  order: z.enum(['sequential', 'reverse', 'strided', 'permuted', 'random', 'unknown']),
  p: z.number(),
  probes: z.int(),
  sources: z.int(),
  distributed: z.boolean(),
  tool: z.string().nullable(),
  first: z.string(),
  last: z.string(),
})

/** What the address map shows beside the touches themselves, which come as bytes. */
export const mapView = z.object({
  /** Touches that `…/map/touches` has. */
  touches: z.int(),
  /** Touches of its scans that were left out when they were kept. */
  omitted: z.int(),
  /** Scans of the case whose touches are not there: too many, too large, or of a version that kept none. */
  scansOmitted: z.int(),
  /** Of the touches as they stand: an answer with the same has the same touches. */
  version: z.string(),
  /** Blocks that were scanned, as the records name them. */
  blocks: z.array(z.string()),
  /** The largest scans in front. */
  scans: z.array(scanOrder),
})
export type MapView = z.infer<typeof mapView>

export function mapViewOf({ scans }: Case, { lists, omitted, scansOmitted }: TouchIndex): MapView {
  const records = scans.map(({ scan }) => scan).sort((x, y) => y.probes - x.probes)
  const touches = lists.reduce((sum, list) => sum + list.touches, 0)
  return {
    touches,
    omitted,
    scansOmitted,
    version: `${lists.length}-${touches}-${omitted}`,
    blocks: [...new Set(records.flatMap(({ targets }) => targets.blocks))].slice(0, mostBlocks),
    scans: records.slice(0, mostScans).map(scanOrderOf),
  }
}

function scanOrderOf(scan: Scan): z.infer<typeof scanOrder> {
  return {
    id: scan.id,
    order: scan.order.kind,
    p: scan.order.p,
    probes: scan.probes,
    sources: scan.sources.length,
    distributed: scan.distributed,
    tool: scan.tool && bounded(scan.tool.name, 100),
    first: scan.first,
    last: scan.last,
  }
}
