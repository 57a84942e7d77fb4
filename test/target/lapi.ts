import { Ajv } from 'ajv'
import type { Heard, Said } from './peer.ts'

/** What of CrowdSec's local API a machine and a bouncer use, as its description (localapi_swagger.yaml) has it; strict. */

const text = { type: 'string' }
const decision = {
  type: 'object',
  additionalProperties: false,
  required: ['origin', 'type', 'scope', 'value', 'duration', 'scenario'],
  properties: {
    origin: text,
    type: text,
    scope: { enum: ['Ip', 'Range'] },
    value: text,
    duration: text,
    scenario: text,
  },
}
const alert = {
  type: 'object',
  additionalProperties: false,
  required: [
    ...['scenario', 'scenario_hash', 'scenario_version', 'message', 'events_count', 'start_at', 'stop_at', 'capacity'],
    ...['leakspeed', 'simulated', 'events', 'source', 'decisions'],
  ],
  properties: {
    scenario: text,
    scenario_hash: text,
    scenario_version: text,
    message: text,
    events_count: { type: 'integer' },
    start_at: text,
    stop_at: text,
    capacity: { type: 'integer' },
    leakspeed: text,
    simulated: { const: false },
    remediation: { type: 'boolean' },
    events: { type: 'array', maxItems: 0 },
    source: {
      type: 'object',
      additionalProperties: false,
      required: ['scope', 'value'],
      properties: { scope: text, value: text },
    },
    decisions: { type: 'array', minItems: 1, maxItems: 1000, items: decision },
  },
}
const isAlerts = new Ajv().compile({ type: 'array', minItems: 1, items: alert })

export interface Kept {
  readonly id: number
  readonly origin: string
  readonly type: string
  readonly scope: string
  readonly value: string
  readonly scenario: string
  readonly until: number
}

export const [machine, password, key] = ['sweepwatch', 'a machine password', '0123456789abcdef'] as const

export class Lapi {
  readonly kept = new Map<number, Kept>()
  /** Forgotten tokens are refused, as after a restart. */
  token = ''
  logins = 0
  #last = 0

  readonly answer = (heard: Heard): Said => {
    const url = new URL(heard.path, 'http://lapi')
    const route = `${heard.method} ${url.pathname}`
    if (route === 'POST /v1/watchers/login') return this.#logIn(heard)
    if (route === 'GET /v1/decisions') return this.#list(heard, url.searchParams)
    if (heard.headers.authorization !== `Bearer ${this.token}` || this.token === '')
      return { status: 401, body: { code: 401, message: 'cookie token is empty' } }
    if (route === 'POST /v1/alerts') return this.#add(heard)
    const id = /^DELETE \/v1\/decisions\/(\d+)$/.exec(route)?.[1]
    if (id === undefined) return { status: 404, body: { message: `no such page: ${route}` } }
    const isThere = this.kept.delete(Number(id))
    return isThere ? { status: 200, body: { nbDeleted: '1' } } : { status: 404, body: { message: 'not found' } }
  }

  add(made: Omit<Kept, 'id'>): void {
    this.#last++
    this.kept.set(this.#last, { ...made, id: this.#last })
  }

  #logIn({ body, headers }: Heard): Said {
    // As CrowdSec itself: a program and its version.
    if (headers['user-agent']?.split('/').length !== 2) return { status: 401, body: { code: 401 } }
    const given = JSON.parse(body)
    if (given.machine_id !== machine || given.password !== password)
      return { status: 403, body: { code: 403, message: 'access forbidden' } }
    this.logins++
    this.token = `token.${this.logins}`
    return { status: 200, body: { code: 200, expire: '2099-01-01T00:00:00Z', token: this.token } }
  }

  #list({ headers }: Heard, query: URLSearchParams): Said {
    if (headers['x-api-key'] !== key) return { status: 403, body: { message: 'access forbidden' } }
    const origins = query.get('origins')?.split(',')
    const active = [...this.kept.values()].filter(({ until }) => until > Date.now())
    const found = active.filter(({ origin }) => origins === undefined || origins.includes(origin))
    const body = found.map(({ until, ...rest }) => ({ ...rest, duration: goDuration(until - Date.now()) }))
    return { status: 200, body: found.length === 0 ? 'null' : body }
  }

  #add({ body, headers }: Heard): Said {
    const given = JSON.parse(body)
    if (headers['content-type'] !== 'application/json' || !isAlerts(given))
      return { status: 400, body: { message: JSON.stringify(isAlerts.errors) } }
    for (const each of given as { stop_at: string; decisions: (Omit<Kept, 'until' | 'id'> & { duration: string })[] }[])
      for (const { duration, ...made } of each.decisions)
        this.add({ ...made, until: Date.parse(each.stop_at) + 1000 * Number(/^([\d.]+)s$/.exec(duration)?.[1]) })
    return { status: 201, body: (given as object[]).map((_, index) => String(index)) }
  }
}

/** As Go prints it, in whole seconds. */
function goDuration(ms: number): string {
  const seconds = Math.round(ms / 1000)
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)]
  return `${hours > 0 ? `${hours}h` : ''}${seconds >= 60 ? `${minutes}m` : ''}${seconds % 60}s`
}
