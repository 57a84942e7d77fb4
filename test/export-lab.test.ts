import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { parse } from 'yaml'
import { ecsErrors } from './ecs-fields.ts'
import { type Json, noSchemas, schemas } from './export-options.ts'
import { cacaoCheck, stixCheck } from './export-schemas.ts'
import { OcsfSchema } from './ocsf-schema.ts'

const root = join(import.meta.dirname, '..')
const state = mkdtempSync(join(tmpdir(), 'sweepwatch-export-'))
after(() => rmSync(state, { recursive: true }))

function sweepwatch(...words: string[]): string {
  return execFileSync(process.execPath, [join(root, 'src', 'cli.ts'), ...words], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
}

describe('the lab attack from scan to loot: its case in every checked format', { skip: noSchemas }, () => {
  const own = ['192.0.2.0/24', '198.18.0.0/20', '10.10.0.0/24', '10.20.0.0/24'].flatMap((network) => ['--net', network])
  const lines = noSchemas
    ? ''
    : sweepwatch('analyze', '--json', '--state', state, ...own, 'fixtures/lab/killchain.pcap.gz')
  const id =
    lines
      .split('\n')
      .flatMap((line) => (line.startsWith('{"type":"case"') ? [JSON.parse(line).id as string] : []))[0] ?? ''
  const exported = (format: string, ...words: string[]) =>
    sweepwatch('case', 'export', id, '--as', format, '--state', state, ...own, ...words)

  test('STIX, CACAO, OCSF and ECS are valid', () => {
    const fields: Json = parse(readFileSync(join(schemas, 'ecs', 'generated', 'ecs', 'ecs_flat.yml'), 'utf8'))
    for (const internal of [[], ['--internal']])
      assert.deepEqual(stixCheck()(JSON.parse(exported('stix', ...internal))), [])
    assert.deepEqual(cacaoCheck()(JSON.parse(exported('cacao'))), [])
    assert.deepEqual(new OcsfSchema().check(JSON.parse(exported('ocsf')), 'detection_finding'), [])
    for (const line of exported('ecs').trimEnd().split('\n')) assert.deepEqual(ecsErrors(JSON.parse(line), fields), [])
  })

  test('what goes to others names the attacker, and nobody of ours', () => {
    for (const format of ['stix', 'misp', 'abuse']) {
      const text = exported(format)
      assert.match(text, /203\.0\.113\.88/, format)
      assert.doesNotMatch(text, /192\.0\.2\.|10\.20\.0\.|198\.18\./, format)
    }
  })
})
