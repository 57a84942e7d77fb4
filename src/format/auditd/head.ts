import { ascii, find, readUint, startsWith } from '../../base/ascii.ts'
import { clockAt, daysOf, readSeconds, twoDigits } from '../../base/ascii-time.ts'

const longestHeader = 256
const typeStart = ascii('type=')
const idStart = ascii('msg=audit(')
const nodeStart = ascii('node=')
const call = ascii('SYSCALL ')
const sockaddr = ascii('SOCKADDR ')
const colon = 58
const closing = 41

/** Reads what every audit record begins with: `node=… type=… msg=audit(seconds:serial):`. Hot: nothing is allocated. */
export class Head {
  isCall = false
  isSockaddr = false
  /** The event's number, which all its records share. */
  serial = 0
  /** Behind the head, where the record's own fields begin. */
  text = 0
  nodeFrom = 0
  nodeTo = 0
  /** Microseconds, one element, after `readTime`. */
  readonly time = new Float64Array(1)
  #stamp = 0
  #to = 0

  /** Whether the line is an audit record. */
  read(bytes: Uint8Array, from: number, to: number): boolean {
    const last = Math.min(to, from + longestHeader)
    const type = find(bytes, from, last, typeStart)
    if (type < 0) return false
    const id = find(bytes, type, last, idStart)
    if (id < 0) return false
    const name = type + typeStart.length
    this.isCall = startsWith(bytes, name, to, call)
    this.isSockaddr = startsWith(bytes, name, to, sockaddr)
    this.#node(bytes, from, type)
    this.#stamp = id + idStart.length
    let end = this.#stamp
    while (end < last && bytes[end] !== closing) end++
    this.text = Math.min(to, end + 1)
    if (bytes[this.text] === colon) this.text++
    this.#to = end
    return this.#serial(bytes, end)
  }

  /** `1364481363.243:24287`; interpreted `11/22/2026 02:13:41.123:456` (month first, as in the C locale). */
  readTime(bytes: Uint8Array): boolean {
    let end = this.#to
    while (end > this.#stamp && bytes[end] !== colon) end--
    if (readSeconds(bytes, this.#stamp, end, this.time, 0)) return true
    const at = this.#stamp
    if (end - at < 19 || bytes[at + 2] !== 47 || bytes[at + 5] !== 47 || bytes[at + 10] !== 32) return false
    const century = twoDigits(bytes, at + 6)
    const year = twoDigits(bytes, at + 8)
    const clock = clockAt(bytes, at + 11)
    const month = twoDigits(bytes, at)
    const day = twoDigits(bytes, at + 3)
    if (century < 0 || year < 0 || clock < 0 || month < 1 || month > 12 || day < 1 || day > 31) return false
    const millis = end - at === 23 ? Math.max(0, readUint(bytes, at + 20, at + 23)) : 0
    this.time[0] = (daysOf(century * 100 + year, month, day) * 86400 + clock) * 1e6 + millis * 1000
    return true
  }

  #serial(bytes: Uint8Array, end: number): boolean {
    let at = end
    while (at > this.#stamp && bytes[at - 1] !== colon) at--
    this.serial = at > this.#stamp ? readUint(bytes, at, end) : -1
    return this.serial >= 0
  }

  #node(bytes: Uint8Array, from: number, type: number): void {
    const node = find(bytes, from, type, nodeStart)
    this.nodeFrom = node < 0 ? from : node + nodeStart.length
    this.nodeTo = this.nodeFrom
    if (node >= 0) while (this.nodeTo < type && bytes[this.nodeTo] !== 32) this.nodeTo++
  }
}
