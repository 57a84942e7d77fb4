/** A rich set of protected networks, and plans that come as close to it as they can. All arithmetic is on numbers of 128 bits, with nothing of `src/base`. */
import fc from 'fast-check'
import type { Allowlist, Inventory } from '../src/asset/asset.ts'
import { protectedNetworks } from '../src/pipeline/respond/protected-networks.ts'
import { Guard } from '../src/respond/guard/guard.ts'
import { hardLimits } from '../src/respond/guard/limits.ts'
import { canonicalNetwork } from '../src/respond/network.ts'
import type { Plan, PlannedNetwork } from '../src/respond/plan/plan.ts'
import type { Rate } from '../src/respond/respond.ts'

/** As it is configured, by where it is. */
const own = ['192.0.2.0/24', '45.9.0.0/22', '2001:db8:2::/48', '2620:9:8::/44']
const inventory = ['45.9.16.77', '45.9.18.0/30', '2001:db8:77::5', '2a05:1::/127']
const partner = ['198.51.100.7', '198.51.100.128/25', '2a05:d000:0:1::/64']
const allowed = ['203.0.113.200/29', '5.5.5.5', '2a05:aaaa::1234']
const protect = {
  gateways: ['203.0.113.1', '2001:db8:1::1'],
  management: ['203.0.113.254', '91.4.0.0/17'],
  dns: ['9.9.9.9', '2620:fe::fe'],
  others: ['1.0.0.0/8', '223.255.255.255', '2a05:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
}
/** Built into the guard: RFC 6890 and its registries. */
const builtIn = [
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '::1',
  'fe80::/10',
  'fc00::/7',
  'ff00::/8',
]
const configured = [...own, ...inventory, ...partner, ...allowed, ...Object.values(protect).flat()]

/** The guard as the commands make it, with the loosest limits that any configuration can have. */
export const guard = new Guard(
  protectedNetworks({
    own,
    inventory: { assets: inventory.map((network) => ({ network, name: 'server' })) } as unknown as Inventory,
    partners: [{ name: 'acme', networks: partner, contact: null }],
    allowlist: { entries: [{ id: 'weekly', sources: allowed }] } as unknown as Allowlist,
    protect,
    machine: [{ network: '203.0.113.9', why: "this machine's own address" }],
  }),
  hardLimits,
)

export interface Span {
  readonly isV6: boolean
  readonly first: bigint
  readonly last: bigint
}

function spanOf(network: string): Span {
  const [address = '', length] = network.split('/')
  const isV6 = address.includes(':')
  const width = isV6 ? 128 : 32
  const size = 1n << BigInt(width - Number(length ?? width))
  const first = (isV6 ? read6(address) : read4(address)) & ~(size - 1n)
  return { isV6, first, last: first + size - 1n }
}

function read4(text: string): bigint {
  return text.split('.').reduce((sum, part) => (sum << 8n) | BigInt(part), 0n)
}

function read6(text: string): bigint {
  const [head = '', tail] = text.split('::')
  const words = (part: string) => part.split(':').filter((word) => word !== '')
  const zeros = tail === undefined ? 0 : 8 - words(head).length - words(tail).length
  const all = [...words(head), ...Array<string>(zeros).fill('0'), ...words(tail ?? '')]
  return all.reduce((sum, word) => (sum << 16n) | BigInt(`0x${word}`), 0n)
}

function written(isV6: boolean, value: bigint): string {
  const part = (bits: bigint, count: number) =>
    Array.from({ length: count }, (_, k) => (value >> (bits * BigInt(count - 1 - k))) & ((1n << bits) - 1n))
  return isV6
    ? part(16n, 8)
        .map((word) => word.toString(16))
        .join(':')
    : part(8n, 4).join('.')
}

const spans = [...configured, '203.0.113.9', ...builtIn].map(spanOf)

/** IPv6 addresses that only carry an IPv4 one: 6to4 (RFC 3056), NAT64 (RFC 6052, 8215), Teredo (RFC 4380, the client inverted). */
function carriers(four: bigint): readonly bigint[] {
  const teredo = (0x20010000n << 96n) | (0x5f5f5f5fn << 64n)
  return [
    (0x2002n << 112n) | (four << 80n),
    (0x2002n << 112n) | (four << 80n) | ((1n << 80n) - 1n),
    (0x64ff9bn << 96n) | four,
    (0x64ff9bn << 96n) | (1n << 80n) | four,
    teredo | (0x80000c11n << 32n) | (four ^ 0xffffffffn),
    teredo | (four ^ 0xffffffffn),
  ]
}

function innerOf({ first, last }: Span): readonly bigint[] {
  const size = last - first
  return [...new Set([first, last, first + size / 2n, first + size / 3n, last - size / 7n])]
}

/** Addresses that no rule may ever match: the ends of what is protected, some inside, and what carries them. */
export const untouchable: readonly string[] = spans.flatMap((span) => {
  const inner = innerOf(span)
  const carried = span.isV6 ? [] : inner.slice(0, 3).flatMap(carriers)
  return [...inner.map((value) => written(span.isV6, value)), ...carried.map((value) => written(true, value))]
})

/** Close to an edge of something protected, on either side of it. */
const near = fc
  .record({
    span: fc.constantFrom(...spans.slice(0, configured.length)),
    edge: fc.constantFrom('first', 'last', 'before', 'behind', 'inside'),
    away: fc.oneof(fc.constant(0n), fc.bigInt({ min: 0n, max: 70_000n }), fc.bigInt({ min: 0n, max: 1n << 80n })),
    form: fc.constantFrom('plain', 'plain', 'plain', 'plain', 'carried', 'mapped'),
    which: fc.nat({ max: 5 }),
    bits: fc.nat({ max: 128 }),
    isHost: fc.boolean(),
  })
  .map(({ span, edge, away, form, which, bits, isHost }) => {
    const { isV6, first, last } = span
    const full = isV6 ? (1n << 128n) - 1n : 0xffffffffn
    const step = isV6 ? away : away % (1n << 17n)
    const at = {
      first,
      last,
      before: first - 1n - step,
      behind: last + 1n + step,
      inside: first + (step % (last - first + 1n)),
    }
    const value = at[edge as 'first'] & full
    if (isV6 || form === 'plain') return network(isV6, value, isHost ? 128 : bits)
    if (form === 'mapped') return network(true, (0xffffn << 32n) | value, isHost ? 128 : bits)
    return network(true, carriers(value)[which] as bigint, isHost ? 128 : bits)
  })

/** Lengths from the widest that may pass on, mostly. */
function network(isV6: boolean, value: bigint, bits: number): string {
  const length = isV6 ? (bits === 128 || bits < 8 ? bits : 24 + (bits % 105)) : bits === 128 ? 32 : 12 + (bits % 21)
  return `${written(isV6, value)}/${length}`
}

const anywhere = fc
  .tuple(fc.boolean(), fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }), fc.nat({ max: 128 }))
  .map(([isV6, value, bits]) => network(isV6, isV6 ? value : value & 0xffffffffn, bits))

