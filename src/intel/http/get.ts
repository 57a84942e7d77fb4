import { type IncomingHttpHeaders, type IncomingMessage, request as plainRequest } from 'node:http'
import { request as secureRequest } from 'node:https'

export interface Asked {
  /** http or https. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** For the whole exchange: a server that sends a byte a second is cut off too. */
  readonly timeoutMs: number
  readonly mostBytes: number
}

/** What came of it: an answer, whatever its status, or why there is none. */
export type Got =
  | { readonly kind: 'answer'; readonly status: number; readonly headers: IncomingHttpHeaders; readonly body: Buffer }
  | { readonly kind: 'failed'; readonly why: string }

/**
 * GETs a URL. Redirects are not followed: a key must not go where the configuration does not say. Never rejects.
 * The answer is asked for uncompressed, so that its size is what is counted.
 */
export async function get(asked: Asked): Promise<Got> {
  const { timeoutMs, mostBytes } = asked
  const timeout = AbortSignal.timeout(timeoutMs)
  try {
    const response = await send(asked, timeout)
    const body = await bodyOf(response, mostBytes)
    if (body === undefined) return { kind: 'failed', why: `the answer is larger than ${mostBytes} bytes` }
    return { kind: 'answer', status: response.statusCode ?? 0, headers: response.headers, body }
  } catch (error) {
    if (timeout.aborted) return { kind: 'failed', why: `no whole answer within ${timeoutMs / 1000} s` }
    return { kind: 'failed', why: reasonOf(error) }
  }
}

function send({ url, headers }: Asked, signal: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const ask = url.startsWith('https:') ? secureRequest : plainRequest
    const options = {
      signal,
      agent: false,
      headers: { 'User-Agent': 'sweepwatch', 'Accept-Encoding': 'identity', ...headers },
    }
    ask(new URL(url), options, resolve).on('error', reject).end()
  })
}

async function bodyOf(response: IncomingMessage, most: number): Promise<Buffer | undefined> {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of response as AsyncIterable<Buffer>) {
    size += part.length
    if (size > most) return undefined
    parts.push(part)
  }
  return Buffer.concat(parts)
}

/** A failure to connect to each of several addresses has no message of its own. */
function reasonOf(error: unknown): string {
  const { message, code } = error as NodeJS.ErrnoException
  return (message || code || 'failed').slice(0, 200)
}
