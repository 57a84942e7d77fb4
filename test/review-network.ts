/** Two hosts in network namespaces of their own: real packets go from one to the firewall of the other. */
import { spawnSync } from 'node:child_process'

const path = `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`
const options = { encoding: 'utf8', env: { ...process.env, PATH: path }, timeout: 60_000, maxBuffer: 64 << 20 } as const

/** Why such a network cannot be had here; false where it can. */
export function whyNoNetwork(...commands: readonly string[]): string | false {
  const missing = ['ip', ...commands].filter(
    (command) => spawnSync('sh', ['-c', `command -v ${command}`], options).status !== 0,
  )
  if (missing.length > 0) return `not installed: ${missing.join(', ')}`
  if (process.getuid?.() !== 0) return 'network namespaces need root'
  const name = `sweepwatch-rv-${process.pid}-try`
  const made = spawnSync('ip', ['netns', 'add', name], options)
  spawnSync('ip', ['netns', 'delete', name], options)
  return made.status === 0 ? false : `no network namespaces: ${made.stderr.trim()}`
}

export interface Packet {
  readonly source: string
  readonly target: string
  readonly protocol: 'tcp' | 'udp'
  readonly port: number
}

/** All of these are the client's, in networks of documentation. */
export const clients = [
  '198.51.100.10',
  '198.51.100.77',
  '198.51.100.200',
  '203.0.113.5',
  '2001:db8:2::5',
  '2001:db8:3::9',
] as const

let made = 0

/** A client with several addresses, and a firewall to which all of 192.0.2.0/24 and 2001:db8:1::/64 belongs. */
export class FirewallLab {
  readonly #client = `sweepwatch-rv-${process.pid}-${made}-c`
  readonly firewall = `sweepwatch-rv-${process.pid}-${made++}-f`

  constructor() {
    const [c, f] = [this.#client, this.firewall]
    for (const name of [c, f]) must('ip', ['netns', 'add', name])
    must('ip', ['link', 'add', 'up0', 'netns', c, 'type', 'veth', 'peer', 'name', 'ext0', 'netns', f])
    for (const [name, device] of [
      [c, 'up0'],
      [f, 'ext0'],
    ] as const) {
      must('ip', ['-n', name, 'link', 'set', 'lo', 'up'])
      must('ip', ['-n', name, 'link', 'set', device, 'up'])
    }
    for (const address of clients)
      must('ip', [
        '-n',
        c,
        'address',
        'add',
        `${address}/${address.includes(':') ? 128 : 32}`,
        'dev',
        'up0',
        ...(address.includes(':') ? ['nodad'] : []),
      ])
    must('ip', ['-n', f, 'address', 'add', '192.0.2.254/32', 'dev', 'ext0'])
    must('ip', ['-n', f, 'address', 'add', '2001:db8:1::ffff/128', 'dev', 'ext0', 'nodad'])
    must('ip', ['-n', f, 'route', 'add', 'local', '192.0.2.0/24', 'dev', 'lo'])
    must('ip', ['-n', f, '-6', 'route', 'add', 'local', '2001:db8:1::/64', 'dev', 'lo'])
    for (const net of ['198.51.100.0/24', '203.0.113.0/24']) must('ip', ['-n', f, 'route', 'add', net, 'dev', 'ext0'])
    for (const net of ['2001:db8:2::/48', '2001:db8:3::/48'])
      must('ip', ['-n', f, '-6', 'route', 'add', net, 'dev', 'ext0'])
    must('ip', ['-n', c, 'route', 'add', '192.0.2.0/24', 'dev', 'up0'])
    // Nobody answers for an address that is local by a route only: all go to the one that has a neighbour.
    must('ip', ['-n', c, '-6', 'route', 'add', '2001:db8:1::ffff/128', 'dev', 'up0'])
    must('ip', ['-n', c, '-6', 'route', 'add', '2001:db8:1::/64', 'via', '2001:db8:1::ffff', 'dev', 'up0'])
    // A closed port answers each datagram; the answers are limited, the datagrams are not.
    this.inside(['sysctl', '-qw', 'net.ipv4.icmp_ratelimit=0'])
  }

  /** Runs a command at the firewall. */
  inside(command: readonly string[], input?: string): string {
    return must('ip', ['netns', 'exec', this.firewall, ...command], input)
  }

  /** Each packet once: a datagram, or the SYN of a connection that is given up at once. */
  send(packets: readonly Packet[]): void {
    const [program = '', ...words] = [
      'ip',
      'netns',
      'exec',
      this.#client,
      process.execPath,
      '--input-type=module',
      '-e',
      sender,
    ]
    const sent = spawnSync(program, words, { ...options, input: JSON.stringify(packets) })
    if (sent.status !== 0) throw new Error(`the packets were not sent: ${sent.stderr}`)
  }

  remove(): void {
    for (const name of [this.#client, this.firewall]) spawnSync('ip', ['netns', 'delete', name], options)
  }
}

function must(program: string, words: readonly string[], input?: string): string {
  const done = spawnSync(program, words, { ...options, ...(input !== undefined && { input }) })
  if (done.status !== 0) throw new Error(`${program} ${words.join(' ')}: ${done.stderr}`)
  return done.stdout
}

/** Runs in the client's namespace. A SYN is repeated after a second: by then its socket is gone. */
const sender = `
import { createSocket } from 'node:dgram'
import { connect } from 'node:net'
import { readFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
const packets = JSON.parse(readFileSync(0, 'utf8'))
for (let at = 0; at < packets.length; at += 100) {
  const open = []
  await Promise.all(packets.slice(at, at + 100).map(({ source, target, protocol, port }) => new Promise((done) => {
    if (protocol === 'udp') {
      const socket = createSocket(source.includes(':') ? 'udp6' : 'udp4')
      socket.on('error', done)
      socket.bind(0, source, () => socket.send('x', port, target, () => { socket.close(); done() }))
    } else {
      const socket = connect({ host: target, port, localAddress: source })
      open.push(socket)
      socket.on('error', () => {})
      setTimeout(done, 40)
    }
  })))
  await wait(20)
  for (const socket of open) socket.destroy()
}
`
