import type { Criticality, Inventory, Weakness } from '../asset/asset.ts'
import type { Epss } from '../asset/epss.ts'
import type { Kev } from '../asset/kev.ts'
import { percent } from '../base/quantity.ts'
import type { LearnedService, RankedWeakness } from '../case/case.ts'

/** What is known beside the reports. */
export interface RankKnowledge {
  readonly kev?: Kev
  readonly epss?: Epss
  readonly inventory?: Inventory
}

/** Ranks what a scan learned of our weaknesses. @param exposed whether the services answered an address outside */
export type RankWeaknesses = (answered: readonly LearnedService[], exposed?: boolean) => readonly RankedWeakness[]

const mostRanked = 256
/** What each fact adds to the rank; 100 in all. That a weakness is exploited already outweighs everything that may come. */
const weights = { exploited: 50, epss: 25, severity: 12, ransomware: 5, criticality: 5, exposed: 3 } as const
const severities = { low: 1, medium: 2, high: 3, critical: 4 } as const satisfies Record<Criticality, number>

/**
 * Orders the weaknesses of services that answered a scan by what is to be patched first (requirement T4): what is exploited already
 * (CISA KEV), what is likely to be (EPSS), how severe it is, how much depends on the host, and whether it answered the world.
 * Nothing that is known more of a weakness lowers it. Weaknesses of a host as a whole count where any of its services answered.
 */
export function weaknessRanker(weaknesses: readonly Weakness[], known: RankKnowledge = {}): RankWeaknesses {
  const byAddress = Map.groupBy(weaknesses, ({ address }) => address)
  return (answered, exposed = false) => {
    const services = Map.groupBy(answered, ({ address }) => address)
    return [...services]
      .flatMap(([address, open]) =>
        (byAddress.get(address) ?? []).filter((weakness) => open.some((service) => concerns(weakness, service))),
      )
      .map((weakness) => ranked(weakness, known, exposed))
      .sort((x, y) => y.rank - x.rank || order(x.weakness, y.weakness))
      .slice(0, mostRanked)
  }
}

function concerns({ port, protocol }: Weakness, service: LearnedService): boolean {
  return port === 0 || (port === service.port && (protocol === service.protocol || protocol === ''))
}

function ranked(weakness: Weakness, { kev, epss, inventory }: RankKnowledge, exposed: boolean): RankedWeakness {
  const { address, port, protocol, cves, severity } = weakness
  const asset = inventory?.find(address)
  const listed = cves.flatMap((cve) => kev?.of(cve) ?? [])
  const isRansomware = listed.some(({ ransomware }) => ransomware)
  const scores = cves.flatMap((cve) => epss?.of(cve) ?? [])
  const score = scores.length === 0 ? null : Math.max(...scores)
  const criticality = asset?.criticality ?? null
  const rank =
    (listed.length > 0 ? weights.exploited : 0) +
    (isRansomware ? weights.ransomware : 0) +
    weights.epss * (score ?? 0) +
    (weights.severity / 4) * (severity === null ? 0 : severities[severity]) +
    (weights.criticality / 4) * (criticality === null ? 0 : severities[criticality]) +
    (exposed ? weights.exposed : 0)
  const host = asset?.name ? `${address} (${asset.name})` : address
  const because = [
    port === 0
      ? `${host} answered this scan; the weakness is one of the host as a whole.`
      : `${protocol}/${port} of ${host} answered this scan${exposed ? ', which came from outside' : ''}.`,
    ...listed.map(
      ({ cve, added, ransomware }) =>
        `${cve} is exploited: CISA lists it since ${added}${ransomware ? ', used in ransomware campaigns' : ''}.`,
    ),
    ...(score === null ? [] : [epssText(score, epss as Epss)]),
    severity === null ? 'The report gives no severity.' : `The report calls it ${severity}.`,
    ...(criticality === null ? [] : [`The inventory rates the host as ${criticality}.`]),
    ...(exposed && port === 0 ? ['The scan came from outside.'] : []),
  ]
  return { weakness, rank: Math.round(rank * 1000) / 1000, exploited: listed.length > 0, epss: score, because }
}

function epssText(score: number, { date }: Epss): string {
  return `EPSS gives it a chance of ${percent(score)} to be attacked within 30 days${date === '' ? '' : ` (as of ${date})`}.`
}

/** The same weaknesses in any order give the same list. */
function order(x: Weakness, y: Weakness): number {
  const [a, b] = [x, y].map(({ address, port, protocol, id }) => `${address} ${port} ${protocol} ${id}`) as [
    string,
    string,
  ]
  return a < b ? -1 : 1
}
