const space = 32
const lineFeed = 10
const carriageReturn = 13
const opening = 60
/** A message longer than this is passed over and counted; the same bound as for lines. */
const longest = 1 << 20
/** Digits of the longest count. */
const mostDigits = 7

/** Where `OctetCutter` puts whole messages: `bytes[from, to)`, valid until it returns. */
export interface Messages {
  message(bytes: Uint8Array, from: number, to: number): void
  /** Bytes that are no message: how many, and why. */
  damage(at: number, reason: string): void
}

/** What a stream does next; see `OctetCutter`. */
const Framing = { counted: 1, line: 2, unknown: 3 } as const

/**
 * Cuts a syslog stream over TCP into messages (RFC 6587): by octet counts (`52 <34>1 …`), or by line feeds (and NUL, which some
 * send) where a message does not begin with a count; one stream may mix both. Nothing is copied: it is given a window and
 * says how much of it was consumed; what is left is to be given again with more behind it.
 *
 * hot: no allocation per event.
 */
export class OctetCutter {
  readonly #messages: Messages
  /** Bytes of an overlong message that are still to be passed over; -1: up to the next line feed. */
  #skip = 0

  constructor(messages: Messages) {
    this.#messages = messages
  }

  /** @param last nothing follows: what is left is a message that was cut off @returns bytes consumed */
  push(bytes: Uint8Array, to: number, last: boolean): number {
    let at = this.#passOver(bytes, 0, to)
    while (at < to) {
      const next = this.#one(bytes, at, to, last)
      if (next === at) break
      at = next
    }
    return at
  }

  #one(bytes: Uint8Array, at: number, to: number, last: boolean): number {
    if (bytes[at] === lineFeed || bytes[at] === carriageReturn || bytes[at] === 0) return at + 1
    const framing = framingAt(bytes, at, to)
    if (framing === Framing.unknown && !last) return at
    return framing === Framing.counted ? this.#counted(bytes, at, to, last) : this.#line(bytes, at, to, last)
  }

  #counted(bytes: Uint8Array, at: number, to: number, last: boolean): number {
    let count = 0
    let i = at
    for (; bytes[i] !== space; i++) count = count * 10 + bytes[i]! - 48
    const start = i + 1
    const end = start + count
    if (count > longest) {
      this.#messages.damage(at, 'message longer than 1 MiB')
      this.#skip = end - at
      return this.#passOver(bytes, at, to)
    }
    if (end <= to) {
      this.#messages.message(bytes, start, trimmed(bytes, start, end))
      return end
    }
    if (!last) return at
    this.#messages.damage(at, 'the stream ends in the middle of a message')
    return to
  }

  #line(bytes: Uint8Array, at: number, to: number, last: boolean): number {
    let end = at
    while (end < to && bytes[end] !== lineFeed && bytes[end] !== 0) end++
    if (end === to && !last) {
      if (end - at <= longest) return at
      this.#skip = -1
      this.#messages.damage(at, 'message longer than 1 MiB')
      return to
    }
    if (end - at > longest) this.#messages.damage(at, 'message longer than 1 MiB')
    else this.#messages.message(bytes, at, trimmed(bytes, at, end))
    return Math.min(to, end + 1)
  }

  #passOver(bytes: Uint8Array, at: number, to: number): number {
    if (this.#skip === 0) return at
    if (this.#skip > 0) {
      const passed = Math.min(this.#skip, to - at)
      this.#skip -= passed
      return at + passed
    }
    let i = at
    while (i < to && bytes[i] !== lineFeed) i++
    if (i < to) this.#skip = 0
    return Math.min(to, i + 1)
  }
}

/** Whether a count and a message's `<` stand at `at`. */
function framingAt(bytes: Uint8Array, at: number, to: number): number {
  let i = at
  while (i < to && i - at <= mostDigits && bytes[i]! >= 48 && bytes[i]! <= 57) i++
  if (i === at || bytes[at] === 48 || i - at > mostDigits) return Framing.line
  if (i >= to) return Framing.unknown
  if (bytes[i] !== space) return Framing.line
  if (i + 1 >= to) return Framing.unknown
  return bytes[i + 1] === opening ? Framing.counted : Framing.line
}

function trimmed(bytes: Uint8Array, from: number, to: number): number {
  let end = to
  while (end > from && (bytes[end - 1] === lineFeed || bytes[end - 1] === carriageReturn || bytes[end - 1] === 0)) end--
  return end
}
