import type { AttemptJournal } from '../../track/journal.ts'
import { addressText } from './address-text.ts'

/** Keys that are equal exactly for equal hosts, and for equal targets (host, protocol, port). Numbers for IPv4, text for IPv6. */
export class TargetKeys {
  readonly #journal: AttemptJournal
  readonly #services = new Map<number, number>()

  constructor(journal: AttemptJournal) {
    this.#journal = journal
  }

  host(row: number): number | string {
    const a = this.#journal.address
    const p = 8 * row + 4
    return a[p] === 0 && a[p + 2] === 0xffff ? (a[p + 3] as number) : addressText(this.#journal, row, 4)
  }

  service(row: number): number {
    return ((this.#journal.protocol[row] as number) << 16) | (this.#journal.dstPort[row] as number)
  }

  target(row: number): number | string {
    const service = this.service(row)
    let number = this.#services.get(service)
    if (number === undefined) {
      number = this.#services.size
      this.#services.set(service, number)
    }
    const host = this.host(row)
    // 32 bits of address and 21 of service number: exact in a double.
    return typeof host === 'number' && number < 0x200000 ? host * 0x200000 + number : `${host} ${service}`
  }
}
