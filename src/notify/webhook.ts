import { createHmac } from 'node:crypto'
import { request as plainRequest } from 'node:http'
import { type RequestOptions, request as secureRequest } from 'node:https'
import { retryAfter } from '../base/retry-after.ts'
import { jsonLine } from '../report/escape.ts'
import { type Attempt, again, type Channel, type Sent } from './channel.ts'
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

/** Answers after which the same request cannot do better (RFC 9110): the rest may be a matter of time or of configuration. */
const final: ReadonlySet<number> = new Set([400, 410, 413, 415, 422])

/**
 * POSTs a JSON object. `X-Sweepwatch-Delivery` is the same however often it is sent; `X-Sweepwatch-Signature` is `sha256=` and the
 * HMAC-SHA-256 of `TIMESTAMP.BODY` with the secret, TIMESTAMP being `X-Sweepwatch-Timestamp` (seconds): a receiver that refuses
 * old timestamps and known deliveries cannot be played an old message. Redirects are not followed.
 */
export function webhook(options: WebhookOptions): Channel {
  return {
    name: options.name,
    send: (delivery, attempt) => post(options, delivery, attempt).catch((error: unknown) => again(error)),
  }
}

/** What the signature is made of. */
function signature(secret: Uint8Array, timestamp: string, body: string): string {
  return `sha256=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`
}

function bodyOf({ id, created, notices, omitted }: Delivery, link: string | null): string {
  const cases = notices.map(({ summary }) => ({ ...summary, link: linkOf(summary, link) }))
  return jsonLine({ type: 'cases', delivery: id, created: new Date(created).toISOString(), cases, omitted })
}

async function post(options: WebhookOptions, delivery: Delivery, { at, signal }: Attempt): Promise<Sent> {
  const body = bodyOf(delivery, options.link)
  const timestamp = String(Math.floor(at / 1000))
  const url = new URL(options.url)
  const details: RequestOptions = {
    method: 'POST',
    signal,
    agent: false,
    ...(options.ca === null ? {} : { ca: options.ca }),
    headers: {
      'Content-Type': 'application/json',
      'Content-Length': Buffer.byteLength(body),
      'User-Agent': 'sweepwatch',
      'X-Sweepwatch-Delivery': delivery.id,
      'X-Sweepwatch-Attempt': delivery.attempts,
      'X-Sweepwatch-Timestamp': timestamp,
      'X-Sweepwatch-Signature': signature(options.secret, timestamp, body),
    },
  }
  return new Promise((resolve, reject) => {
    const send = url.protocol === 'https:' ? secureRequest : plainRequest
    const sent = send(url, details, (response) => {
      resolve(outcome(response.statusCode ?? 0, response.headers['retry-after'], at))
      // What a receiver says besides the status is of no interest, however long it is.
      response.destroy()
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

function outcome(status: number, header: string | undefined, at: number): Sent {
  if (status >= 200 && status < 300) return { kind: 'delivered', detail: `HTTP ${status}` }
  if (final.has(status)) return { kind: 'rejected', reason: `HTTP ${status}` }
  const after = retryAfter(header, at)
  return { kind: 'retry', reason: `HTTP ${status}`, ...(after === undefined ? {} : { after }) }
}
