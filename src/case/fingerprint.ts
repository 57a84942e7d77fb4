import { parseAddress } from '../base/address.ts'
import { shortDigest } from '../base/digest.ts'
import { formatPrefix, truncate } from '../base/prefix.ts'
import type { Scan } from '../detect/finding.ts'

/** How a scan is made: tool, methods, shape. Scans of one network with the same are held to be by one actor. */
export function fingerprintOf({ tool, methods, shape }: Scan): string {
  return `${tool?.name ?? 'no known tool'}, ${[...methods].sort().join('+')}, ${shape}`
}

/** The ports as one word, to find scans that asked for just the same. */
export function portDigest({ targets }: Scan): string {
  return shortDigest([...targets.ports].sort((x, y) => x - y).join(','))
}

/** The /24 or /64 of an address; the text itself where it is no address. */
export function networkOf(source: string): string {
  const address = parseAddress(source)
  if (address === undefined) return source
  return formatPrefix(truncate(address, source.includes(':') ? 64 : 120))
}
