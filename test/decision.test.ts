/** The decision for escalation (E1-E4): every row of the table, each of its negations, and the order of the rows. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Answer } from '../src/case/case.ts'
import type { KnownActor } from '../src/intel/intel.ts'
import { actorNamed } from '../src/intel/known-actors.ts'
import { decide, decisionFacts, type RuleChanges } from '../src/triage/decide.ts'
import type { Judged } from '../src/triage/facts.ts'
import { type DecisionFacts, rules } from '../src/triage/rules.ts'

/** Nothing speaks for anything: an unknown source, of which it cannot be told whether it aims at us. */
const quiet: DecisionFacts = {
  compromise: 0,
  exploitation: 0,
  actor: 0,
  malicious: 0,
  authorised: 'none',
  source: 'unknown-public',
  aimed: 'unknown',
  open: 0,
  scan: 0.99,
}

const nothingElse = { because: [], evidence: [], looked: [], wouldTell: [] }

const decided = (facts: Partial<DecisionFacts>, changes?: RuleChanges) =>
  decide({ ...quiet, ...facts }, () => [], changes)
const ruleOf = (facts: Partial<DecisionFacts>) => decided(facts).rule

test('E4: signs of compromise on a scanned system escalate, whatever else is true', () => {
  for (const authorised of ['none', 'in-scope', 'out-of-scope'] as const) {
    for (const aimed of ['yes', 'no', 'unknown'] as const) {
      const { decision, rule } = decided({ compromise: 0.6, authorised, aimed })
      assert.deepEqual([decision, rule], ['escalate', 'E4'])
    }
  }
  assert.notEqual(ruleOf({ compromise: 0.49 }), 'E4')
})

test('E3: attempted exploitation escalates; not a weak sign, nor what an authorised scanner tries inside its scope', () => {
  assert.deepEqual([decided({ exploitation: 0.75 }).decision, ruleOf({ exploitation: 0.75 })], ['escalate', 'E3'])
  assert.equal(ruleOf({ exploitation: 0.75, aimed: 'no' }), 'E3')
  assert.equal(ruleOf({ exploitation: 0.75, source: 'research' }), 'E3')
  assert.equal(ruleOf({ exploitation: 0.75, authorised: 'out-of-scope' }), 'E3')
  assert.notEqual(ruleOf({ exploitation: 0.4 }), 'E3')
  assert.equal(ruleOf({ exploitation: 0.75, authorised: 'in-scope' }), 'authorised')
})

test('E3, E4: a doubtful sign does not make a scan less sure that is to be escalated anyway', () => {
  const scan = { aimed: 'yes', scan: 0.99 } as const
  const alone = decided(scan).confidence
  assert.deepEqual(
    [decided({ ...scan, compromise: 0.6 }).rule, decided({ ...scan, compromise: 0.6 }).confidence],
    ['E4', alone],
  )
  assert.equal(decided({ ...scan, exploitation: 0.6 }).confidence, alone)
  assert.equal(decided({ compromise: 0.6 }).confidence, 0.6, 'where the scan alone would be watched')
  assert.equal(decided({ ...scan, compromise: 0.6, authorised: 'in-scope' }).confidence, 0.6)
  assert.equal(decided({ ...scan, compromise: 0.6 }, { E1: 'off' }).confidence, 0.6)
})

test('E2: a known threat actor escalates; not an unsure entry, nor an authorised scan in scope', () => {
  assert.deepEqual([decided({ actor: 0.8, malicious: 0.8 }).decision, ruleOf({ actor: 0.8 })], ['escalate', 'E2'])
  assert.equal(ruleOf({ actor: 0.8, aimed: 'no' }), 'E2')
  assert.notEqual(ruleOf({ actor: 0.3 }), 'E2')
  assert.equal(ruleOf({ actor: 0.8, authorised: 'in-scope' }), 'authorised')
})

test('E2: a group of people escalates even from the noise; a machine of a botnet only when it aims at us', () => {
  const actorOf = (actor: KnownActor | null, aimed: 'yes' | 'no' | 'unknown') => {
    const hits = [{ list: 'made', means: 'malicious', actor, confidence: 0.8 }]
    const judged = {
      signs: [],
      scans: [],
      sources: ['198.51.100.7'],
      allowed: undefined,
      dossiers: [{ hits, identity: { address: '198.51.100.7', scope: 'public', research: null } }],
    }
    const d10: Answer = { ...{ question: 'D10', text: '', answer: aimed, confidence: 0.9 }, ...nothingElse }
    return decisionFacts({ ...judged, activity: { isOwn: () => false } } as unknown as Judged, [d10])
  }
  const groups = ['TeamTNT', 'UNC2589', 'G0139'].map((name) => actorNamed(name))
  const botnets = ['Mirai', 'H2Miner', 'S0367'].map((name) => actorNamed(name))
  for (const aimed of ['yes', 'no', 'unknown'] as const) {
    for (const group of groups) assert.equal(actorOf(group, aimed).actor, 0.8, group.name)
    for (const botnet of botnets) {
      const facts = actorOf(botnet, aimed)
      assert.deepEqual([facts.actor, facts.malicious], [aimed === 'no' ? 0 : 0.8, 0.8], botnet.name)
    }
    assert.deepEqual([actorOf(null, aimed).actor, actorOf(null, aimed).malicious], [0, 0.8])
  }
})

