import { now } from '../../base/clock.ts'
import { secretOf } from '../../base/http/secret.ts'
import { several } from '../../base/quantity.ts'
import type { Applied, Block, Change, Listing, Target, TargetKind } from '../respond.ts'
import { acceptable } from '../sound.ts'
import { alertBodies } from './crowdsec/alert.ts'
import { type Decision, origin, readDecision } from './crowdsec/decision.ts'
import { agent, Session } from './crowdsec/session.ts'
import { authorities, jsonOf, Remote, type RemoteSettings } from './remote.ts'

export interface CrowdSecSettings extends RemoteSettings {
  readonly kind: 'crowdsec'
  /** As `cscli machines add` made it. */
  readonly machine: string
  readonly passwordFile: string
  /** Holds the key that `cscli bouncers add` made. */
  readonly keyFile: string
}

const can = { expire: true, throttle: false, list: true, v6: true, ports: false, direction: false, count: false }
/** Some 200,000 decisions. */
const mostBytes = 64 << 20
/** Ends that differ by less are the same: the local API tells whole seconds. */
const sameEndMs = 2000

class CrowdSec implements Target {
  readonly can = can
  readonly name: string
  readonly #remote: Remote
  readonly #session: Session
  readonly #key: string

  constructor(name: string, remote: Remote, session: Session, key: string) {
    this.name = name
    this.#remote = remote
    this.#session = session
    this.#key = key
  }

  preview(change: Change): string {
    const { add, remove, at } = acceptable(this.name, can, change)
    const made = alertBodies(add, at).map((body) => `POST /v1/alerts\n${JSON.stringify(body, undefined, 2)}\n`)
    const gone = remove.map(({ network }) => `DELETE /v1/decisions/ID of each decision of ours on ${network}\n`)
    return [...gone, ...made].join('')
  }

  async apply(change: Change, signal: AbortSignal): Promise<Applied> {
    const { add, remove, desired, at } = acceptable(this.name, can, change)
    signal.throwIfAborted()
    const { decisions } = await this.#decisions(`?origins=${origin}`, signal)
    const ours = Map.groupBy(
      decisions.filter(({ isOurs }) => isOurs),
      ({ network }) => network,
    )
    const wanted = lastEnds([...desired, ...add])
    const due = [...lastEnds(add).keys()].map((network) => wanted.get(network) as Block)
    const missing = due.filter(({ network, until }) => !hasEnd(ours.get(network), until))
    const stale = [
      ...missing.flatMap(({ network }) => ours.get(network) ?? []),
      ...remove.flatMap(({ network }) => (wanted.has(network) ? [] : (ours.get(network) ?? []))),
    ]
    // New before old: between the two the network stays out.
    for (const body of alertBodies(missing, at)) await this.#post(body, at, signal)
    for (const id of new Set(stale.map((each) => each.id))) await this.#delete(id, at, signal)
    const outcome = missing.length + stale.length === 0 ? 'already' : 'applied'
    const told = `${several(missing.length, 'decision')} made, ${several(stale.length, 'decision')} taken back`
    return { outcome, detail: told }
  }

  async list(signal: AbortSignal): Promise<Listing> {
    const { decisions, unknown } = await this.#decisions('', signal)
    const strange = unknown === 0 ? [] : [`${several(unknown, 'decision')} that ban no network`]
    const entries = decisions.map(({ network, until }) => ({
      network,
      measure: 'block' as const,
      rate: null,
      direction: 'both' as const,
      ports: [],
      protocol: 'any' as const,
      until: new Date(1000 * Math.round(until / 1000)).toISOString().replace('.000', ''),
      dropped: null,
    }))
    return { intact: true, entries, strange }
  }

  async close(): Promise<void> {}

  async #decisions(query: string, signal: AbortSignal): Promise<{ decisions: Decision[]; unknown: number }> {
    const headers = { ...agent, 'X-Api-Key': this.#key }
    const answer = await this.#remote.ask({ path: `/v1/decisions${query}`, headers, mostBytes }, signal)
    const at = now() / 1000
    if (answer.status !== 200) throw this.#remote.refusal(answer, at)
    // Go writes an empty list as null.
    const read = answer.body.toString().trim() === 'null' ? [] : jsonOf(answer)
    if (!Array.isArray(read)) throw this.#remote.strange('with no list of decisions')
    const all = read.map((value: unknown) => readDecision(value, at))
    const decisions = all.filter((decision) => decision !== undefined)
    return { decisions: decisions.filter(({ until }) => until > at), unknown: all.length - decisions.length }
  }

  async #post(body: readonly object[], at: number, signal: AbortSignal): Promise<void> {
    const question = { method: 'POST', path: '/v1/alerts', body: JSON.stringify(body) } as const
    const answer = await this.#session.ask(question, at, signal)
    if (answer.status !== 201) throw this.#remote.refusal(answer, at)
  }

  async #delete(id: number, at: number, signal: AbortSignal): Promise<void> {
    const answer = await this.#session.ask({ method: 'DELETE', path: `/v1/decisions/${id}` }, at, signal)
    if (answer.status !== 200 && answer.status !== 404) throw this.#remote.refusal(answer, at)
  }
}

/** Of each network the block that ends last. */
function lastEnds(blocks: readonly Block[]): ReadonlyMap<string, Block> {
  const last = new Map<string, Block>()
  for (const block of blocks) if (block.until > (last.get(block.network)?.until ?? '')) last.set(block.network, block)
  return last
}

function hasEnd(decisions: readonly Decision[] | undefined, until: string): boolean {
  return decisions?.length === 1 && Math.abs((decisions[0] as Decision).until - Date.parse(until)) <= sameEndMs
}

async function open(name: string, settings: CrowdSecSettings): Promise<Target> {
  const { machine, passwordFile, keyFile } = settings
  const [password, key] = [await secretOf(passwordFile, 'target'), await secretOf(keyFile, 'target')]
  const remote = new Remote(name, settings, await authorities(name, settings))
  return new CrowdSec(name, remote, new Session(remote, { machine, password }), key)
}

/** Decisions of the local API: its bouncers do the rest. */
export default {
  id: 'crowdsec',
  title: 'CrowdSec local API',
  about:
    'Bans as decisions that end by themselves, for whatever bouncers there are (localapi_swagger.yaml of CrowdSec). Whether a bouncer follows them is seen from traffic only.',
  can,
  open,
} satisfies TargetKind<CrowdSecSettings>
