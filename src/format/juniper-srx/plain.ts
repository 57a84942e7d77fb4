import { ascii, find, readUint, startsWith, wordEnd } from '../../base/ascii.ts'
import { Field, Message } from './kinds.ts'

const closed = ascii('session closed ')
const arrow = ascii('->')
const sourceWord = ascii('source: ')
const destinationWord = ascii('destination: ')
const actionWord = ascii('action: ')
const attackEnd = ascii('! ')
const nameWord = ascii(' name=')
const severityWord = ascii('threat-severity=')
const actionPair = ascii('action=')
const forWord = ascii(' for ')
const policyWord = ascii(' in policy ')
const reject = ascii('reject')
const space = 32
const comma = 44
const colon = 58
const slash = 47
const zero = 48
const openParen = 40
const closeParen = 41
const less = 60
const greater = 62

/**
 * Finds the fields of a message without structured data, by their place in it. Versions differ in what stands between the
 * translated addresses and the protocol (connection tags, types and names of translation rules): the protocol is the first
 * number there.
 */
export class PlainFields {
  readonly from: Int32Array
  readonly to: Int32Array

  constructor(fields: number) {
    this.from = new Int32Array(fields).fill(-1)
    this.to = new Int32Array(fields)
  }

  /** @returns false where the message is not of that form */
  read(bytes: Uint8Array, from: number, to: number, message: number): boolean {
    this.from.fill(-1)
    if (message === Message.screen) return this.#screen(bytes, from, to)
    if (message === Message.attack) return this.#attack(bytes, from, to)
    let at = from
    if (startsWith(bytes, from, to, closed)) {
      const reason = from + closed.length
      at = find(bytes, reason, to, reasonEnd)
      if (at < 0) return false
      this.#keep(Field.reason, reason, at)
    }
    const separator = find(bytes, at, to, arrow)
    if (separator < 0) return false
    at = this.#ends(bytes, separator, to, Field.src, Field.dst)
    if (at < 0) return false
    at = this.#word(bytes, afterTag(bytes, at, to), to, Field.service)
    if (message === Message.deny) return this.#denied(bytes, at, to)
    const translated = find(bytes, at, to, arrow)
    if (translated < 0) return false
    at = this.#ends(bytes, translated, to, Field.natSrc, Field.natDst)
    if (at < 0) return false
    at = this.#protocol(bytes, at, to)
    return at > 0 && (message !== Message.close || this.#counts(bytes, at, to))
  }

  #keep(field: number, from: number, to: number): void {
    this.from[field] = from
    this.to[field] = to
  }

