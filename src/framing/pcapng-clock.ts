import { read32 } from './read32.ts'

const WORD = 2 ** 32

/**
 * Turns the two words of a pcapng timestamp into microseconds since the epoch. A 64-bit count of nanoseconds does not fit
 * a double, so the words are never joined: each is scaled on its own and the sum is rounded once.
 */
export class PcapngClock {
  /** The timestamp read last, in microseconds since the epoch. */
  time = 0
  readonly #isBinary: boolean
  /** Decimal: counts in a microsecond (at least 1), or microseconds in a count. Binary: counts in a microsecond. */
  readonly #perMicrosecond: number
  readonly #offset: number
  readonly #exponent: number

  /**
   * @param resolution the option `if_tsresol`: a negative power of ten, or of two where the top bit is set
   * @param seconds the option `if_tsoffset`
   */
  constructor(resolution: number, seconds: number) {
    const exponent = resolution & 0x7f
    this.#exponent = exponent
    this.#isBinary = (resolution & 0x80) !== 0
    this.#perMicrosecond = this.#isBinary ? 2 ** exponent / 1e6 : 10 ** (exponent - 6)
    this.#offset = seconds * 1e6
  }

  /**
   * Reads the timestamp at `at` into `time`.
   *
   * hot: the result is a field because a returned double may be boxed.
   */
  read(bytes: Uint8Array, at: number, isLittle: boolean): void {
    const high = read32(bytes, at, isLittle)
    const low = read32(bytes, at + 4, isLittle)
    const per = this.#perMicrosecond
    if (this.#isBinary || per < 1 || per > 1e6) {
      this.time = (high / per) * WORD + low / per + this.#offset
      return
    }
    // Exact: the remainder of the high word is below 10^6, so that with the low word it stays below 2^53.
    const whole = Math.floor(high / per)
    this.time = whole * WORD + ((high - whole * per) * WORD + low) / per + this.#offset
  }

  /** The timestamp at `at` in whole nanoseconds since the epoch. Cold: exact, whatever the resolution. */
  nanoseconds(bytes: Uint8Array, at: number, isLittle: boolean): bigint {
    const counts = (BigInt(read32(bytes, at, isLittle)) << 32n) | BigInt(read32(bytes, at + 4, isLittle))
    const inSecond = this.#isBinary ? 1n << BigInt(this.#exponent) : 10n ** BigInt(this.#exponent)
    return (counts * 1_000_000_000n) / inSecond + BigInt(this.#offset) * 1000n
  }
}
