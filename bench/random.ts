/** A small seeded generator (sfc32, public domain, by Chris Doty-Humphrey): the same seed gives the same numbers on every machine. */
export class Random {
  private a: number
  private b: number
  private c: number
  private d = 1

  constructor(seed: number) {
    this.a = seed | 0
    this.b = 0x9e3779b9 | 0
    this.c = 0x243f6a88 | 0
    for (let i = 0; i < 15; i++) this.word()
  }

  /** 32 random bits, as an unsigned number. */
  word(): number {
    const sum = (this.a + this.b + this.d) | 0
    this.d = (this.d + 1) | 0
    this.a = this.b ^ (this.b >>> 9)
    this.b = (this.c + (this.c << 3)) | 0
    this.c = ((this.c << 21) | (this.c >>> 11)) + sum
    return sum >>> 0
  }

  /** Uniform in [0, 1). */
  unit(): number {
    return this.word() / 0x100000000
  }

  /** Uniform integer in [0, limit). */
  below(limit: number): number {
    return Math.floor(this.unit() * limit)
  }

  chance(probability: number): boolean {
    return this.unit() < probability
  }

  /** Exponentially distributed with the given mean. */
  exponential(mean: number): number {
    return -mean * Math.log(1 - this.unit())
  }

  /** Normal with mean 0 and deviation 1 (Marsaglia's polar method). */
  normal(): number {
    for (;;) {
      const x = 2 * this.unit() - 1
      const s = x * x + (2 * this.unit() - 1) ** 2
      if (s > 0 && s < 1) return x * Math.sqrt((-2 * Math.log(s)) / s)
    }
  }

  /** Gamma with the given shape and scale 1 (Marsaglia and Tsang 2000). */
  gamma(shape: number): number {
    if (shape < 1) return this.gamma(shape + 1) * (1 - this.unit()) ** (1 / shape)
    const d = shape - 1 / 3
    for (;;) {
      const x = this.normal()
      const v = (1 + x / Math.sqrt(9 * d)) ** 3
      if (v > 0 && Math.log(1 - this.unit()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v
    }
  }

  beta(a: number, b: number): number {
    const x = this.gamma(a)
    return x / (x + this.gamma(b))
  }
}
