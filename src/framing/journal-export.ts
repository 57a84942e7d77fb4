import { ascii, equals } from '../base/ascii.ts'

const newline = 10
const equalsSign = 61
/** A field longer than this is damage: journald itself writes none of more than 768 MiB, and no log line comes near. */
const longestField = 16 << 20

/** The fields of an entry that are wanted, by index. */
export const JournalField = { message: 0, time: 1, host: 2, identifier: 3, command: 4 } as const
const names = ['MESSAGE', '__REALTIME_TIMESTAMP', '_HOSTNAME', 'SYSLOG_IDENTIFIER', '_COMM'].map(ascii)

/** What `next` found. `none`: more bytes are needed. `damage`: the entry cannot be read on; it is given up at the next empty line. */
export const Entry = { none: 0, entry: 1, damage: 2 } as const

/**
 * Cuts the export format of the systemd journal (systemd.io, "Journal Export Formats"): fields as `NAME=value` lines, or as
 * `NAME`, a line break, the length in eight bytes, little-endian, the value and a line break where it is not text; an empty line
 * ends an entry.
 *
 * hot: no allocation per event.
 */
export class JournalEntries {
  /** The entry that was found, without the empty line. */
  from = 0
  to = 0
  /** Where the wanted fields' values stand, by `JournalField`; -1 where one is absent. */
  readonly fieldFrom = new Int32Array(names.length)
  readonly fieldTo = new Int32Array(names.length)
  /** Where the next entry begins. */
  end = 0

  /** Finds the entry that begins at `at` in `bytes[at, to)`. */
  next(bytes: Uint8Array, at: number, to: number, last: boolean): number {
    let i = at
    while (i < to && bytes[i] === newline) i++
    this.from = i
    this.fieldFrom.fill(-1)
    while (i < to && bytes[i] !== newline) {
      const end = this.#field(bytes, i, to)
      if (end === 0) return last ? this.#damage(bytes, this.from, to) : Entry.none
      if (end < 0) return this.#damage(bytes, i, to)
      i = end
    }
    if (i >= to && (!last || i === this.from)) return Entry.none
    this.to = i
    this.end = Math.min(to, i + 1)
    return Entry.entry
  }

  /** Reads one field. @returns where the next line begins; 0 where more bytes are needed, -1 where it is damaged */
  #field(bytes: Uint8Array, from: number, to: number): number {
    let i = from
    while (i < to && bytes[i] !== newline && bytes[i] !== equalsSign) i++
    if (i >= to) return 0
    const name = fieldOf(bytes, from, i)
    const isBinary = bytes[i] === newline
    const start = isBinary ? i + 9 : i + 1
    let end = start
    if (isBinary) {
      if (start > to) return 0
      const length = lengthAt(bytes, i + 1)
      if (length < 0) return -1
      end = start + length
      if (end >= to) return 0
      if (bytes[end] !== newline) return -1
    } else {
      while (end < to && bytes[end] !== newline) end++
      if (end >= to) return 0
    }
    // Of a repeated field the first counts.
    if (name >= 0 && this.fieldFrom[name]! < 0) {
      this.fieldFrom[name] = start
      this.fieldTo[name] = end
    }
    return end + 1
  }

  /** Goes on behind the next empty line. */
  #damage(bytes: Uint8Array, from: number, to: number): number {
    let i = from
    while (i + 1 < to && !(bytes[i] === newline && bytes[i + 1] === newline)) i++
    this.to = this.end = Math.min(to, i + 1)
    return Entry.damage
  }
}

function fieldOf(bytes: Uint8Array, from: number, to: number): number {
  for (let k = 0; k < names.length; k++) if (equals(bytes, from, to, names[k]!)) return k
  return -1
}

/** Eight bytes, little-endian; -1 where it is longer than any field may be. */
function lengthAt(bytes: Uint8Array, at: number): number {
  for (let i = at + 4; i < at + 8; i++) if (bytes[i] !== 0) return -1
  const length = bytes[at]! + bytes[at + 1]! * 256 + bytes[at + 2]! * 65536 + bytes[at + 3]! * 16777216
  return length > longestField ? -1 : length
}
