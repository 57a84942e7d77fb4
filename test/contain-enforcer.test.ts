/** The enforcer with a real ledger and a real list at a target: applied, ended, revoked, restarted, flushed, changed by others, failing. */
import assert from 'node:assert/strict'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { Enforcer } from '../src/pipeline/respond/enforcer.ts'
import { Place } from '../src/pipeline/respond/place.ts'
import { openTargets } from '../src/pipeline/respond/targets.ts'
import type { Guard } from '../src/respond/guard/guard.ts'
import type { LedgerEntry } from '../src/respond/ledger/entry.ts'
import { reapplied, revoked } from '../src/respond/plan/decide.ts'
import type { Plan } from '../src/respond/plan/plan.ts'
import { ann, approve, caseWith, drafts, emptyLedger, guardWith, source } from './contain-case.ts'

const never = new AbortController().signal

interface Listed {
  readonly network: string
  readonly until: string
}

/** A state directory with a debug target, and processes that enforce there one after the other. */
class Site {
  readonly made = emptyLedger()
  readonly ledger = this.made.ledger
  readonly file = join(this.made.folder, 'targets', 'edge', 'blocks.json')
  guard: Guard = guardWith()
  told: LedgerEntry[] = []
  /** Milliseconds. */
  now = Date.now()

  async process(temper: 'accepts' | 'already' | 'fails' = 'accepts'): Promise<Enforcer> {
    const targets = await openTargets({ edge: { kind: 'debug', temper } }, this.made.folder)
    const enforcer = new Enforcer({
      ledger: this.ledger,
      places: targets.map((target) => new Place(target)),
      guard: async () => this.guard,
      clock: () => this.now,
      tell: (entry) => this.told.push(entry),
    })
    await enforcer.open()
    return enforcer
  }

  get kinds(): string[] {
    return this.told.splice(0).map(({ body }) => body.kind)
  }

  get standing(): string[] {
    return (JSON.parse(readFileSync(this.file, 'utf8')) as Listed[]).map(({ network }) => network).sort()
  }

  change(make: (listed: Listed[]) => unknown): void {
    writeFileSync(this.file, JSON.stringify(make(JSON.parse(readFileSync(this.file, 'utf8')) as Listed[])))
  }

  plan(sources: readonly string[] = [source], limit = 3600): Plan {
    return drafts(caseWith({ scans: [{ sources }] }), { limit })[0] as Plan
  }

  word(reason = 'a test') {
    return { author: ann, reason, now: this.now, policy: null }
  }
}

