import { type Address, formatAddress, parseAddress } from '../../base/address.ts'
import { contains, type Prefix, parsePrefix } from '../../base/prefix.ts'
import type { Case } from '../../case/case.ts'
import type { Scan } from '../../detect/finding.ts'

/** What stands for an address of ours where it is not to be told. */
export const ours = '[ours]'

/** The networks that are ours: those given, and what the case shows to be ours. Text that is no network is passed over. */
export function ownNetworks(theCase: Case, given: readonly string[]): readonly Prefix[] {
  const { triage } = theCase
  const texts = [
    ...given,
    ...theCase.scans.flatMap(({ scan }) => oursOfScan(scan)),
    ...(triage?.touched ?? []).flatMap(({ address, answered }) => [address, ...answered.map((item) => item.address)]),
    ...(triage?.signs ?? []).map(({ host }) => host),
    ...(triage?.weaknesses ?? []).map(({ weakness }) => weakness.address),
  ]
  const networks = new Map<string, Prefix>()
  for (const text of texts) {
    const prefix = parsePrefix(text)
    if (prefix) networks.set(`${prefix.address.join()}/${prefix.bits}`, prefix)
  }
  return [...networks.values()].sort((a, b) => a.bits - b.bits)
}

/** Of a scan from outside the targets, of one to outside the sources, of one among us both. */
function oursOfScan({ direction, targets, open, sources }: Scan): readonly string[] {
  const isTarget = direction === 'inbound' || direction === 'internal'
  const isSource = direction === 'outbound' || direction === 'internal'
  return [...(isTarget ? [...targets.blocks, ...open.map(({ address }) => address)] : []), ...(isSource ? sources : [])]
}

/** Tells whether an address lies in one of the networks. */
export function isWithin(networks: readonly Prefix[]): (address: Address) => boolean {
  const hosts = new Set(networks.filter(({ bits }) => bits === 128).map(({ address }) => address.join()))
  const wide = networks.filter(({ bits }) => bits < 128)
  return (address) => hosts.has(address.join()) || wide.some((prefix) => contains(prefix, ...address))
}

/** Distinct addresses of texts in canonical form; what is no address is left out. */
export function addressesOf(texts: readonly string[]): readonly string[] {
  const found = new Set<string>()
  for (const text of texts) {
    const address = parseAddress(text)
    if (address) found.add(formatAddress(...address))
  }
  return [...found]
}
