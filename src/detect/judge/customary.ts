import { Hash } from '../../base/hash.ts'
import { FingerprintTable } from '../../sketch/fingerprint-table.ts'
import type { AttemptJournal } from '../../track/journal.ts'

/**
 * Failing contacts (source, address, protocol, port) of sources that were judged and are no scanners: a balancer that
 * checks a dead backend, a printer that is off. When the same source makes the same contact again in a later input, it
 * is no news. Bounded: the least recently seen are forgotten.
 */
export class Customary {
  readonly #table: FingerprintTable
  readonly #hash: Hash

  constructor(log2 = 16, key = 1) {
    this.#table = new FingerprintTable(log2)
    this.#hash = new Hash(key + 13)
  }

  /** Everything remembered, to be written to a file or filled from one. */
  get storage(): readonly Uint32Array[] {
    return this.#table.storage
  }

  has(journal: AttemptJournal, i: number): boolean {
    return this.#table.get(this.#low(journal, i), this.#high(journal, i)) >= 0
  }

  add(journal: AttemptJournal, i: number): void {
    this.#table.set(this.#low(journal, i), this.#high(journal, i), 1)
  }

  #low(journal: AttemptJournal, i: number): number {
    const a = journal.address
    const p = 8 * i
    return this.#hash.of5(
      a[p + 2] as number,
      a[p + 3] as number,
      a[p + 6] as number,
      a[p + 7] as number,
      this.#port(journal, i),
    )
  }

  #high(journal: AttemptJournal, i: number): number {
    const a = journal.address
    const p = 8 * i
    const wide = this.#hash.of4(a[p] as number, a[p + 1] as number, a[p + 4] as number, a[p + 5] as number)
    return this.#hash.of4(wide, a[p + 7] as number, this.#port(journal, i), a[p + 3] as number)
  }

  #port(journal: AttemptJournal, i: number): number {
    return ((journal.protocol[i] as number) << 16) | (journal.dstPort[i] as number)
  }
}
