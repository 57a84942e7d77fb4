import { type AnswerHeaders, exchange } from '../../base/http/exchange.ts'
import { Problem } from '../../base/problem.ts'
import { duration } from '../../base/quantity.ts'
import { retryAfter } from '../../base/retry-after.ts'

/** Bytes of one answer at most: as much as is read of a list. */
export const mostBytes = 256 << 20
const timeoutMs = 300_000
const mostRedirects = 5
const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])

export interface Answered {
  readonly status: 200 | 304
  readonly headers: AnswerHeaders
  readonly body: Buffer
}

export interface Question {
  /** For messages: the list's name. */
  readonly name: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** Milliseconds. */
  readonly now: number
  readonly most?: number
}

/**
 * GETs a URL. Redirects are followed within its origin only: what a secret is sent to is what the configuration names.
 * @throws Problem `intel-fetch` for every answer but 200 and 304
 */
export async function ask(question: Question): Promise<Answered> {
  const { name, headers, now, most = mostBytes } = question
  let { url } = question
  for (let hops = 0; ; hops++) {
    const got = await exchange({ url, headers, timeoutMs, mostBytes: most })
    if (got.kind === 'failed') throw failed(name, `${shown(url)}: ${got.why}`)
    const { status, headers: told, body } = got
    if (status === 200 || status === 304) return { status, headers: told, body }
    const { location } = told
    if (!redirects.has(status) || location === undefined) throw refused(question, status, told['retry-after'], now)
    const next = URL.parse(location, url)
    if (next === null || next.origin !== new URL(url).origin) {
      throw failed(
        name,
        `${shown(url)} sends us to ${shown(next?.href ?? location)}`,
        'If that is right, write that URL.',
      )
    }
    if (hops === mostRedirects) throw failed(name, `${shown(url)} sends us on and on`)
    url = next.href
  }
}

export function failed(name: string, why: string, hint?: string): Problem {
  return new Problem('intel-fetch', `cannot fetch ${name}: ${why}`, hint === undefined ? {} : { hint })
}

function refused({ name, url }: Question, status: number, header: string | undefined, now: number): Problem {
  const wait = retryAfter(header, now)
  const hint =
    status === 401 || status === 403
      ? 'Look at `auth:` of the list.'
      : wait === undefined
        ? undefined
        : `It asks us to wait ${duration(wait)}.`
  return failed(name, `${shown(url)} answers HTTP ${status}`, hint)
}

/** A URL for a message: without its query, which may hold a key. */
function shown(url: string): string {
  return url.replace(/[?#].*$/s, '').slice(0, 200)
}
