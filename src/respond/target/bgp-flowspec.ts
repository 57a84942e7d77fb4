import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { lockFile } from '../../base/lock.ts'
import { Problem } from '../../base/problem.ts'
import { several } from '../../base/quantity.ts'
import { replaceFile } from '../../base/replace-file.ts'
import type { Applied, Change, Listed, Listing, Rate, Target, TargetKind } from '../respond.ts'
import { acceptable } from '../sound.ts'
import { type Announced, readAdjRib } from './bgp-flowspec/adj-rib.ts'
import { ExaBgp } from './bgp-flowspec/exabgp.ts'
import { bytesOf, type Flow, flowsOf, matchOf, routeText, strictest } from './bgp-flowspec/flow.ts'

export interface BgpFlowspecSettings {
  readonly kind: 'bgp-flowspec'
  /** The named pipe that ExaBGP reads; it ends in `.in`, and its answers come from the one in `.out`. */
  readonly pipe: string
  /** Bytes that a packet of a throttle counts: FlowSpec limits bytes. */
  readonly packetBytes: number
  /** Flows that are announced at most, of whoever: what the routers can take. */
  readonly mostFlows: number
}

const can = { expire: false, throttle: true, list: true, v6: true, ports: true, direction: true, count: false }
const waitMs = 30_000
/** By match: ExaBGP keeps no burst. */
type Rates = Readonly<Record<string, Rate>>

class BgpFlowspecTarget implements Target {
  readonly can = can
  readonly name: string
  readonly #settings: BgpFlowspecSettings
  readonly #state: string

  constructor(name: string, settings: BgpFlowspecSettings, state: string) {
    this.name = name
    this.#settings = settings
    this.#state = state
  }

  preview(change: Change): string {
    const sound = acceptable(this.name, can, change)
    const wanted = strictest([...sound.desired, ...sound.add])
    const gone = unwanted(sound.remove.flatMap(flowsOf), wanted).map((flow) => `withdraw flow ${this.#route(flow)}\n`)
    return [...gone, ...touched(sound, wanted).map((flow) => `announce flow ${this.#route(flow)}\n`)].join('')
  }

