import { readFile } from 'node:fs/promises'
import { type AnswerHeaders, type Asked, exchange, type TlsFiles } from '../../base/http/exchange.ts'
import { Problem } from '../../base/problem.ts'
import { duration } from '../../base/quantity.ts'
import { retryAfter } from '../../base/retry-after.ts'

/** What targets that are asked over HTTP have in common. */
export interface RemoteSettings {
  /** http or https; without name and password. */
  readonly url: string
  /** PEM: authorities that are trusted instead of the system's. */
  readonly caFile: string | null
  /** Seconds, for one question with its answer. */
  readonly timeout: number
}

export interface Answer {
  readonly status: number
  readonly headers: AnswerHeaders
  readonly body: Buffer
}

export type Question = Pick<Asked, 'method' | 'headers' | 'body' | 'mostBytes'> & {
  /** Behind the URL of the settings. */
  readonly path?: string
}

/** The other end of a target. */
export class Remote {
  readonly #name: string
  readonly #url: string
  readonly #tls: TlsFiles
  readonly #timeoutMs: number

  constructor(name: string, { url, timeout }: RemoteSettings, tls: TlsFiles) {
    this.#name = name
    this.#url = url.replace(/\/+$/, '')
    this.#tls = tls
    this.#timeoutMs = 1000 * timeout
  }

  /** @throws Problem `target` where there is no whole answer; what the signal was ended with, where it was */
  async ask({ path = '', ...question }: Question, signal: AbortSignal): Promise<Answer> {
    signal.throwIfAborted()
    const url = `${this.#url}${path}`
    const got = await exchange({ ...question, url, tls: this.#tls, timeoutMs: this.#timeoutMs, signal })
    signal.throwIfAborted()
    if (got.kind === 'answer') return got
    throw new Problem('target', `target ${this.#name}: ${shown(url)} gives no answer: ${got.why}`, {
      hint: 'Is it running, can this machine reach it, and is the URL right? What was asked may have been done all the same.',
    })
  }

  /** What to say of an answer that is none of those hoped for. @param at milliseconds since 1970 */
  refusal({ status, headers }: Answer, at: number): Problem {
    return new Problem('target', `target ${this.#name}: ${shown(this.#url)} answers HTTP ${status}`, {
      hint: hintOf(status, headers, at),
    })
  }

  /** What to say of an answer that cannot be read. */
  strange(what: string): Problem {
    return new Problem('target', `target ${this.#name}: ${shown(this.#url)} answers ${what}`, {
      hint: 'Does the URL lead to what the target is for?',
    })
  }
}

/** The JSON object or list of an answer; undefined where it is none. */
export function jsonOf({ body }: Answer): object | undefined {
  try {
    const value: unknown = JSON.parse(body.toString())
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}

/** @throws Problem `target` */
export async function readPem(name: string, file: string | null): Promise<string | undefined> {
  if (file === null) return undefined
  return readFile(file, 'utf8').catch((cause: Error) => {
    throw new Problem('target', `target ${name}: ${file} cannot be read: ${cause.message}`, { cause })
  })
}

export async function authorities(name: string, { caFile }: RemoteSettings): Promise<TlsFiles> {
  const ca = await readPem(name, caFile)
  return ca === undefined ? {} : { ca }
}

function hintOf(status: number, headers: AnswerHeaders, at: number): string {
  const wait = retryAfter(headers['retry-after'], at)
  if (wait !== undefined) return `It asks us to wait ${duration(wait)}.`
  if (status >= 300 && status < 400) return 'It sends us elsewhere, which is not followed: write the URL that is right.'
  if (status === 401 || status === 403) return 'It does not know us, or we may not: look at the files with the secrets.'
  if (status === 404) return 'Is the URL right?'
  if (status === 409) return 'It is being changed by others: try again.'
  return status >= 500 ? 'The trouble is at its end: look there.' : 'It does not take what was sent: look at its log.'
}

/** A URL for a message: without its query, which may hold a key. */
function shown(url: string): string {
  return url.replace(/[?#].*$/s, '').slice(0, 200)
}
