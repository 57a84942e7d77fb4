import type { Answer, Question, Remote } from '../remote.ts'
import { jsonOf } from '../remote.ts'

export interface Login {
  readonly machine: string
  readonly password: string
}

/** The local API refuses machines that do not name themselves as a program and its version. */
export const agent = { 'User-Agent': 'sweepwatch/1' }
/** An answer to a login or to a change is short. */
const mostBytes = 1 << 20

/** What a machine may ask of the local API: it logs in when it must, and again when its token is over. */
export class Session {
  readonly #remote: Remote
  readonly #login: Login
  #token: string | undefined

  constructor(remote: Remote, login: Login) {
    this.#remote = remote
    this.#login = login
  }

  /** @param at milliseconds since 1970 @throws Problem `target` where the machine is not known, or nothing answers */
  async ask(question: Omit<Question, 'headers' | 'mostBytes'>, at: number, signal: AbortSignal): Promise<Answer> {
    const isOld = this.#token !== undefined
    const answer = await this.#asWho(question, at, signal)
    if (answer.status !== 401 || !isOld) return answer
    this.#token = undefined
    return this.#asWho(question, at, signal)
  }

  async #asWho(question: Omit<Question, 'headers' | 'mostBytes'>, at: number, signal: AbortSignal): Promise<Answer> {
    this.#token ??= await this.#logIn(at, signal)
    const headers = { ...agent, Authorization: `Bearer ${this.#token}`, 'Content-Type': 'application/json' }
    return this.#remote.ask({ ...question, headers, mostBytes }, signal)
  }

  async #logIn(at: number, signal: AbortSignal): Promise<string> {
    const { machine, password } = this.#login
    const body = JSON.stringify({ machine_id: machine, password, scenarios: [] })
    const headers = { ...agent, 'Content-Type': 'application/json' }
    const path = '/v1/watchers/login'
    const answer = await this.#remote.ask({ method: 'POST', path, headers, body, mostBytes }, signal)
    if (answer.status !== 200) throw this.#remote.refusal(answer, at)
    const { token } = (jsonOf(answer) ?? {}) as { token?: unknown }
    if (typeof token === 'string' && /^[\w.~+/=-]{1,8192}$/.test(token)) return token
    throw this.#remote.strange('a login without a token')
  }
}
