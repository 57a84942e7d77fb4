/** What is seen on the wire of contained networks, and what is concluded from it. */
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { parseAddress } from '../src/base/address.ts'
import { EventBatch, Kind, Mark, Outcome } from '../src/event/batch.ts'
import { Formats } from '../src/format/formats.ts'
import { Enforcer } from '../src/pipeline/respond/enforcer.ts'
import { Place } from '../src/pipeline/respond/place.ts'
import { proveFromFiles } from '../src/pipeline/respond/prove-files.ts'
import { Prover } from '../src/pipeline/respond/prover.ts'
import { openTargets } from '../src/pipeline/respond/targets.ts'
import { Wire } from '../src/pipeline/respond/wire.ts'
import { usualLimits } from '../src/respond/guard/limits.ts'
import type { Observation } from '../src/respond/ledger/entry.ts'
import { revoked } from '../src/respond/plan/decide.ts'
import type { Plan } from '../src/respond/plan/plan.ts'
import { judgeBlock, judgeRelease } from '../src/respond/proof/judge.ts'
import { Position, Sightings, type Watched } from '../src/respond/proof/sightings.ts'
import { ann, approve, caseWith, drafts, emptyLedger, source } from './contain-case.ts'

/** Sensors by where they stand. */
const [nobody, outside, inside] = [0, 1, 2]
const positionOf = (sensor: number) => [Position.unknown, Position.before, Position.behind][sensor] as number
const start = Date.parse('2026-11-28T12:00:00Z')

interface Row {
  /** Seconds from the start. */
  readonly at?: number
  readonly from?: string
  readonly to?: string
  readonly srcPort?: number
  readonly dstPort?: number
  readonly protocol?: number
  readonly sensor?: number
  readonly outcome?: number
  readonly packets?: number
  readonly marks?: number
  readonly offset?: number
}

function batchOf(rows: readonly Row[], begin = start): EventBatch {
  const batch = new EventBatch(8 * Math.ceil((rows.length + 1) / 8))
  const { column } = batch
  for (const row of rows) {
    const i = batch.begin()
    column.kind[i] = row.packets === undefined ? Kind.packet : Kind.flow
    column.time[i] = 1000 * begin + 1e6 * (row.at ?? 1)
    for (const [side, text] of [
      ['src', row.from ?? source],
      ['dst', row.to ?? '192.0.2.9'],
    ] as const) {
      const words = parseAddress(text) ?? assert.fail(text)
      for (const word of [0, 1, 2, 3] as const) column[`${side}${word}`][i] = words[word]
    }
    column.srcPort[i] = row.srcPort ?? 40_000
    column.dstPort[i] = row.dstPort ?? 22
    column.protocol[i] = row.protocol ?? 6
    column.sensor[i] = row.sensor ?? outside
    column.outcome[i] = row.outcome ?? Outcome.unknown
    column.packetsOut[i] = row.packets ?? 0
    column.marks[i] = row.marks ?? 0
    column.offset[i] = row.offset ?? 0
    column.length[i] = 60
  }
  return batch
}

function watched(given: Partial<Watched> = {}): Watched {
  const network = given.network ?? `${source}/32`
  const always = { from: 1000 * start, to: Number.POSITIVE_INFINITY }
  return { id: network, network, direction: 'in', ports: [], protocol: 'any', ...always, ...given }
}

/** Packets before and behind, for each that is watched. */
function seen(rows: readonly Row[], ...list: readonly Watched[]): readonly (readonly [number, number])[] {
  const sightings = new Sightings(positionOf)
  sightings.watch(list)
  sightings.observe(batchOf(rows))
  return list.map(({ id }) => [sightings.of(id).before, sightings.of(id).behind] as const)
}

