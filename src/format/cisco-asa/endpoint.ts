import { readAddress } from '../../base/ascii-address.ts'
import type { EventBatch } from '../../event/batch.ts'
import { Text } from '../../event/texts.ts'
import { portOf } from './words.ts'

const space = 32
const open = 40
const close = 41
const comma = 44
const dot = 46
const slash = 47
const colon = 58
const mapped = 0xffff

/**
 * One end of a connection as the messages print it: `interface:address/port (mapped address/port)(domain\user, tag)`, of
 * which messages leave out what they do not know. An interface's name may hold anything but a colon.
 *
 * hot: no allocation per event. The places of the last text are fields.
 */
export class Endpoint {
  /** An IPv4 address as a signed word; of IPv6 `words` has it. */
  four = 0
  isFour = false
  readonly words = new Uint32Array(4)
  port = 0
  addressFrom = 0
  /** Where the address and its port end. */
  to = 0
  mappedFrom = 0
  mappedTo = 0
  userFrom = 0
  userTo = 0

  /** Reads `interface:address/port` at `at`. @returns where it ends, -1 where the address is none (a configured name) */
  readNamed(bytes: Uint8Array, at: number, to: number): number {
    let i = at
    while (i < to && bytes[i] !== colon) i++
    if (i >= to) return -1
    i++
    if (bytes[i] === space) i++
    return this.read(bytes, i, to)
  }

  /** Reads `address/port` at `at`. */
  read(bytes: Uint8Array, at: number, to: number): number {
    this.userFrom = this.userTo = this.mappedFrom = this.mappedTo = 0
    this.addressFrom = at
    this.port = 0
    let i = this.#ipv4(bytes, at, to)
    this.isFour = i >= 0
    if (i < 0) {
      i = wordEnd(bytes, at, to)
      if (!readAddress(bytes, at, i, this.words)) return -1
    }
    if (i < to && bytes[i] === slash) {
      i = this.#portAt(bytes, i + 1, to)
      if (i < 0) return -1
    }
    return (this.to = i)
  }

  /** Four octets, and nothing of a longer word behind them; -1 where that is not what stands there. */
  #ipv4(bytes: Uint8Array, at: number, to: number): number {
    let word = 0
    let i = at
    for (let k = 0; k < 4; k++) {
      const first = bytes[i]! - 48
      if (!(first >= 0 && first <= 9)) return -1
      let octet = first
      let digit = bytes[++i]! - 48
      if (digit >= 0 && digit <= 9) {
        octet = octet * 10 + digit
        digit = bytes[++i]! - 48
        if (digit >= 0 && digit <= 9) {
          octet = octet * 10 + digit
          i++
        }
      }
      if (octet > 255) return -1
      word = (word << 8) | octet
      if (k < 3 && bytes[i++] !== dot) return -1
    }
    if (i > to || goesOn(bytes, i, to)) return -1
    this.four = word
    return i
  }

  #portAt(bytes: Uint8Array, at: number, to: number): number {
    let i = at
    let port = 0
    while (i < to) {
      const digit = bytes[i]! - 48
      if (!(digit >= 0 && digit <= 9) || i - at === 6) break
      port = port * 10 + digit
      i++
    }
    if (i === at || port > 65535 || goesOn(bytes, i, to)) {
      i = wordEnd(bytes, at, to)
      port = portOf(bytes, at, i)
      if (port < 0) return -1
    }
    this.port = port
    return i
  }

  /** Reads the port that `bytes[from, to)` is, whole. */
  readPort(bytes: Uint8Array, from: number, to: number): boolean {
    const port = portOf(bytes, from, to)
    if (port < 0) return false
    this.port = port
    return true
  }

  /** Reads what stands in parentheses at `at` as the mapped address. @returns past it, `at` where there is none */
  readMapped(bytes: Uint8Array, at: number, to: number): number {
    let i = opened(bytes, at)
    if (i < 0) return at
    const from = i
    // Without translation it is the same text again.
    let k = this.addressFrom
    const end = this.to
    while (k < end && bytes[i] === bytes[k]) {
      i++
      k++
    }
    if (k === end && bytes[i] === close && i < to) return i + 1
    while (i < to && bytes[i] !== close) i++
    this.mappedFrom = from
    this.mappedTo = i
    return Math.min(to, i + 1)
  }

  /** Notes the address and port at `at` as the mapped ones, where they differ. */
  readOther(bytes: Uint8Array, at: number, to: number): void {
    let i = at
    while (i < to && bytes[i] !== space && bytes[i] !== open) i++
    if (same(bytes, this.addressFrom, this.to, at, i)) return
    this.mappedFrom = at
    this.mappedTo = i
  }

  /** Reads what stands in parentheses at `at` as the user of identity firewall, `(DOMAIN\user, tag)`, or a security group tag, `(17:name)`, which is none. */
  readUser(bytes: Uint8Array, at: number, to: number): number {
    let i = opened(bytes, at)
    if (i < 0 || isType(bytes, i, to)) return at
    const from = i
    while (i < to && bytes[i] !== close) i++
    let end = from
    while (end < i && bytes[end] !== comma) end++
    if (!isTag(bytes, from, end) && !isMapped(bytes, from, end)) {
      this.userFrom = from
      this.userTo = end
    }
    return Math.min(to, i + 1)
  }

  toSource(batch: EventBatch, i: number): void {
    const c = batch.column
    if (this.isFour) {
      c.src0[i] = 0
      c.src1[i] = 0
      c.src2[i] = mapped
      c.src3[i] = this.four
    } else {
      const { words } = this
      c.src0[i] = words[0]!
      c.src1[i] = words[1]!
      c.src2[i] = words[2]!
      c.src3[i] = words[3]!
    }
    c.srcPort[i] = this.port
  }

  toDestination(batch: EventBatch, i: number): void {
    const c = batch.column
    if (this.isFour) {
      c.dst0[i] = 0
      c.dst1[i] = 0
      c.dst2[i] = mapped
      c.dst3[i] = this.four
    } else {
      const { words } = this
      c.dst0[i] = words[0]!
      c.dst1[i] = words[1]!
      c.dst2[i] = words[2]!
      c.dst3[i] = words[3]!
    }
    c.dstPort[i] = this.port
  }

  addUser(batch: EventBatch, i: number, bytes: Uint8Array): boolean {
    if (this.userTo === this.userFrom) return false
    batch.text(i, Text.user, bytes, this.userFrom, this.userTo)
    return true
  }

  addMapped(batch: EventBatch, i: number, bytes: Uint8Array): boolean {
    if (this.mappedTo === this.mappedFrom) return false
    batch.text(i, Text.mapped, bytes, this.mappedFrom, this.mappedTo)
    return true
  }
}

