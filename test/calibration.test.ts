/**
 * Confidence is calibrated: of the decisions given with confidence c, the share that is right is about c. A small part of the
 * evaluation set (docs/evaluation.md, "Decisions"), of seeds that the confidences were not set by.
 */
import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { type Tried, tryAftermath } from '../bench/evaluate/decisions/aftermaths.ts'
import {
  binOf,
  brierScore,
  byTenth,
  calibrationError,
  isRight,
  type Judgement,
  wilson,
} from '../bench/evaluate/decisions/reliability.ts'

const seeds = Array.from({ length: 100 }, (_, n) => 2002 + 2 * n)

/** Measured: 0.023 here, 0.014 over 400 seeds; with the confidences before they were set so, 0.073. */
const mostError = 0.05
/** Some fourteen groups are asked at once, so that each gets the interval of 99.7 %. */
const deviate = 3

describe('of made-up aftermaths', () => {
  const tried: Tried[] = []
  let judgements: readonly Judgement[] = []

  before(async () => {
    for (const seed of seeds) tried.push(await tryAftermath(seed))
    judgements = tried.flatMap((one) => one.judgements)
  })

  test('each sweep makes a case, and every kind of scanner was drawn', () => {
    for (const { judgements: made, aftermath } of tried) assert.ok(made.length > 0, `seed ${aftermath.seed}`)
    assert.equal(new Set(tried.map(({ aftermath }) => aftermath.scanner.name)).size, 7)
  })

  test('the expected calibration error is small', () => {
    const error = calibrationError(judgements)
    assert.ok(error < mostError, `${error}`)
  })

  test('each rule and each tenth of confidence is right at least about as often as it says', () => {
    const groups = [...Map.groupBy(judgements, ({ rule }) => rule), ...byTenth(judgements)]
    assert.ok(groups.length >= 10)
    for (const [name, members] of groups) {
      const { said, count, right } = binOf(members)
      const [, high] = wilson(right, count, deviate)
      assert.ok(said <= high, `${name}: says ${said.toFixed(2)}, ${right} of ${count} are right`)
    }
  })
})

describe('the measures', () => {
  const one = (confidence: number, isFine: boolean): Judgement => ({
    ...{ set: 's', name: 'n', rule: 'E1', confidence, founded: true },
    ...{ wanted: 'escalate', alone: 'escalate', decision: isFine ? 'escalate' : 'monitor' },
  })

  test('error and score are 0 of sure ones that are right, 1 of sure ones that are wrong', () => {
    assert.equal(calibrationError([one(1, true)]), 0)
    assert.equal(brierScore([one(1, true)]), 0)
    assert.equal(calibrationError([one(1, false)]), 1)
    assert.equal(brierScore([one(1, false)]), 1)
  })

  test('of two at 0.75 of which one is right, the error is 0.25; the interval is that of Wilson', () => {
    const two = [one(0.75, true), one(0.75, false)]
    assert.equal(calibrationError(two), 0.25)
    const { low, high } = binOf(two)
    assert.deepEqual([low.toFixed(3), high.toFixed(3)], ['0.095', '0.905'])
  })

  test('where nothing is to be escalated, watching is right as well as closing; a declared scan is to be closed', () => {
    const leave = { ...one(0.9, true), wanted: 'leave' as const }
    assert.deepEqual(
      (['close', 'monitor', 'escalate'] as const).map((decision) => isRight({ ...leave, decision })),
      [true, true, false],
    )
    assert.equal(isRight({ ...leave, wanted: 'close', decision: 'monitor' }), false)
  })
})