describe('sightings', () => {
  test('count packets of the network before and behind, and nothing from where nobody knows the place', () => {
    const rows = [
      {},
      {},
      { sensor: inside },
      { sensor: nobody },
      { from: '203.0.113.71' },
      { to: source, from: '192.0.2.9' },
    ]
    assert.deepEqual(seen(rows, watched()), [[2, 1]])
  })

  test('of a /32 inside a /24 that another plan watches, both count; each its own where they lie beside', () => {
    const list = [watched({ network: '203.0.113.0/24' }), watched(), watched({ network: '203.0.113.71/32' })]
    const rows = [{}, { from: '203.0.113.71' }, { from: '203.0.113.71', sensor: inside }, { from: '203.0.112.70' }]
    const wanted = [
      [2, 1],
      [1, 0],
      [1, 1],
    ]
    assert.deepEqual(seen(rows, ...list), wanted)
    assert.deepEqual(seen(rows, ...list.toReversed()), wanted.toReversed())
  })

  test('of the same network watched by two plans, both count', () => {
    const list = [
      watched({ id: 'one' }),
      watched({ id: 'two' }),
      watched({ id: 'three', ports: [80], protocol: 'tcp' }),
    ]
    assert.deepEqual(seen([{}, { sensor: inside }], ...list), [
      [1, 1],
      [1, 1],
      [0, 0],
    ])
  })

  test('IPv6: a /64 and the /128 in it', () => {
    const list = [watched({ network: '2001:db8:9:9::/64' }), watched({ network: '2001:db8:9:9::5/128' })]
    const rows = [{ from: '2001:db8:9:9::5' }, { from: '2001:db8:9:9::6' }, { from: '2001:db8:9:a::5' }]
    assert.deepEqual(seen(rows, ...list), [
      [2, 0],
      [1, 0],
    ])
  })

  test('keep to the direction: what goes to it, what comes from it, or both', () => {
    const back = { from: '192.0.2.9', to: source }
    const rows = [{}, back, back, { ...back, sensor: inside }]
    const each = (direction: Watched['direction']) => seen(rows, watched({ direction }))[0]
    assert.deepEqual(
      [each('in'), each('out'), each('both')],
      [
        [1, 0],
        [2, 1],
        [3, 1],
      ],
    )
  })

  test('keep to the ports of ours and their protocol', () => {
    const rows = [{}, { dstPort: 80 }, { protocol: 17 }, { srcPort: 22, dstPort: 40_000 }]
    assert.deepEqual(seen(rows, watched({ ports: [22], protocol: 'tcp' })), [[1, 0]])
    const back = [
      { from: '192.0.2.9', to: source, srcPort: 22, dstPort: 40_000 },
      { from: '192.0.2.9', to: source },
    ]
    assert.deepEqual(seen(back, watched({ ports: [22], protocol: 'tcp', direction: 'out' })), [[1, 0]])
  })

  test('keep to the time: from when on, and until before when', () => {
    const rows = [0, 9.999, 10, 19.999, 20].map((at) => ({ at }))
    const time = { from: 1000 * start + 10e6, to: 1000 * start + 20e6 }
    assert.deepEqual(seen(rows, watched(time)), [[2, 0]])
  })

  test('a denied packet was recorded before the place, whoever recorded it', () => {
    const denied = { outcome: Outcome.blocked }
    const rows = [denied, { ...denied, sensor: inside }, { ...denied, sensor: nobody }]
    assert.deepEqual(seen(rows, watched()), [[3, 0]])
  })

  test('a packet that an ICMP error quotes is not counted: it was seen elsewhere', () => {
    assert.deepEqual(seen([{ marks: Mark.quoted, sensor: inside }], watched()), [[0, 0]])
  })

  test('flows count their packets; one that tells none is one', () => {
    assert.deepEqual(
      seen([{ packets: 250 }, { packets: 0, sensor: inside }, { packets: 3, sensor: inside }], watched()),
      [[250, 4]],
    )
  })

  test('the first record behind is kept as evidence, also when the list changes', () => {
    const sightings = new Sightings(positionOf)
    sightings.watch([watched()])
    sightings.observe(
      batchOf([
        { sensor: inside, offset: 777 },
        { sensor: inside, offset: 999 },
      ]),
    )
    sightings.watch([watched({ network: '198.51.100.1/32' }), watched()])
    sightings.observe(batchOf([{ sensor: inside, offset: 1111 }]))
    const { behind, example } = sightings.of(`${source}/32`)
    assert.deepEqual([behind, example], [3, { sensor: inside, offset: 777, length: 60 }])
    assert.deepEqual(sightings.of('198.51.100.1/32'), { before: 0, behind: 0, example: null })
    sightings.watch([])
    assert.equal(sightings.of(`${source}/32`).behind, 0)
  })

  test('whether anybody looked is told by records of anybody', () => {
    const sightings = new Sightings(positionOf)
    assert.deepEqual(sightings.looked(0), { before: false, behind: false })
    sightings.observe(batchOf([{ from: '198.51.100.9', at: 5, sensor: inside }]))
    assert.deepEqual(sightings.looked(1000 * start + 4e6), { before: false, behind: true })
    assert.deepEqual(sightings.looked(1000 * start + 6e6), { before: false, behind: false })
  })
})

/** Of ten seconds. */
function observation(given: Partial<Observation> = {}): Observation {
  const [since, until] = [new Date(start).toISOString(), new Date(start + 10_000).toISOString()]
  return { since, until, before: 0, behind: 0, dropped: null, example: null, ...given }
}

