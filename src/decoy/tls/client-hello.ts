/** What a TLS client says first (RFC 8446 section 4.1.2), as far as fingerprints need it. */
export interface ClientHello {
  /** The version of the handshake's head. */
  readonly legacyVersion: number
  readonly ciphers: readonly number[]
  readonly extensions: readonly number[]
  readonly groups: readonly number[]
  readonly pointFormats: readonly number[]
  readonly signatures: readonly number[]
  /** From the extension; empty where there is none. */
  readonly versions: readonly number[]
  readonly protocols: readonly string[]
  readonly serverName: string
}

const handshake = 22
const clientHello = 1
const longestHello = 16_384

/**
 * Reads the hello out of TLS records, which may cut it anywhere.
 * @returns undefined where more must come, `none` where it is no hello
 */
export function readClientHello(bytes: Buffer): ClientHello | 'none' | undefined {
  const message: Buffer[] = []
  let have = 0
  for (let at = 0; ; ) {
    const head = have >= 4 ? Buffer.concat(message) : undefined
    if (head !== undefined) {
      const length = head.readUIntBE(1, 3)
      if (head[0] !== clientHello || length > longestHello) return 'none'
      if (head.length >= 4 + length) return parseHello(new Cursor(head.subarray(4, 4 + length)))
    }
    if (bytes.length < at + 5) return bytes.length > at && bytes[at] !== handshake ? 'none' : undefined
    const size = bytes.readUInt16BE(at + 3)
    if (bytes[at] !== handshake || bytes[at + 1] !== 3 || size === 0 || size > longestHello) return 'none'
    if (bytes.length < at + 5 + size) return undefined
    message.push(bytes.subarray(at + 5, at + 5 + size))
    have += size
    at += 5 + size
  }
}

function parseHello(hello: Cursor): ClientHello | 'none' {
  const legacyVersion = hello.number(2)
  hello.skip(32)
  hello.block(1)
  const ciphers = hello.block(2).numbers(2)
  hello.block(1)
  const lists = {
    groups: [] as number[],
    pointFormats: [] as number[],
    signatures: [] as number[],
    versions: [] as number[],
  }
  const extensions: number[] = []
  let protocols: string[] = []
  let serverName = ''
  for (const rest = hello.block(2); rest.left >= 4 && !rest.isShort; ) {
    const type = rest.number(2)
    const body = rest.block(2)
    extensions.push(type)
    if (type === 0) serverName = nameIn(body.block(2))
    else if (type === 10) lists.groups = body.block(2).numbers(2)
    else if (type === 11) lists.pointFormats = body.block(1).numbers(1)
    else if (type === 13) lists.signatures = body.block(2).numbers(2)
    else if (type === 16) protocols = textsIn(body.block(2))
    else if (type === 43) lists.versions = body.block(1).numbers(2)
  }
  return hello.isShort ? 'none' : { legacyVersion, ciphers, extensions, protocols, serverName, ...lists }
}

function nameIn(list: Cursor): string {
  list.skip(1)
  return list.block(2).text()
}

function textsIn(list: Cursor): string[] {
  const texts: string[] = []
  while (list.left > 0 && texts.length < 64) texts.push(list.block(1).text())
  return texts
}

/** Reads forward; past the end everything is zero or empty, and `isShort`. */
class Cursor {
  readonly #bytes: Buffer
  #at = 0
  isShort = false

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  get left(): number {
    return this.#bytes.length - this.#at
  }

  skip(count: number): void {
    if (count > this.left) this.isShort = true
    this.#at = Math.min(this.#bytes.length, this.#at + count)
  }

  number(size: 1 | 2): number {
    const from = this.#at
    this.skip(size)
    return this.#at - from === size ? this.#bytes.readUIntBE(from, size) : 0
  }

  /** What stands behind a length of so many bytes. */
  block(size: 1 | 2): Cursor {
    const length = this.number(size)
    const from = this.#at
    this.skip(length)
    return new Cursor(this.#bytes.subarray(from, this.#at))
  }

  numbers(size: 1 | 2): number[] {
    const numbers: number[] = []
    while (this.left >= size) numbers.push(this.number(size))
    return numbers
  }

  text(): string {
    return this.#bytes.toString('latin1', this.#at)
  }
}
