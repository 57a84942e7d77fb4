import { type Address, formatAddress, ipv4, parseAddress } from '../../src/base/address.ts'
import type { Random } from '../random.ts'
import type { Capture } from './capture.ts'

/** A /24 of ours of which a quarter is alive: 64 hosts, sixteen of them web servers. */
export const siteNetworks = ['192.0.2.0/24', '198.18.0.0/20', '10.10.0.0/24', '10.20.0.0/24', '2001:db8:1::/64']
const base = 0xc0000200
const second = 0xc6120000
const servedPorts = [22, 25, 53, 80, 110, 143, 389, 443, 465, 587, 636, 993, 995, 1883, 5432, 8443]

export class Site {
  readonly live: ReadonlySet<number>
  readonly #servers: readonly number[]
  readonly #random: Random
  readonly capture: Capture
  #port = 32768

  constructor(capture: Capture, random: Random) {
    this.capture = capture
    this.#random = random
    const places = shuffled(254, random).map((n) => n + 1)
    this.live = new Set(places.slice(0, 64))
    this.#servers = places.slice(0, 16)
  }

  address(host: number): Address {
    return ipv4(base + host)
  }

  /** A second /24 of ours, where nothing is alive. */
  otherAddress(host: number): Address {
    return ipv4(second + host)
  }

  /** A probe: dark addresses are silent, live hosts refuse, web servers answer on 80 and 443. */
  probe(at: number, src: Address, host: number, port: number): void {
    const ends = { src, dst: this.address(host), srcPort: this.port(), dstPort: port }
    if (!this.live.has(host)) this.capture.silent(at, ends)
    else if (this.#servers.includes(host) && (port === 80 || port === 443)) this.capture.halfOpen(at, ends)
    else this.capture.refused(at, ends)
  }

  /** The n-th of up to 256 different services that this site offers, used as a client uses it. */
  visit(at: number, src: Address, n: number): void {
    const host = this.#servers[n % this.#servers.length] as number
    const dstPort = servedPorts[Math.floor(n / this.#servers.length) % servedPorts.length] as number
    this.capture.served(at, { src, dst: this.address(host), srcPort: this.port(), dstPort })
  }

  /** Ordinary clients using the web servers from `from` to `to`; what makes the services known. */
  clients(from: number, to: number, visits: number): void {
    for (let n = 0; n < visits; n++) {
      const client = ipv4(0xc6336400 + 1 + this.#random.below(60))
      const at = from + ((to - from) * (n + this.#random.unit())) / visits
      const host = this.#servers[this.#random.below(this.#servers.length)] as number
      const dstPort = this.#random.chance(0.5) ? 80 : 443
      this.capture.served(at, { src: client, dst: this.address(host), srcPort: this.port(), dstPort })
    }
    // Every live host is seen alive, as in any day's traffic: it opens connections itself.
    for (const host of this.live) {
      const at = from + this.#random.unit() * Math.min(to - from, 600e6)
      this.capture.served(at, { src: this.address(host), dst: ipv4(0xcb007132), srcPort: this.port(), dstPort: 443 })
    }
  }

  port(): number {
    this.#port = this.#port >= 60000 ? 32768 : this.#port + 1
    return this.#port
  }
}

/** 0 to n - 1 in random order (Fisher and Yates). */
export function shuffled(n: number, random: Random): number[] {
  const order = Array.from({ length: n }, (_, i) => i)
  for (let i = n - 1; i > 0; i--) {
    const j = random.below(i + 1)
    const swapped = order[i] as number
    order[i] = order[j] as number
    order[j] = swapped
  }
  return order
}

export function addressOf(text: string): Address {
  return parseAddress(text) as Address
}

export function textOf(address: Address): string {
  return formatAddress(...address)
}
