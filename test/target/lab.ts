import { Workplace } from './workplace.ts'

export type Side = 'outside' | 'inside'

/** Who sends what over the router. */
export interface Shots {
  readonly from: Side
  /** Take turns. */
  readonly sources: readonly string[]
  readonly to: string
  readonly port: number
  /** Of the sender; 0: any. */
  readonly sourcePort?: number
  readonly count: number
  readonly gapMs?: number
}

const links = { outside: ['203.0.113', '2001:db8:1:'], inside: ['192.0.2', '2001:db8:2:'] } as const

/** Counts what arrives, by sender and port, before any other rule of that side. */
const counting = `table inet lab {
  set four { type ipv4_addr . inet_service; flags dynamic; counter; }
  set six { type ipv6_addr . inet_service; flags dynamic; counter; }
  chain arrived {
    type filter hook prerouting priority -400;
    meta l4proto udp update @four { ip saddr . udp dport }
    meta l4proto udp update @six { ip6 saddr . udp dport }
  }
}`

const sender = `const [to, port, sourcePort, count, gap, ...sources] = process.argv.slice(1)
const { createSocket } = require('node:dgram')
const family = to.includes(':') ? 'udp6' : 'udp4'
const sockets = sources.map((source) => {
  const socket = createSocket(family)
  socket.on('error', () => {})
  return new Promise((resolve) => socket.bind(Number(sourcePort), source, () => resolve(socket)))
})
Promise.all(sockets).then(async (open) => {
  const start = performance.now()
  for (let k = 0; k < count; k++) {
    open[k % open.length].send('x', Number(port), to)
    const wait = start + (k + 1) * gap - performance.now()
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait))
  }
  console.log(performance.now() - start)
  setTimeout(() => process.exit(0), 20)
})`

/** Two networks and a router between them, whose firewall is the one that is tried. */
export class Lab {
  readonly router: Workplace
  /** From the first of the packets that were sent last to the last of them. */
  tookMs = 0
  readonly sides: Readonly<Record<Side, Workplace>>

  constructor(folder: string) {
    this.router = new Workplace(folder)
    this.sides = { outside: new Workplace(folder), inside: new Workplace(folder) }
    for (const side of ['outside', 'inside'] as const) this.#join(side)
    for (const key of ['net.ipv4.ip_forward', 'net.ipv6.conf.all.forwarding']) {
      this.router.run(['sysctl', '-qw', `${key}=1`])
    }
    this.#awaitLinks()
  }

  /** A link that was just made carries nothing for a moment, and IPv6 is later than IPv4. */
  #awaitLinks(): void {
    const shots = { to: '2001:db8:2::9', port: 9, count: 1, sources: ['2001:db8:1::7'] } as const
    for (let k = 0; k < 30; k++) if (this.shoot({ from: 'outside', ...shots })[0] === 1) return
    throw new Error('the links of the lab do not come up')
  }

  #join(side: Side): void {
    const place = this.sides[side]
    const [four, six] = links[side]
    const near = ['ip', 'link', 'add', 'up0', 'type', 'veth', 'peer', 'name', side, 'netns', this.router.namespace.name]
    place.run(near)
    const setUp = (where: Workplace, device: string, host: number) => {
      where.run(['ip', 'address', 'add', `${four}.${host}/24`, 'dev', device])
      where.run(['ip', 'address', 'add', `${six}:${host}/64`, 'dev', device, 'nodad'])
      where.run(['ip', 'link', 'set', device, 'up'])
    }
    setUp(this.router, side, 1)
    for (const host of [7, 8, 9, 10]) {
      place.run(['ip', 'address', 'add', `${four}.${host}/24`, 'dev', 'up0'])
      place.run(['ip', 'address', 'add', `${six}:${host}/64`, 'dev', 'up0', 'nodad'])
    }
    place.run(['ip', 'link', 'set', 'up0', 'up'])
    place.run(['ip', 'route', 'add', 'default', 'via', `${four}.1`])
    place.run(['ip', '-6', 'route', 'add', 'default', 'via', `${six}:1`])
    const [program, ...lines] = ['nft', counting]
    place.run([program as string, lines.join('\n')])
  }

  /** @returns how many arrived, each source's */
  shoot({ from, sources, to, port, sourcePort = 0, count, gapMs = 1 }: Shots): readonly number[] {
    const other = this.sides[from === 'outside' ? 'inside' : 'outside']
    const before = arrivals(other)
    const words = [to, port, sourcePort, count, gapMs, ...sources].map(String)
    this.tookMs = Number(this.sides[from].run([process.execPath, '-e', sender, ...words]))
    const after = arrivals(other)
    return sources.map((source) => {
      const key = `${source} ${port}`
      return (after.get(key) ?? 0) - (before.get(key) ?? 0)
    })
  }

  remove(): void {
    for (const place of [this.router, ...Object.values(this.sides)]) place.remove()
  }
}

interface Seen {
  readonly elem: { readonly val: { readonly concat: readonly [string, number] }; readonly counter: { packets: number } }
}

function arrivals(place: Workplace): ReadonlyMap<string, number> {
  const { nftables } = JSON.parse(place.run(['nft', '-j', '-n', 'list', 'table', 'inet', 'lab'])) as {
    nftables: { set?: { elem?: Seen[] } }[]
  }
  const seen = nftables.flatMap(({ set }) => set?.elem ?? [])
  return new Map(seen.map(({ elem: { val, counter } }) => [val.concat.join(' '), counter.packets]))
}
