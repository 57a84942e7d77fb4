import type { AuditLog, NewAuditEntry } from '../account/audit-log.ts'
import { elapsed } from '../base/clock.ts'

const mostPerMinute = 120
const minute = 60_000

/**
 * Writes the audit log, and does not let whoever has no account fill the disk through it: of what nobody in particular tried and was refused, so many
 * a minute are written; the others are counted, and the count is written.
 */
export class AuditFlood {
  readonly #log: AuditLog
  #since = 0
  #written = 0
  #left = 0

  constructor(log: AuditLog) {
    this.#log = log
  }

  add(entry: NewAuditEntry): void {
    if (elapsed() - this.#since > minute) this.#next()
    if (entry.via !== '' || entry.code === '') this.#log.add(entry)
    else if (this.#written < mostPerMinute) {
      this.#written++
      this.#log.add(entry)
    } else this.#left++
  }

  #next(): void {
    if (this.#left > 0) {
      const about = JSON.stringify({ refused: this.#left })
      const nobody = { account: '', via: '', origin: '', status: 429 }
      this.#log.add({ ...nobody, operation: 'left-out', about, code: 'too-many' })
    }
    this.#since = elapsed()
    this.#written = 0
    this.#left = 0
  }
}