describe('a block is', () => {
  for (const [name, given, proof] of [
    ['proven where packets come and none comes out', { before: 1 }, 'proven'],
    ['proven by the drops of the target alone', { before: null, dropped: 5 }, 'proven'],
    ['unproven where nothing came', {}, 'unproven'],
    ['unproven where nobody looks behind', { before: 900, behind: null }, 'unproven'],
    ['contradicted by one packet behind', { before: 900, behind: 1 }, 'contradicted'],
    ['contradicted whoever looks before', { before: null, behind: 1 }, 'contradicted'],
    ['unproven where nobody looks at all', { before: null, behind: null }, 'unproven'],
  ] as const) {
    test(name, () => assert.equal(judgeBlock(observation(given), 'block', null).proof, proof))
  }
})

describe('a throttle of 10 a second and 20 at once, after ten seconds, is', () => {
  for (const [name, given, proof] of [
    ['proven at its allowance', { before: 500, behind: 130 }, 'proven'],
    ['contradicted above it', { before: 500, behind: 131 }, 'contradicted'],
    ['unproven where all came out that came', { before: 50, behind: 50 }, 'unproven'],
    ['unproven where nothing came', {}, 'unproven'],
    ['unproven where nobody looks behind', { before: 500, behind: null }, 'unproven'],
    ['proven by what the target held back', { before: null, dropped: 9, behind: 100 }, 'proven'],
  ] as const) {
    const rate = { perSecond: 10, burst: 20 }
    test(name, () => assert.equal(judgeBlock(observation(given), 'throttle', rate).proof, proof))
  }
})

describe('a release is', () => {
  const soon = new Date(start + 4000).toISOString()
  for (const [name, given, isListed, proof] of [
    ['proven where one packet comes through', { before: 9, behind: 1 }, false, 'proven'],
    ['contradicted while the target lists it', { behind: 9 }, true, 'contradicted'],
    ['unproven where nothing came', {}, false, 'unproven'],
    ['unproven where too few came', { before: 2 }, false, 'unproven'],
    ['unproven before its time', { before: 900, until: soon }, false, 'unproven'],
    ['contradicted where many came, long enough, and none came through', { before: 3 }, false, 'contradicted'],
    ['unproven where nobody looks behind', { before: 900, behind: null }, false, 'unproven'],
  ] as const) {
    test(name, () => assert.equal(judgeRelease(observation(given), isListed).proof, proof))
  }
})

/** An enforcer with a target that enforces nothing, and a wire on which the test puts packets. */
class Site {
  readonly made = emptyLedger()
  now = start
  readonly wire = new Wire(
    { before: ['outside'], behind: ['inside'] },
    (sensor) => ['', 'outside', 'inside'][sensor] ?? '',
  )
  enforcer: Enforcer | undefined

  async open(): Promise<Enforcer> {
    const targets = await openTargets({ edge: { kind: 'debug', temper: 'accepts' } }, this.made.folder)
    const { guardWith } = await import('./contain-case.ts')
    this.enforcer = new Enforcer({
      ledger: this.made.ledger,
      places: targets.map((target) => new Place(target)),
      guard: async () => guardWith(),
      clock: () => this.now,
      prover: new Prover(this.wire, usualLimits, this.now),
      tell: () => {},
    })
    await this.enforcer.open()
    return this.enforcer
  }

  /** Seconds pass, in each of which a packet comes before the target, and behind it where it passes. */
  async pass(seconds: number, passes: boolean, cameBefore = true): Promise<void> {
    for (let k = 0; k < seconds; k++) {
      this.now += 1000
      const rows = [
        { at: 0, from: '198.51.100.9', sensor: outside },
        { at: 0, from: '198.51.100.9', sensor: inside },
        ...(cameBefore ? [{ at: 0, sensor: outside }] : []),
        ...(passes ? [{ at: 0, sensor: inside, offset: 4711 }] : []),
      ]
      this.wire.observe(batchOf(rows, this.now))
      await this.enforcer?.turn(AbortSignal.timeout(5000))
      this.enforcer?.judge()
    }
  }

  plan(): Plan {
    return drafts(caseWith(), { limit: 3600 })[0] as Plan
  }

  judgements(id: string): readonly string[] {
    const history = this.made.ledger.find(id).history
    return history.flatMap(({ body }) => (body.kind === 'judged' ? [`${body.phase} ${body.proof}`] : []))
  }
}

