import type { DecisionKind } from '../../../src/case/case.ts'

/** What the truth asks for: `leave` is met by closing and by watching, `close` (a declared scan) by closing alone. */
export type Wanted = 'escalate' | 'leave' | 'close'

/** One decision beside what should have been decided. */
export interface Judgement {
  /** The part of the evaluation set. */
  readonly set: string
  readonly name: string
  readonly wanted: Wanted
  /** What the scan alone asks for, whatever followed it. */
  readonly alone: Wanted
  readonly decision: DecisionKind
  readonly rule: string
  readonly confidence: number
  /** Whether what the rule says happened did happen: an attack (E3), a system that was taken (E4); true of other rules. */
  readonly founded: boolean
}

/** Decisions on inputs whose truth is known, and scans that made no case, of which there is no decision to judge. */
export interface Judged {
  readonly judgements: readonly Judgement[]
  readonly missed: readonly string[]
}

/** Decisions counted together. */
export interface Bin {
  readonly count: number
  readonly right: number
  /** Bounds of the share that is right, 95 %. */
  readonly low: number
  readonly high: number
  /** Mean confidence. */
  readonly said: number
  /** Right, and for the reason that is given. */
  readonly borneOut: number
}

/** Right by the decision alone: whether the case was put where it belongs. */
export function isRight({ wanted, decision }: Judgement): boolean {
  return wanted === 'leave' ? decision !== 'escalate' : decision === wanted
}

export function binOf(judgements: readonly Judgement[]): Bin {
  const count = judgements.length
  const rightly = judgements.filter(isRight)
  const [low, high] = wilson(rightly.length, count)
  const said = judgements.reduce((sum, { confidence }) => sum + confidence, 0) / count
  return { count, right: rightly.length, low, high, said, borneOut: rightly.filter(({ founded }) => founded).length }
}

/** Decisions by tenths of confidence (0.9 to 1 is the last), lowest first; empty ones are left out. */
export function byTenth(judgements: readonly Judgement[]): Map<number, Judgement[]> {
  const tenths = Map.groupBy(judgements, ({ confidence }) => Math.min(9, Math.floor(10 * confidence + 1e-9)))
  return new Map([...tenths].sort(([x], [y]) => x - y))
}

/** Expected calibration error: the mean over decisions of how far the share right in a tenth is from what was said there. */
export function calibrationError(judgements: readonly Judgement[]): number {
  let sum = 0
  for (const members of byTenth(judgements).values()) {
    const { count, right, said } = binOf(members)
    sum += Math.abs(right - count * said)
  }
  return sum / judgements.length
}

/** Brier (1950): mean squared difference of confidence and outcome. */
export function brierScore(judgements: readonly Judgement[]): number {
  return judgements.reduce((sum, one) => sum + (one.confidence - Number(isRight(one))) ** 2, 0) / judgements.length
}

/**
 * Wilson (1927): the interval of a share of `n` of which `k` were seen.
 * @param z normal deviate; 1.96 for 95 %
 */
export function wilson(k: number, n: number, z = 1.96): readonly [low: number, high: number] {
  if (n === 0) return [0, 1]
  const p = k / n
  const middle = (p + (z * z) / (2 * n)) / (1 + (z * z) / n)
  const half = (z / (1 + (z * z) / n)) * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n))
  return [Math.max(0, middle - half), Math.min(1, middle + half)]
}
