import type { Address } from '../../src/base/address.ts'
import { Random } from '../random.ts'
import { Capture } from './capture.ts'
import { addressOf, Site, shuffled, textOf } from './site.ts'

/** A scan made up by rule, among ordinary clients: what an evaluator may vary and real tools seldom do. */
export interface Scenario {
  readonly capture: Capture
  readonly scanners: readonly string[]
  /** When each probe was sent, microseconds, ascending. */
  readonly probes: readonly number[]
}

export interface Setting {
  readonly seed: number
  /** Microseconds since the epoch. */
  readonly start: number
}

const scanner = addressOf('203.0.113.9')
const lead = 600e6

interface Sweep {
  readonly interval: number
  readonly probes: number
  /** Good contacts before each probe. */
  readonly goodEach?: number
  /** Good contacts before the first probe. */
  readonly goodBefore?: number
  readonly port?: number
}

/** One source, random order, one port: the plainest sweep, with nothing but outcomes to tell it by. */
export function sweep({ seed, start }: Setting, how: Sweep): Scenario {
  const random = new Random(seed)
  const capture = new Capture()
  const site = new Site(capture, random)
  const goodBefore = how.goodBefore ?? 0
  const began = start + lead + goodBefore * 10e6
  const times: number[] = []
  site.clients(start, began + how.interval * how.probes, 1500)
  for (let n = 0; n < goodBefore; n++) site.visit(start + lead / 2 + n * 10e6, scanner, n)
  const good = how.goodEach ?? 0
  for (const [n, host] of shuffled(256, random).slice(0, how.probes).entries()) {
    const at = began + n * how.interval
    for (let g = 0; g < good; g++) site.visit(at + ((g + 0.5) * how.interval) / (good + 1), scanner, n * good + g)
    times.push(at)
    site.probe(at, scanner, host, how.port ?? 8088)
  }
  return { capture, scanners: [textOf(scanner)], probes: times }
}

/** As many sources as probes: each asks one address once. */
export function oneProbeEach({ seed, start }: Setting, sources: number): Scenario {
  const random = new Random(seed)
  const capture = new Capture()
  const site = new Site(capture, random)
  site.clients(start, start + lead + sources * 2e6, 800)
  const addresses = shuffled(60000, random).slice(0, sources)
  const scanners = addresses.map((n) => addressOf(`198.19.${n >>> 8}.${n & 255}`))
  const times = scanners.map((_, n) => start + lead + n * 2e6)
  const hosts = shuffled(256, random)
  for (const [n, src] of scanners.entries()) site.probe(times[n] as number, src, hosts[n] as number, 8088)
  return { capture, scanners: scanners.map(textOf), probes: times }
}

/** IPv6: every probe from another address of one /64. */
export function rotatingPrefix({ seed, start }: Setting, probes: number): Scenario {
  const random = new Random(seed)
  const capture = new Capture()
  const site = new Site(capture, random)
  const client = (n: number): Address => [0x20010db8, 0x00020000 + n, 0, 1]
  const target = (n: number): Address => [0x20010db8, 0x00010000, 0, n]
  for (let n = 0; n < 400; n++) {
    const ends = { src: client(n % 30), dst: target(1 + (n % 8)), srcPort: site.port(), dstPort: 443 }
    capture.served(start + n * 2e6, ends)
  }
  const scanners: string[] = []
  const times: number[] = []
  for (const [n, place] of shuffled(4096, random).slice(0, probes).entries()) {
    const src: Address = [0x20010db8, 0x00ff0000, random.word(), random.word()]
    scanners.push(textOf(src))
    times.push(start + lead + n * 1e6)
    capture.silent(times[n] as number, { src, dst: target(256 + place), srcPort: site.port(), dstPort: 22 })
  }
  return { capture, scanners, probes: times }
}

/** The same source twice, an hour apart: the same targets again, or others. */
export function twice({ seed, start }: Setting, second: 'same targets' | 'other targets'): Scenario {
  const random = new Random(seed)
  const capture = new Capture()
  const site = new Site(capture, random)
  site.clients(start, start + lead + 2 * 3600e6, 1500)
  const times: number[] = []
  for (let n = 0; n < 200; n++) {
    times.push(start + lead + n * 0.2e6)
    site.probe(times[n] as number, scanner, n + 1, 8088)
  }
  for (let n = 0; n < 200; n++) {
    const at = start + lead + 3600e6 + n * 0.2e6
    times.push(at)
    if (second === 'same targets') site.probe(at, scanner, n + 1, 8088)
    else {
      const ends = { src: scanner, dst: site.otherAddress(n + 1), srcPort: site.port(), dstPort: 3389 }
      capture.silent(at, ends)
    }
  }
  return { capture, scanners: [textOf(scanner)], probes: times }
}

/** No scan: a balancer checks ten web servers each minute, and two backends that died long ago. */
export function healthChecks({ seed, start }: Setting): Scenario {
  const random = new Random(seed)
  const capture = new Capture()
  const site = new Site(capture, random)
  site.clients(start, start + 3600e6, 1500)
  const dead = shuffled(256, random)
    .filter((host) => !site.live.has(host))
    .slice(0, 2)
  for (let round = 0; round < 60; round++) {
    const at = start + lead + round * 60e6
    for (let n = 0; n < 10; n++) site.visit(at + n * 0.1e6, scanner, 48 + n)
    for (const [n, host] of dead.entries())
      for (const [m, port] of [80, 8080].entries()) site.probe(at + 2e6 + (2 * n + m) * 0.1e6, scanner, host, port)
  }
  return { capture, scanners: [], probes: [] }
}
