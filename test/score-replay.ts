import assert from 'node:assert/strict'
import { dnsTerms } from '../src/detect/dns/terms.ts'
import type { Scan } from '../src/detect/finding.ts'
import { Score, shares } from '../src/detect/judge/score.ts'
import { bonuses, ratios } from '../src/detect/judge/terms.ts'

const allRatios: Readonly<Record<string, number>> = {
  ...ratios,
  ...Object.fromEntries(dnsTerms.map(({ name, ratio }) => [name, ratio])),
}

/** Runs the recursion of `Score` over the recorded steps; every recorded total must come out bit for bit. */
export function replay(scan: Scan): void {
  const { from, omitted, steps } = scan.evidence
  assert.ok(steps.length > 0 && steps.length <= 64)
  // A checkpoint stands for steps left out here, or for what earlier inputs left.
  const earlier = scan.score.terms.some((term) => term.name === 'earlier inputs')
  assert.equal(from.length, omitted > 0 || earlier ? shares.length + 1 : 0)
  const score = new Score()
  if (from.length > 0) {
    score.state.set(from.slice(0, shares.length))
    score.bonuses = from[shares.length] as number
  }
  for (const step of steps) {
    if (step.kind === 'contact') score.contact(step.value)
    else score.bonus(step.value)
    assert.equal(score.total, step.total)
  }
  assert.equal(round3(score.total), scan.score.total)
  assert.ok(score.total >= scan.score.threshold)
  // A divided scan is detected by the lack of collisions, which is no step of the score.
  if (!scan.distributed) assert.equal(steps.at(-1)?.at, scan.detected, 'the last step is the decision')
  assert.ok(steps.every((step) => step.at <= scan.detected))
}

/** Each contact's ratio is the one its term is documented with; a bonus never exceeds its cap. */
export function checkTerms(scan: Scan): void {
  const { omitted, steps } = scan.evidence
  for (const step of steps) {
    if (step.kind === 'contact') assert.equal(step.value, allRatios[step.term], step.term)
    else assert.ok(step.value <= bonuses[step.term as keyof typeof bonuses].nats, step.term)
  }
  const nats = scan.score.terms.reduce((sum, term) => sum + term.nats, 0)
  const rounding = 0.0005 * (scan.score.terms.length + 1)
  assert.ok(Math.abs(nats - scan.score.total) <= rounding + 1e-9, `${nats} nats, total ${scan.score.total}`)
  const here = scan.score.terms.filter((term) => term.name !== 'earlier inputs')
  const count = here.reduce((sum, term) => sum + term.count, 0)
  assert.equal(count, omitted + steps.length)
}

function round3(value: number): number {
  return Math.round(value * 1000) / 1000
}
