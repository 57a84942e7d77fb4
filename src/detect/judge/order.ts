import type { OrderKind } from '../finding.ts'

/**
 * The order in which a source visits addresses. Under chance, a step to the very next address has probability about
 * 1/M in a block of M; sequences of such steps prove a sweep within a handful of probes. ZMap visits addresses as
 * x -> g x mod p (Durumeric 2013; zmap/src/cyclic.c): the ratio of neighbours mod p repeats.
 * Algorithms and their powers: ARCHITECTURE.md, "Order".
 */
export interface Order {
  readonly kind: OrderKind
  /** Chance of an order at least as regular in a random visit, over all the tests tried. */
  readonly p: number
}

/** Primes of ZMap's cyclic groups; a scan of n targets uses the first above n. */
const primes = [257, 65537, 16777259]
const tests = 5

/**
 * Classifies a sequence of distinct addresses, given as positions (any common origin), in the order of first contact.
 * @param block how many addresses chance would choose from; at least 256 is assumed
 * @param base the block's first position, for the cyclic test (index = position - base)
 */
export function classifyOrder(positions: readonly number[], block: number, base?: number): Order {
  const n = positions.length - 1
  if (n < 2) return { kind: 'unknown', p: 1 }
  const size = Math.max(256, block)
  const steps = countSteps(positions)
  // Neighbours that are all visited anyway follow each other by chance as well: the visited set is the null where it is small.
  const one = Math.max(1 / (size - 1), 2 / positions.length)
  const run = (longest: number) => (longest < 3 ? 1 : n * (1 / (size - 1)) ** longest)
  const candidates: Order[] = [
    { kind: 'sequential', p: Math.min(binomialTail(steps.forward, n, one), run(steps.longestForward)) },
    { kind: 'reverse', p: Math.min(binomialTail(steps.backward, n, one), run(steps.longestBackward)) },
    { kind: 'strided', p: steps.stride === 0 ? 1 : binomialTail(steps.strideCount - 1, n - 1, one) },
    { kind: steps.near, p: binomialTail(steps.nearby, n, chanceOfNearby(positions)) },
  ]
  if (base !== undefined) candidates.push({ kind: 'permuted', p: cyclicChance(positions, base, size) })
  let best = candidates[0] as Order
  for (const candidate of candidates) if (candidate.p < best.p) best = candidate
  const p = Math.min(1, best.p * tests)
  if (p < 1e-5) return { kind: best.kind, p }
  return { kind: n >= 7 ? 'random' : 'unknown', p }
}

interface Steps {
  forward: number
  backward: number
  longestForward: number
  longestBackward: number
  nearby: number
  near: OrderKind
  stride: number
  strideCount: number
}

/** A step of at most this many addresses is a step to a neighbour. */
const near = 4
/** A step of fewer stays in the neighbourhood. */
const local = 256

function countSteps(positions: readonly number[]): Steps {
  const steps: Steps = {
    forward: 0,
    backward: 0,
    longestForward: 0,
    longestBackward: 0,
    nearby: 0,
    near: 'sequential',
    stride: 0,
    strideCount: 0,
  }
  let net = 0
  let up = 0
  let down = 0
  const strides = new Map<number, number>()
  for (let i = 1; i < positions.length; i++) {
    const step = (positions[i] as number) - (positions[i - 1] as number)
    up = step === 1 ? up + 1 : 0
    down = step === -1 ? down + 1 : 0
    if (step === 1) steps.forward++
    if (step === -1) steps.backward++
    steps.longestForward = Math.max(steps.longestForward, up)
    steps.longestBackward = Math.max(steps.longestBackward, down)
    if (Math.abs(step) <= near) {
      steps.nearby++
      net += Math.sign(step)
    } else if (strides.size < 4096) strides.set(step, (strides.get(step) ?? 0) + 1)
  }
  for (const [step, count] of strides)
    if (count > steps.strideCount) Object.assign(steps, { stride: step, strideCount: count })
  if (net < 0) steps.near = 'reverse'
  return steps
}

/** The share of pairs of visited addresses that are neighbours: what a visit of them in random order would show. */
function chanceOfNearby(positions: readonly number[]): number {
  const sorted = [...positions].sort((x, y) => x - y)
  let pairs = 0
  let from = 0
  for (let to = 1; to < sorted.length; to++) {
    while ((sorted[to] as number) - (sorted[from] as number) > near) from++
    pairs += to - from
  }
  const all = (sorted.length * (sorted.length - 1)) / 2
  return Math.max(pairs / all, 1 / 256)
}

