import { count, listed, several } from '../../base/quantity.ts'
import type { Scan } from '../../detect/finding.ts'
import { addressRanges } from '../address-ranges.ts'
import type { Look } from '../look.ts'
import { openByService } from '../narrate.ts'
import { paragraph } from './layout.ts'

const mostServices = 12
const nameWidth = 14

/** What answered, one service a line: `tcp/80        10  192.0.2.10-192.0.2.19`. */
export function openLines(scan: Scan, look: Look): readonly string[] {
  const services = openByService(scan)
  const lines = services.slice(0, mostServices).map(([name, addresses]) => {
    const lead = `      ${name.padEnd(nameWidth)}${count(addresses.length).padStart(5)}  `
    return paragraph(listed(addressRanges(addresses), 6), look, ' '.repeat(lead.length), lead)
  })
  const omitted = services.length - mostServices
  return omitted > 0 ? [...lines, `      and ${several(omitted, 'more service')}`] : lines
}
