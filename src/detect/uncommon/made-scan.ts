import { formatAddress } from '../../base/address.ts'
import type { DrawnScan, Scan } from '../finding.ts'
import type { KeptContact } from './kept.ts'

/** So many contacts of a candidate must be probes of the scan. */
const fewestShared = 3
/** Clocks of two sensors may differ by so much; milliseconds. */
const apart = 120e3

/** Who acted, from when to when (milliseconds), and whither. */
export interface Deed {
  /** Null where the logs do not tell it. */
  readonly address: string | null
  readonly first: number
  readonly last: number
  readonly contacts: readonly KeptContact[]
}

/**
 * The scan that somebody made: one from the same address, at the same time, to the same targets. Where the address is not
 * told (audit records do not), the same targets at the same time must do.
 */
export function madeScan(deed: Deed, scans: readonly DrawnScan[]): Scan | undefined {
  let made: Scan | undefined
  let most = fewestShared - 1
  const wanted = new Map(deed.contacts.map((contact) => [keyOf(contact), contact.at / 1000]))
  if (wanted.size < fewestShared) return undefined
  for (const drawn of scans) {
    if (!mayBe(deed, drawn.scan)) continue
    const shared = sharedWith(wanted, drawn)
    if (shared <= most) continue
    most = shared
    made = drawn.scan
  }
  return made
}

function mayBe({ address, first, last }: Deed, scan: Scan): boolean {
  if (address !== null && !scan.sources.includes(address)) return false
  if (address === null && scan.direction === 'inbound') return false
  return Date.parse(scan.first) <= last + apart && Date.parse(scan.last) >= first - apart
}

/** How many of the contacts are probes of the scan. */
function sharedWith(wanted: ReadonlyMap<string, number>, { touches }: DrawnScan): number {
  const found = new Set<string>()
  for (const { address, port, at } of touches) {
    const key = `${address} ${port}`
    const time = wanted.get(key)
    if (time === undefined || Math.abs(time - at) > apart) continue
    found.add(key)
    if (found.size === wanted.size) break
  }
  return found.size
}

function keyOf({ address, port }: KeptContact): string {
  return `${formatAddress(...address)} ${port}`
}