/** Chance that the most common ratio x[i+L]/x[i] mod p of neighbours is as common as seen, L = 1..4. */
function cyclicChance(positions: readonly number[], base: number, size: number): number {
  const p = primes.find((prime) => prime > size)
  if (p === undefined || positions.length < 6) return 1
  const n = Math.min(positions.length, 256)
  let best = 1
  for (let lag = 1; lag <= 4; lag++) {
    const counts = new Map<number, number>()
    let most = 0
    for (let i = 0; i + lag < n; i++) {
      const from = (positions[i] as number) - base + 1
      const to = (positions[i + lag] as number) - base + 1
      if (from < 1 || to < 1 || from >= p || to >= p) continue
      const ratio = Number((BigInt(to) * inverse(BigInt(from), BigInt(p))) % BigInt(p))
      const count = (counts.get(ratio) ?? 0) + 1
      counts.set(ratio, count)
      if (count > most) most = count
    }
    // The first of the equal ratios is free: it names the value the others must hit.
    best = Math.min(best, binomialTail(most - 1, n - lag - 1, 1 / (p - 1)) * 4 * n)
  }
  return best
}

function inverse(value: bigint, prime: bigint): bigint {
  let [a, b, x, y] = [value % prime, prime, 1n, 0n]
  while (a > 1n) {
    const quotient = a / b
    ;[a, b, x, y] = [b, a % b, y, x - quotient * y]
  }
  return x < 0n ? x + prime : x
}

/** P(X >= k) for X ~ Binomial(n, p), by summing terms in the log domain; tiny values underflow to 5e-324, never to 0. */
export function binomialTail(k: number, n: number, p: number): number {
  if (k <= 0) return 1
  if (k > n || p <= 0) return k > n ? 0 : Number.MIN_VALUE
  if (p >= 1) return 1
  let term = logChoose(n, k) + k * Math.log(p) + (n - k) * Math.log1p(-p)
  let sum = Math.exp(term)
  for (let i = k; i < n; i++) {
    term += Math.log((n - i) / (i + 1)) + Math.log(p / (1 - p))
    const add = Math.exp(term)
    sum += add
    if (add < sum * 1e-12) break
  }
  return Math.min(1, Math.max(sum, Number.MIN_VALUE))
}

function logChoose(n: number, k: number): number {
  const m = Math.min(k, n - k)
  let sum = 0
  for (let i = 1; i <= m; i++) sum += Math.log((n - m + i) / i)
  return sum
}

/**
 * The same tests, kept up step by step while a source is being judged. The null is a block of 256 for runs of
 * neighbours, and the span visited so far for steps that are merely near. Where a log tells no outcomes, order weighs so much that
 * only steps inside 256 addresses count: networks far from each other say nothing of how the addresses in them follow each other. hot: no allocation per step.
 */
export class RunningOrder {
  #last = 0
  #before = 0
  #n = -1
  #up = 0
  #down = 0
  #longest = 0
  #nearby = 0
  #within = 0
  #isUntold = false
  #repeatedStride = 0
  #low = 0
  #high = 0

  reset(): void {
    this.#isUntold = false
    this.#n = -1
    this.#up = this.#down = this.#longest = this.#nearby = this.#within = this.#repeatedStride = this.#before = 0
  }

  /**
   * Takes up the next new address; returns the chance of what was seen so far, over all tests.
   * @param isUntold the log tells no outcome
   */
  visit(position: number, isUntold: boolean): number {
    if (isUntold) this.#isUntold = true
    this.#n++
    if (this.#n === 0) {
      this.#last = this.#low = this.#high = position
      return 1
    }
    const step = position - this.#last
    this.#last = position
    this.#low = Math.min(this.#low, position)
    this.#high = Math.max(this.#high, position)
    this.#up = step === 1 ? this.#up + 1 : 0
    this.#down = step === -1 ? this.#down + 1 : 0
    this.#longest = Math.max(this.#longest, this.#up, this.#down)
    if (step > -local && step < local) this.#within++
    if (step >= -near && step <= near) this.#nearby++
    else if (step === this.#before) this.#repeatedStride++
    this.#before = step
    return this.#n < 3 ? 1 : this.#chance()
  }

  #chance(): number {
    const n = this.#n
    const run = this.#longest < 3 ? 1 : 2 * n * (1 / 255) ** this.#longest
    const crowded = Math.max(1 / 255, 2 / (n + 1))
    const span = this.#high - this.#low + 1
    const nearby = this.#isUntold
      ? tailBound(this.#nearby, this.#within, Math.min(1, (2 * near) / Math.min(local, span)))
      : tailBound(this.#nearby, n, Math.min(1, (2 * near) / span))
    return Math.min(1, run, tailBound(this.#repeatedStride, n - 1, crowded), nearby)
  }
}

/** An upper bound of the binomial tail (Chernoff with the relative entropy): no loops on the hot path. */
function tailBound(k: number, n: number, p: number): number {
  if (n === 0) return 1
  const f = k / n
  if (f <= p) return 1
  const entropy = f * Math.log(f / p) + (f >= 1 ? 0 : (1 - f) * Math.log((1 - f) / (1 - p)))
  return Math.exp(-n * entropy)
}
