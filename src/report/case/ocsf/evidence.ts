import type { Case, CopiedRecord, Sign } from '../../../case/case.ts'
import type { Direction, Scan } from '../../../detect/finding.ts'
import { protocolNumber } from '../../../event/protocol.ts'
import { clipped } from '../../escape.ts'
import { headline } from '../../narrate.ts'
import { addressesOf } from '../ours.ts'

const most = { scans: 100, signs: 100, sources: 20, open: 100 }
const longest = 500

/** OCSF's numbers and captions of directions. */
const directions: Readonly<Record<Direction, readonly [number, string]>> = {
  inbound: [1, 'Inbound'],
  outbound: [2, 'Outbound'],
  internal: [3, 'Lateral'],
  external: [99, 'External'],
}

/** One artifact a source of a scan (what the scan was stands in its first), one a sign, one a copied record. */
export function evidencesOf({ scans, triage, copied }: Case): readonly object[] {
  return [
    ...scans.slice(0, most.scans).flatMap(({ scan }) => scanEvidence(scan)),
    ...(triage?.signs ?? []).slice(0, most.signs).map(signEvidence),
    ...copied.map(recordEvidence),
  ]
}

function scanEvidence(scan: Scan): readonly object[] {
  const [id, caption] = directions[scan.direction]
  const sources = addressesOf(scan.sources).slice(0, most.sources)
  return (sources.length === 0 ? [undefined] : sources).map((source, index) => ({
    uid: clipped(scan.id, longest),
    name: clipped(headline(scan), longest),
    ...(source ? { src_endpoint: { ip: source } } : {}),
    connection_info: { direction_id: id, direction: caption, ...protocolOf(scan, source) },
    ...(index === 0 ? { data: scanData(scan) } : {}),
  }))
}

function protocolOf({ targets }: Scan, source: string | undefined): object {
  const [name] = targets.protocols
  const number = protocolNumber(name ?? '')
  return {
    ...(name ? { protocol_name: clipped(name, 40) } : {}),
    ...(number === undefined ? {} : { protocol_num: number }),
    ...(source ? { protocol_ver_id: source.includes(':') ? 6 : 4 } : {}),
  }
}

function scanData(scan: Scan): object {
  const { shape, methods, targets, order, tool, first, last, detected, probes, outcomes, score } = scan
  return {
    shape,
    methods,
    targets: { addresses: targets.addresses, blocks: targets.blocks, ports: targets.ports.slice(0, most.open) },
    order: order.kind,
    tool: tool ? clipped(tool.name, longest) : null,
    first,
    last,
    detected,
    probes,
    outcomes,
    open: scan.open.slice(0, most.open),
    score: { total: score.total, threshold: score.threshold },
    because: scan.because.map((text) => clipped(text, longest)),
  }
}

/** The peer is the source, our host the destination, whoever began. */
function signEvidence(sign: Sign): object {
  const [host] = addressesOf([sign.host])
  const [peer] = addressesOf([sign.peer ?? ''])
  const port = sign.port !== null && sign.port > 0 && sign.port < 65_536 ? { port: Math.round(sign.port) } : {}
  return {
    name: clipped(sign.text, longest),
    ...(peer ? { src_endpoint: { ip: peer } } : {}),
    ...(host ? { dst_endpoint: { ip: host, ...port } } : {}),
    data: { kind: sign.kind, count: sign.count, first: sign.first, last: sign.last, confidence: sign.confidence },
  }
}

function recordEvidence(record: CopiedRecord): object {
  const { source, offset, length, bytes, encoding, sha256 } = record
  return { name: clipped(record.shows, longest), data: { source, offset, length, bytes, encoding, sha256 } }
}