/** Whether a name or a longer number goes on at `i`; a full stop and a colon may also end a clause. */
function goesOn(bytes: Uint8Array, i: number, to: number): boolean {
  if (i >= to) return false
  const byte = bytes[i]!
  if (byte === dot || byte === colon) return i + 1 < to && isNameByte(bytes[i + 1]!)
  return isNameByte(byte)
}

function isNameByte(byte: number): boolean {
  const letter = byte | 32
  return (letter >= 97 && letter <= 122) || (byte >= 48 && byte <= 57) || byte === 45 || byte === 95 || byte === 37
}

/** Where the word at `at` ends: at a blank, a slash, a parenthesis, a comma, a semicolon. */
function wordEnd(bytes: Uint8Array, at: number, to: number): number {
  let i = at
  while (i < to) {
    const byte = bytes[i]!
    if (byte === space || byte === slash || byte === open || byte === close || byte === comma || byte === 59) break
    i++
  }
  return i
}

function same(bytes: Uint8Array, from: number, to: number, otherFrom: number, otherTo: number): boolean {
  const length = to - from
  if (otherTo - otherFrom !== length) return false
  for (let i = 0; i < length; i++) if (bytes[from + i] !== bytes[otherFrom + i]) return false
  return true
}

/** Past the `(` at `at`, or behind one blank; -1 where there is none. A line's end is a byte that is neither. */
function opened(bytes: Uint8Array, at: number): number {
  const byte = bytes[at]
  if (byte === open) return at + 1
  return byte === space && bytes[at + 1] === open ? at + 2 : -1
}

/** `type 8, code 0` stands in parentheses as well. */
function isType(bytes: Uint8Array, at: number, to: number): boolean {
  return at + 5 < to && bytes[at] === 116 && bytes[at + 1] === 121 && bytes[at + 3] === 101 && bytes[at + 4] === space
}

/** An address and its port, which stand in parentheses too; users have no number behind a slash. */
function isMapped(bytes: Uint8Array, from: number, to: number): boolean {
  let i = to
  while (i > from && bytes[i - 1]! >= 48 && bytes[i - 1]! <= 57) i--
  return i < to && i > from && bytes[i - 1] === slash
}

/** Digits, alone or before a colon. */
function isTag(bytes: Uint8Array, from: number, to: number): boolean {
  let i = from
  while (i < to && bytes[i]! >= 48 && bytes[i]! <= 57) i++
  return i === to || (i > from && bytes[i] === colon)
}
