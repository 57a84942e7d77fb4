/** Numbers in a typed array that grows by doubling. */
export class Growing<Numbers extends Uint8Array | Uint32Array | Float32Array | Float64Array> {
  #numbers: Numbers
  readonly #make: (length: number) => Numbers
  size = 0

  constructor(make: (length: number) => Numbers) {
    this.#make = make
    this.#numbers = make(64)
  }

  push(number: number): void {
    if (this.size === this.#numbers.length) {
      const larger = this.#make(2 * this.size)
      larger.set(this.#numbers)
      this.#numbers = larger
    }
    this.#numbers[this.size++] = number
  }

  /** What was pushed; a view that later pushes may leave behind. */
  numbers(): Numbers {
    return this.#numbers.subarray(0, this.size) as Numbers
  }
}

/** A property of entries, most of which may have none (0): until the first that has one it takes no space. */
export class Column<Numbers extends Uint8Array | Uint32Array | Float32Array | Float64Array> {
  #growing: Growing<Numbers> | undefined
  readonly #make: (length: number) => Numbers

  constructor(make: (length: number) => Numbers) {
    this.#make = make
  }

  /** Entries are set in ascending order. */
  set(entry: number, value: number): void {
    if (value === 0) return
    this.#growing ??= new Growing(this.#make)
    while (this.#growing.size < entry) this.#growing.push(0)
    this.#growing.push(value)
  }

  get(entry: number): number {
    const growing = this.#growing
    return growing === undefined || entry >= growing.size ? 0 : (growing.numbers()[entry] as number)
  }
}
