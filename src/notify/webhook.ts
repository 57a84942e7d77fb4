import { exchange } from '../base/http/exchange.ts'
import { finalStatus, signedHeaders } from '../base/http/signed.ts'
import { retryAfter } from '../base/retry-after.ts'
import { jsonLine } from '../report/escape.ts'
import type { Attempt, Channel, Sent } from './channel.ts'
import type { Delivery } from './outbox.ts'
import { linkOf } from './words.ts'

export interface WebhookOptions {
  readonly name: string
  readonly url: string
  /** Shared with the receiver. */
  readonly secret: Uint8Array
  readonly ca: string | null
  readonly link: string | null
}

/** POSTs a JSON object, signed (`signedHeaders`). */
export function webhook(options: WebhookOptions): Channel {
  return {
    name: options.name,
    send: (delivery, attempt) => post(options, delivery, attempt),
  }
}

function bodyOf({ id, created, notices, omitted }: Delivery, link: string | null): string {
  const cases = notices.map(({ summary, news = null }) => ({ ...summary, news, link: linkOf(summary, link) }))
  return jsonLine({ type: 'cases', delivery: id, created: new Date(created).toISOString(), cases, omitted })
}

async function post({ url, secret, ca, link }: WebhookOptions, delivery: Delivery, attempt: Attempt): Promise<Sent> {
  const { at, signal } = attempt
  const body = bodyOf(delivery, link)
  const got = await exchange({
    method: 'POST',
    url,
    headers: {
      ...signedHeaders(secret, body, { delivery: delivery.id, at }),
      'X-Sweepwatch-Attempt': String(delivery.attempts),
    },
    body,
    tls: ca === null ? {} : { ca },
    signal,
    // What a receiver says besides the status is of no interest.
    mostBytes: 0,
  })
  if (got.kind === 'failed') return { kind: 'retry', reason: got.why }
  return outcome(got.status, got.headers['retry-after'], at)
}

function outcome(status: number, header: string | undefined, at: number): Sent {
  if (status >= 200 && status < 300) return { kind: 'delivered', detail: `HTTP ${status}` }
  if (finalStatus.has(status)) return { kind: 'rejected', reason: `HTTP ${status}` }
  const after = retryAfter(header, at)
  return { kind: 'retry', reason: `HTTP ${status}`, ...(after === undefined ? {} : { after }) }
}
