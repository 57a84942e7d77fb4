/**
 * Writes the golden rows of reports and other fixtures that are no `in.log` anew: `node scripts/golden-reports.ts ID…`. Read
 * the difference before it is committed.
 */
import { writeFileSync } from 'node:fs'
import { decodeFile } from '../test/decode-fixture.ts'
import { goldenOf, reportsOf } from '../test/report-fixtures.ts'

for (const id of process.argv.slice(2)) {
  for (const path of reportsOf(id)) {
    const { records } = await decodeFile(path, id)
    writeFileSync(goldenOf(path), records.map((record) => `${JSON.stringify(record)}\n`).join(''))
  }
}
