import { randomBytes } from 'node:crypto'
import { closeSync, fstatSync, openSync, readSync, renameSync, rmSync } from 'node:fs'
import type { FileIdentity } from '../source/feed.ts'
import type { CaptureKind } from './capture-tap.ts'
import { writeAll } from './output-file.ts'

/**
 * The index of one capture file: a record a block (place, times, filter of addresses), then a line of JSON that says of what file and
 * how far, then its length. Little endian. It holds no address that could be read out of it.
 */
const indexVersion = 1

/** What an index says of its capture. */
export interface IndexFooter {
  readonly version: number
  /** Where the file was when it was indexed. */
  readonly path: string
  readonly identity: FileIdentity
  readonly kind: CaptureKind
  readonly isCompressed: boolean
  /** Of the file on disk, when it was indexed. */
  readonly size: number
  readonly modified: number
  /** Bytes (decompressed) that the blocks cover: behind them may stand a record that is not whole yet. */
  readonly indexedTo: number
  /** SHA-256 of the last bytes before `indexedTo`, and how many they are. */
  readonly tail: string
  readonly tailBytes: number
  readonly packets: number
  /** Damaged records, and how many of them stand before the last block. */
  readonly malformed: number
  readonly malformedKept: number
  /** The file cannot be read from the middle. */
  readonly isWhole: boolean
  /** What describes the packets of blocks, base64. */
  readonly preludes: readonly string[]
  readonly blocks: number
  /** Bytes of all records, and of all but the last. */
  readonly bodyBytes: number
  readonly keptBytes: number
}

/** A run of packets of a capture. */
export interface IndexBlock {
  /** Where it stands in the file, decompressed. */
  offset: number
  end: number
  /** Microseconds: the least and the greatest time. */
  first: number
  last: number
  packets: number
  /** Number of the prelude that describes its packets. */
  prelude: number
  filter: Uint32Array
}

/** How the name of an index ends that is not whole yet. */
export const unfinished = '.new'

const headBytes = 48
const window = 1 << 20

/** Writes an index beside its place; it takes the place when it is whole. */
export class IndexWriter {
  readonly #path: string
  /** A name of its own: several may index at once. */
  readonly #made: string
  readonly #fd: number
  readonly #buffer = Buffer.alloc(window)
  #filled = 0
  #written = 0
  #last = 0
  blocks = 0

  constructor(path: string) {
    this.#path = path
    this.#made = `${path}.${randomBytes(6).toString('hex')}${unfinished}`
    this.#fd = openSync(this.#made, 'wx', 0o600)
  }

  add(block: IndexBlock): void {
    const { filter } = block
    const length = headBytes + 4 * filter.length
    if (this.#filled + length > window) this.#flush()
    this.#last = this.#written + this.#filled
    const at = this.#filled
    const b = this.#buffer
    b.writeDoubleLE(block.offset, at)
    b.writeDoubleLE(block.end, at + 8)
    b.writeDoubleLE(block.first, at + 16)
    b.writeDoubleLE(block.last, at + 24)
    b.writeUInt32LE(block.packets, at + 32)
    b.writeUInt32LE(block.prelude, at + 36)
    b.writeUInt32LE(filter.length, at + 40)
    for (let k = 0; k < filter.length; k++) b.writeUInt32LE(filter[k]!, at + headBytes + 4 * k)
    this.#filled += length
    this.blocks++
  }

  finish(about: Omit<IndexFooter, 'version' | 'blocks' | 'bodyBytes' | 'keptBytes'>): IndexFooter {
    this.#flush()
    const sizes = { blocks: this.blocks, bodyBytes: this.#written, keptBytes: this.#last }
    const footer: IndexFooter = { version: indexVersion, ...about, ...sizes }
    const text = Buffer.from(JSON.stringify(footer))
    const length = Buffer.alloc(4)
    length.writeUInt32LE(text.length)
    writeAll(this.#fd, Buffer.concat([text, length]))
    closeSync(this.#fd)
    renameSync(this.#made, this.#path)
    return footer
  }

  abandon(): void {
    closeSync(this.#fd)
    rmSync(this.#made, { force: true })
  }

  #flush(): void {
    writeAll(this.#fd, this.#buffer.subarray(0, this.#filled))
    this.#written += this.#filled
    this.#filled = 0
  }
}

/** Reads what an index says of its capture; undefined where it is missing, damaged or of another version. */
export function readFooter(path: string): IndexFooter | undefined {
  let fd = -1
  try {
    fd = openSync(path, 'r')
    const { size } = fstatSync(fd)
    const length = Buffer.alloc(4)
    readSync(fd, length, 0, 4, size - 4)
    const text = Buffer.alloc(Math.min(length.readUInt32LE(), size - 4))
    readSync(fd, text, 0, text.length, size - 4 - text.length)
    const footer = JSON.parse(text.toString()) as IndexFooter
    const isWhole = footer.version === indexVersion && footer.bodyBytes + text.length + 4 === size
    return isWhole ? footer : undefined
  } catch {
    return undefined
  } finally {
    if (fd >= 0) closeSync(fd)
  }
}

/**
 * The blocks of an index, in the order of the file. One object is used for all of them.
 * @param bytes how many of the records' bytes are read
 */
export function* readBlocks(path: string, bytes: number): Generator<IndexBlock> {
  const fd = openSync(path, 'r')
  try {
    const buffer = Buffer.alloc(Math.min(window, Math.max(bytes, headBytes)))
    const words = new Uint32Array(window / 4)
    const block: IndexBlock = { offset: 0, end: 0, first: 0, last: 0, packets: 0, prelude: 0, filter: words }
    let [at, filled, read] = [0, 0, 0]
    for (;;) {
      const length = filled - at < headBytes ? headBytes : headBytes + 4 * buffer.readUInt32LE(at + 40)
      if (filled - at >= length && length <= window) {
        block.offset = buffer.readDoubleLE(at)
        block.end = buffer.readDoubleLE(at + 8)
        block.first = buffer.readDoubleLE(at + 16)
        block.last = buffer.readDoubleLE(at + 24)
        block.packets = buffer.readUInt32LE(at + 32)
        block.prelude = buffer.readUInt32LE(at + 36)
        const count = (length - headBytes) / 4
        for (let k = 0; k < count; k++) words[k] = buffer.readUInt32LE(at + headBytes + 4 * k)
        block.filter = words.subarray(0, count)
        at += length
        yield block
        continue
      }
      buffer.copyWithin(0, at, filled)
      filled -= at
      at = 0
      const count = readSync(fd, buffer, filled, Math.min(buffer.length - filled, bytes - read), read)
      if (count === 0) return
      filled += count
      read += count
    }
  } finally {
    closeSync(fd)
  }
}
