import { spawnSync } from 'node:child_process'
import type { Scan } from '../src/detect/finding.ts'
import { decodeFile } from './decode-fixture.ts'
import { type LabInput, labBytes } from './lab-set.ts'
import { offsets } from './packet-offsets.ts'
import { hasTshark } from './packet-oracle.ts'

/** One packet or log line as far as counting probes needs it. */
interface Sight {
  readonly time: string
  readonly from: string
  readonly to: string
  readonly protocol: string
  readonly fromPort: string
  /** Destination port, ICMP type, or empty. */
  readonly toPort: string
  readonly request: boolean
}

/**
 * The distinct targets (address, protocol, port or ICMP type) that the scan's sources had tried when it was detected,
 * counted by the contract's words (docs/output.md) from what another program reads in the packets.
 */
export async function countProbes(input: LabInput, scan: Scan): Promise<number> {
  const byTshark = input.kind === 'packets' && hasTshark
  const sights = byTshark ? packets(input, scan.detected) : await events(input, scan.detected.slice(0, 4))
  const sources = new Set(scan.sources)
  const spoken = new Set<string>()
  const targets = new Set<string>()
  for (const sight of sights) {
    if (sight.time > scan.detected) continue
    spoken.add(`${sight.protocol} ${sight.from} ${sight.fromPort} ${sight.to} ${sight.toPort}`)
    const answers = spoken.has(`${sight.protocol} ${sight.to} ${sight.toPort} ${sight.from} ${sight.fromPort}`)
    if (!sources.has(sight.from) || !sight.request || answers) continue
    // A scanner's other business is no target of the scan.
    const isPort =
      sight.protocol === '6' || sight.protocol === 'tcp' || sight.protocol === '17' || sight.protocol === 'udp'
    if (isPort && !scan.targets.ports.includes(Number(sight.toPort))) continue
    targets.add(`${sight.to} ${sight.protocol} ${sight.toPort}`)
  }
  return targets.size
}

const fields = [
  'frame.time_epoch',
  'ip.src',
  'ipv6.src',
  'ip.dst',
  'ipv6.dst',
  'ip.proto',
  'ipv6.nxt',
  'tcp.srcport',
  'tcp.dstport',
  'udp.srcport',
  'udp.dstport',
  'icmp.type',
  'icmpv6.type',
]
const requests = new Set(['8', '13', '15', '17', '128'])

/** Packets up to a time, by tshark; the outermost addresses and ports. */
function packets(input: LabInput, until: string): Sight[] {
  const bytes = labBytes(input)
  const limit = Date.parse(until) / 1000 + 1
  const count = offsets(bytes).filter((at) => bytes.readUInt32LE(at) <= limit).length
  const options = ['-n', '-c', String(count), '-T', 'fields', '-E', 'occurrence=f', ...fields.flatMap((f) => ['-e', f])]
  const run = spawnSync('tshark', ['-r', input.path, ...options], { encoding: 'utf8', maxBuffer: 1 << 28 })
  if (run.status !== 0) throw new Error(`tshark: ${run.stderr}`)
  return run.stdout.trimEnd().split('\n').flatMap(packet)
}

function packet(line: string): Sight[] {
  const cell = line.split('\t')
  const [epoch = '', v4 = '', v6 = '', to4 = '', to6 = '', proto4 = '', proto6 = ''] = cell
  const [tcpFrom = '', tcpTo = '', udpFrom = '', udpTo = '', icmp4 = '', icmp6 = ''] = cell.slice(7)
  const protocol = proto4 || proto6
  if (protocol === '') return []
  const icmp = icmp4 || icmp6
  const isIcmp = protocol === '1' || protocol === '58'
  const fromPort = protocol === '6' ? tcpFrom : protocol === '17' ? udpFrom : ''
  const toPort = protocol === '6' ? tcpTo : protocol === '17' ? udpTo : isIcmp ? icmp : ''
  const request = !isIcmp || requests.has(icmp)
  return [
    { time: isoOf(epoch), from: v4 || v6, to: to4 || to6, protocol, fromPort, toPort: isIcmp ? icmp : toPort, request },
  ]
}

/** tshark's seconds with nine digits as ISO 8601 with six, without a detour over floating point. */
function isoOf(epoch: string): string {
  const [seconds = '', fraction = ''] = epoch.split('.')
  const instant = new Date(Number(seconds) * 1000).toISOString().slice(0, 20)
  return `${instant}${fraction.padEnd(6, '0').slice(0, 6)}Z`
}

/** The rows that `sweepwatch events` shows. Kernel logs tell no year: it is the one the analysis took. */
async function events(input: LabInput, year: string): Promise<Sight[]> {
  const { records } = await decodeFile(input.path)
  return records.map((record) => ({
    time: `${year}${record.time.slice(4)}`,
    from: record.src ?? '',
    to: record.dst ?? '',
    protocol: record.protocol ?? '',
    fromPort: record.icmpType === undefined ? String(record.srcPort ?? '') : String(record.icmpType),
    toPort: String(record.icmpType ?? record.dstPort ?? ''),
    request: record.outcome !== 'response' && !record.marks?.includes('quoted'),
  }))
}
