import { isIpv4, parseAddress } from '../../base/address.ts'
import type { Case } from '../../case/case.ts'
import type { Scan } from '../../detect/finding.ts'
import type { Dossier } from '../../intel/intel.ts'
import { canonicalNetwork, ownerNetwork, prefixOf } from '../network.ts'
import type { PlannedNetwork } from './plan.ts'
import { sharedBy } from './shared.ts'

const mostSources = 16

type Sourced = Omit<PlannedNetwork, 'earlier'>

/**
 * The networks that the sources of a case belong to, most active first: an IPv4 address by itself, an IPv6 address with its /64 (a sender gets a whole one, RFC 6177,
 * and turns through it), and where a scan was told by a prefix, that. On networks of hosters and clouds, where neighbours share a /64, only where two
 * addresses of it scanned. Our own systems that scan are victims: they are not among them.
 */
export function sourceNetworks(one: Case): readonly Sourced[] {
  const scans = one.scans
    .map(({ scan }) => scan)
    .filter(({ direction }) => direction === 'inbound' || direction === 'external')
  const members = new Map<string, Member[]>()
  const dossiers = new Map((one.triage?.dossiers ?? []).map((dossier) => [dossier.identity.address, dossier]))
  const isSource = new Set(one.sources)
  for (const scan of scans) {
    for (const source of scan.sources) {
      if (!isSource.has(source)) continue
      const network = networkOf(source, scan)
      if (network !== undefined) members.set(network, [...(members.get(network) ?? []), { source, scan }])
    }
  }
  return [...members].flatMap(([network, list]) => split(network, list, dossiers))
}

interface Member {
  readonly source: string
  readonly scan: Scan
}

function networkOf(source: string, { prefix }: Scan): string | undefined {
  const address = parseAddress(source)
  if (address === undefined) return undefined
  return (prefix === undefined ? undefined : canonicalNetwork(prefix)) ?? ownerNetwork(address)
}

/** A /64 of which one address scanned, on a network where strangers share it, is that address. */
function split(network: string, list: readonly Member[], dossiers: ReadonlyMap<string, Dossier>): Sourced[] {
  const sources = [...new Set(list.map(({ source }) => source))]
  const [only] = sources
  const kind = dossiers.get(only ?? '')?.identity.kind
  const isNeighbourly = kind === 'hosting' || kind === 'cloud' || kind === 'cdn'
  const isAlone = sources.length === 1 && isNeighbourly && list.every(({ scan }) => scan.prefix === undefined)
  const narrow = isAlone ? canonicalNetwork(only ?? '') : undefined
  return [describe(narrow ?? network, sources, list, dossiers)]
}

function describe(
  network: string,
  sources: readonly string[],
  list: readonly Member[],
  dossiers: ReadonlyMap<string, Dossier>,
): Sourced {
  return {
    network,
    sources: sources.slice(0, mostSources),
    spoofable: worst(list.map(({ source, scan }) => forgeable(source, scan))),
    denyOnly: list.every(({ scan }) => isDenyOnly(scan)),
    because: reasonOf(network, sources, list),
    sensors: [...new Set(list.flatMap(({ scan }) => scan.sensors.map(({ source }) => source)))].slice(0, mostSources),
    shared: sources.flatMap((source) => {
      const dossier = dossiers.get(source)
      return dossier === undefined ? [] : sharedBy(dossier)
    }),
  }
}

function reasonOf(network: string, sources: readonly string[], list: readonly Member[]): string {
  const { address, bits } = prefixOf(network)
  if (bits === 128)
    return isIpv4(address)
      ? 'the address that scanned'
      : 'the address that scanned, alone on a network that strangers share'
  if (list.some(({ scan }) => scan.prefix !== undefined))
    return `its sender turned through ${sources.length} addresses of it`
  return sources.length === 1
    ? 'the /64 of the address that scanned: its sender can turn through it'
    : `${sources.length} of its addresses scanned`
}

/** One scan that proves a source real is enough: the others show less, not the contrary. */
function worst(each: readonly (boolean | null)[]): boolean | null {
  if (each.includes(false)) return false
  return each.includes(null) ? null : true
}

/** Of a scan by many, what was shown of the one: a handshake of one proves nothing of another. */
function forgeable(source: string, scan: Scan): boolean | null {
  if (!scan.distributed || scan.sources.length === 1 || scan.spoofable !== false) return scan.spoofable
  const member = scan.members?.find((each) => each.source === source)
  return member?.spoofable ?? null
}

function isDenyOnly({ outcomes }: Scan): boolean {
  return outcomes.blocked > 0 && outcomes.established + outcomes.refused + outcomes.unanswered === 0
}
