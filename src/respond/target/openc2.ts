import { join } from 'node:path'
import { secretOf } from '../../base/http/secret.ts'
import { Problem } from '../../base/problem.ts'
import { several } from '../../base/quantity.ts'
import { allow, contentType, deleteRule, deny, queryFeatures, wellKnownPath } from '../openc2.ts'
import type { Applied, Change, Target, TargetKind } from '../respond.ts'
import { acceptable } from '../sound.ts'
import { exclusive } from './exclusive.ts'
import { messageOf, type Response, readResponse } from './openc2/message.ts'
import { type Rule, Rules } from './openc2/rules.ts'
import { type Denial, denials } from './openc2/traffic.ts'
import { authorities, jsonOf, Remote, type RemoteSettings, readPem } from './remote.ts'

export interface OpenC2Settings extends RemoteSettings {
  readonly kind: 'openc2'
  /** Our own certificate and its key, PEM; both or neither. */
  readonly certFile: string | null
  readonly keyFile: string | null
  /** A bearer token, where the consumer asks for one. */
  readonly tokenFile: string | null
  /** Which actuator behind the consumer (SLPF 1.0, section 2.1.4); the others are not meant. */
  readonly actuator: {
    readonly hostname?: string | undefined
    readonly named_group?: string | undefined
    readonly asset_id?: string | undefined
  }
}

const can = { expire: true, throttle: false, list: false, v6: true, ports: true, direction: true, count: false }
const mostBytes = 1 << 20
/** Done, and taken up but perhaps not yet done (SLPF 1.0, section 2.2.3). */
const [done, processing] = [200, 102]

class OpenC2 implements Target {
  readonly can = can
  readonly name: string
  readonly #remote: Remote
  readonly #settings: OpenC2Settings
  readonly #headers: Readonly<Record<string, string>>
  readonly #state: string
  /** What the consumer says it can deny; undefined where it was not asked yet, empty where it does not say. */
  #deniable: ReadonlySet<string> | undefined

  constructor(name: string, remote: Remote, settings: OpenC2Settings, token: string | null, state: string) {
    this.name = name
    this.#remote = remote
    this.#settings = settings
    this.#headers = token === null ? {} : { Authorization: `Bearer ${token}` }
    this.#state = state
  }

  preview(change: Change): string {
    const { add, remove } = acceptable(this.name, can, change)
    const gone = [...denials(remove).values()].map((each) => `delete, by its rule number, of ${this.#denial(each)}\n`)
    return [...gone, ...[...denials(add).values()].map((each) => `${this.#denial(each)}\n`)].join('')
  }

