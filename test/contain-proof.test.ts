/** What is concluded from what is seen on the wire of contained networks. */
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
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
import { ann, approve, caseWith, drafts, emptyLedger, guardWith, source } from './contain-case.ts'
import { batchOf, inside, outside, start } from './contain-rows.ts'

/** Of ten seconds. */
function observation(given: Partial<Observation> = {}): Observation {
  const [since, until] = [new Date(start).toISOString(), new Date(start + 10_000).toISOString()]
  return { since, until, before: 0, behind: 0, dropped: null, example: null, ...given }
}

describe('a block is', () => {
  for (const [name, given, proof] of [
    ['proven where packets come and none comes out', { before: 1 }, 'proven'],
    ['proven by the drops of the target alone', { before: null, dropped: 5 }, 'proven'],
    ['unproven where all that came was for nobody', { before: 900, telling: 0 }, 'unproven'],
    ['unproven where its packets were never seen behind', { before: 900 }, 'unproven'],
    ['unproven where the target counts, and counted none', { before: 900, dropped: 0 }, 'unproven'],
    ['proven where some of what came was for a host that is there', { before: 900, telling: 1 }, 'proven'],
    ['unproven where nothing came', {}, 'unproven'],
    ['unproven where nobody looks behind', { before: 900, behind: null }, 'unproven'],
    ['contradicted by one packet behind', { before: 900, behind: 1 }, 'contradicted'],
    ['contradicted whoever looks before', { before: null, behind: 1 }, 'contradicted'],
    ['unproven where nobody looks at all', { before: null, behind: null }, 'unproven'],
  ] as const) {
    test(name, () => assert.equal(judgeBlock(observation(given), 'block', null, !name.includes('never')).proof, proof))
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
    test(name, () => assert.equal(judgeBlock(observation(given), 'throttle', rate, true).proof, proof))
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
        { at: 0, from: '192.0.2.9', to: '198.51.100.9', sensor: inside },
        ...(cameBefore ? [{ at: 0, sensor: outside }] : []),
        ...(passes ? [{ at: 0, sensor: inside, offset: 4711 }] : []),
      ]
      this.wire.observe(batchOf(rows, this.now))
      await this.enforcer?.turn(AbortSignal.timeout(5000))
      this.enforcer?.judge()
    }
  }

  plan(): Plan {
    const sensors = ['outside', 'inside'].map((name) => ({ source: name, events: 9 }))
    return drafts(caseWith({ scans: [{ sensors }] }), { limit: 3600 })[0] as Plan
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
  async function proven(passes: (from: string, k: number) => boolean, late = 10_000, wasSeen = true) {
    const site = new Site()
    site.now = Date.now() - 600_000
    const enforcer = await site.open()
    const { plan } = approve(site.made.ledger, site.plan(), site.now)
    await enforcer.turn(AbortSignal.timeout(5000))
    const state = site.made.ledger.find(plan.id)
    const { folder } = site.made
    const before = [cut(join(folder, 'outside.pcap'), site.now + late, () => true)]
    // An hour before, everything came out behind, and who lives there answered.
    const earlier = cut(join(folder, 'earlier.pcap'), site.now - 3_600_000, () => wasSeen)
    const behind = [earlier, cut(join(folder, 'inside.pcap'), site.now + late, passes)]
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

  test('show nothing where its packets were never seen behind: they may be translated there', async () => {
    const [first] = await proven((from) => from !== source, 10_000, false)
    assert.match(first?.[2] ?? '', /never seen behind|nobody was seen/)
    assert.equal(first?.[1], 'unproven')
  })

  test('show nothing where they were made before it stood', async () => {
    assert.equal((await proven(() => true, -300_000))[0]?.[1], 'unproven')
  })
})
