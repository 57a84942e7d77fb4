import { keyRange } from '../../archive/address-key.ts'
import type { Moment, Parameters, Row } from '../../archive/duckdb.ts'
import { isAnswered } from '../../archive/macros.ts'
import { type Archive, openArchive } from '../../archive/reader.ts'
import { formatAddress } from '../../base/address.ts'
import { Problem } from '../../base/problem.ts'
import { several } from '../../base/quantity.ts'
import { isoTime } from '../../base/time.ts'
import type { Case } from '../../case/case.ts'
import { isIpv4Network, prefixOf } from '../../respond/network.ts'
import type { BlastRadius } from '../../respond/plan/plan.ts'
import type { Scope } from '../../respond/respond.ts'

/** How far back is looked. Milliseconds. */
const lookback = 30 * 86_400_000
/** Networks that are asked about; services that are named. */
const mostNetworks = 64
const mostServices = 8
/** For one network, in milliseconds. */
const timeLimit = 60_000

/**
 * Connections that were answered and would have been cut, either way: who blocks what comes from a network also loses the answers that it gives us.
 * What came once the scan had begun may be the scanner's own, and is counted apart.
 */
const sql = `WITH hits AS (
  SELECT time, src AS other, dst AS ours, dst AS service, dst_port AS port, protocol FROM contacts
  WHERE src_key BETWEEN $low AND $high AND ($host = '' OR src = $host) AND ${isAnswered}
    AND time >= $from AND time < $to
    AND (len($ports) = 0 OR list_contains($ports, dst_port::VARCHAR)) AND ($protocol = 'any' OR protocol = $protocol)
  UNION ALL
  SELECT time, dst, src, dst, dst_port, protocol FROM contacts
  WHERE dst_key BETWEEN $low AND $high AND ($host = '' OR dst = $host) AND ${isAnswered}
    AND time >= $from AND time < $to
    AND (len($ports) = 0 OR list_contains($ports, src_port::VARCHAR)) AND ($protocol = 'any' OR protocol = $protocol)
)
SELECT GROUPING(service) = 1 AS is_total, service, port, protocol, count(*) FILTER (time < $begun) AS connections,
  count(DISTINCT other) FILTER (time < $begun) AS others, count(DISTINCT ours) FILTER (time < $begun) AS ours,
  max(time) FILTER (time < $begun) AS last, count(*) FILTER (time >= $begun) AS later
FROM hits GROUP BY GROUPING SETS ((), (service, port, protocol))
HAVING GROUPING(service) = 1 OR count(*) FILTER (time < $begun) > 0
ORDER BY is_total DESC, connections DESC, service, port LIMIT ${mostServices + 1}`

/** What a plan would have cut in the last days, from the archive of events; null where there is none. */
export async function blastRadius(
  directory: string | undefined,
  one: Case,
  networks: readonly string[],
  scope: Scope,
): Promise<BlastRadius | null> {
  if (directory === undefined) return null
  const begun = Date.parse(one.first)
  const [from, to] = [begun - lookback, Date.parse(one.last) + 1000]
  const day = (at: number) => isoTime(1000 * at).slice(0, 10)
  const archive = await openArchive(directory, { from: day(from), to: day(to) }).catch((error: unknown) => {
    if (error instanceof Problem && error.code === 'no-archive') return undefined
    throw error
  })
  if (archive === undefined) return null
  try {
    const oldest = oldestOf(archive)
    const asked = networks.slice(0, mostNetworks)
    const answers: Row[][] = []
    for (const network of asked) {
      answers.push(await archive.rows(sql, parametersOf(network, scope, { from, begun, to }), { timeLimit }))
    }
    return summed(answers, { from, begun, to, oldest, left: networks.length - asked.length, archive })
  } finally {
    archive.close()
  }
}

/** Milliseconds. */
interface Window {
  readonly from: number
  /** First probe. */
  readonly begun: number
  readonly to: number
}

function parametersOf(network: string, { ports, protocol }: Scope, { from, begun, to }: Window): Parameters {
  const prefix = prefixOf(network)
  const [low, high] = keyRange(prefix)
  // Keys of IPv6 are shared by a /64: a longer network is asked for by its text where it is one address.
  const host = !isIpv4Network(prefix) && prefix.bits === 128 ? formatAddress(...prefix.address) : ''
  return {
    low,
    high,
    host,
    protocol,
    ports: ports.map(String),
    from: moment(from),
    begun: moment(begun),
    to: moment(to),
  }
}

function moment(milliseconds: number): Moment {
  return { micros: BigInt(1000 * milliseconds) }
}

function oldestOf(archive: Archive): string | undefined {
  const days = archive.files.map(({ day }) => day).filter((day) => /^\d{4}-/.test(day))
  return days.sort()[0]
}

function summed(
  answers: readonly (readonly Row[])[],
  { from, begun, oldest, left, archive }: Window & { oldest: string | undefined; left: number; archive: Archive },
): BlastRadius {
  const totals = answers.flatMap((rows) => rows.filter((row) => row['is_total'] === true))
  const sum = (name: string) => totals.reduce((all, row) => all + Number(row[name] ?? 0), 0)
  const services = answers
    .flatMap((rows) => rows.filter((row) => row['is_total'] !== true))
    .map((row) => ({
      address: String(row['service'] ?? ''),
      port: Number(row['port'] ?? 0),
      protocol: String(row['protocol'] ?? ''),
      connections: Number(row['connections']),
      last: String(row['last']),
    }))
    .sort((x, y) => y.connections - x.connections)
  const since = oldest === undefined ? undefined : Date.parse(oldest)
  const later = sum('later')
  return {
    from: isoTime(1000 * from),
    to: isoTime(1000 * begun),
    connections: sum('connections'),
    others: sum('others'),
    ours: sum('ours'),
    services: services.slice(0, mostServices),
    caveats: [
      ...(since === undefined ? ['the archive holds nothing of these days'] : []),
      ...(since !== undefined && since > from + 86_400_000 ? [`the archive begins only on ${oldest}`] : []),
      ...(left > 0 ? [`${several(left, 'more network')} were not asked about`] : []),
      ...(archive.leftOut.length > 0
        ? [`${several(archive.leftOut.length, 'damaged file')} of the archive were left out`]
        : []),
      ...(later === 0
        ? []
        : [`${several(later, 'connection')} since the scan began are not counted: they may be the scanner's own`]),
    ],
  }
}
