/** Collects what a client sends until a service can read it, up to a bound. */
export class Gathered {
  #bytes: Buffer = Buffer.alloc(0)
  readonly #most: number

  /** @param most bytes that are kept waiting */
  constructor(most = 65_536) {
    this.#most = most
  }

  get bytes(): Buffer {
    return this.#bytes
  }

  /** @returns false where more waits than may */
  add(bytes: Buffer): boolean {
    if (this.#bytes.length + bytes.length > this.#most) return false
    this.#bytes = this.#bytes.length === 0 ? bytes : Buffer.concat([this.#bytes, bytes])
    return true
  }

  take(length: number): Buffer {
    const taken = this.#bytes.subarray(0, length)
    this.#bytes = this.#bytes.subarray(length)
    return taken
  }

  /** The next line without its end (LF, CR LF, or CR NUL as Telnet has it); undefined where none is whole. */
  line(): string | undefined {
    const end = this.#bytes.findIndex((byte) => byte === 10 || byte === 13)
    if (end < 0) return undefined
    const next = this.#bytes[end + 1]
    const isPair = this.#bytes[end] === 13 && (next === 10 || next === 0)
    return this.take(end + (isPair ? 2 : 1)).toString('latin1', 0, end)
  }
}
