import { Head } from './head.ts'

const places = 16
const longest = 2048
const newline = 10
const groupSeparator = 29
const blank = 32

/** The last SYSCALL records, copied: plain data, so that other threads can be given it. */
interface Remembered {
  readonly bytes: Uint8Array
  readonly lengths: Uint32Array
  readonly serials: Float64Array
  /** How many were ever remembered; the next one's place by it. */
  readonly count: Uint32Array
}

export function startCalls(): Remembered {
  return {
    bytes: new Uint8Array(places * longest),
    lengths: new Uint32Array(places),
    serials: new Float64Array(places).fill(-1),
    count: new Uint32Array(1),
  }
}

/** Finds the SYSCALL record of an event among the last sixteen. Hot: nothing is allocated. */
export class Calls {
  readonly bytes: Uint8Array
  /** Where `find` found one. */
  from = 0
  to = 0
  readonly #kept: Remembered
  readonly #head = new Head()

  constructor(carried: unknown) {
    this.#kept = (carried as Remembered | undefined) ?? startCalls()
    this.bytes = this.#kept.bytes
  }

  /** Keeps the record `line[from, to)`, what is beyond 2 KiB of it aside. */
  remember(line: Uint8Array, from: number, to: number): void {
    const { bytes, lengths, serials, count } = this.#kept
    if (!this.#head.read(line, from, to) || !this.#head.isCall) return
    const place = count[0]! % places
    const length = Math.min(to - this.#head.text, longest)
    for (let i = 0; i < length; i++) {
      const byte = line[this.#head.text + i]!
      // What an enriched record adds stands behind a separator of its own.
      bytes[place * longest + i] = byte === groupSeparator ? blank : byte
    }
    lengths[place] = length
    serials[place] = this.#head.serial
    count[0] = count[0]! + 1
  }

  /** False where the event's record is not among those remembered. */
  find(serial: number): boolean {
    const { lengths, serials } = this.#kept
    for (let place = 0; place < places; place++) {
      if (serials[place] !== serial) continue
      this.from = place * longest
      this.to = this.from + lengths[place]!
      return true
    }
    return false
  }
}

/** Remembers the SYSCALL records of whole lines without decoding the others. */
export function passCalls(state: unknown, bytes: Uint8Array, from: number, to: number): void {
  const calls = new Calls(state)
  for (let at = from; at < to; ) {
    const found = bytes.indexOf(newline, at)
    const newlineAt = found < 0 || found > to ? to : found
    const end = newlineAt > at && bytes[newlineAt - 1] === 13 ? newlineAt - 1 : newlineAt
    calls.remember(bytes, at, end)
    at = newlineAt + 1
  }
}