  async apply(change: Change, signal: AbortSignal): Promise<Applied> {
    signal.throwIfAborted()
    const { add, remove, desired, at } = acceptable(this.name, can, change)
    return exclusive(this.name, this.#state, signal, async () => {
      const rules = await Rules.read(this.name, join(this.#state, 'rules.json'))
      rules.forget(at)
      const wanted = denials([...desired, ...add])
      const due = [...denials(add).keys()].map((key) => wanted.get(key) as Denial)
      const missing = due.filter(({ key, until }) => !isStanding(rules.get(key), until))
      const stale = [...denials(remove).values()].filter(({ key }) => !wanted.has(key) && rules.get(key) !== undefined)
      await this.#mustBeDeniable(missing, at, signal)
      try {
        for (const each of stale) await this.#takeBack(each, rules, at, signal)
        for (const each of missing) await this.#deny(each, rules, at, signal)
      } finally {
        await rules.write()
      }
      const outcome = missing.length + stale.length === 0 ? 'already' : 'applied'
      return {
        outcome,
        detail: `${several(missing.length, 'denial')} made, ${several(stale.length, 'denial')} taken back`,
      }
    })
  }

  async list(): Promise<never> {
    throw new Problem('target', `target ${this.name}: OpenC2 has no command that asks for rules`)
  }

  async close(): Promise<void> {}

  #denial({ traffic, until }: Denial): string {
    return JSON.stringify(deny(traffic, { stop_time: Date.parse(until) }, this.#settings.actuator))
  }

  async #deny({ key, traffic, until }: Denial, rules: Rules, at: number, signal: AbortSignal): Promise<void> {
    const before = rules.get(key)
    const limit = { stop_time: Date.parse(until) }
    const response = await this.#mustDo(deny(traffic, limit, this.#settings.actuator), at, signal)
    rules.set(key, { until, number: response.rule })
    // Made before the old one goes: between the two nothing gets through.
    if (before?.number !== null && before !== undefined && before.number !== response.rule)
      await this.#delete(before.number, at, signal)
  }

  /**
   * By the number of the rule. Without one, or where the consumer knows no deletion, the traffic is allowed for as long as it was denied: after
   * that neither rule is there. What was never denied from here is not allowed either.
   */
  async #takeBack({ key, traffic }: Denial, rules: Rules, at: number, signal: AbortSignal): Promise<void> {
    const { number, until } = rules.get(key) as Rule
    if (number === null || !(await this.#delete(number, at, signal)))
      await this.#mustDo(allow(traffic, { stop_time: Date.parse(until) }, this.#settings.actuator), at, signal)
    rules.delete(key)
  }

  /** @returns false where the consumer does not do that */
  async #delete(number: number, at: number, signal: AbortSignal): Promise<boolean> {
    const { status } = await this.#ask(deleteRule(number, this.#settings.actuator), at, signal)
    return status === done || status === processing
  }

  /** Asks once what can be denied, so that a change is not half done before one command is refused. */
  async #mustBeDeniable(wanted: readonly Denial[], at: number, signal: AbortSignal): Promise<void> {
    if (wanted.length === 0) return
    this.#deniable ??= await this.#deniables(at, signal)
    if (this.#deniable.size === 0) return
    for (const each of wanted) {
      const { target } = JSON.parse(this.#denial(each)) as { target: object }
      const [type = ''] = Object.keys(target)
      if (!this.#deniable.has(type))
        throw new Problem('target', `target ${this.name}: the consumer cannot deny ${type}; nothing was changed`, {
          hint: 'Plan without single ports or IPv6, or choose another target.',
        })
    }
  }

  async #deniables(at: number, signal: AbortSignal): Promise<ReadonlySet<string>> {
    const { status, results } = await this.#ask(queryFeatures(this.#settings.actuator), at, signal)
    const types = (results.pairs as { deny?: unknown } | undefined)?.deny
    return new Set(status === done && Array.isArray(types) ? types.map(String) : [])
  }

  async #mustDo(request: object, at: number, signal: AbortSignal): Promise<Response> {
    const response = await this.#ask(request, at, signal)
    if (response.status === done || response.status === processing) return response
    const { action } = request as { action: string }
    throw new Problem('target', `target ${this.name}: the consumer answers ${response.status} to ${action}`, {
      hint:
        response.status === 501
          ? 'It does not implement this command or one of its arguments: plan without single ports, directions or IPv6.'
          : 'Look at the log of the consumer.',
    })
  }

  async #ask(request: object, at: number, signal: AbortSignal): Promise<Response> {
    const { id, body } = messageOf(request, at)
    const headers = {
      ...this.#headers,
      'Content-Type': contentType,
      Accept: contentType,
      'Cache-Control': 'no-cache',
      Date: new Date(at).toUTCString(),
      'X-Request-ID': id,
    }
    const answer = await this.#remote.ask({ method: 'POST', path: wellKnownPath, headers, body, mostBytes }, signal)
    const response = readResponse(jsonOf(answer), id)
    if (response !== undefined) return response
    // The status of HTTP speaks where no response does: a proxy, or a consumer that refuses us.
    if (answer.status !== done) throw this.#remote.refusal(answer, at)
    throw this.#remote.strange('with no response to this command')
  }
}

/** Of a rule that has no number the end can be put off, but not brought forward. */
function isStanding(rule: Rule | undefined, until: string): boolean {
  if (rule === undefined) return false
  return rule.until === until || (rule.number === null && rule.until > until)
}

async function open(name: string, settings: OpenC2Settings, state: string): Promise<Target> {
  const { certFile, keyFile, tokenFile } = settings
  const [cert, key] = [await readPem(name, certFile), await readPem(name, keyFile)]
  const own = cert === undefined || key === undefined ? {} : { cert, key }
  const token = tokenFile === null ? null : await secretOf(tokenFile, 'target')
  const remote = new Remote(name, settings, { ...(await authorities(name, settings)), ...own })
  return new OpenC2(name, remote, settings, token, state)
}

/** Whatever takes OpenC2: a gateway before firewalls of any make. */
export default {
  id: 'openc2',
  title: 'OpenC2 over HTTPS',
  about:
    'Commands of OpenC2 1.0 (deny, allow, delete, query features) to a stateless packet filter, profile SLPF 1.0, by the HTTPS transfer 1.1. Rules cannot be listed.',
  can,
  open,
} satisfies TargetKind<OpenC2Settings>