const hostile = fc.constantFrom(
  '203.0.113.7/32; flush ruleset',
  '203.0.113.7/32\nadd sw-block-in4 192.0.2.1',
  '203.0.113.7/32 } ; add element inet sweepwatch block_in4 { 192.0.2.1',
  '203.0.113.7"',
  '0/0',
  '0.0.0.0/0',
  '::/0',
  '::ffff:0:0/96',
  '192.0.2.1/032',
  '0300.0.2.1',
  '192.0.2.1%eth0',
  'fe80::1%eth0/128',
  '３.0.113.7/32',
  '',
)

/** As a plan has it: what is a network, in canonical form; a hostile text as it is. */
const planned = fc
  .record({
    text: fc.oneof(
      { weight: 12, arbitrary: near },
      { weight: 4, arbitrary: anywhere },
      { weight: 1, arbitrary: hostile },
    ),
    isRaw: fc.nat({ max: 31 }),
    spoofable: mostly<boolean | null>([false, false, false, null], [true]),
    denyOnly: fc.constantFrom(false, false, false, true),
  })
  .map(({ text, isRaw, spoofable, denyOnly }): PlannedNetwork => {
    const known = isRaw === 0 ? text : (canonicalNetwork(text) ?? text)
    return { network: known, sources: [], spoofable, denyOnly, because: 'a test', shared: [], earlier: 0 }
  })

/** Mostly what passes, so that the network decides. */
function mostly<Value>(usual: readonly Value[], odd: readonly Value[]): fc.Arbitrary<Value> {
  return fc.oneof(
    { weight: 15, arbitrary: fc.constantFrom(...usual) },
    { weight: 1, arbitrary: fc.constantFrom(...odd) },
  )
}

const rate = mostly<Rate | null>(
  [
    { perSecond: 10, burst: 20 },
    { perSecond: 1000, burst: 1 },
  ],
  [{ perSecond: 0, burst: 5 }, null],
)
const ports = mostly<readonly number[]>([[], [], [22], [22, 443, 65_535]], [[0], [65_536]])
const hexadecimal = '0123456789abcdef'.split('')

export const anyPlan: fc.Arbitrary<{ readonly plan: Plan; readonly byPerson: boolean }> = fc
  .record({
    id: fc.array(fc.constantFrom(...hexadecimal), { minLength: 12, maxLength: 12 }),
    networks: fc.array(planned, { minLength: 1, maxLength: 4 }),
    isThrottle: fc.nat({ max: 3 }),
    rate,
    ports,
    protocol: fc.constantFrom('tcp' as const, 'udp' as const),
    direction: fc.constantFrom('in' as const, 'out' as const, 'both' as const),
    limit: mostly([60, 3600, 14_400, 86_400, 90 * 86_400], [90 * 86_400 + 1, 0, -60, 1e9]),
    byPerson: mostly([true], [false]),
  })
  .map(({ id, networks, isThrottle, rate: pace, ports: list, protocol, direction, limit, byPerson }) => ({
    byPerson,
    plan: {
      id: id.join(''),
      caseId: '0123456789ab',
      measure: isThrottle === 0 ? 'throttle' : 'block',
      rate: isThrottle === 0 ? pace : null,
      direction,
      ports: list,
      protocol: list.length === 0 ? 'any' : protocol,
      networks,
      refused: [],
      targets: ['edge'],
      limit,
      blastRadius: null,
      because: [],
    },
  }))
