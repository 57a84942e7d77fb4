import type { LearnedService } from '../../case/case.ts'
import { showLess } from '../../triage/show-less.ts'
import type { PackPart } from './part.ts'
import { write, writeTable } from './write.ts'

export default {
  id: 'learned',
  about: 'T4, C6: what the scan learned, what is weak there, and what to show less of',
  async write({ one, directory }) {
    const touched = one.triage?.touched ?? []
    const services = touched.flatMap(({ address, asset, answered }) =>
      onceEach(answered).map(({ port, protocol, banner }) => [
        address,
        asset?.name,
        asset?.owner,
        asset?.criticality,
        port,
        protocol,
        banner,
      ]),
    )
    const weaknesses = (one.triage?.weaknesses ?? []).map(({ weakness, rank, exploited, epss, because }, place) => [
      ...[
        place + 1,
        weakness.address,
        weakness.port,
        weakness.protocol,
        weakness.name,
        weakness.cves.join(' '),
        weakness.severity,
      ],
      ...[exploited, epss, rank, because.join(' '), weakness.source],
    ])
    const columns = [
      'order',
      'address',
      'port',
      'protocol',
      'weakness',
      'CVE',
      'severity',
      'exploited (KEV)',
      'EPSS',
      'rank',
      'because',
      'report',
    ]
    return [
      writeTable(
        directory,
        'learned.csv',
        ['address', 'name', 'owner', 'criticality', 'port', 'protocol', 'banner'],
        services,
        'services that answered, with what they said of themselves',
      ),
      writeTable(
        directory,
        'weaknesses.csv',
        columns,
        weaknesses,
        'weaknesses of what answered, in the order of patching',
      ),
      write(directory, 'show-less.txt', `${showLess(one).join('\n')}\n`, 'M1056: how the next scan learns less'),
    ]
  },
} satisfies PackPart

/** Each service of a host once: with what it said of itself, where it said anything. */
function onceEach(services: readonly LearnedService[]): readonly LearnedService[] {
  const kept = new Map<string, LearnedService>()
  for (const service of services) {
    const key = `${service.protocol} ${service.port}`
    if ((kept.get(key)?.banner ?? null) === null) kept.set(key, service)
  }
  return [...kept.values()]
}