  async apply(change: Change, signal: AbortSignal): Promise<Applied> {
    const sound = acceptable(this.name, can, change)
    const wanted = strictest([...sound.desired, ...sound.add])
    return this.#talk(signal, async (exabgp) => {
      const { announced, odd } = await readRib(exabgp)
      const there = new Map(announced.map((each) => [each.match, each.bytesPerSecond]))
      const gone = unwanted(sound.remove.flatMap(flowsOf), wanted).filter((flow) => there.has(matchOf(flow)))
      const { packetBytes } = this.#settings
      const fresh = touched(sound, wanted).filter((flow) => there.get(matchOf(flow)) !== bytesOf(flow, packetBytes))
      this.#mustFit(there.size + odd - gone.length + fresh.filter((flow) => !there.has(matchOf(flow))).length)
      await this.#remember(wanted, there)
      for (const flow of gone) await exabgp.ask(`withdraw flow ${this.#route(flow)}`)
      for (const flow of fresh) await exabgp.ask(`announce flow ${this.#route(flow)}`)
      const isNothing = gone.length + fresh.length === 0
      const detail = `${several(fresh.length, 'flow')} announced, ${gone.length} withdrawn`
      return { outcome: isNothing ? 'already' : 'applied', detail }
    })
  }

  async list(signal: AbortSignal): Promise<Listing> {
    return this.#talk(signal, async (exabgp) => {
      const { announced, odd } = await readRib(exabgp)
      const sessions = (await exabgp.ask('show neighbor summary')).slice(1)
      const down = sessions.filter((line) => !line.includes(' established ')).length
      const strange = [
        ...(odd > 0 ? [`${several(odd, 'flow')} of another form than Sweepwatch makes`] : []),
        ...(down > 0 ? [`no session with ${down} of ${several(sessions.length, 'neighbour')}`] : []),
      ]
      return { intact: true, entries: joined(announced, await this.#rates(), this.#settings.packetBytes), strange }
    })
  }

  async close(): Promise<void> {}

  async #talk<T>(signal: AbortSignal, act: (exabgp: ExaBgp) => Promise<T>): Promise<T> {
    signal.throwIfAborted()
    const lock = lockFile(join(this.#state, 'pipe.lock'), waitMs)
    if (lock === undefined) throw new Problem('target', `target ${this.name}: another process talks to ExaBGP`)
    try {
      const exabgp = await ExaBgp.open({ name: this.name, pipe: this.#settings.pipe }, signal)
      try {
        return await act(exabgp)
      } finally {
        await exabgp.close()
      }
    } finally {
      lock.release()
    }
  }

  #route(flow: Flow): string {
    return routeText(flow, this.#settings.packetBytes)
  }

  #mustFit(flows: number): void {
    const { mostFlows } = this.#settings
    if (flows <= mostFlows) return
    throw new Problem(
      'target',
      `target ${this.name}: ${several(flows, 'flow')} would be announced, and ${mostFlows} is the most`,
      {
        hint: 'Set `mostFlows:` to what your routers take, or plan wider networks. Nothing was changed.',
      },
    )
  }

  async #remember(wanted: ReadonlyMap<string, Flow>, there: ReadonlyMap<string, number>): Promise<void> {
    const before = Object.entries(await this.#rates()).filter(([match]) => there.has(match))
    const now = [...wanted].flatMap(([match, { rate }]) => (rate === null ? [] : [[match, rate] as const]))
    const text = JSON.stringify(Object.fromEntries([...before, ...now]))
    await replaceFile(join(this.#state, 'rates.json'), text, 0o600)
  }

  async #rates(): Promise<Rates> {
    try {
      return JSON.parse(await readFile(join(this.#state, 'rates.json'), 'utf8')) as Rates
    } catch {
      return {}
    }
  }
}

async function readRib(exabgp: ExaBgp): Promise<ReturnType<typeof readAdjRib>> {
  return readAdjRib(await exabgp.ask('show adj-rib out extensive'))
}

function unwanted(flows: readonly Flow[], wanted: ReadonlyMap<string, Flow>): readonly Flow[] {
  return [...new Map(flows.map((flow) => [matchOf(flow), flow])).values()].filter((flow) => !wanted.has(matchOf(flow)))
}

/** What is added, and what one plan gives up and another still wants: perhaps at another rate. */
function touched({ add, remove }: Change, wanted: ReadonlyMap<string, Flow>): readonly Flow[] {
  const matches = new Set([...add, ...remove].flatMap(flowsOf).map(matchOf))
  return [...matches].flatMap((match) => wanted.get(match) ?? [])
}

/** A flow inward and the same outward are one entry. */
function joined(announced: readonly Announced[], rates: Rates, packetBytes: number): readonly Listed[] {
  const found = new Map<string, Listed>()
  for (const { network, direction, protocol, ports, match, bytesPerSecond } of announced) {
    const perSecond = Math.max(1, Math.round(bytesPerSecond / packetBytes))
    const known = rates[match]
    const rate = bytesPerSecond === 0 ? null : known?.perSecond === perSecond ? known : { perSecond, burst: perSecond }
    const key = `${network} ${protocol} ${ports.join()} ${rate?.perSecond} ${rate?.burst}`
    const entry = { network, measure: rate ? 'throttle' : 'block', rate, direction, protocol, ports } as const
    const other = found.get(key)
    found.set(key, { ...entry, direction: other ? 'both' : direction, until: null, dropped: null })
  }
  return [...found.values()]
}

export default {
  id: 'bgp-flowspec',
  title: 'BGP FlowSpec',
  about:
    'Tells routers over BGP what to drop or limit (RFC 8955, RFC 8956), through a running ExaBGP 4 and its named pipes. Documented in its wiki, Controlling ExaBGP.',
  can,
  open: async (name, settings, state) => new BgpFlowspecTarget(name, settings, state),
} satisfies TargetKind<BgpFlowspecSettings>
