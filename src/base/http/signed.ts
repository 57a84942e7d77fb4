import { createHmac } from 'node:crypto'

/** Shorter secrets could be tried one after the other. */
const shortestSecret = 16

/** What is wrong with a secret for signing; undefined where nothing is. */
export function weakness(secret: Uint8Array): string | undefined {
  return secret.length < shortestSecret ? `has less than ${shortestSecret} bytes` : undefined
}

/** How to make a secret. */
export function secretHint(file: string): string {
  return `Make one: head -c 32 /dev/urandom | base64 > ${file}`
}

/**
 * The headers under which our webhooks POST a JSON object. `X-Sweepwatch-Delivery` is the same however often it is sent;
 * `X-Sweepwatch-Signature` is `sha256=` and the HMAC-SHA-256 of `TIMESTAMP.BODY` with the secret, TIMESTAMP being
 * `X-Sweepwatch-Timestamp` (seconds): a receiver that refuses old timestamps and known deliveries cannot be played an old message.
 * @param at milliseconds since 1970
 */
export function signedHeaders(
  secret: Uint8Array,
  body: string,
  { delivery, at }: { readonly delivery: string; readonly at: number },
): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(at / 1000))
  return {
    'Content-Type': 'application/json',
    'X-Sweepwatch-Delivery': delivery,
    'X-Sweepwatch-Timestamp': timestamp,
    'X-Sweepwatch-Signature': `sha256=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`,
  }
}

/** Answers after which the same request cannot do better (RFC 9110): the rest may be a matter of time or of configuration. */
export const finalStatus: ReadonlySet<number> = new Set([400, 410, 413, 415, 422])
