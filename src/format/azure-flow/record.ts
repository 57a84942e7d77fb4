import { ascii, find } from '../../base/ascii.ts'
import type { Names } from '../../event/names.ts'
import { Decoded, type Sink } from '../format.ts'
import { readTuple } from './tuple.ts'

const quote = 34
const backslash = 92
const colon = 58
const closeArray = 93
const slash = 47
const groupEvent = ascii('NetworkSecurityGroupFlowEvent')
const networkEvent = ascii('FlowLogFlowEvent')
const tuplesKey = ascii('flowTuples')
const ruleKey = ascii('rule')
const resourceKeys = ['targetResourceID', 'resourceId', 'macAddress'].map(ascii)
const none = 'flow tuples of no known category'

/**
 * Reads the records of one network interface and minute: flow tuples under the rules that let them through or not. A record
 * may hold more tuples than a batch has rows, so rows are handed on meanwhile.
 *
 * hot: no allocation per event.
 */
export class RecordReader {
  readonly #sink: Sink
  readonly #names: Names
  #from = 0
  #to = 0
  /** Tuples of the last group that could not be read. */
  #wrong = 0
  #lastRule = 0

  constructor(sink: Sink, names: Names) {
    this.#sink = sink
    this.#names = names
  }

  decode(bytes: Uint8Array, from: number, to: number): Decoded {
    const { batch } = this.#sink
    const first = this.#key(bytes, from, to, tuplesKey)
    if (first < 0) return Decoded.ignored
    const isNetwork = find(bytes, from, to, groupEvent) < 0
    if (isNetwork && find(bytes, from, to, networkEvent) < 0) {
      batch.reason = none
      return Decoded.malformed
    }
    const device = this.#device(bytes, from, to)
    const firstRule = this.#key(bytes, from, to, ruleKey)
    const isRuleFirst = firstRule >= 0 && firstRule < first
    this.#lastRule = 0
    let wrong = 0
    let group = from
    for (let at = first; at >= 0; at = this.#key(bytes, group, to, tuplesKey)) {
      const rule = this.#rule(bytes, isRuleFirst ? group : at, isRuleFirst ? at : to, isRuleFirst)
      group = this.#tuples(bytes, at, to, isNetwork, rule, device)
      if (group < 0) {
        batch.reason = 'flow tuples do not end'
        return Decoded.malformed
      }
      wrong += this.#wrong
    }
    return wrong > 0 ? Decoded.malformed : Decoded.event
  }

  /** The rule of the group whose tuples stand before or behind `[from, to)`'s border. */
  #rule(bytes: Uint8Array, from: number, to: number, isLast: boolean): number {
    let found = 0
    for (let at = this.#key(bytes, from, to, ruleKey); at >= 0; at = this.#key(bytes, at, to, ruleKey)) {
      if (this.#string(bytes, at, to)) found = this.#names.id(bytes, this.#from, this.#to)
      if (!isLast) break
    }
    // Of several groups of tuples under one rule only the first has it just before.
    if (found === 0 && isLast) return this.#lastRule
    this.#lastRule = found
    return found
  }

  /** Reads the array of tuples behind `at`. @returns where it ends, -1 where it does not */
  #tuples(bytes: Uint8Array, at: number, to: number, isNetwork: boolean, rule: number, device: number): number {
    const { batch, tally } = this.#sink
    this.#wrong = 0
    let i = at
    for (;;) {
      while (i < to && bytes[i] !== quote && bytes[i] !== closeArray) i++
      if (i >= to) return -1
      if (bytes[i] === closeArray) return i + 1
      const start = ++i
      while (i < to && bytes[i] !== quote) i += bytes[i] === backslash ? 2 : 1
      if (i >= to) return -1
      if (batch.length === batch.capacity) this.#sink.flush()
      const row = batch.begin()
      const reason = readTuple(bytes, start, i, isNetwork, batch, row)
      if (reason === '') {
        batch.column.rule[row] = rule
        batch.column.device[row] = device
        tally.events++
      } else {
        batch.undo()
        batch.reason = reason
        this.#wrong++
      }
      i++
    }
  }

  /** The network or security group that is watched, by the last part of its path, else the interface's address. */
  #device(bytes: Uint8Array, from: number, to: number): number {
    for (let k = 0; k < resourceKeys.length; k++) {
      const at = this.#key(bytes, from, to, resourceKeys[k]!)
      if (at < 0 || !this.#string(bytes, at, to)) continue
      let start = this.#to
      while (start > this.#from && bytes[start - 1] !== slash) start--
      const id = this.#names.id(bytes, start, this.#to)
      if (id > 0) return id
    }
    return 0
  }

  /** Past the colon of the next `"key":`; -1 where there is none. */
  #key(bytes: Uint8Array, from: number, to: number, key: Uint8Array): number {
    for (let at = find(bytes, from, to, key); at >= 0; at = find(bytes, at + 1, to, key)) {
      const end = at + key.length
      if (bytes[at - 1] !== quote || bytes[end] !== quote) continue
      let i = end + 1
      while (i < to && bytes[i]! <= 32) i++
      if (i < to && bytes[i] === colon) return i + 1
    }
    return -1
  }

  /** Finds the string value at `at`. */
  #string(bytes: Uint8Array, at: number, to: number): boolean {
    let i = at
    while (i < to && bytes[i]! <= 32) i++
    if (bytes[i] !== quote) return false
    this.#from = ++i
    while (i < to && bytes[i] !== quote) i += bytes[i] === backslash ? 2 : 1
    this.#to = Math.min(i, to)
    return true
  }
}

/** Whether the beginning of an input holds flow tuples of either kind. */
export function isFlowLog(head: Uint8Array): boolean {
  if (find(head, 0, head.length, tuplesKey) < 0) return false
  return find(head, 0, head.length, groupEvent) >= 0 || find(head, 0, head.length, networkEvent) >= 0
}
