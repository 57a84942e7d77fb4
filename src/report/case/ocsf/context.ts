import type { Case, RankedWeakness, TouchedHost } from '../../../case/case.ts'
import type { Dossier } from '../../../intel/intel.ts'
import { clipped } from '../../escape.ts'
import { instant } from '../instant.ts'
import { addressesOf } from '../ours.ts'

const most = { hosts: 500, weaknesses: 200, hits: 200, notes: 100, observables: 500 }
const longest = 500

/** What was touched, as affected resources. */
export function resourcesOf(touched: readonly TouchedHost[]): readonly object[] {
  return touched.slice(0, most.hosts).map(({ address, asset, state, answered, because }) => {
    const [ip] = addressesOf([address])
    return {
      uid: clipped(address, longest),
      ...(ip ? { ip } : {}),
      type: 'Host',
      ...(state === 'suspect' ? { role_id: 3, role: 'Affected' } : { role_id: 1, role: 'Target' }),
      ...(asset?.name ? { name: clipped(asset.name, longest) } : {}),
      ...(asset?.criticality ? { criticality: asset.criticality } : {}),
      ...(asset?.owner ? { owner: { name: clipped(asset.owner, longest) } } : {}),
      labels: [state],
      data: { answered: answered.slice(0, most.observables), because },
    }
  })
}

/** Weaknesses that have a CVE; the class has no place for others. */
export function vulnerabilitiesOf(weaknesses: readonly RankedWeakness[]): readonly object[] {
  return weaknesses.slice(0, most.weaknesses).flatMap(({ weakness, exploited, epss, because }) => {
    const [cve] = weakness.cves
    if (cve === undefined) return []
    return [
      {
        cve: { uid: clipped(cve, longest), ...(epss === null ? {} : { epss: { score: String(epss) } }) },
        title: clipped(weakness.name, longest),
        desc: clipped(`${weakness.address} ${weakness.protocol}/${weakness.port}: ${because.join(' ')}`, longest),
        ...(weakness.severity ? { severity: weakness.severity } : {}),
        is_exploit_available: exploited,
      },
    ]
  })
}

/** What lists say about the sources. */
export function enrichmentsOf(dossiers: readonly Dossier[]): readonly object[] {
  const hits = dossiers.flatMap(({ identity, hits }) => hits.map((hit) => ({ address: identity.address, hit })))
  return hits.slice(0, most.hits).map(({ address, hit }) => ({
    name: 'evidences[].src_endpoint.ip',
    value: clipped(address, longest),
    provider: clipped(hit.list, longest),
    type: hit.means,
    desc: clipped(hit.name ?? hit.matched, longest),
    data: hit,
  }))
}

/** What people wrote into the case. */
export function notesOf({ history }: Case): readonly object[] {
  return history.slice(0, 10_000).flatMap(({ body, at, author }) =>
    body.kind === 'noted'
      ? [
          {
            comment: clipped(body.text, longest),
            created_time: instant(at),
            owner: { name: clipped(author, longest) },
          },
        ]
      : [],
  )
}

/** Addresses by which other tools find the case. */
export function observablesOf({ sources, accomplices, triage }: Case): readonly object[] {
  const ofSources = addressesOf([...sources, ...accomplices.map(({ source }) => source)])
  const ofHosts = addressesOf((triage?.touched ?? []).map(({ address }) => address))
  const observable = (name: string) => (value: string) => ({ name, type_id: 2, type: 'IP Address', value })
  return [
    ...ofSources.map(observable('evidences[].src_endpoint.ip')),
    ...ofHosts.map(observable('resources[].ip')),
  ].slice(0, most.observables)
}
