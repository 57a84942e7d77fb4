import { count, listed } from '../../base/quantity.ts'
import type { Sign } from '../../case/case.ts'
import type { Scan } from '../../detect/finding.ts'
import type { SignSource } from './sign.ts'

/** A touched host began to scan: it looks for where to go next. */
export default {
  id: 'inside-scan',
  find(scene) {
    return scene.inside.flatMap((scan) =>
      scan.sources.filter((host) => !scene.actors.has(host)).map((host) => signOf(scan, host)),
    )
  },
} satisfies SignSource

function signOf(scan: Scan, host: string): Sign {
  // The score of its source may have begun with other contacts of it.
  const step =
    scan.evidence.steps.find(({ kind, at }) => kind === 'contact' && at >= scan.first) ?? scan.evidence.steps[0]
  return {
    kind: 'inside-scan',
    host,
    peer: null,
    port: scan.targets.ports[0] ?? null,
    first: scan.first,
    last: scan.last,
    count: scan.probes,
    bytesOut: 0,
    bytesIn: 0,
    confidence: Math.min(0.97, scan.confidence),
    text:
      `${host} began to scan ${listed(scan.targets.blocks)}: ${count(scan.targets.addresses)} addresses, ports ` +
      `${listed(scan.targets.ports.map(String))}, ${count(scan.open.length)} services answered (scan ${scan.id}).`,
    evidence: step
      ? [{ at: step.at, source: step.source, offset: step.offset, length: step.length, shows: step.term }]
      : [],
  }
}
