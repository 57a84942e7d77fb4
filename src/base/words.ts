const space = 32

/** Cuts a line into words at blanks: `from[k]`, `to[k]` say where word k stands. Nothing is allocated. */
export class Words {
  readonly from: Int32Array
  readonly to: Int32Array
  /** Words of the line that was cut last, at most `most`. */
  count = 0

  /** @param most words that are kept */
  constructor(most: number) {
    this.from = new Int32Array(most)
    this.to = new Int32Array(most)
  }

  /** @returns the number of words kept */
  cut(bytes: Uint8Array, from: number, to: number): number {
    const most = this.from.length
    let k = 0
    let i = from
    while (k < most) {
      while (i < to && bytes[i] === space) i++
      if (i >= to) break
      this.from[k] = i
      while (i < to && bytes[i] !== space) i++
      this.to[k++] = i
    }
    this.count = k
    return k
  }
}
