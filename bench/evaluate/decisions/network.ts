import type { DatabaseSync } from 'node:sqlite'
import { rememberDay } from '../../../src/store/host-memory.ts'
import type { Random } from '../../random.ts'
import { shuffled } from '../site.ts'
import { type Flow, Logs } from './logs.ts'

export const ownNetworks = ['192.0.2.0/24', '10.20.0.0/24']
/** The second before which nothing is logged; the sweep begins at 0. */
const before = -1800
const after = 7200
const day = 86400e3
/** 22 November 2026, 03:00 UTC. */
const start = Date.UTC(2026, 10, 22, 3)
const ports = [22, 22, 80, 443, 3389, 8443]
const pastDays = 14

/** Which logs there are. Flows of what comes in are always there: else no scan would be seen. */
export interface Sensors {
  /** Flows of what our hosts open themselves. */
  readonly outbound: boolean
  readonly auth: boolean
  readonly alert: boolean
  readonly http: boolean
  /** Fourteen days that were watched before. */
  readonly past: boolean
}

/** A small network of ours: a block of which a dozen hosts live, their clients, and a network behind it. */
export class Network {
  readonly logs = new Logs(start)
  readonly random: Random
  readonly sensors: Sensors
  /** Last octets of those that live. */
  readonly live: readonly number[]
  readonly serving: readonly number[]
  readonly port: number
  /** Bytes a day that a host usually sends out. */
  readonly #usual = new Map<number, number>()

  constructor(random: Random) {
    this.random = random
    const seen = (chance: number) => random.chance(chance)
    this.sensors = { outbound: seen(0.8), auth: seen(0.5), alert: seen(0.5), http: seen(0.5), past: seen(0.5) }
    this.live = shuffled(250, random)
      .slice(0, 12)
      .map((n) => n + 1)
    this.serving = this.live.slice(0, 5 + random.below(4))
    this.port = this.pick(ports)
    for (const host of this.live) this.#usual.set(host, this.between(0.5e6, 50e6))
    this.#clients()
  }

  pick<T>(from: readonly T[]): T {
    return from[this.random.below(from.length)] as T
  }

  /** Log-uniform: a size or a time of which the order of magnitude is what is unknown. */
  between(least: number, most: number): number {
    return least * (most / least) ** this.random.unit()
  }

  address(host: number): string {
    return `192.0.2.${host}`
  }

  inside(n: number): string {
    return `10.20.0.${n}`
  }

  /** An address outside that our host used before: seen in these logs, and remembered where there is a past. */
  knownPeer(host: number): string {
    return `198.51.100.${200 + (host % 50)}`
  }

  newPeer(): string {
    return `198.18.${this.random.below(200)}.${1 + this.random.below(250)}`
  }

  /** A flow, where a sensor sees it. */
  flow(flow: Flow): void {
    const fromOurs = ownOf(flow.src)
    if (!fromOurs || this.sensors.outbound) this.logs.flow(flow)
  }

  /** Bytes in one flow or cut into many, over a time. */
  transfer(ends: Pick<Flow, 'src' | 'dst' | 'port'>, at: number, bytes: number): void {
    const parts = this.random.chance(0.6) ? 1 : 2 + this.random.below(20)
    const seconds = this.between(2, 1200)
    for (let n = 0; n < parts; n++) {
      const out = bytes / parts
      const back = Math.max(300, out * this.between(0.002, 0.03))
      this.flow({ ...ends, at: at + (n * seconds) / parts, answered: true, out, back, lasts: seconds / parts })
    }
  }

  /** Writes down the days before, as they would have been remembered. */
  remember(database: DatabaseSync): void {
    for (let back = pastDays; back >= 1; back--) {
      const outbound = [...this.#usual].map(
        ([host, mean]) => [this.address(host), mean * (0.6 + 0.8 * this.random.unit())] as const,
      )
      rememberDay(database, {
        day: new Date(start - back * day).toISOString().slice(0, 10),
        outbound: new Map(outbound),
        peers: this.live.map((host) => [this.address(host), this.knownPeer(host)]),
        admin: this.live.map((host) => [this.address(host), this.inside(200), 22]),
        ports: new Map([22, 80, 443, 3389, 8443].map((port) => [port, 3 + this.random.below(5)])),
      })
    }
  }

  usual(host: number): number {
    return this.#usual.get(host) ?? 0
  }

  /** Visitors of what is served, all the time, and what the hosts fetch from outside themselves. */
  #clients(): void {
    for (let n = 0; n < 120; n++) {
      const host = this.pick(this.serving)
      const src = `198.51.100.${1 + this.random.below(60)}`
      const at = before + (after - before) * this.random.unit()
      const back = this.between(1000, 100_000)
      this.flow({ at, src, dst: this.address(host), port: this.port, answered: true, out: 1500, back })
    }
    for (const host of this.live) {
      for (const at of [before + 300 * this.random.unit(), 100 + 3000 * this.random.unit()]) {
        const ends = { src: this.address(host), dst: this.knownPeer(host), port: 443 }
        this.flow({ ...ends, at, answered: true, out: 3000, back: this.between(5000, 5e6) })
      }
    }
  }
}

function ownOf(address: string): boolean {
  return address.startsWith('192.0.2.') || address.startsWith('10.20.0.')
}
