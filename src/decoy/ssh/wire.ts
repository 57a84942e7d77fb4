/** Values as SSH writes them (RFC 4251 section 5). */

export function u32(number: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(number >>> 0)
  return bytes
}

export function string(value: Uint8Array | string): Buffer {
  const bytes = typeof value === 'string' ? Buffer.from(value, 'latin1') : value
  return Buffer.concat([u32(bytes.length), bytes])
}

/** A number of 0 or more, given big-endian. */
export function mpint(value: Uint8Array): Buffer {
  let from = 0
  while (from < value.length && value[from] === 0) from++
  const body = value.subarray(from)
  return string(body.length > 0 && (body[0] as number) & 0x80 ? Buffer.concat([Buffer.from([0]), body]) : body)
}

/** Reads values in their order. @throws Error past the end: the session ends, as with any server. */
export class Reader {
  readonly #bytes: Buffer
  #at: number

  constructor(bytes: Buffer, at = 0) {
    this.#bytes = bytes
    this.#at = at
  }

  byte(): number {
    return this.#take(1)[0] as number
  }

  u32(): number {
    return this.#take(4).readUInt32BE(0)
  }

  string(): Buffer {
    return this.#take(this.u32())
  }

  text(): string {
    return this.string().toString()
  }

  skip(count: number): void {
    this.#take(count)
  }

  #take(count: number): Buffer {
    if (count > this.#bytes.length - this.#at) throw new Error('an SSH message that is too short')
    this.#at += count
    return this.#bytes.subarray(this.#at - count, this.#at)
  }
}
