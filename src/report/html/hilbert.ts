/**
 * Where an index stands on a Hilbert curve: neighbours in the index are neighbours in the picture, and every aligned
 * block of 4^k is a square. 2^n cells fill a square when n is even, two squares side by side when it is odd.
 */
export interface Curve {
  readonly width: number
  readonly height: number
  place(index: number): readonly [x: number, y: number]
}

/** @param bits the curve has 2^bits cells; at most 24 */
export function hilbertCurve(bits: number): Curve {
  const side = 2 ** Math.floor(bits / 2)
  const squares = bits % 2 === 0 ? 1 : 2
  return {
    width: side * squares,
    height: side,
    place(index) {
      const square = Math.floor(index / (side * side))
      const [x, y] = walk(side, index - square * side * side)
      return [x + square * side, y]
    },
  }
}

/** Index to (x, y) inside one square (Hilbert 1891; the bit method of Butz 1971). */
function walk(side: number, index: number): readonly [number, number] {
  let [x, y, rest] = [0, 0, index]
  for (let size = 1; size < side; size *= 2) {
    const right = 1 & (rest / 2)
    const down = 1 & (rest ^ right)
    if (down === 0) {
      if (right === 1) [x, y] = [size - 1 - x, size - 1 - y]
      ;[x, y] = [y, x]
    }
    x += size * right
    y += size * down
    rest = Math.floor(rest / 4)
  }
  return [x, y]
}
