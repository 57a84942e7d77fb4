/**
 * Places on a Hilbert curve, as `src/report/html/hilbert.ts` draws it (a test holds both to the same picture): every aligned block of 4^k
 * is a square. Two bits a step through the four orientations of the curve, because a million places are asked for at once.
 */

/** For each orientation: the quarter (2y + x) of each pair of index bits, and the orientation inside it. */
const quarter = Uint8Array.of(0, 2, 3, 1, 0, 1, 3, 2, 3, 1, 0, 2, 3, 2, 0, 1)
const inside = Uint8Array.of(1, 0, 0, 3, 0, 1, 1, 2, 3, 2, 2, 1, 2, 3, 3, 0)
/** The other way round: the pair of index bits of each quarter. */
const pair = new Uint8Array(16)
for (let i = 0; i < 16; i++) pair[(i & 12) | (quarter[i] as number)] = i & 3

/** 2^bits cells: a square, or two squares side by side. */
export function curveSize(bits: number): { readonly width: number; readonly height: number } {
  const height = 2 ** Math.floor(bits / 2)
  return { width: bits % 2 === 0 ? height : 2 * height, height }
}

/** Where an index stands, as `y * width + x`. @param bits at most 24 */
export function pixelOf(bits: number, index: number): number {
  const levels = bits >> 1
  const { width, height } = curveSize(bits)
  let orientation = 0
  let [x, y] = [0, 0]
  for (let level = levels - 1; level >= 0; level--) {
    const at = (orientation << 2) | ((index >>> (2 * level)) & 3)
    const place = quarter[at] as number
    x = (x << 1) | (place & 1)
    y = (y << 1) | (place >> 1)
    orientation = inside[at] as number
  }
  return y * width + x + (index >>> (2 * levels)) * height
}

/** The index at a place. */
export function indexAt(bits: number, x: number, y: number): number {
  const levels = bits >> 1
  const side = 1 << levels
  let orientation = 0
  let index = x >= side ? 1 : 0
  const inSquare = x & (side - 1)
  for (let level = levels - 1; level >= 0; level--) {
    const place = (((y >>> level) & 1) << 1) | ((inSquare >>> level) & 1)
    const bitsHere = pair[(orientation << 2) | place] as number
    index = index * 4 + bitsHere
    orientation = inside[(orientation << 2) | bitsHere] as number
  }
  return index
}