describe('the prover', () => {
  test('proves a block once, then its release; nothing is said twice', async () => {
    const site = new Site()
    const enforcer = await site.open()
    const { plan } = approve(site.made.ledger, site.plan(), site.now)
    await enforcer.turn(AbortSignal.timeout(5000))
    await site.pass(20, false)
    assert.deepEqual(site.judgements(plan.id), ['block proven'])
    const word = { author: ann, reason: 'a test', now: site.now, policy: null }
    site.made.ledger.change(plan.id, (state) => revoked(state, word))
    await site.pass(20, true)
    assert.deepEqual(site.judgements(plan.id), ['block proven', 'release proven'])
  })

  test('packets that were under way do not contradict; later ones do at once, with the record', async () => {
    const site = new Site()
    const enforcer = await site.open()
    const { plan } = approve(site.made.ledger, site.plan(), site.now)
    await enforcer.turn(AbortSignal.timeout(5000))
    await site.pass(1, true)
    await site.pass(4, false)
    assert.deepEqual(site.judgements(plan.id), ['block proven'])
    await site.pass(1, true)
    assert.deepEqual(site.judgements(plan.id), ['block proven', 'block contradicted'])
    const known = site.made.ledger.find(plan.id).places.get('edge')?.block
    assert.match(known?.because ?? '', /1 packet came out behind the block \(inside at byte 4711\)/)
  })

  test('a block that went wrong is looked at anew a minute later, and may be proven then', async () => {
    const site = new Site()
    const enforcer = await site.open()
    const { plan } = approve(site.made.ledger, site.plan(), site.now)
    await enforcer.turn(AbortSignal.timeout(5000))
    await site.pass(4, true)
    assert.deepEqual(site.judgements(plan.id), ['block contradicted'])
    await site.pass(70, false)
    assert.deepEqual(site.judgements(plan.id), ['block contradicted', 'block proven'])
  })

  test('what nobody sends to is said to be unproven after a minute, once', async () => {
    const site = new Site()
    const enforcer = await site.open()
    const { plan } = approve(site.made.ledger, site.plan(), site.now)
    await enforcer.turn(AbortSignal.timeout(5000))
    await site.pass(50, false, false)
    assert.deepEqual(site.judgements(plan.id), [])
    await site.pass(30, false, false)
    assert.deepEqual(site.judgements(plan.id), ['block unproven'])
  })

  test('a release that lets nothing through is contradicted only after seconds', async () => {
    const site = new Site()
    const enforcer = await site.open()
    const { plan } = approve(site.made.ledger, site.plan(), site.now)
    await enforcer.turn(AbortSignal.timeout(5000))
    await site.pass(4, false)
    const word = { author: ann, reason: 'a test', now: site.now, policy: null }
    site.made.ledger.change(plan.id, (state) => revoked(state, word))
    await site.pass(6, false)
    assert.deepEqual(site.judgements(plan.id), ['block proven'])
    await site.pass(6, false)
    assert.deepEqual(site.judgements(plan.id), ['block proven', 'release contradicted'])
  })
})

const demo = readFileSync(join(import.meta.dirname, '..', 'fixtures/demo/masscan-sweep.pcap'))

/** The demo's packets whose number passes, at another time. @param begin milliseconds of the first */
function cut(path: string, begin: number, keep: (source: string, k: number) => boolean): string {
  const parts = [demo.subarray(0, 24)]
  const first = demo.readUInt32LE(24)
  for (let at = 24, k = 0; at + 16 <= demo.length; k++) {
    const length = 16 + demo.readUInt32LE(at + 8)
    const record = Buffer.from(demo.subarray(at, at + length))
    record.writeUInt32LE(Math.floor(begin / 1000) + record.readUInt32LE(0) - first, 0)
    const from = [...record.subarray(16 + 26, 16 + 30)].join('.')
    if (keep(from, k)) parts.push(record)
    at += length
  }
  writeFileSync(path, Buffer.concat(parts))
  return path
}

describe('records that others made', () => {
  async function proven(passes: (from: string, k: number) => boolean, late = 10_000) {
    const site = new Site()
    site.now = Date.now() - 600_000
    const enforcer = await site.open()
    const { plan } = approve(site.made.ledger, site.plan(), site.now)
    await enforcer.turn(AbortSignal.timeout(5000))
    const state = site.made.ledger.find(plan.id)
    const { folder } = site.made
    const before = [cut(join(folder, 'outside.pcap'), site.now + late, () => true)]
    const behind = [cut(join(folder, 'inside.pcap'), site.now + late, passes)]
    const told = await proveFromFiles(state, { before, behind, formats: new Formats(), limits: usualLimits })
    return told.map(({ body }) => (body.kind === 'judged' ? [body.phase, body.proof, body.because] : []))
  }

  test('prove a block: what came before it did not come out', async () => {
    const [first, ...more] = await proven((from) => from !== source)
    assert.deepEqual([first?.slice(0, 2), more], [['block', 'proven'], []])
    assert.match(first?.[2] ?? '', /^\d+ packets arrived before it, none came out/)
  })

  test('contradict it by a single packet, and name it', async () => {
    let left = 1
    const [first] = await proven((from) => from !== source || left-- > 0)
    assert.equal(first?.[1], 'contradicted')
    assert.match(first?.[2] ?? '', /1 packet came out behind the block \(.* at byte \d+\)/)
  })

  test('show nothing where they were made before it stood', async () => {
    assert.equal((await proven(() => true, -300_000))[0]?.[1], 'unproven')
  })
})
