import type { Case } from '../../case/case.ts'
import type { Method, Scan } from '../../detect/finding.ts'
import type { CaseExport, ExportOptions } from './case.ts'
import { instant } from './instant.ts'
import { addressesOf } from './ours.ts'

/** A sample: DShield counts reporters rather than packets. */
const mostLines = 500
const hour = 3_600_000

const protocols: Readonly<Record<string, string>> = {
  tcp: 'TCP',
  udp: 'UDP',
  icmp: 'ICMP',
  icmp6: 'ICMPV6',
  sctp: 'SCTP',
}

/** TCP flags of a method's probes, in DShield's letters. */
const flags: Readonly<Partial<Record<Method, string>>> = {
  'tcp-syn': 'S',
  'tcp-connect': 'S',
  banner: 'S',
  'tcp-fin': 'F',
  'tcp-xmas': 'FPU',
  'tcp-ack': 'A',
  'tcp-maimon': 'FA',
}

/**
 * Lines for a report to DShield, as its client framework documents them, apart by tabs: time with zone, user id, count, source,
 * source port, target, target port, protocol in capitals, TCP flags; `???` for a port that is not known. A case keeps no single
 * probes: told are services that answered (with the scan's first time, where it took at most an hour) and related records.
 * The report is mailed under the subject `FORMAT DSHIELD USERID n TZ +00:00 Sweepwatch`.
 */
export default {
  id: 'dshield',
  title: 'DShield report',
  about: 'for the Internet Storm Center; the first octet of our addresses is hidden unless they are asked for',
  extension: 'dshield.txt',
  mediaType: 'text/tab-separated-values',
  render(theCase, options) {
    const lines = [...theCase.scans.flatMap(({ scan }) => scanLines(scan)), ...relatedLines(theCase)]
    return lines
      .slice(0, mostLines)
      .map((line) => written(line, options))
      .join('')
  },
} satisfies CaseExport

interface Line {
  readonly time: number
  readonly count: number
  readonly source: string
  readonly target: string
  readonly port: number | null
  readonly protocol: string
  readonly flags: string
}

/** Of a scan by several sources it is not known which of them asked. Our own hosts are not reported. */
function scanLines(scan: Scan): readonly Line[] {
  const { direction, open, methods, first, last } = scan
  const [source, ...others] = addressesOf(scan.sources)
  if (source === undefined || others.length > 0 || scan.sources.length > 1) return []
  if (direction !== 'inbound' || instant(last) - instant(first) > hour) return []
  return open.slice(0, mostLines).flatMap(({ address, port, protocol }) => {
    const [target] = addressesOf([address])
    if (target === undefined) return []
    const letters = protocol === 'tcp' ? (flags[methods[0] ?? 'unknown'] ?? '') : ''
    if (!Object.hasOwn(protocols, protocol)) return []
    return [{ time: instant(first), count: 1, source, target, port, protocol, flags: letters }]
  })
}

/** Records that tell no protocol, and can only be of TCP. */
const tcpKinds: ReadonlySet<string> = new Set(['auth', 'http', 'ssh', 'tls'])

function relatedLines({ triage, sources }: Case): readonly Line[] {
  const known = new Set(addressesOf(sources))
  const overTcp = (triage?.related ?? []).filter(({ kind }) => tcpKinds.has(kind))
  return overTcp.flatMap(({ at, src, dst, port, count }) => {
    const [source] = addressesOf([src ?? ''])
    const [target] = addressesOf([dst ?? ''])
    if (source === undefined || target === undefined || !known.has(source)) return []
    const times = Math.max(1, Math.round(count))
    return [{ time: instant(at), count: times, source, target, port, protocol: 'tcp', flags: '' }]
  })
}

function written(line: Line, { dshieldUser, internal }: ExportOptions): string {
  const time = new Date(line.time).toISOString()
  const isIcmp = line.protocol.startsWith('icmp')
  // ICMP: the code for the source port, the type (echo) for the target's.
  const port = isIcmp
    ? line.protocol === 'icmp'
      ? '8'
      : '128'
    : line.port !== null && line.port > 0
      ? String(line.port)
      : '???'
  const fields = [
    `${time.slice(0, 10)} ${time.slice(11, 19)} +00:00`,
    String(dshieldUser),
    String(line.count),
    line.source,
    isIcmp ? '0' : '???',
    internal ? line.target : hidden(line.target),
    port,
    protocols[line.protocol] as string,
    line.flags,
  ]
  return `${fields.join('\t')}\n`
}

/** DShield's own way of hiding a target: 10 for its first octet; fd00 for the first group of IPv6. */
function hidden(address: string): string {
  return address.includes(':') ? address.replace(/^[0-9a-f]*/, 'fd00') : address.replace(/^\d+/, '10')
}
