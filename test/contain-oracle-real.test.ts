/** What the guard let through, enforced by the real nftables and iptables: packets of protected addresses pass, those of blocked ones do not. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import type { GuardedBlock } from '../src/respond/respond.ts'
import { untouchable } from './contain-arbitrary.ts'
import { askIpset, guarded, now } from './contain-oracle.ts'
import { seed } from './fuzz-seed.ts'
import { Lab } from './target/lab.ts'
import { openTarget } from './target/open.ts'
import { whyNoNamespaces } from './target/workplace.ts'

const skip = whyNoNamespaces('nft', 'ipset', 'iptables', 'sysctl') ?? false
const folder = mkdtempSync(join(tmpdir(), 'sweepwatch-oracle-'))
after(() => rmSync(folder, { recursive: true }))

/** Addresses of protected networks that a sender outside can have. */
const lawful4 = [
  '45.9.0.5',
  '45.9.16.77',
  '198.51.100.7',
  '5.5.5.5',
  '9.9.9.9',
  '91.4.127.255',
  '10.1.2.3',
  '192.0.2.200',
]
const lawful6 = ['2001:db8:77::5', '2a05:aaaa::1234', '2620:fe::fe', '2620:9:8::1', 'fd00::5', '2002:c000:209::1']

const lawful = [...lawful4, ...lawful6]

function isWhole({ network, measure, direction, ports }: GuardedBlock): boolean {
  return measure === 'block' && direction !== 'out' && ports.length === 0 && network.includes('.')
}

function useAddresses(lab: Lab, addresses: readonly string[]): void {
  lab.router.run(['sysctl', '-qw', 'net.ipv4.conf.all.rp_filter=0', 'net.ipv4.conf.outside.rp_filter=0'])
  for (const address of addresses) {
    const length = address.includes(':') ? ['128', 'nodad'] : ['32']
    lab.sides.outside.run(['ip', 'address', 'add', `${address}/${length[0]}`, 'dev', 'up0', ...length.slice(1)])
  }
}

/** Those whose packets come through the router. */
function arrived(lab: Lab, sources: readonly string[]): readonly string[] {
  const counts = new Map<string, number>()
  for (const to of ['192.0.2.9', '2001:db8:2::9']) {
    const same = sources.filter((address) => address.includes(':') === to.includes(':'))
    const each = lab.shoot({ from: 'outside', sources: same, to, port: 9, count: 2 * same.length })
    for (const [k, address] of same.entries()) counts.set(address, each[k] ?? 0)
  }
  return sources.filter((address) => (counts.get(address) ?? 0) > 0)
}

describe('thousands of blocks that the guard let through', { skip }, () => {
  for (const kind of ['nftables', 'iptables']) {
    test(`stop no protected address at the real ${kind}`, async () => {
      const place = mkdtempSync(join(folder, `${kind}-`))
      const lab = new Lab(place)
      try {
        const { passed } = guarded(4000, seed)
        const blocked = passed.filter(isWhole).slice(0, 3)
        const stopped = blocked.map(({ network }) => network.replace(/\/.*/, ''))
        const { command } = lab.router.tool(kind === 'nftables' ? 'nft' : '')
        const target = await openTarget({ kind, command }, place)
        const sources = [...lawful, ...stopped]
        useAddresses(lab, sources)
        assert.deepEqual(arrived(lab, sources), sources, 'before')
        await target.apply({ add: passed, remove: [], desired: passed, at: now }, AbortSignal.timeout(20_000))
        await target.close()
        assert.deepEqual(arrived(lab, sources), lawful)
        if (kind === 'nftables') return
        for (const way of ['in', 'out']) {
          const setOfAddress = (address: string) => `sw-block-${way}${address.includes(':') ? 6 : 4}`
          assert.deepEqual(askIpset(lab.router, setOfAddress, untouchable), [])
        }
        assert.deepEqual(
          askIpset(lab.router, () => 'sw-block-in4', stopped),
          stopped,
        )
      } finally {
        lab.remove()
      }
    })
  }
})
