import { parseAddress } from '../../base/address.ts'
import { type DrawnScan, type TouchColumns, touchOutcomes } from '../../detect/finding.ts'

/** What a case keeps to draw a scan by. */
export function drawnTouches({ scan, touches, touchesOmitted, columns }: DrawnScan): TouchColumns {
  if (columns !== undefined) return columns
  const known = touches.flatMap((touch) => {
    const address = parseAddress(touch.address)
    return address ? [{ ...touch, address }] : []
  })
  return {
    sources: scan.sources,
    at: Float64Array.from(known, ({ at }) => at * 1000),
    address: Uint32Array.from(known.flatMap(({ address }) => address)),
    port: Uint16Array.from(known, ({ port }) => port),
    outcome: Uint8Array.from(known, ({ outcome }) => touchOutcomes.indexOf(outcome)),
    source: Uint16Array.from(known, ({ source }) => source),
    omitted: touchesOmitted,
  }
}
