import type { Case } from '../../../case/case.ts'
import type { Scan } from '../../../detect/finding.ts'
import { headline } from '../../narrate.ts'
import type { ExportOptions } from '../case.ts'
import { milliTime } from '../instant.ts'
import { addressesOf } from '../ours.ts'
import { envelope, isPort, keyword, mostRelated, origin, severities, span } from './fields.ts'

export function scanDocument(scan: Scan, theCase: Case, options: ExportOptions): object {
  const shared = envelope(theCase, options)
  const [source] = addressesOf(scan.sources)
  const { ports } = scan.targets
  const [protocol] = scan.targets.protocols
  return {
    '@timestamp': milliTime(scan.detected),
    message: keyword(headline(scan)),
    ...shared,
    event: {
      kind: 'event',
      category: ['network'],
      type: ['connection', 'info'],
      ...origin('scan'),
      id: keyword(scan.id),
      action: 'scan',
      severity: severities[scan.severity],
      ...span(scan.first, scan.last),
      reason: keyword(scan.because.join(' ')),
    },
    labels: { ...shared.labels, ...figures(scan) },
    ...(scan.tool ? { threat: { ...shared.threat, software: { name: keyword(scan.tool.name), type: 'Tool' } } } : {}),
    ...(source ? { source: { address: source, ip: source } } : {}),
    ...(ports.length === 1 && isPort(ports[0]) ? { destination: { port: ports[0] } } : {}),
    network: { direction: scan.direction, ...(protocol ? { transport: keyword(protocol.toLowerCase()) } : {}) },
    related: { ip: addressesOf([...scan.sources, ...scan.open.map(({ address }) => address)]).slice(0, mostRelated) },
  }
}

/** What ECS has no field for. */
function figures({ shape, methods, order, confidence, targets, probes, open }: Scan): Readonly<Record<string, string>> {
  return {
    shape,
    method: methods[0] ?? 'unknown',
    order: order.kind,
    confidence: String(confidence),
    targets: String(targets.addresses),
    probes: String(probes),
    answered: String(open.length),
  }
}
