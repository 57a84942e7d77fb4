import { Random } from '../random.ts'

export const Ending = { established: 0, refused: 1, silent: 2 } as const
export const tcp = 6
export const udp = 17

/** Our address space, 198.18.0.0/20 (RFC 2544 benchmarking), of which `liveHosts` answer. */
const ourNet = 0xc6120000
const ourSize = 4096
const liveHosts = 1500
/** Live hosts are spread over the block by an odd multiplier; `unspread` is its inverse modulo the block. */
const spread = 1229
const unspread = 2053
/** Benign clients live in 64.0.0.0/6, one-off Internet noise in 44.0.0.0/6, scanners in 203.0.113.0/24. */
const clientNet = 0x40000000
const noiseNet = 0x2c000000
const scannerNet = 0xcb007100
const oddPermutation = 0x9e3779b1
const services = 1500
const servicePorts = [443, 443, 80, 443, 25, 53, 22, 993, 123, 8443]
const scanPorts = [22, 23, 80, 443, 445, 3389, 8080, 1433, 3306, 5900, 6379, 9200]
const scanners = 8

/**
 * An endless run of conversations with our network, seen from its border: known clients that come back, new attempts
 * (source, destination, port never seen before, exactly counted by construction), Internet noise and a few scanners.
 * `next` fills the fields; nothing is allocated.
 */
export class Traffic {
  source = 0
  target = 0
  sourcePort = 0
  targetPort = 0
  protocol = tcp
  ending: number = Ending.established
  /** Attempts whose (source, destination, port) had not been drawn before. */
  fresh = 0
  private readonly random: Random
  private readonly clients: number
  private readonly freshShare: number
  private readonly known = new Uint32Array(1 << 16)
  private pairs = 0
  private noise = 0
  private readonly probes = new Uint32Array(scanners)

  /** @param clients distinct benign sources; @param freshShare of the benign conversations that are new attempts */
  constructor(seed: number, clients: number, freshShare: number) {
    this.random = new Random(seed)
    this.clients = clients
    this.freshShare = freshShare
  }

  next(): void {
    const kind = this.random.unit()
    this.sourcePort = 32768 + this.random.below(28232)
    if (kind < 0.01) this.probe(this.random.below(scanners))
    else if (kind < 0.02) this.straggler()
    else this.visit()
  }

  get sources(): number {
    return Math.min(this.pairs, this.clients) + this.noise + scanners
  }

  /** A benign client and a service of ours. Pairs are walked by a fixed permutation, so a new pair is new for certain. */
  private visit(): void {
    const size = this.known.length
    const isFresh = this.pairs < 64 || this.random.chance(this.freshShare)
    const turn = isFresh ? this.pairs++ : this.recent(Math.min(this.pairs, size))
    if (isFresh) {
      this.known[turn % size] = turn
      this.fresh++
    }
    const client = turn % this.clients
    const service = (Math.floor(turn / this.clients) * 7 + client * 31) % services
    this.source = (clientNet + (Math.imul(client, oddPermutation) & 0x3ffffff)) >>> 0
    this.serve(service)
    const luck = this.random.unit()
    this.ending = luck < 0.96 ? Ending.established : luck < 0.98 ? Ending.refused : Ending.silent
  }

  /** A known pair, the newest most often. */
  private recent(count: number): number {
    const back = Math.floor(count * this.random.unit() * this.random.unit())
    return this.known[(this.pairs - 1 - back) % this.known.length] as number
  }

  private serve(service: number): void {
    this.target = (ourNet + ((service * spread) % ourSize)) >>> 0
    this.targetPort = servicePorts[service % servicePorts.length] as number
    this.protocol = this.targetPort === 53 || this.targetPort === 123 ? udp : tcp
  }

  /** One probe of a scanner that walks the whole block in pseudorandom order, port after port. */
  private probe(scanner: number): void {
    const turn = this.probes[scanner]++
    this.source = scannerNet + 10 + scanner
    this.knock((turn * 1597 + scanner) % ourSize, scanPorts[(Math.floor(turn / ourSize) + scanner) % scanPorts.length]!)
    if (turn < ourSize * scanPorts.length) this.fresh++
  }

  /** A source never seen before that sends one packet somewhere: Internet background radiation. */
  private straggler(): void {
    this.source = (noiseNet + (Math.imul(this.noise++, oddPermutation) & 0x3ffffff)) >>> 0
    this.knock(this.random.below(ourSize), scanPorts[this.random.below(scanPorts.length)]!)
    this.fresh++
  }

  private knock(index: number, port: number): void {
    this.target = (ourNet + index) >>> 0
    this.targetPort = port
    this.protocol = tcp
    const host = (index * unspread) % ourSize
    const open = host < liveHosts && servicePorts[host % servicePorts.length] === port
    this.ending = open ? Ending.established : host < liveHosts ? Ending.refused : Ending.silent
  }
}
