/** The properties that `test/hostile.test.ts` tries for seconds and `bench/soak.ts` for an hour. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { isoTime } from '../../src/base/time.ts'
import type { Analysis } from '../../src/case/analysis.ts'
import { checkFindings } from './invariants.ts'
import { cutOff, harmedBytes, harmedRecords } from './mutate.ts'
import { checked } from './pipeline.ts'
import { detect, traffic } from './rows.ts'

export interface Property {
  readonly name: string
  /** How often a test tries it: about two seconds. */
  readonly runs: number
  readonly property: fc.IAsyncProperty<unknown>
}

const bytesAnywhere = fc.asyncProperty(harmedBytes, async ({ bytes, format }) => {
  await checked(bytes, format)
})

const wholeRecords = fc.asyncProperty(harmedRecords, async ({ bytes, format, count }) => {
  const analysis = (await checked(bytes, format)) as Analysis
  const { events, ignored, malformed } = analysis.summary
  assert.equal(events + ignored + malformed, count)
})

const endCutOff = fc.asyncProperty(cutOff, async ({ sample, bytes, count, isPartial, end }) => {
  const analysis = (await checked(bytes, sample.format)) as Analysis
  const { events, ignored, malformed, warnings } = analysis.summary
  assert.equal(events + ignored + malformed, count + (isPartial ? 1 : 0))
  // What is left of a line may still be a whole one.
  if (isPartial && !sample.isText)
    assert.ok(
      warnings.some((line) => line.includes(`at byte ${end}:`)),
      'not said where',
    )
})

const rowsAnyhow = fc.asyncProperty(traffic, async (plan) => {
  const { findings, tracker } = detect(plan)
  checkFindings(findings, isoTime(tracker.newest))
  assert.deepEqual(detect(plan).findings, findings)
})

export const properties: readonly Property[] = [
  { name: 'bytes changed, cut, repeated, two inputs in one', runs: 20, property: bytesAnywhere },
  { name: 'records in another order, twice, with other times', runs: 15, property: wholeRecords },
  { name: 'the end cut off', runs: 15, property: endCutOff },
  { name: 'rows of any content through small tables', runs: 40, property: rowsAnyhow },
]
