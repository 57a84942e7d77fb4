export interface Asked {
  /** http or https. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** For the whole exchange: a server that sends a byte a second is cut off too. */
  readonly timeoutMs: number
  readonly mostBytes: number
}

/** Headers of an answer, by their names in small letters. */
export type AnswerHeaders = Readonly<Record<string, string | undefined>>

/** What came of it: an answer, whatever its status, or why there is none. */
export type Got =
  | { readonly kind: 'answer'; readonly status: number; readonly headers: AnswerHeaders; readonly body: Buffer }
  | { readonly kind: 'failed'; readonly why: string }

/**
 * GETs a URL. Redirects are not followed: a key must not go where the configuration does not say. Never rejects.
 * The answer is asked for uncompressed; of one that is compressed all the same, what comes out is counted.
 */
export async function get({ url, headers, timeoutMs, mostBytes }: Asked): Promise<Got> {
  const signal = AbortSignal.timeout(timeoutMs)
  try {
    const response = await fetch(url, {
      signal,
      redirect: 'manual',
      headers: { 'User-Agent': 'sweepwatch', 'Accept-Encoding': 'identity', ...headers },
    })
    const body = await bodyOf(response, mostBytes)
    if (body === undefined) return { kind: 'failed', why: `the answer is larger than ${mostBytes} bytes` }
    return { kind: 'answer', status: response.status, headers: Object.fromEntries(response.headers), body }
  } catch (error) {
    if (signal.aborted) return { kind: 'failed', why: `no whole answer within ${timeoutMs / 1000} s` }
    return { kind: 'failed', why: reasonOf(error) }
  }
}

async function bodyOf({ body }: Response, most: number): Promise<Buffer | undefined> {
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of body ?? []) {
    size += part.length
    // Leaving the loop closes the connection.
    if (size > most) return undefined
    parts.push(part)
  }
  return Buffer.concat(parts)
}

/** `fetch` says only that it failed; what failed is in the cause, and of several addresses tried in its code. */
function reasonOf(error: unknown): string {
  const { message, cause } = error as Error
  const { message: because, code } = (cause ?? {}) as NodeJS.ErrnoException
  return (because || code || message || 'failed').slice(0, 200)
}
