/** Every output of plans whose texts (reasons, names, answers of targets) somebody else chose. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import './fuzz-seed.ts'
import { escalated, own } from '../fixtures/case/sample.ts'
import { contained, plans } from '../fixtures/plan/sample.ts'
import { parsePrefix } from '../src/base/prefix.ts'
import { replaceAddresses } from '../src/report/case/address-text.ts'
import { isWithin } from '../src/report/case/ours.ts'
import { pseudonyms } from '../src/report/case/pseudonym.ts'
import { printable } from '../src/report/escape.ts'
import { planExports } from '../src/report/respond/export/registry.ts'
import { toldPlan } from '../src/report/respond/export/told-plan.ts'
import { foldPlan, type PlanState } from '../src/respond/ledger/fold.ts'
import { evil } from './case-arbitrary.ts'
import { noSchemas } from './export-options.ts'
import { documents, rendered } from './export-plan-options.ts'
import { cacaoCheck, stixCheck } from './export-schemas.ts'
import { OcsfSchema } from './ocsf-schema.ts'

/** Fields that Sweepwatch itself writes: words, numbers, parsed networks and times. */
const written = new Set([
  ...['id', 'kind', 'plan', 'caseId', 'measure', 'direction', 'protocol', 'network', 'networks', 'outcome', 'proof'],
  ...['phase', 'why', 'at', 'since', 'until', 'from', 'to', 'last', 'hash'],
])

const hostilePlan: fc.Arbitrary<PlanState> = fc
  .tuple(fc.constantFrom(...Object.values(plans)), fc.array(evil, { minLength: 3, maxLength: 6 }), fc.boolean())
  .map(([state, texts, isNameHostile]) => {
    let turn = 0
    const changed = (value: unknown, key: string): unknown => {
      // A target has the same name everywhere.
      if (value === 'edge' || value === 'cloud') return isNameHostile ? `${value} ${texts[0]}` : value
      if (typeof value === 'string') return written.has(key) || turn++ % 3 === 0 ? value : texts[turn % texts.length]
      if (Array.isArray(value)) return value.map((item) => changed(item, key))
      if (value === null || typeof value !== 'object') return value
      return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, changed(item, name)]))
    }
    return foldPlan(changed(state.history, '') as PlanState['history']) as PlanState
  })

const runs = { numRuns: 40 }
/** Characters, of plans with four networks; `json` keeps everything. */
const bounds: Readonly<Record<string, number>> = { ocsf: 400_000, openc2: 10_000, cacao: 200_000, stix: 40_000 }

test('hostile plans: every output is made, bounded, parses, and holds nothing that acts on a terminal', () => {
  fc.assert(
    fc.property(hostilePlan, (state) => {
      for (const { id, lacking } of planExports) {
        if (lacking(state) !== undefined) continue
        const made = rendered(id, state)
        assert.ok(id === 'json' || made.length <= (bounds[id] as number), `${id}: ${made.length} characters`)
        const shown = made.replaceAll('\n', '')
        assert.equal(printable(shown), shown, id)
        assert.ok(documents(id, state).length > 0, id)
      }
    }),
    runs,
  )
})

test('hostile plans: documents stay valid', { skip: noSchemas }, () => {
  const checks = {
    ocsf: (document: object) => ocsf.check(document, 'network_remediation_activity'),
    cacao: cacaoCheck(),
    stix: stixCheck(),
  }
  const ocsf = new OcsfSchema()
  fc.assert(
    fc.property(hostilePlan, fc.boolean(), (state, internal) => {
      for (const { id, lacking } of planExports) {
        if (!Object.hasOwn(checks, id) || lacking(state) !== undefined) continue
        for (const document of documents(id, state, { internal }))
          assert.deepEqual(checks[id as keyof typeof checks](document), [], id)
      }
    }),
    runs,
  )
})

test('no address and no name of ours is left in any output of a plan told by pseudonyms', () => {
  const isOurs = isWithin(own.map((text) => parsePrefix(text)!))
  const { replace } = pseudonyms(escalated, own, Buffer.from('sixteen bytes and more'))
  const ours = (text: string) => {
    let found = 0
    replaceAddresses(text, ({ address }) => void (found += isOurs(address) ? 1 : 0))
    return found
  }
  const said = (id: string, state: PlanState) => {
    const text = rendered(id, state, { internal: true })
    return `${text}${[...text.matchAll(/"content_b64":"([^"]+)"/g)].map(([, code]) => Buffer.from(code!, 'base64').toString())}`
  }
  fc.assert(
    fc.property(hostilePlan, (state) => {
      const told = toldPlan(state, replace)
      assert.deepEqual([...told.places.keys()], told.plan.targets)
      for (const { id, lacking } of planExports) {
        if (lacking(told) !== undefined) continue
        assert.equal(ours(said(id, told)), 0, id)
        assert.doesNotMatch(said(id, told), /vpn\.example\.org/)
      }
    }),
    runs,
  )
  // The test can fail: before, they are there.
  assert.ok(ours(said('json', contained)) > 0)
})
