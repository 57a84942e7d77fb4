import { Ajv } from 'ajv'
import type { Heard, Said } from './peer.ts'

/** A consumer of OpenC2 that is a stateless packet filter: what SLPF 1.0 and the HTTPS transfer 1.1 ask of what it gets; strict. */

const moment = { type: 'integer', minimum: 1e12 }
const v4 = { type: 'string', pattern: '^[\\d.]+/\\d+$' }
const v6 = { type: 'string', pattern: '^[\\da-f:]+/\\d+$' }
const port = { type: 'integer', minimum: 0, maximum: 65_535 }
const strict = (properties: object, required: readonly string[] = []) => ({
  type: 'object',
  additionalProperties: false,
  properties,
  required,
})
const one = (name: string, schema: object) => strict({ [name]: schema }, [name])
const connection = (net: object) =>
  strict({ protocol: { enum: ['tcp', 'udp'] }, src_addr: net, src_port: port, dst_addr: net, dst_port: port }, [
    'protocol',
  ])
const traffic = {
  oneOf: [
    one('ipv4_net', v4),
    one('ipv6_net', v6),
    one('ipv4_connection', connection(v4)),
    one('ipv6_connection', connection(v6)),
  ],
}
const complete = { const: 'complete' }
const actuator = one('slpf', strict({ hostname: { type: 'string' }, named_group: {}, asset_id: {} }))
const direction = { enum: ['ingress', 'egress', 'both'] }
const command = (action: string, target: object, args: object) =>
  strict({ action: { const: action }, target, args, actuator }, ['action', 'target', 'args', 'actuator'])
const request = {
  oneOf: [
    command(
      'deny',
      traffic,
      strict(
        {
          stop_time: moment,
          response_requested: complete,
          slpf: strict({ direction, drop_process: { const: 'none' } }),
        },
        ['response_requested', 'stop_time'],
      ),
    ),
    command(
      'allow',
      traffic,
      strict({ stop_time: moment, response_requested: complete, slpf: strict({ direction }) }, ['response_requested']),
    ),
    command('delete', one('slpf:rule_number', { type: 'integer' }), strict({ response_requested: complete })),
    command('query', one('features', { type: 'array', uniqueItems: true }), strict({ response_requested: complete })),
  ],
}
const uuid = { type: 'string', pattern: '^[\\da-f]{8}-[\\da-f]{4}-8[\\da-f]{3}-[89ab][\\da-f]{3}-[\\da-f]{12}$' }
const headers = strict({ request_id: uuid, created: moment, from: { type: 'string' } }, ['request_id', 'created'])
const message = strict({ headers, body: one('openc2', one('request', request)) }, ['headers', 'body'])
const isMessage = new Ajv().compile(message)

const type = 'application/openc2+json;version=1.0'

export interface Command {
  readonly action: string
  readonly target: Readonly<Record<string, unknown>>
  readonly args: { readonly stop_time?: number; readonly slpf?: { readonly direction: string } }
  readonly actuator: object
}

export class Consumer {
  readonly rules = new Map<number, Command>()
  readonly commands: Command[] = []
  /** What it does not implement; `numbers`: it tells none. */
  readonly lacks: ReadonlySet<string>
  #last = 1000

  constructor(lacks: readonly string[] = []) {
    this.lacks = new Set(lacks)
  }

  readonly answer = (heard: Heard): Said => {
    const { method, path, headers: given, body } = heard
    if (method !== 'POST' || path !== '/.well-known/openc2') return { status: 404 }
    const wrong = given['content-type'] !== type || given.accept !== type || !isMessage(JSON.parse(body))
    const { headers: named, body: content } = JSON.parse(body)
    if (wrong || given['x-request-id'] !== named.request_id || Number.isNaN(Date.parse(given.date ?? '')))
      return this.#said(named?.request_id, { status: 400, status_text: JSON.stringify(isMessage.errors) })
    return this.#said(named.request_id, this.#do(content.openc2.request))
  }

  #said(id: string, response: object): Said {
    const created = Date.now()
    return {
      status: 200,
      headers: { 'Content-Type': type, 'X-Request-ID': id },
      body: { headers: { request_id: id, created }, body: { openc2: { response } } },
    }
  }

  #do(asked: Command): object {
    this.commands.push(asked)
    const [kind = ''] = Object.keys(asked.target)
    if (this.lacks.has(asked.action) || this.lacks.has(kind))
      return { status: 501, status_text: 'Target type not supported' }
    if (asked.action === 'query') return { status: 200, results: { versions: ['1.0'], pairs: this.#pairs() } }
    if (asked.action === 'delete') {
      const isThere = this.rules.delete(asked.target['slpf:rule_number'] as number)
      return isThere ? { status: 200 } : { status: 500, status_text: 'firewall rule not removed or updated' }
    }
    this.#last++
    this.rules.set(this.#last, asked)
    return { status: 200, ...(this.lacks.has('numbers') ? {} : { results: { slpf: { rule_number: this.#last } } }) }
  }

  #pairs(): object {
    const targets = ['ipv4_net', 'ipv6_net', 'ipv4_connection', 'ipv6_connection'].filter(
      (kind) => !this.lacks.has(kind),
    )
    return { deny: targets, allow: targets, delete: ['slpf:rule_number'], query: ['features'] }
  }
}
