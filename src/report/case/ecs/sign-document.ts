import type { Case, Sign, SignKind } from '../../../case/case.ts'
import type { ExportOptions } from '../case.ts'
import { milliTime } from '../instant.ts'
import { addressesOf } from '../ours.ts'
import { envelope, isPort, keyword, origin, span } from './fields.ts'

/** What our host did itself; everything else was done to it. */
const ownDeeds: readonly SignKind[] = ['outbound-volume', 'first-destination', 'inside-scan', 'admin-pair', 'uncommon']

export function signDocument(sign: Sign, theCase: Case, options: ExportOptions): object {
  const shared = envelope(theCase, options)
  const port = isPort(sign.port) ? { port: sign.port } : {}
  const host = { ...endpoint(sign.host), bytes: whole(sign.bytesOut) }
  const peer = sign.peer === null ? undefined : { ...endpoint(sign.peer), bytes: whole(sign.bytesIn) }
  const isOwnDeed = ownDeeds.includes(sign.kind)
  const source = isOwnDeed ? host : peer
  const destination = isOwnDeed ? peer : host
  return {
    '@timestamp': milliTime(sign.first),
    message: keyword(sign.text),
    ...shared,
    event: {
      kind: 'event',
      category: sign.kind === 'exploit' ? ['intrusion_detection'] : ['network'],
      type: ['info'],
      ...origin('sign'),
      action: sign.kind,
      ...span(sign.first, sign.last),
    },
    labels: { ...shared.labels, confidence: String(sign.confidence), count: String(sign.count) },
    ...(source ? { source } : {}),
    ...(destination ? { destination: { ...destination, ...port } } : {}),
    related: { ip: addressesOf([sign.host, sign.peer ?? '']) },
  }
}

function endpoint(text: string): { readonly address: string; readonly ip?: string } {
  const [ip] = addressesOf([text])
  return ip ? { address: ip, ip } : { address: keyword(text) }
}

function whole(number: number): number {
  return Math.max(0, Math.round(number))
}