test('Q1: an authorised scan in scope is closed; outside its scope it is raised', () => {
  assert.deepEqual(
    [decided({ authorised: 'in-scope', aimed: 'yes' }).decision, ruleOf({ authorised: 'in-scope', aimed: 'yes' })],
    ['close', 'authorised'],
  )
  assert.deepEqual(
    [decided({ authorised: 'out-of-scope' }).decision, ruleOf({ authorised: 'out-of-scope', aimed: 'no' })],
    ['escalate', 'out-of-scope'],
  )
  assert.notEqual(ruleOf({ authorised: 'none' }), 'authorised')
})

test('Q2: a system of ours that scans undeclared is escalated; declared it is not', () => {
  assert.deepEqual(
    [decided({ source: 'internal' }).decision, ruleOf({ source: 'internal', aimed: 'yes' })],
    ['escalate', 'internal'],
  )
  assert.equal(ruleOf({ source: 'internal', authorised: 'in-scope' }), 'authorised')
})

test('D10: background noise alone is closed, never escalated', () => {
  assert.deepEqual([decided({ aimed: 'no' }).decision, ruleOf({ aimed: 'no' })], ['close', 'background'])
  assert.equal(ruleOf({ aimed: 'no', open: 40, malicious: 0.9 }), 'background')
  assert.notEqual(ruleOf({ aimed: 'unknown' }), 'background')
})

test('a research scanner is closed where nothing is held against it; a partner is watched', () => {
  assert.deepEqual(
    [decided({ source: 'research' }).decision, ruleOf({ source: 'research', aimed: 'yes' })],
    ['close', 'research'],
  )
  assert.equal(ruleOf({ source: 'research', aimed: 'yes', malicious: 0.9 }), 'E1')
  assert.deepEqual(
    [decided({ source: 'partner', aimed: 'yes' }).decision, ruleOf({ source: 'partner', aimed: 'yes' })],
    ['monitor', 'partner'],
  )
})

test('E1: an unknown or suspicious external source that aims at us is escalated; not one of which that cannot be told', () => {
  assert.deepEqual([decided({ aimed: 'yes' }).decision, ruleOf({ aimed: 'yes' })], ['escalate', 'E1'])
  assert.equal(ruleOf({ aimed: 'yes', source: 'special' }), 'E1')
  assert.deepEqual([decided({ aimed: 'unknown' }).decision, ruleOf({ aimed: 'unknown' })], ['monitor', 'watch'])
  assert.equal(ruleOf({ aimed: 'no' }), 'background')
})

test('the rows stand in the order of the runbook', () => {
  const order = rules.map(({ id }) => id)
  const runbook = ['E4', 'E3', 'E2', 'authorised', 'background', 'E1']
  assert.deepEqual(
    order.filter((id) => runbook.includes(id)),
    runbook,
  )
  assert.equal(new Set(order).size, order.length)
})

test('every decision says its rule, its facts and what would turn it round', () => {
  for (const facts of [{ compromise: 1 }, { aimed: 'no' as const }, {}]) {
    const { facts: read, reverse, confidence, title } = decided(facts)
    assert.deepEqual(read, { ...quiet, ...facts })
    assert.ok(reverse.length > 0 && title.length > 0 && confidence > 0 && confidence <= 1)
  }
})

test('the configuration changes what a rule decides, or switches it off; the change is told', () => {
  const changed = decided({ aimed: 'yes' }, { E1: 'monitor' })
  assert.deepEqual([changed.decision, changed.rule], ['monitor', 'E1'])
  assert.match(changed.because.join(' '), /configuration lets rule E1 monitor instead of escalate/)
  assert.equal(decided({ compromise: 0.9 }, { E4: 'off' }).rule, 'watch')
  const off = Object.fromEntries(rules.map(({ id }) => [id, 'off' as const]))
  assert.equal(decided({}, off).decision, 'monitor')
})

const anyFacts = fc.record({
  compromise: fc.double({ min: 0, max: 1, noNaN: true }),
  exploitation: fc.double({ min: 0, max: 1, noNaN: true }),
  actor: fc.double({ min: 0, max: 1, noNaN: true }),
  malicious: fc.double({ min: 0, max: 1, noNaN: true }),
  authorised: fc.constantFrom('none' as const, 'in-scope' as const, 'out-of-scope' as const),
  source: fc.constantFrom(
    'internal' as const,
    'partner' as const,
    'research' as const,
    'unknown-public' as const,
    'special' as const,
  ),
  aimed: fc.constantFrom('yes' as const, 'no' as const, 'unknown' as const),
  open: fc.nat(100),
  scan: fc.double({ min: 0.5, max: 1, noNaN: true }),
})

test('the same facts always give the same decision; noise without anything else is never escalated', () => {
  fc.assert(
    fc.property(anyFacts, (facts) => {
      assert.deepEqual(
        decide(facts, () => []),
        decide({ ...facts }, () => []),
      )
      const nothingElse =
        facts.compromise < 0.5 && facts.exploitation < 0.5 && facts.actor < 0.5 && facts.authorised === 'none'
      if (facts.aimed === 'no' && nothingElse && facts.source !== 'internal') {
        assert.notEqual(decide(facts, () => []).decision, 'escalate')
      }
    }),
    { seed: 7, numRuns: 2000 },
  )
})
