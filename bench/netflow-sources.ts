/**
 * `node bench/netflow-sources.ts PATH [--decode-only]`: decodes raw export packets and sums up flows, packets and bytes by source; prints the ten
 * largest. It opens the format by itself, as the start of the whole program (all formats) is no part of what is compared.
 */
import { closeSync, openSync, readSync } from 'node:fs'
import { formatAddress } from '../src/base/address.ts'
import { Hash } from '../src/base/hash.ts'
import { EventBatch } from '../src/event/batch.ts'
import { Dictionary } from '../src/event/dictionary.ts'
import { Tally } from '../src/format/format.ts'
import netflow from '../src/format/netflow.ts'

/** Words of an entry: address (4), then flows, packets and bytes as floating point. */
const entryWords = 10
const entrySums = entryWords / 2

/** Sums by address: entries in the order in which they came, found through a table of their numbers. Both grow by doubling. */
class Sources {
  count = 0
  #slots: Uint32Array
  #words: Uint32Array
  #sums: Float64Array
  readonly #hash = new Hash()
  readonly #found: Uint32Array
  readonly #homes: Uint32Array
  touched = 0

  /** @param most rows of a batch */
  constructor(most: number, log2 = 16) {
    this.#slots = new Uint32Array(1 << log2)
    this.#found = new Uint32Array(most)
    this.#homes = new Uint32Array(most)
    const bytes = new ArrayBuffer((1 << log2) * entryWords * 2)
    this.#words = new Uint32Array(bytes)
    this.#sums = new Float64Array(bytes)
  }

  add(batch: EventBatch): void {
    const { length } = batch
    while ((this.count + length) * 2 > this.#slots.length) this.#grow()
    const { src0, src1, src2, src3, packetsOut, bytesOut } = batch.column
    const mask = this.#slots.length - 1
    const homes = this.#homes
    const found = this.#found
    const slots = this.#slots
    const words = this.#words
    const sums = this.#sums
    // Looked at before they are needed, slots and entries come from memory several at a time.
    for (let i = 0; i < length; i++) {
      const home = this.#hash.of4(src0[i]!, src1[i]!, src2[i]!, src3[i]!) & mask
      homes[i] = home
      found[i] = slots[home]!
    }
    let touched = 0
    for (let i = 0; i < length; i++) touched ^= words[Math.max(0, found[i]! - 1) * entryWords]!
    this.touched ^= touched
    for (let i = 0; i < length; i++) {
      const e = this.#entry(homes[i]!, mask, src0[i]!, src1[i]!, src2[i]!, src3[i]!) * entrySums
      sums[e + 2]!++
      sums[e + 3]! += packetsOut[i]!
      sums[e + 4]! += bytesOut[i]!
    }
  }

  #entry(home: number, mask: number, a: number, b: number, c: number, d: number): number {
    const words = this.#words
    const slots = this.#slots
    let s = home
    for (; slots[s] !== 0; s = (s + 1) & mask) {
      const e = slots[s]! - 1
      const k = e * entryWords
      if (words[k + 3] === d && words[k] === a && words[k + 1] === b && words[k + 2] === c) return e
    }
    const k = this.count * entryWords
    words[k] = a
    words[k + 1] = b
    words[k + 2] = c
    words[k + 3] = d
    slots[s] = this.count + 1
    return this.count++
  }

  #grow(): void {
    const words = this.#words
    const slots = this.#slots.length * 2
    const bytes = new ArrayBuffer(slots * entryWords * 2)
    this.#words = new Uint32Array(bytes)
    this.#words.set(words)
    this.#sums = new Float64Array(bytes)
    this.#slots = new Uint32Array(slots)
    for (let e = 0, k = 0; e < this.count; e++, k += entryWords) {
      let s = this.#hash.of4(words[k]!, words[k + 1]!, words[k + 2]!, words[k + 3]!) & (slots - 1)
      while (this.#slots[s] !== 0) s = (s + 1) & (slots - 1)
      this.#slots[s] = e + 1
    }
  }

  /** Lines of the sources with the most flows. */
  largest(most: number): string[] {
    const best: number[] = []
    for (let e = 0; e < this.count; e++) {
      const flows = this.#sums[e * entrySums + 2]!
      let place = best.length
      while (place > 0 && this.#sums[(best[place - 1] as number) * entrySums + 2]! < flows) place--
      if (place < most) best.splice(place, 0, e)
      best.length = Math.min(best.length, most)
    }
    return best.map((e) => {
      const [a = 0, b = 0, c = 0, d = 0] = this.#words.subarray(e * entryWords, e * entryWords + 4)
      return [formatAddress(a, b, c, d), ...this.#sums.subarray(e * entrySums + 2, e * entrySums + 5)].join(' ')
    })
  }
}

/** No power of two: columns whose rows lie a power of two apart fall into the same few sets of the processor's cache. */
const rows = 4088
const batch = new EventBatch(rows)
const sources = new Sources(rows)
const tally = new Tally()
const isDecodeOnly = process.argv.includes('--decode-only')
const flush = () => {
  if (!isDecodeOnly) sources.add(batch)
  batch.clear()
}
const context = { newest: Date.UTC(2026, 10, 23) * 1000, rules: new Dictionary() }
const reader = netflow.open(context, { batch, tally, flush })
const file = openSync(process.argv[2] as string, 'r')
const window = new Uint8Array(1 << 18)
let base = 0
let filled = 0
for (;;) {
  const got = readSync(file, window, filled, window.length - filled, null)
  filled += got
  const consumed = reader.push(window, filled, base, got === 0)
  window.copyWithin(0, consumed, filled)
  filled -= consumed
  base += consumed
  if (got === 0) break
}
closeSync(file)
if (tally.malformed > 0) throw new Error(`${tally.malformed} malformed records: ${JSON.stringify(tally.examples)}`)
console.log(`${tally.events} records of ${sources.count} sources`)
for (const line of sources.largest(10)) console.log(line)
