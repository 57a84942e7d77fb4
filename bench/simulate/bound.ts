/**
 * The one-sided upper 95 % bound of Clopper and Pearson (1934) for k events in n trials: the rate at which seeing k or
 * fewer has a chance of 5 %. For k = 0 it is 1 - 0.05^(1/n), about 3/n.
 */
export function upperBound(k: number, n: number): number {
  if (k >= n) return 1
  let low = k / n
  let high = 1
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2
    if (chanceOfAtMost(k, n, middle) > 0.05) low = middle
    else high = middle
  }
  return high
}

/** P(X <= k) of the binomial distribution, summed from the largest term down until the rest does not matter. */
function chanceOfAtMost(k: number, n: number, p: number): number {
  const odds = p / (1 - p)
  let term = Math.exp(
    logFactorial(n) - logFactorial(k) - logFactorial(n - k) + k * Math.log(p) + (n - k) * Math.log1p(-p),
  )
  let sum = term
  for (let i = k; i > 0 && term > sum * 1e-15; i--) {
    term *= i / ((n - i + 1) * odds)
    sum += term
  }
  return sum
}

/** ln n!, by Stirling's series above 20. */
function logFactorial(n: number): number {
  if (n > 20) return n * Math.log(n) - n + 0.5 * Math.log(2 * Math.PI * n) + 1 / (12 * n) - 1 / (360 * n ** 3)
  let product = 1
  for (let i = 2; i <= n; i++) product *= i
  return Math.log(product)
}
