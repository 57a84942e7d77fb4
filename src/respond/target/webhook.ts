import { readFile } from 'node:fs/promises'
import { sha256 } from '../../base/digest.ts'
import { secretHint, signedHeaders, weakness } from '../../base/http/signed.ts'
import { Problem } from '../../base/problem.ts'
import { several } from '../../base/quantity.ts'
import type { Applied, Block, Capabilities, Change, Target, TargetKind } from '../respond.ts'
import { acceptable } from '../sound.ts'
import { authorities, Remote, type RemoteSettings } from './remote.ts'

export interface WebhookSettings extends RemoteSettings {
  readonly kind: 'webhook'
  /** Signs what is sent; 16 bytes or more. */
  readonly secretFile: string
  /** Sends the whole list too, with every change. */
  readonly whole: boolean
  /** What the receiver does of what it is told: it can be asked nothing. */
  readonly receiver: {
    readonly expire: boolean
    readonly throttle: boolean
    readonly ports: boolean
    readonly direction: boolean
  }
}

const can = { expire: false, throttle: false, list: false, v6: true, ports: false, direction: false, count: false }

class Webhook implements Target {
  readonly name: string
  readonly can: Capabilities
  readonly #whole: boolean
  readonly #secret: Uint8Array
  readonly #remote: Remote

  constructor(name: string, { whole, receiver }: WebhookSettings, secret: Uint8Array, remote: Remote) {
    this.name = name
    this.can = { ...can, ...receiver }
    this.#whole = whole
    this.#secret = secret
    this.#remote = remote
  }

  preview(change: Change): string {
    return `${JSON.stringify(JSON.parse(this.#body(change)), undefined, 2)}\n`
  }

  async apply(change: Change, signal: AbortSignal): Promise<Applied> {
    signal.throwIfAborted()
    const body = this.#body(change)
    const { add, remove } = JSON.parse(body) as { add: object[]; remove: object[] }
    if (add.length + remove.length === 0) return { outcome: 'already', detail: 'nothing to tell' }
    const headers = signedHeaders(this.#secret, body, { delivery: deliveryOf(body), at: change.at })
    const answer = await this.#remote.ask({ method: 'POST', headers, body, mostBytes: 0 }, signal)
    if (answer.status < 200 || answer.status > 299) throw this.#remote.refusal(answer, change.at)
    const told = `${several(add.length, 'block')} in, ${several(remove.length, 'block')} out`
    return { outcome: 'applied', detail: `HTTP ${answer.status}: ${told}` }
  }

  async list(): Promise<never> {
    throw new Problem('target', `target ${this.name}: a webhook cannot be asked what it has`)
  }

  async close(): Promise<void> {}

  /** One line of JSON, the same for the same change. */
  #body(change: Change): string {
    const { add, remove, desired, at } = acceptable(this.name, this.can, change)
    return JSON.stringify({
      type: 'blocks',
      target: this.name,
      at: new Date(at).toISOString(),
      add: add.map(told),
      remove: remove.map(told),
      active: desired.length,
      ...(this.#whole ? { desired: desired.map(told) } : {}),
    })
  }
}

/** The same however often the same is sent. */
function deliveryOf(body: string): string {
  return sha256(Buffer.from(body)).slice(0, 32)
}

function told({ id, plan, network, measure, rate, direction, ports, protocol, until }: Block): object {
  return { id, plan, network, measure, rate, direction, ports, protocol, until }
}

async function open(name: string, settings: WebhookSettings): Promise<Target> {
  const { secretFile } = settings
  const text = await readFile(secretFile, 'utf8').catch((cause: Error) => {
    throw new Problem('target', `target ${name}: ${secretFile} cannot be read: ${cause.message}`, { cause })
  })
  // Without the line end that editors add.
  const secret = Buffer.from(text.replace(/\r?\n$/, ''))
  const wrong = weakness(secret)
  if (wrong !== undefined)
    throw new Problem('target', `target ${name}: the secret in ${secretFile} ${wrong}`, {
      hint: secretHint(secretFile),
    })
  return new Webhook(name, settings, secret, new Remote(name, settings, await authorities(name, settings)))
}

/** A program of one's own that does the rest. */
export default {
  id: 'webhook',
  title: 'Webhook',
  about:
    'POSTs every change as a signed JSON object. That it was taken is all that is known; whether anything is blocked only traffic tells.',
  can,
  open,
} satisfies TargetKind<WebhookSettings>
