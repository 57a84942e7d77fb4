/** Writes the golden rows of formats' fixtures anew: `node scripts/golden.ts ID…`. Read the difference before it is committed. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { decodeFixture, fixtures } from '../test/decode-fixture.ts'

for (const id of process.argv.slice(2)) {
  const { records } = await decodeFixture(id)
  writeFileSync(join(fixtures, id, 'events.jsonl'), records.map((record) => `${JSON.stringify(record)}\n`).join(''))
}
