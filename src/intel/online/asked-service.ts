import { exchange } from '../../base/http/exchange.ts'
import { retryAfter } from '../../base/retry-after.ts'
import { isoTime } from '../../base/time.ts'
import type { ServiceSettings } from '../settings.ts'
import type { KeptAnswers } from './kept-answers.ts'
import type { Service, ServiceAnswer } from './online.ts'
import type { Pace } from './pace.ts'

/** An answer about one address is a few hundred bytes. */
const mostBytes = 256 << 10
/** After a failure a service is left alone so long, so that many sources do not wait for it one after the other. */
const rest = 60_000
const hour = 3_600_000

/** What came of a question: what the service says, and one line for `looked`. */
export interface Asking {
  readonly answer: ServiceAnswer | undefined
  readonly looked: string
}

/** What a service is made of. */
export interface ServiceParts {
  readonly name: string
  readonly settings: ServiceSettings
  readonly service: Service
  readonly key: string | null
  readonly pace: Pace
  readonly kept: KeptAnswers
  /** Milliseconds. */
  readonly now: () => number
}

/** One service with its answers, asked one question after the other. Never rejects. */
export class AskedService {
  readonly #parts: ServiceParts
  #restUntil = 0
  #why = ''
  #last: Promise<unknown> = Promise.resolve()

  constructor(parts: ServiceParts) {
    this.#parts = parts
  }

  ask(address: string): Promise<Asking> {
    const next = this.#last.then(() => this.#ask(address))
    this.#last = next
    return next
  }

  async #ask(address: string): Promise<Asking> {
    const { name, settings, pace, kept } = this.#parts
    const now = this.#parts.now()
    const known = kept.find(address, now - settings.keep * hour)
    if (known !== undefined) return { answer: known, looked: `${name}: ${known.text}` }
    if (now < this.#restUntil) return this.#nothing(`not asked before ${moment(this.#restUntil)}: ${this.#why}`)
    if (now < pace.readyAt)
      return this.#nothing(`not asked before ${moment(pace.readyAt)}: at most ${settings.perHour} an hour`)
    const { answer, why, wait } = await this.#exchange(address, now)
    if (answer === undefined) {
      this.#restUntil = now + (wait ?? rest)
      this.#why = why
    }
    const unsaved = await kept.add(address, now, answer ?? null).then(
      () => '',
      () => ' (the answer could not be written down)',
    )
    return answer === undefined ? this.#nothing(why) : { answer, looked: `${name}: ${answer.text}${unsaved}` }
  }

  async #exchange(address: string, now: number): Promise<{ answer?: ServiceAnswer; why: string; wait?: number }> {
    const { service, settings, key } = this.#parts
    const got = await exchange({ ...service.request(address, key), timeoutMs: 1000 * settings.timeout, mostBytes })
    if (got.kind === 'failed') return { why: got.why }
    const { status, headers, body } = got
    const answer = service.read(status, jsonOf(body))
    if (answer !== undefined) return { answer, why: '' }
    const wait = retryAfter(headers['retry-after'], now)
    return { why: refusal(status), ...(wait === undefined ? {} : { wait }) }
  }

  #nothing(why: string): Asking {
    return { answer: undefined, looked: `${this.#parts.name}: ${why}` }
  }
}

function refusal(status: number): string {
  if (status === 401 || status === 403) return `HTTP ${status}, the key is refused`
  if (status === 429) return `HTTP ${status}, too many questions`
  return status === 200 ? 'an answer that is none of this service' : `HTTP ${status}`
}

function moment(ms: number): string {
  return isoTime(1000 * ms)
    .slice(0, 16)
    .replace('T', ' ')
}

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString())
  } catch {
    return undefined
  }
}
