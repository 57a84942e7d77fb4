import type { Network } from './network.ts'

/** Ordinary business of a host that a scan had found, which looks like something that follows one. */
export interface Business {
  readonly name: string
  readonly weight: number
  readonly happen: (network: Network, from: string, host: number, at: number) => void
}

export const businesses: readonly Business[] = [
  {
    name: 'nightly backup to an address never used before',
    weight: 1,
    happen: (network, _, host, at) =>
      network.transfer(
        { src: network.address(host), dst: network.newPeer(), port: network.pick([22, 443]) },
        at,
        network.between(2e6, 200e6),
      ),
  },
  {
    name: 'nightly backup to an address it always uses',
    weight: 3,
    happen: (network, _, host, at) =>
      network.transfer(
        { src: network.address(host), dst: network.knownPeer(host), port: 443 },
        at,
        network.usual(host) * (0.5 + network.random.unit()),
      ),
  },
  {
    name: 'reports to an address of a cloud that changes',
    weight: 2,
    happen: (network, _, host, at) =>
      network.transfer(
        { src: network.address(host), dst: network.newPeer(), port: 443 },
        at,
        network.between(50e3, 3e6),
      ),
  },
  { name: 'software update', weight: 3, happen: update },
  { name: "an administrator's first session", weight: 2, happen: administered },
  { name: 'an administrator who goes on from it', weight: 1, happen: goesOn },
  { name: 'failed logins of a user', weight: 3, happen: mistyped },
  { name: 'login of a monitor from outside', weight: 1, happen: monitored },
  { name: "a partner's requests from the scanner's /24", weight: 1, happen: partnerRequests },
  { name: 'false positive of an IDS', weight: 1, happen: falseAlert },
  { name: 'an ordinary page with .. in it', weight: 1, happen: page },
]

/** Another address of the same /24, as in the network of a cloud. */
function neighbour(network: Network, from: string): string {
  return from.replace(/\d+$/, String(100 + network.random.below(100)))
}

function update(network: Network, _: string, host: number, at: number): void {
  const ends = { src: network.address(host), dst: network.newPeer(), port: 443 }
  network.flow({ ...ends, at, answered: true, out: 60_000, back: network.between(1e6, 300e6), lasts: 60 })
}

function administered(network: Network, _: string, host: number, at: number): void {
  const src = network.inside(230)
  network.flow({ at, src, dst: network.address(host), port: 22, answered: true, out: 12_000, back: 40_000, lasts: 300 })
  if (network.sensors.auth) network.logs.login(at, src, `host${host}`, 'ada', true)
}

function goesOn(network: Network, from: string, host: number, at: number): void {
  administered(network, from, host, at)
  const ends = { src: network.address(host), dst: network.inside(30 + network.random.below(20)), port: 22 }
  network.flow({ ...ends, at: at + 60, answered: true, out: 9000, back: 20_000, lasts: 200 })
}

function mistyped(network: Network, from: string, host: number, at: number): void {
  // Now and then the user sits in the scanner's network, or is its operator.
  const where = network.random.below(10)
  const src = where === 0 ? from : where === 1 ? neighbour(network, from) : '198.51.100.7'
  for (let n = 0; n < 2 + network.random.below(7); n++) {
    const ends = { src, dst: network.address(host), port: 22 }
    network.flow({ ...ends, at: at + 6 * n, answered: true, out: 1500, back: 2000 })
    if (network.sensors.auth) network.logs.login(at + 6 * n, src, `host${host}`, 'bob', false)
  }
}

function monitored(network: Network, from: string, host: number, at: number): void {
  const src = network.random.chance(0.2) ? neighbour(network, from) : '198.51.100.90'
  for (let n = 0; n < 6; n++) {
    const ends = { src, dst: network.address(host), port: 22 }
    network.flow({ ...ends, at: at + 300 * n, answered: true, out: 3000, back: 5000 })
    if (network.sensors.auth) network.logs.login(at + 300 * n, src, `host${host}`, 'monitor', true)
  }
}

function partnerRequests(network: Network, from: string, host: number, at: number): void {
  const src = neighbour(network, from)
  for (let n = 0; n < 5 + network.random.below(40); n++) {
    const ends = { src, dst: network.address(host), port: network.port }
    network.flow({ ...ends, at: at + 20 * n, answered: true, out: 2500, back: 8000 })
  }
}

function falseAlert(network: Network, from: string, host: number, at: number): void {
  if (!network.sensors.alert) return
  const src = network.random.chance(0.5) ? from : '198.51.100.7'
  network.logs.alert(at, src, network.address(host), network.port, 'ET EXPLOIT possible overflow CVE-2026-1111')
}

function page(network: Network, from: string, host: number, at: number): void {
  const src = network.random.chance(0.5) ? from : '198.51.100.7'
  const ends = { src, dst: network.address(host), port: 80 }
  network.flow({ ...ends, at, answered: true, out: 700, back: 9000 })
  if (network.sensors.http) network.logs.request(at, src, network.address(host), '/docs/guide/../style.css')
}
