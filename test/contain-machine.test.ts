/** What the guard protects without being told: this machine's own addresses, gateways and name servers, as the system tells them. */
import assert from 'node:assert/strict'
import { networkInterfaces } from 'node:os'
import { test } from 'node:test'
import { protectedNetworks } from '../src/pipeline/respond/protected-networks.ts'
import { gateways4, gateways6, nameServers, thisMachine } from '../src/pipeline/respond/this-machine.ts'
import { prefixOf } from '../src/respond/network.ts'

const none = {
  own: ['192.0.2.0/24'],
  inventory: undefined,
  partners: [],
  allowlist: undefined,
  protect: { gateways: [], management: [], dns: [], others: [] },
  machine: [],
}
const whyNot = (given: Partial<Parameters<typeof protectedNetworks>[0]>, network: string) =>
  protectedNetworks({ ...none, ...given }).touching(prefixOf(network))?.why

test('gateways are read as the kernel lists them', () => {
  const table = `Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask
eth0\t00000000\t017100CB\t0003\t0\t0\t0\t00000000
eth0\t007100CB\t00000000\t0001\t0\t0\t0\t00FFFFFF
broken line`
  assert.deepEqual(gateways4(table), ['203.0.113.1'])
  const six = `00000000000000000000000000000000 00 00000000000000000000000000000000 00 20010db8000100000000000000000001 00000400 1 0 3 eth0
20010db8000100000000000000000000 40 00000000000000000000000000000000 00 00000000000000000000000000000000 00000100 1 0 1 eth0
nonsense`
  assert.deepEqual(gateways6(six), ['2001:db8:1::1/128'])
})

test('name servers are read as the resolver does', () => {
  const text =
    '# comment\nnameserver 198.51.100.53\n  nameserver 2001:db8::53 \nsearch example.net\nnameserver not-an-address\n'
  assert.deepEqual(nameServers(text), ['198.51.100.53', '2001:db8::53'])
})

test('the addresses of this machine and who is logged in on it are never blocked', async () => {
  const own = Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map(({ address }) => address))
  const machine = await thisMachine('203.0.113.99')
  for (const address of own)
    assert.ok(
      machine.some(({ network }) => network === address.replace(/%.*/, '')),
      address,
    )
  assert.match(whyNot({ machine }, '203.0.113.99/32') ?? '', /logged in/)
  assert.deepEqual(
    (await thisMachine('; nft flush ruleset')).filter(({ why }) => /logged in/.test(why)),
    [],
  )
})

test('inventory, partners, allowlist and the configuration each protect, and say so', () => {
  const asset = { network: '198.51.100.1', name: 'mail', owner: null, criticality: null, roles: [] }
  const inventory = { assets: [asset], hosts: [asset], size: 1, find: () => undefined, partnerOf: () => undefined }
  assert.match(whyNot({ inventory }, '198.51.100.0/24') ?? '', /mail/)
  assert.match(
    whyNot({ partners: [{ name: 'acme', networks: ['198.51.100.0/28'], contact: null }] }, '198.51.100.3/32') ?? '',
    /acme/,
  )
  const entry = {
    id: 'nessus',
    sources: ['198.51.100.9'],
    targets: [],
    ports: [],
    methods: [],
    owner: 'a',
    ticket: null,
    reason: 'r',
    expires: '2001-01-01',
  }
  assert.match(
    whyNot({ allowlist: { entries: [entry], match: () => undefined } }, '198.51.100.9/32') ?? '',
    /allowlist \(nessus\)/,
  )
  for (const [part, word] of [
    ['gateways', /gateway/],
    ['management', /management/],
    ['dns', /name server/],
    ['others', /configuration/],
  ] as const) {
    assert.match(whyNot({ protect: { ...none.protect, [part]: ['198.51.100.7'] } }, '198.51.100.7/32') ?? '', word)
  }
  assert.equal(whyNot({}, '198.51.100.7/32'), undefined)
})

test('without our own networks there is no guard', () => {
  assert.throws(() => protectedNetworks({ ...none, own: [] }), { code: 'guard', message: /our networks are not known/ })
})
