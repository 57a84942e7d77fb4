import { Problem } from '../../base/problem.ts'
import { summariseTraffic } from '../../capture/traffic.ts'
import type { Case } from '../../case/case.ts'
import { endsOf } from './packets.ts'
import type { PackPart, PackSite } from './part.ts'
import { write, writeTable } from './write.ts'

/** How long before and after the case is looked at. Milliseconds. */
const around = 24 * 3600e3
/** Systems whose traffic is summed up. */
const mostHosts = 4096
const columns = [
  'phase',
  'host',
  'peer',
  'packets out',
  'bytes out',
  'packets in',
  'bytes in',
  'services',
  'first',
  'last',
]

/** T1: what the actor and the touched systems exchanged with whom, before, during and after the scan. */
export default {
  id: 'traffic',
  about: 'T1: traffic of the actor and the touched systems, before, during and after',
  async write(site) {
    const { directory, captures } = site
    if (captures.length === 0)
      return [
        write(
          directory,
          'traffic-missing.txt',
          'No captures were named (see packets-missing.txt).\n',
          'why there is no traffic here',
        ),
      ]
    try {
      const rows = await rowsOf(site)
      return [writeTable(directory, 'traffic.csv', columns, rows, 'packets and bytes by phase, host and peer')]
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      return [
        write(
          directory,
          'traffic-missing.txt',
          `${error.message}\n${error.hint ?? ''}\n`,
          'why there is no traffic here',
        ),
      ]
    }
  },
} satisfies PackPart

async function rowsOf({ one, captures, index, progress }: PackSite): Promise<unknown[][]> {
  progress('summing up the traffic')
  const { from, to } = scanned(one)
  const traffic = await summariseTraffic({
    paths: captures,
    hosts: hostsOf(one),
    phases: [
      { name: 'before', from: from - around, to: from },
      { name: 'during', from, to },
      { name: 'after', from: to, to: to + around },
    ],
    index,
  })
  return traffic.map((each) => [
    ...[each.phase, each.host, each.peer, each.packetsOut, each.bytesOut, each.packetsIn, each.bytesIn],
    ...[each.services.join(' '), each.first, each.last],
  ])
}

/** When the outsiders scanned; what came later is aftermath. */
function scanned({ scans, first, last }: Case): { from: number; to: number } {
  const outside = scans
    .map(({ scan }) => scan)
    .filter(({ direction }) => direction === 'inbound' || direction === 'external')
  const firsts = outside.map((scan) => Date.parse(scan.first))
  const lasts = outside.map((scan) => Date.parse(scan.last))
  return {
    from: Math.min(...(firsts.length > 0 ? firsts : [Date.parse(first)])),
    to: Math.max(...(lasts.length > 0 ? lasts : [Date.parse(last)])) + 1,
  }
}

/** Touched systems first: of what two of these exchanged, the first is the host. */
function hostsOf(one: Case): string[] {
  const touched = (one.triage?.touched ?? []).map(({ address }) => address)
  return [...new Set([...touched, ...endsOf(one)])].slice(0, mostHosts)
}