describe('the enforcer', () => {
  test('applies what is approved, once, and takes away what is revoked', async () => {
    const site = new Site()
    const enforcer = await site.process()
    const { plan } = approve(site.ledger, site.plan(), site.now)
    await enforcer.turn(never)
    assert.deepEqual([site.kinds, site.standing], [['applied'], [`${source}/32`]])
    await enforcer.turn(never)
    await enforcer.reconcile(never)
    assert.deepEqual(site.kinds, [])
    assert.ok(enforcer.isSettled)
    site.ledger.change(plan.id, (state) => revoked(state, site.word()))
    await enforcer.turn(never)
    assert.deepEqual([site.kinds, site.standing], [['released'], []])
    assert.equal(site.ledger.verify().broken, undefined)
  })

  test('ends what has come to its end, and says the plan is over', async () => {
    const site = new Site()
    const enforcer = await site.process()
    const { plan } = approve(site.ledger, site.plan(), site.now)
    await enforcer.turn(never)
    site.now += 3599_000
    await enforcer.turn(never)
    assert.deepEqual(site.standing, [`${source}/32`])
    site.now += 2000
    await enforcer.turn(never)
    assert.deepEqual([site.kinds, site.standing], [['applied', 'released'], []])
    assert.equal(site.ledger.plan(plan.id)?.status, 'ended')
  })

  test('a source that may be forged is let go earlier than the others of its plan', async () => {
    const site = new Site()
    const enforcer = await site.process()
    const cases = caseWith({ scans: [{}, { sources: ['203.0.113.9'], spoofable: null }] })
    approve(site.ledger, drafts(cases, { limit: 7200 })[0] as Plan, site.now)
    await enforcer.turn(never)
    assert.equal(site.standing.length, 2)
    site.now += 3601_000
    await enforcer.turn(never)
    assert.deepEqual(site.standing, [`${source}/32`])
  })

  test('goes on where a killed process was: not yet applied, applied and not yet written, revoked meanwhile', async () => {
    const site = new Site()
    const { plan } = approve(site.ledger, site.plan(), site.now)
    await (await site.process()).turn(never)
    assert.deepEqual(site.kinds, ['applied'])
    // Applied, and killed before it was written.
    const second = approve(site.ledger, site.plan(['203.0.113.8']), site.now).plan
    site.change((listed) => [...listed, { ...listed[0], network: '203.0.113.8/32' }])
    await (await site.process()).turn(never)
    assert.deepEqual([site.kinds, site.standing.length], [['applied'], 2])
    // Revoked while nobody was there.
    for (const { id } of [plan, second]) site.ledger.change(id, (state) => revoked(state, site.word()))
    await (await site.process()).turn(never)
    assert.deepEqual([site.kinds, site.standing], [['released', 'released'], []])
  })

  test('what ended while nobody was there is taken away', async () => {
    const site = new Site()
    approve(site.ledger, site.plan(), site.now)
    await (await site.process()).turn(never)
    site.now += 3601_000
    await (await site.process()).turn(never)
    assert.deepEqual(site.standing, [])
  })

  test('a target that lost everything gets it again, and it is said', async () => {
    const site = new Site()
    const enforcer = await site.process()
    approve(site.ledger, site.plan([source, '203.0.113.8']), site.now)
    await enforcer.turn(never)
    site.told = []
    for (const lose of [() => rmSync(site.file), () => site.change(() => [])]) {
      lose()
      await enforcer.reconcile(never)
      assert.deepEqual([site.kinds, site.standing.length], [['drift', 'restored'], 2])
    }
  })

  test('what a person took away by hand stays away until a person says otherwise', async () => {
    const site = new Site()
    const enforcer = await site.process()
    const { plan } = approve(site.ledger, site.plan([source, '203.0.113.8']), site.now)
    await enforcer.turn(never)
    site.told = []
    site.change((listed) => listed.filter(({ network }) => network !== '203.0.113.8/32'))
    await enforcer.reconcile(never)
    await enforcer.turn(never)
    await enforcer.reconcile(never)
    assert.deepEqual([site.kinds, site.standing], [['drift', 'held'], [`${source}/32`]])
    assert.deepEqual(site.ledger.plan(plan.id)?.places.get('edge')?.held, ['203.0.113.8/32'])
    // Nor does a new process put it back.
    const other = await site.process()
    await other.turn(never)
    await other.reconcile(never)
    assert.deepEqual(site.standing, [`${source}/32`])
    site.ledger.change(plan.id, (state) => reapplied(state, site.word()))
    await other.turn(never)
    assert.deepEqual(site.standing, ['203.0.113.70/32', '203.0.113.8/32'].sort())
  })

  test('what others brought in or changed is shown once and left alone', async () => {
    const site = new Site()
    const enforcer = await site.process()
    approve(site.ledger, site.plan(), site.now)
    await enforcer.turn(never)
    site.told = []
    site.change((listed) => [
      { ...listed[0], until: '2099-01-01T00:00:00Z' },
      { ...listed[0], network: '198.51.100.1/32' },
    ])
    await enforcer.reconcile(never)
    await enforcer.reconcile(never)
    const [entry, ...more] = site.told
    assert.equal(more.length, 0)
    assert.ok(entry?.body.kind === 'drift')
    assert.deepEqual([entry.body.drift.foreign, entry.body.drift.changed], [['198.51.100.1/32'], [`${source}/32`]])
    assert.equal(site.standing.length, 2)
  })

  test('a target that fails is said once, left alone for a while, and served when it works again', async () => {
    const site = new Site()
    approve(site.ledger, site.plan(), site.now)
    const failing = await site.process('fails')
    for (let k = 0; k < 5; k++) await failing.turn(never)
    await failing.reconcile(never)
    await failing.reconcile(never)
    assert.deepEqual(site.kinds, ['failed', 'failed'])
    assert.ok(!failing.isSettled)
    const working = await site.process()
    await working.turn(never)
    assert.deepEqual([site.kinds, working.isSettled], [['applied'], true])
  })

  test('a target that has it already counts as applied', async () => {
    const site = new Site()
    approve(site.ledger, site.plan(), site.now)
    await (await site.process('already')).turn(never)
    const [entry] = site.told
    assert.ok(entry?.body.kind === 'applied' && entry.body.outcome === 'already')
  })

  test('two plans for one network: it stands until the last of them is over', async () => {
    const site = new Site()
    const enforcer = await site.process()
    const first = approve(site.ledger, site.plan([source], 3600), site.now)
    const second = approve(site.ledger, { ...site.plan([source], 7200), id: 'abcdef012345' }, site.now)
    await enforcer.turn(never)
    site.ledger.change(second.plan.id, (state) => revoked(state, site.word()))
    await enforcer.turn(never)
    assert.deepEqual(site.standing, [`${source}/32`])
    site.ledger.change(first.plan.id, (state) => revoked(state, site.word()))
    await enforcer.turn(never)
    assert.deepEqual(site.standing, [])
  })

  test('asks the guard before each application: what became protected is taken away, and the refusal is written', async () => {
    const site = new Site()
    const enforcer = await site.process()
    const { plan } = approve(site.ledger, site.plan(), site.now)
    await enforcer.turn(never)
    site.told = []
    site.guard = guardWith({ widest4: 32, longest: 60 })
    await enforcer.reconcile(never)
    await enforcer.turn(never)
    assert.deepEqual([site.kinds, site.standing], [['refused'], []])
    assert.match(site.ledger.plan(plan.id)?.refused[0]?.refusals.join() ?? '', /longer than/)
  })

  test('keeps within the most networks that may be blocked', async () => {
    const site = new Site()
    const enforcer = await site.process()
    approve(site.ledger, site.plan([source, '203.0.113.8', '203.0.113.9']), site.now)
    site.guard = guardWith({ mostBlocks: 2 })
    await enforcer.reconcile(never)
    await enforcer.turn(never)
    assert.equal(site.standing.length, 2)
  })
})
