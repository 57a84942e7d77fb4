import assert from 'node:assert/strict'
import { test } from 'node:test'
import { upperBound } from '../bench/simulate/bound.ts'
import { daysOf, merge, newTally, simulate } from '../bench/simulate/population.ts'
import { roles } from '../bench/simulate/roles.ts'

test('the upper bound is that of Clopper and Pearson', () => {
  // 1 - 0.05^(1/n) for none; the others from the beta quantile qbeta(0.95, k + 1, n - k)
  assert.ok(Math.abs(upperBound(0, 1000) - (1 - 0.05 ** (1 / 1000))) < 1e-12)
  assert.ok(Math.abs(upperBound(1, 10) - 0.394163302) < 1e-8)
  assert.ok(Math.abs(upperBound(5, 1000) - 0.010484077) < 1e-8)
  assert.equal(upperBound(7, 7), 1)
})

test('the benign population is hard for the textbook random walk, and the same seed gives the same days', () => {
  const [once, again] = [newTally(), newTally()]
  for (const [place, role] of roles.entries()) {
    merge(once, simulate(role, daysOf(role, 4000), place))
    merge(again, simulate(role, daysOf(role, 4000), place))
  }
  assert.deepEqual(once, again)
  assert.ok(once.walk / once.days >= 0.04, `${once.walk} of ${once.days} accused`)
})
