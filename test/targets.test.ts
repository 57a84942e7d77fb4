/** Every kind of target is complete; those that run no program of this machine pass the suite (the others: `targets-ID.test.ts`). */
import assert from 'node:assert/strict'
import { globSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { targetSettings } from '../src/config/targets/registry.ts'
import { targetKinds } from '../src/respond/target/registry.ts'
import { samples } from './target/samples.ts'
import { conformance } from './target/suite.ts'

const kinds = targetKinds.map((kind) => kind.id)

test('every kind has a sample, a page and a schema; the list is in order', () => {
  assert.deepEqual(Object.keys(samples).sort(), kinds)
  assert.deepEqual([...kinds].sort(), kinds)
  const pages = globSync('*.md', { cwd: join(import.meta.dirname, '../docs/targets') })
  assert.deepEqual(
    kinds.filter((kind) => !pages.includes(`${kind}.md`)),
    [],
  )
  const known = targetSettings.options.flatMap((option) => [...(option._zod.propValues?.['kind'] ?? [])])
  assert.deepEqual(known.sort(), kinds)
})

for (const id of ['aws', 'cisco-asa', 'crowdsec', 'debug', 'file', 'openc2', 'palo-alto', 'webhook']) conformance(id, 4)
