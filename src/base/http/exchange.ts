import { type IncomingMessage, request as plainRequest, type RequestOptions } from 'node:http'
import { request as secureRequest } from 'node:https'
import { pipeline, type Readable, type Transform } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'

/** What tells a server, or us, who the other is; each as PEM. */
export interface TlsFiles {
  /** Authorities that are trusted instead of the system's. */
  readonly ca?: string
  /** Our own certificate and its key, where the server asks for one. */
  readonly cert?: string
  readonly key?: string
}

export interface Asked {
  /** GET where nothing else is said. */
  readonly method?: 'GET' | 'POST' | 'DELETE'
  /** http or https; without a password in it. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  readonly tls?: TlsFiles
  /** For the whole exchange: a server that sends a byte a second is cut off too. */
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
  /** 0: the body is of no interest and is not read, however long it is. */
  readonly mostBytes: number
}

/** Headers of an answer, by their names in small letters. */
export type AnswerHeaders = Readonly<Record<string, string | undefined>>

/** What came of it: an answer, whatever its status, or why there is none. */
export type Got =
  | { readonly kind: 'answer'; readonly status: number; readonly headers: AnswerHeaders; readonly body: Buffer }
  | { readonly kind: 'failed'; readonly why: string }

/**
 * One question over HTTP. Redirects are not followed: a key must not go where the configuration does not say. Never rejects.
 * The answer is asked for uncompressed; of one that is compressed all the same, what comes out is counted.
 */
export async function exchange(asked: Asked): Promise<Got> {
  const { timeoutMs, signal, mostBytes } = asked
  const limit = timeoutMs === undefined ? undefined : AbortSignal.timeout(timeoutMs)
  try {
    const response = await answerOf(asked, AbortSignal.any([limit, signal].filter((each) => each !== undefined)))
    const body = await bodyOf(response, mostBytes)
    if (body === undefined) return { kind: 'failed', why: `the answer is larger than ${mostBytes} bytes` }
    return { kind: 'answer', status: response.statusCode ?? 0, headers: headersOf(response), body }
  } catch (error) {
    if (limit?.aborted) return { kind: 'failed', why: `no whole answer within ${(timeoutMs ?? 0) / 1000} s` }
    return { kind: 'failed', why: reasonOf(error) }
  }
}

function answerOf({ method = 'GET', url, headers, body, tls }: Asked, signal: AbortSignal): Promise<IncomingMessage> {
  const { protocol, username, password } = new URL(url)
  if (username !== '' || password !== '') throw new Error('the URL holds a name or password, which it must not')
  const details: RequestOptions = {
    method,
    signal,
    agent: false,
    ...tls,
    headers: {
      'User-Agent': 'sweepwatch',
      'Accept-Encoding': 'identity',
      ...(body === undefined ? {} : { 'Content-Length': Buffer.byteLength(body) }),
      ...headers,
    },
  }
  return new Promise((resolve, reject) => {
    const sent = (protocol === 'https:' ? secureRequest : plainRequest)(url, details, resolve)
    // Stays: what goes wrong later ends the answer, which its reader sees.
    sent.on('error', reject)
    sent.end(body)
  })
}

const decoders: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
}

async function bodyOf(response: IncomingMessage, most: number): Promise<Buffer | undefined> {
  if (most === 0) {
    response.destroy()
    return Buffer.alloc(0)
  }
  const decoder = decoders[response.headers['content-encoding'] ?? '']
  const stream: Readable = decoder === undefined ? response : pipeline(response, decoder(), () => {})
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of stream as AsyncIterable<Uint8Array>) {
    size += part.length
    // Leaving the loop closes the connection.
    if (size > most) return undefined
    parts.push(part)
  }
  return Buffer.concat(parts)
}

function headersOf({ headers }: IncomingMessage): AnswerHeaders {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value?.toString()]))
}

/** Of several addresses tried, what failed stands in the code only. */
function reasonOf(error: unknown): string {
  const { message, code } = error as NodeJS.ErrnoException
  return (message || code || 'failed').slice(0, 200)
}