  /** `ADDRESS/PORT->ADDRESS/PORT` around an arrow. @returns behind it, -1 where it is not that */
  #ends(bytes: Uint8Array, separator: number, to: number, src: number, dst: number): number {
    let start = separator
    while (start > 0 && bytes[start - 1] !== space && bytes[start - 1] !== less) start--
    const dstFrom = separator + arrow.length
    let end = dstFrom
    while (end < to && bytes[end] !== space && bytes[end] !== greater) end++
    const srcSlash = lastSlash(bytes, start, separator)
    const dstSlash = lastSlash(bytes, dstFrom, end)
    if (srcSlash < 0 || dstSlash < 0) return -1
    this.#keep(src, start, srcSlash)
    this.#keep(dst, dstFrom, dstSlash)
    if (src === Field.src) {
      this.#keep(Field.srcPort, srcSlash + 1, separator)
      this.#keep(Field.dstPort, dstSlash + 1, end)
    }
    return end
  }

  #word(bytes: Uint8Array, from: number, to: number, field: number): number {
    const end = wordEnd(bytes, from, to)
    this.#keep(field, from, end)
    return Math.min(to, end + 1)
  }

  /** The first number, and the policy behind it. @returns behind them, -1 where there is none */
  #protocol(bytes: Uint8Array, from: number, to: number): number {
    for (let at = from; at < to; ) {
      const end = wordEnd(bytes, at, to)
      const number = readUint(bytes, at, end)
      if (number >= 0 && number < 256) {
        this.#keep(Field.protocol, at, end)
        return this.#word(bytes, Math.min(to, end + 1), to, Field.policy)
      }
      at = end + 1
    }
    return -1
  }

  /** Two zones, the session's number, `PACKETS(BYTES) PACKETS(BYTES) SECONDS` */
  #counts(bytes: Uint8Array, from: number, to: number): boolean {
    let at = from
    for (let word = 0; word < 3; word++) at = Math.min(to, wordEnd(bytes, at, to) + 1)
    at = this.#pair(bytes, at, to, Field.packetsOut, Field.bytesOut)
    at = this.#pair(bytes, at, to, Field.packetsIn, Field.bytesIn)
    this.#word(bytes, at, to, Field.elapsed)
    return true
  }

  /** `12(345)` */
  #pair(bytes: Uint8Array, from: number, to: number, first: number, second: number): number {
    const end = wordEnd(bytes, from, to)
    let open = from
    while (open < end && bytes[open] !== openParen) open++
    this.#keep(first, from, open)
    if (open < end) this.#keep(second, open + 1, bytes[end - 1] === closeParen ? end - 1 : end)
    return Math.min(to, end + 1)
  }

  /** `6(0) policy zone zone`, the number in parentheses being the ICMP type */
  #denied(bytes: Uint8Array, from: number, to: number): boolean {
    let at = this.#pair(bytes, from, to, Field.protocol, Field.icmpType)
    at = this.#word(bytes, at, to, Field.policy)
    const word = find(bytes, at, to, reject)
    if (word >= 0) this.#keep(Field.action, word, word + reject.length)
    return true
  }

  /** `TCP port scan! source: 203.0.113.1:4000, destination: 192.0.2.1:80, zone name: …, action: drop` */
  #screen(bytes: Uint8Array, from: number, to: number): boolean {
    const end = find(bytes, from, to, attackEnd)
    if (end < 0) return false
    this.#keep(Field.attack, from, end + 1)
    this.#socket(bytes, end, to, sourceWord, Field.src, Field.srcPort)
    this.#socket(bytes, end, to, destinationWord, Field.dst, Field.dstPort)
    const action = find(bytes, end, to, actionWord)
    if (action >= 0) this.#keep(Field.action, action + actionWord.length, to)
    return true
  }

  #socket(bytes: Uint8Array, from: number, to: number, word: Uint8Array, address: number, port: number): void {
    const at = find(bytes, from, to, word)
    if (at < 0) return
    const start = at + word.length
    let end = start
    let colons = 0
    let last = 0
    for (; end < to && bytes[end] !== comma; end++) {
      if (bytes[end] !== colon) continue
      colons++
      last = end
    }
    // One colon is a port; of an IPv6 address with or without one nobody can tell.
    this.#keep(address, start, colons === 1 ? last : end)
    if (colons === 1) this.#keep(port, last + 1, end)
  }

  /** `… Attack log <A/1->B/2> for TCP protocol and service … in policy P. attack: …, action=DROP, threat-severity=HIGH, name=N, …` */
  #attack(bytes: Uint8Array, from: number, to: number): boolean {
    const separator = find(bytes, from, to, arrow)
    if (separator < 0) return false
    const at = this.#ends(bytes, separator, to, Field.src, Field.dst)
    if (at < 0) return false
    const protocol = find(bytes, at, to, forWord) + forWord.length
    if (protocol >= forWord.length) this.#keep(Field.protocolName, protocol, wordEnd(bytes, protocol, to))
    this.#until(bytes, at, to, policyWord, Field.policy)
    this.#until(bytes, at, to, actionPair, Field.action)
    this.#until(bytes, at, to, severityWord, Field.severity)
    this.#until(bytes, at, to, nameWord, Field.attack)
    return this.from[Field.attack]! >= 0
  }

  /** What stands behind a word, up to a comma or a sentence's end. */
  #until(bytes: Uint8Array, from: number, to: number, word: Uint8Array, field: number): void {
    const at = find(bytes, from, to, word)
    if (at < 0) return
    let end = at + word.length
    while (end < to && bytes[end] !== comma && !(bytes[end] === 46 && bytes[end + 1] === space)) end++
    this.#keep(field, at + word.length, end)
  }
}

const reasonEnd = ascii(': ')

/** Past a connection tag (` 0x0`), which newer versions write behind addresses. */
function afterTag(bytes: Uint8Array, from: number, to: number): number {
  let at = from
  while (at < to && bytes[at] === space) at++
  if (bytes[at] === zero && (bytes[at + 1]! | 32) === 120) at = wordEnd(bytes, at, to) + 1
  return Math.min(at, to)
}

function lastSlash(bytes: Uint8Array, from: number, to: number): number {
  for (let i = to - 1; i > from; i--) if (bytes[i] === slash) return i
  return -1
}
