import { createHash } from 'node:crypto'
import { FILE_HEADER, type PcapHeader, readHeader } from '../framing/pcap.ts'
import { read32 } from '../framing/read32.ts'
import { writeAll } from './output-file.ts'

/** Writes a stream of pcap up to a size, and only whole records of it: what is on disk is a valid capture at any time. */
export class WholeRecords {
  readonly #fd: number
  readonly #most: number
  readonly #hash = createHash('sha256')
  #rest: Buffer = Buffer.alloc(0)
  #header: PcapHeader | undefined
  #packets = 0
  #bytes = 0
  #isFull = false

  constructor(fd: number, most: number) {
    this.#fd = fd
    this.#most = most
  }

  /** @returns false when no more is taken */
  write(bytes: Buffer): boolean {
    if (this.#isFull) return false
    const all = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes])
    const end = this.#wholeTo(all)
    const whole = all.subarray(0, end)
    writeAll(this.#fd, whole)
    this.#hash.update(whole)
    this.#bytes += end
    this.#rest = all.subarray(end)
    return !this.#isFull
  }

  /** What was written; the rest of a record that did not come whole is left out. */
  close(): { packets: number; bytes: number; sha256: string } {
    return { packets: this.#packets, bytes: this.#bytes, sha256: this.#hash.digest('hex') }
  }

  /** How far whole records go, that fit. */
  #wholeTo(all: Buffer): number {
    let at = 0
    if (this.#header === undefined) {
      if (all.length < FILE_HEADER) return 0
      this.#header = readHeader(all)
      if (this.#header === undefined) {
        this.#isFull = true
        return 0
      }
      at = FILE_HEADER
    }
    const { recordHeader, isLittle } = this.#header
    while (at + recordHeader <= all.length) {
      const next = at + recordHeader + read32(all, at + 8, isLittle)
      if (next > all.length) break
      if (this.#bytes + next > this.#most) {
        this.#isFull = true
        break
      }
      this.#packets++
      at = next
    }
    return at
  }
}
