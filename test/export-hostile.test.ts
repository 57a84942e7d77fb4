import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import './fuzz-seed.ts'
import { parse } from 'yaml'
import { caseExports } from '../src/report/case/registry.ts'
import { caseText } from '../src/report/case/text.ts'
import { printable } from '../src/report/escape.ts'
import { hostileCase } from './case-arbitrary.ts'
import { ecsErrors } from './ecs-fields.ts'
import { type Json, noSchemas, rendered, renderedJson, schemas } from './export-options.ts'
import { cacaoCheck, stixCheck } from './export-schemas.ts'
import { OcsfSchema } from './ocsf-schema.ts'

/** What a report may weigh, in characters, whatever stands in the case; `json` keeps everything. */
const bounds: Readonly<Record<string, number>> = {
  html: 2_000_000,
  text: 200_000,
  ticket: 100_000,
  ocsf: 2_000_000,
  ecs: 500_000,
  stix: 500_000,
  misp: 500_000,
  cacao: 500_000,
  navigator: 100_000,
  cef: 10_000,
  leef: 10_000,
  syslog: 2_049,
  abuse: 100_000,
  dshield: 100_000,
}
const parsed = new Set(['json', 'ocsf', 'stix', 'misp', 'cacao', 'navigator'])
const lines = new Set(['cef', 'leef', 'syslog'])
const runs = { numRuns: 100 }

test('hostile cases: every output is made, bounded, and holds nothing that acts on a terminal or a page', () => {
  fc.assert(
    fc.property(hostileCase, (theCase) => {
      for (const { id } of caseExports) {
        const made = rendered(id, theCase)
        assert.ok(id === 'json' || made.length <= (bounds[id] as number), `${id}: ${made.length} characters`)
        // Line ends, tabs of columns, and the mark that RFC 5424 puts before UTF-8 are the output's own.
        const shown = made.replace(/[\n\t]/g, '').replace(id === 'syslog' ? '\ufeff' : '', '')
        assert.equal(printable(shown), shown, id)
        if (parsed.has(id)) JSON.parse(made)
        if (lines.has(id)) assert.equal(made.split('\n').length, 2, id)
        if (id === 'html') assert.doesNotMatch(made, /<(script|img|iframe)/i)
      }
      const painted = caseText(theCase, { colour: false, unicode: false, columns: 80 })
      assert.equal(printable(painted.replaceAll('\n', '')), painted.replaceAll('\n', ''))
    }),
    runs,
  )
})

test('hostile cases: documents stay valid', { skip: noSchemas }, () => {
  const [stix, cacao, ocsf] = [stixCheck(), cacaoCheck(), new OcsfSchema()]
  const fields: Json = parse(readFileSync(join(schemas, 'ecs', 'generated', 'ecs', 'ecs_flat.yml'), 'utf8'))
  fc.assert(
    fc.property(hostileCase, fc.boolean(), (theCase, internal) => {
      assert.deepEqual(stix(renderedJson('stix', theCase, { internal })), [])
      assert.deepEqual(cacao(renderedJson('cacao', theCase)), [])
      assert.deepEqual(ocsf.check(renderedJson('ocsf', theCase), 'detection_finding'), [])
      for (const line of rendered('ecs', theCase).trimEnd().split('\n'))
        assert.deepEqual(ecsErrors(JSON.parse(line), fields), [])
    }),
    runs,
  )
})
