/** `node bench/netflow-sources.ts PATH`: decodes an input and sums up flows, packets and bytes by source; prints the ten largest. */
import { formatAddress } from '../src/base/address.ts'
import { Hash } from '../src/base/hash.ts'
import { EventBatch } from '../src/event/batch.ts'
import { Dictionary } from '../src/event/dictionary.ts'
import { decodeInput } from '../src/pipeline/decode.ts'
import { openInputs } from '../src/source/inputs.ts'
import type { Input } from '../src/source/source.ts'

/** Sums by address, in a table that doubles before it is half full. */
class Sources {
  count = 0
  #mask: number
  #words: Uint32Array
  #flows: Float64Array
  #packets: Float64Array
  #bytes: Float64Array
  readonly #hash = new Hash()

  constructor(log2 = 16) {
    const slots = 1 << log2
    this.#mask = slots - 1
    this.#words = new Uint32Array(slots * 4)
    this.#flows = new Float64Array(slots)
    this.#packets = new Float64Array(slots)
    this.#bytes = new Float64Array(slots)
  }

  add(batch: EventBatch): void {
    const { src0, src1, src2, src3, packetsOut, bytesOut } = batch.column
    for (let i = 0; i < batch.length; i++) {
      const s = this.#slot(src0[i]!, src1[i]!, src2[i]!, src3[i]!)
      this.#flows[s]!++
      this.#packets[s]! += packetsOut[i]!
      this.#bytes[s]! += bytesOut[i]!
    }
    if (this.count * 2 > this.#mask) this.#grow()
  }

  #slot(a: number, b: number, c: number, d: number): number {
    const words = this.#words
    let s = this.#hash.of4(a, b, c, d) & this.#mask
    while (this.#flows[s]! > 0) {
      const k = s * 4
      if (words[k + 3] === d && words[k] === a && words[k + 1] === b && words[k + 2] === c) return s
      s = (s + 1) & this.#mask
    }
    words[s * 4] = a
    words[s * 4 + 1] = b
    words[s * 4 + 2] = c
    words[s * 4 + 3] = d
    this.count++
    return s
  }

  #grow(): void {
    const [words, flows, packets, bytes] = [this.#words, this.#flows, this.#packets, this.#bytes]
    const slots = (this.#mask + 1) * 4
    this.#mask = slots - 1
    this.#words = new Uint32Array(slots * 4)
    this.#flows = new Float64Array(slots)
    this.#packets = new Float64Array(slots)
    this.#bytes = new Float64Array(slots)
    this.count = 0
    for (let old = 0; old < flows.length; old++) {
      if (flows[old] === 0) continue
      const s = this.#slot(words[old * 4]!, words[old * 4 + 1]!, words[old * 4 + 2]!, words[old * 4 + 3]!)
      this.#flows[s] = flows[old]!
      this.#packets[s] = packets[old]!
      this.#bytes[s] = bytes[old]!
    }
  }

  /** Lines of the sources with the most flows. */
  largest(most: number): string[] {
    const used = [...this.#flows.keys()].filter((s) => this.#flows[s]! > 0)
    used.sort((a, b) => this.#flows[b]! - this.#flows[a]! || this.#bytes[b]! - this.#bytes[a]!)
    return used.slice(0, most).map((s) => {
      const word = (k: number) => this.#words[s * 4 + k]!
      const address = formatAddress(word(0), word(1), word(2), word(3))
      return [address, this.#flows[s], this.#packets[s], this.#bytes[s]].join(' ')
    })
  }
}

const sources = new Sources()
const options = {
  sensor: 0,
  newest: Date.UTC(2026, 10, 23) * 1000,
  rules: new Dictionary(),
  batch: new EventBatch(),
}
const input = openInputs([process.argv[2] as string])[0] as Input
const { tally } = await decodeInput(input, options, (batch) => sources.add(batch))
if (tally.malformed > 0) throw new Error(`${tally.malformed} malformed records: ${JSON.stringify(tally.examples)}`)
console.log(`${tally.events} records of ${sources.count} sources`)
for (const line of sources.largest(10)) console.log(line)
