import { type Address, parseAddress } from '../../base/address.ts'
import { contains } from '../../base/prefix.ts'
import { count, listed, ranges, several, span } from '../../base/quantity.ts'
import type { Case } from '../../case/case.ts'
import type { Scan } from '../../detect/finding.ts'
import { clipped } from '../escape.ts'
import { methodText } from '../narrate.ts'
import { replaceAddresses } from './address-text.ts'
import type { ExportOptions } from './case.ts'
import { milliTime } from './instant.ts'
import { addressesOf, isWithin, ours, ownNetworks } from './ours.ts'

/**
 * A case told to others: its own sentences name our hosts, so new ones are made of numbers, and what strings are used are searched
 * for addresses of ours.
 */
export interface ForOthers {
  /** May this address be told? */
  mayTell(address: string): boolean
  /** A short text without our addresses, printable. */
  text(text: string, most?: number): string
  /** Sources that may be told, canonical, the most active first. */
  readonly sources: readonly string[]
  /** Those of them that are not ours: only these are anybody's to block or to answer for. */
  readonly strangers: readonly string[]
  readonly title: string
  /** One sentence for each scan by strangers, with times: what our own hosts did is nobody else's business. */
  readonly sentences: readonly string[]
}

const mostSentences = 50
const longestText = 300

export function forOthers(theCase: Case, options: ExportOptions): ForOthers {
  const own = ownNetworks(theCase, options.own)
  const networks = options.internal ? [] : own
  const isOurs = isWithin(networks)
  const isInside = isWithin(own)
  const mayTell = (text: string) => {
    const address = parseAddress(text)
    return address !== undefined && !isOurs(address)
  }
  const text = (raw: string, most = longestText) =>
    clipped(
      replaceAddresses(raw, ({ address, bits }) =>
        isOurs(address) || networks.some((own) => bits <= own.bits && contains({ address, bits }, ...own.address))
          ? ours
          : undefined,
      ),
      most,
    )
  const sources = addressesOf(theCase.sources).filter(mayTell)
  const isStranger = (source: string) => !isInside(parseAddress(source) as Address)
  const foreign = theCase.scans.filter(({ scan }) => addressesOf(scan.sources).some(isStranger))
  return {
    mayTell,
    text,
    sources,
    strangers: sources.filter(isStranger),
    title: `Scan of IP blocks by ${sources.length > 0 ? listed(sources, 3) : several(theCase.sources.length, 'source')}`,
    sentences: foreign.slice(0, mostSentences).map(({ scan }) => text(scanSentence(scan))),
  }
}

/** `256 addresses were asked by TCP SYN (half-open) for tcp/80, 2026-11-22 03:27:00 to 03:27:07 UTC: 10 services answered.` */
function scanSentence(scan: Scan): string {
  const { addresses, ports, protocols } = scan.targets
  const service = [listed(protocols, 3), ranges(ports, 6)].filter((part) => part !== '').join('/')
  const asked = `${several(addresses, 'address was', 'addresses were')} asked (${methodText(scan)})`
  const told = scan.tool === null ? '' : ` Tool by its packets: ${scan.tool.name}.`
  const when = span(milliTime(scan.first), milliTime(scan.last))
  return `${asked} for ${service}, ${when}, ${count(scan.probes)} probes in all, ${several(scan.open.length, 'service')} answered.${told}`
}
