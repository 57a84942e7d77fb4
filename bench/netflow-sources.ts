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

/** Words of a slot: address (4), flows, packets and bytes as floating point; it fills one cache line. */
const slotWords = 16
const slotSums = slotWords / 2

/** Sums by address, in a table that doubles before it is half full. */
class Sources {
  count = 0
  #mask = 0
  #words = new Uint32Array(0)
  #sums = new Float64Array(0)
  readonly #hash = new Hash()
  #homes = new Uint32Array(0)
  touched = 0

  constructor(log2 = 16) {
    this.#open(1 << log2)
  }

  add(batch: EventBatch): void {
    const { src0, src1, src2, src3, packetsOut, bytesOut } = batch.column
    if (this.#homes.length < batch.length) this.#homes = new Uint32Array(batch.capacity)
    const homes = this.#homes
    // Looked at before they are needed, the slots come from memory several at a time.
    for (let i = 0; i < batch.length; i++) {
      const home = this.#hash.of4(src0[i]!, src1[i]!, src2[i]!, src3[i]!) & this.#mask
      homes[i] = home
      this.touched ^= this.#words[home * slotWords]!
    }
    for (let i = 0; i < batch.length; i++) {
      const sums = this.#find(homes[i]!, src0[i]!, src1[i]!, src2[i]!, src3[i]!) * slotSums
      this.#sums[sums + 2]!++
      this.#sums[sums + 3]! += packetsOut[i]!
      this.#sums[sums + 4]! += bytesOut[i]!
    }
    if (this.count * 2 > this.#mask) this.#grow()
  }

  #open(slots: number): void {
    const bytes = new ArrayBuffer(slots * slotWords * 4)
    this.#words = new Uint32Array(bytes)
    this.#sums = new Float64Array(bytes)
    this.#mask = slots - 1
    this.count = 0
  }

  #find(home: number, a: number, b: number, c: number, d: number): number {
    const words = this.#words
    let s = home
    while (this.#sums[s * slotSums + 2] !== 0) {
      const k = s * slotWords
      if (words[k + 3] === d && words[k] === a && words[k + 1] === b && words[k + 2] === c) return s
      s = (s + 1) & this.#mask
    }
    words.set([a, b, c, d], s * slotWords)
    this.count++
    return s
  }

  #grow(): void {
    const [words, sums] = [this.#words, this.#sums]
    this.#open((this.#mask + 1) * 4)
    for (let k = 0, n = 0; k < words.length; k += slotWords, n += slotSums) {
      if (sums[n + 2] === 0) continue
      const home = this.#hash.of4(words[k]!, words[k + 1]!, words[k + 2]!, words[k + 3]!) & this.#mask
      const s = this.#find(home, words[k]!, words[k + 1]!, words[k + 2]!, words[k + 3]!) * slotSums
      this.#sums.set(sums.subarray(n + 2, n + 5), s + 2)
    }
  }

  /** Lines of the sources with the most flows. */
  largest(most: number): string[] {
    const best: number[] = []
    for (let n = 0; n < this.#sums.length; n += slotSums) {
      if (this.#sums[n + 2] === 0) continue
      let place = best.length
      while (place > 0 && this.#sums[(best[place - 1] as number) + 2]! < this.#sums[n + 2]!) place--
      if (place < most) best.splice(place, 0, n)
      best.length = Math.min(best.length, most)
    }
    return best.map((n) => {
      const [a = 0, b = 0, c = 0, d = 0] = this.#words.subarray(2 * n, 2 * n + 4)
      return [formatAddress(a, b, c, d), ...this.#sums.subarray(n + 2, n + 5)].join(' ')
    })
  }
}

const sources = new Sources()
/** No power of two: columns whose rows lie a power of two apart fall into the same few sets of the processor's cache. */
const rows = 4088
const batch = new EventBatch(rows)
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
