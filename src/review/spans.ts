/** Inclusive ranges of numbers, sorted, none touching the next: sets of ports, protocols and addresses. */
export type Span<N extends number | bigint> = readonly [from: N, to: N]
export type Spans<N extends number | bigint> = readonly Span<N>[]

/** The set of all numbers in the given ranges, which may overlap and be in any order; those that end before they begin are none. */
export function spansOf<N extends number | bigint>(ranges: readonly Span<N>[]): Spans<N> {
  const sorted = ranges.filter(([from, to]) => from <= to).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
  const joined: [N, N][] = []
  for (const [from, to] of sorted) {
    const last = joined.at(-1)
    if (last === undefined || from > after(last[1])) joined.push([from, to])
    else if (to > last[1]) last[1] = to
  }
  return joined
}

export function intersect<N extends number | bigint>(a: Spans<N>, b: Spans<N>): Spans<N> {
  const common: Span<N>[] = []
  for (let i = 0, k = 0; i < a.length && k < b.length; ) {
    const [one, other] = [a[i] as Span<N>, b[k] as Span<N>]
    const from = one[0] > other[0] ? one[0] : other[0]
    const to = one[1] < other[1] ? one[1] : other[1]
    if (from <= to) common.push([from, to])
    if (one[1] < other[1]) i++
    else k++
  }
  return common
}

/** What of `whole` is not in `taken`. */
export function without<N extends number | bigint>(whole: Spans<N>, taken: Spans<N>): Spans<N> {
  const left: Span<N>[] = []
  let k = 0
  for (const [from, to] of whole) {
    let at = from
    while (k < taken.length && (taken[k] as Span<N>)[1] < at) k++
    for (let j = k; at <= to; j++) {
      const next = taken[j]
      if (next === undefined || next[0] > to) {
        left.push([at, to])
        break
      }
      if (next[0] > at) left.push([at, before(next[0])])
      at = after(next[1])
    }
  }
  return left
}

export function holds<N extends number | bigint>(spans: Spans<N>, number: N): boolean {
  let low = 0
  let high = spans.length - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    const [from, to] = spans[middle] as Span<N>
    if (number < from) high = middle - 1
    else if (number > to) low = middle + 1
    else return true
  }
  return false
}

/** Whether `outer` has all that `inner` has. */
export function covers<N extends number | bigint>(outer: Spans<N>, inner: Spans<N>): boolean {
  let k = 0
  for (const [from, to] of inner) {
    while (k < outer.length && (outer[k] as Span<N>)[1] < from) k++
    const span = outer[k]
    if (span === undefined || span[0] > from || span[1] < to) return false
  }
  return true
}

/** How many numbers there are; of addresses exact up to 2^53. */
export function amount<N extends number | bigint>(spans: Spans<N>): number {
  return spans.reduce((sum, [from, to]) => sum + Number(BigInt(to) - BigInt(from)) + 1, 0)
}

function after<N extends number | bigint>(number: N): N {
  return (typeof number === 'bigint' ? number + 1n : (number as number) + 1) as N
}

function before<N extends number | bigint>(number: N): N {
  return (typeof number === 'bigint' ? number - 1n : (number as number) - 1) as N
}
