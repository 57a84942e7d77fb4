import { ascii, equals } from '../base/ascii.ts'

const quote = 34
const backslash = 92
const newline = 10
const openObject = 123
const closeObject = 125
const openArray = 91
const closeArray = 93
const space = 32

/** Keys under which exporters put their records: `{"records":[{…},{…}]}`. */
const wrapperKeys = ['records', 'Records', 'value', 'entries', 'items', 'logEvents'].map(ascii)

/** What `next` found. `none`: more bytes are needed. `garbage`: bytes that are no object, up to the end of their line. */
export const Cut = { none: 0, object: 1, garbage: 2 } as const

/**
 * Cuts a stream of JSON objects, whatever stands between them: one a line, one after the other, in an array, or in an array
 * inside one object (`{"records":[…]}`), on one line or many. What cannot be an object is given up at the end of its line, so
 * that damage costs the records it hits and no more. It remembers where it stood when an object is not whole yet.
 *
 * hot: no allocation per event.
 */
export class JsonObjects {
  /** The object or garbage that `next` found. */
  from = 0
  to = 0
  /** Depth inside an object that is not whole yet; 0 between objects. */
  #depth = 0
  #isQuoted = false
  /** How far the object that is not whole yet was looked at, from its beginning. */
  #looked = 0
  /** The last byte that is no blank, in the object being looked at. */
  #before = 0
  /** Where the last string at the object's own level stands (a key, or a value), from its beginning. */
  #keyFrom = 0
  #keyTo = 0
  /** The records stand in an array of an object, whose rest follows them. */
  #isWrapped = false
  /** After the records, the rest of the object around them is passed over. */
  #isTail = false

  /** Finds the next object in `bytes[at, to)`; `from` says how far bytes are done with where there is none. */
  next(bytes: Uint8Array, at: number, to: number, last: boolean): number {
    let i = this.#looked > 0 ? at : this.#between(bytes, at, to)
    while (i < to) {
      this.from = i
      if (this.#looked === 0) {
        if (bytes[i] !== openObject) return this.#garbage(bytes, i, to, last)
        this.#start()
      }
      const found = this.#scan(bytes, i, to, last)
      if (found !== unwrapped) return found
      i = this.#between(bytes, this.to, to)
    }
    this.from = i
    return Cut.none
  }

  #start(): void {
    this.#depth = 0
    this.#isQuoted = false
    this.#before = 0
    this.#keyFrom = this.#keyTo = 0
  }

  /** Passes over blanks, commas and array brackets between objects, and over what follows the records in their wrapper. */
  #between(bytes: Uint8Array, at: number, to: number): number {
    let i = at
    while (i < to) {
      if (this.#isTail) {
        i = this.#passTail(bytes, i, to)
        if (this.#isTail) return i
        continue
      }
      const byte = bytes[i]!
      if (byte === closeArray && this.#isWrapped) {
        this.#isTail = true
        this.#isQuoted = false
        this.#depth = 0
      } else if (byte > space && byte !== 44 && byte !== openArray && byte !== closeArray && !isMark(byte)) break
      i++
    }
    return i
  }

  /** What follows the records in the object around them, up to its end. @returns how far it was passed over */
  #passTail(bytes: Uint8Array, at: number, to: number): number {
    for (let i = at; i < to; i++) {
      const byte = bytes[i]
      if (this.#isQuoted) {
        if (byte === backslash && i + 1 === to) return i
        if (byte === backslash) i++
        else if (byte === quote) this.#isQuoted = false
      } else if (byte === quote) this.#isQuoted = true
      else if (byte === openObject || byte === openArray) this.#depth++
      else if (byte === closeArray && this.#depth > 0) this.#depth--
      else if (byte === closeObject && this.#depth-- === 0) {
        this.#isTail = this.#isWrapped = false
        this.#depth = 0
        return i + 1
      }
    }
    return to
  }

  /** Not an object: up to the end of the line. */
  #garbage(bytes: Uint8Array, at: number, to: number, last: boolean): number {
    const end = indexOf(bytes, at, to, newline)
    if (end < 0 && !last && to - at < 1 << 20) return Cut.none
    this.to = end < 0 ? to : end
    return Cut.garbage
  }

  #scan(bytes: Uint8Array, start: number, to: number, last: boolean): number {
    for (let i = start + this.#looked; i < to; i++) {
      const byte = bytes[i]!
      if (this.#isQuoted) {
        if (byte === backslash) {
          if (i + 1 >= to && !last) return this.#wait(i - start)
          i++
        } else if (byte === quote) {
          this.#isQuoted = false
          this.#before = quote
          if (this.#depth === 1) this.#keyTo = i - start
        } else if (byte === newline) return this.#broken(i)
        continue
      }
      if (byte <= space) {
        // An object that begins a line where no value can stand: the one before it was cut off.
        if (byte === newline && bytes[i + 1] === openObject && !this.#awaitsValue()) return this.#broken(i)
        continue
      }
      if (byte === quote) {
        this.#isQuoted = true
        if (this.#depth === 1) this.#keyFrom = i - start + 1
      } else if (byte === openObject || byte === openArray) {
        if (
          byte === openObject &&
          this.#depth === 2 &&
          this.#before === openArray &&
          !this.#isWrapped &&
          this.#isWrapper(bytes, start)
        ) {
          return this.#unwrap(i)
        }
        this.#depth++
      } else if ((byte === closeObject || byte === closeArray) && --this.#depth === 0) {
        this.#looked = 0
        this.to = i + 1
        return Cut.object
      }
      this.#before = byte
    }
    if (!last) return this.#wait(to - start)
    this.#looked = 0
    this.to = to
    return Cut.garbage
  }

  #wait(looked: number): number {
    this.#looked = looked
    return Cut.none
  }

  #broken(at: number): number {
    this.#looked = 0
    this.to = at
    return Cut.garbage
  }

  #awaitsValue(): boolean {
    return this.#before === 44 || this.#before === 58 || this.#before === openArray
  }

  #isWrapper(bytes: Uint8Array, start: number): boolean {
    for (let k = 0; k < wrapperKeys.length; k++) {
      if (equals(bytes, start + this.#keyFrom, start + this.#keyTo, wrapperKeys[k]!)) return true
    }
    return false
  }

  /** The object is around records, the first of which begins at `at`. */
  #unwrap(at: number): number {
    this.#looked = 0
    this.#isWrapped = true
    this.to = at
    return unwrapped
  }
}

/** From `#scan`: what was being looked at is around records. */
const unwrapped = 3

/** A byte of UTF-8's byte order mark. */
function isMark(byte: number): boolean {
  return byte === 0xef || byte === 0xbb || byte === 0xbf
}

function indexOf(bytes: Uint8Array, from: number, to: number, byte: number): number {
  for (let i = from; i < to; i++) if (bytes[i] === byte) return i
  return -1
}

/**
 * Makes blanks of the line breaks between the tokens of an object, where they stand: the scanners of JSON read single lines.
 * Inside strings there are none.
 */
export function joinLines(bytes: Uint8Array, from: number, to: number): void {
  for (let i = from; i < to; i++) if (bytes[i] === newline || bytes[i] === 13) bytes[i] = space
}
