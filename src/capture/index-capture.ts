import { closeSync, fstatSync, mkdirSync, openSync, readSync, type Stats } from 'node:fs'
import { join, resolve } from 'node:path'
import { sha256 } from '../base/digest.ts'
import { Problem } from '../base/problem.ts'
import { openInputs } from '../source/inputs.ts'
import { hasHead, identify } from '../source/live/file-identity.ts'
import type { ByteSource } from '../source/source.ts'
import { AddressSet } from './address-set.ts'
import type { CaptureFile } from './capture-files.ts'
import { CaptureTap } from './capture-tap.ts'
import { FileRange } from './file-range.ts'
import { type IndexBlock, type IndexFooter, IndexWriter, readBlocks, readFooter } from './index-file.ts'

/** A block ends when it has so many bytes or packets, or too many addresses for its filter. */
const blockBytes = 1 << 20
const blockPackets = 8192
const mostTail = 64
/** Preludes that are kept; a file with more of them is read as a whole. */
const mostPreludeBytes = 8 << 20

/** The index of a capture, brought up to date. */
export interface CaptureIndex {
  /** Where it is kept. */
  readonly path: string
  readonly footer: IndexFooter
  /** Bytes of the capture that had to be read for it; 0 where it was up to date. */
  readonly read: number
}

/**
 * Makes the index of a capture, or brings it up to date: what a file has grown by is read, and nothing else. Indexes are known by
 * device and inode, so that a file that is rotated by renaming keeps its own.
 *
 * @param directory where indexes are kept; made where it is missing
 * @throws Problem `capture-index` where nothing can be kept there; what `open` throws for a file that went away
 */
export async function indexCapture(file: CaptureFile, directory: string): Promise<CaptureIndex> {
  makeDirectory(directory)
  const fd = openSync(file.path, 'r')
  try {
    const stats = fstatSync(fd)
    const path = indexPath(directory, stats)
    const known = readFooter(path)
    const isSame = known !== undefined && isOf(known, fd, stats, file)
    if (isSame && known.size === stats.size) return { path, footer: known, read: 0 }
    const build = new IndexBuild(file, path, isSame && !file.isCompressed && !known.isWhole ? known : undefined)
    const footer = await build.run(fd, stats)
    return { path, footer, read: build.read }
  } finally {
    closeSync(fd)
  }
}

function indexPath(directory: string, { dev, ino }: Pick<Stats, 'dev' | 'ino'>): string {
  return join(directory, `${dev.toString(16)}-${ino.toString(16)}.swi`)
}

function makeDirectory(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 })
  } catch (cause) {
    throw new Problem(
      'capture-index',
      `${directory}: indexes of captures cannot be kept there: ${(cause as Error).message}`,
      {
        hint: 'Give a directory with --index.',
        cause,
      },
    )
  }
}

/** Whether the file still begins as it did when it was indexed, and what was indexed still ends the same. */
function isOf(known: IndexFooter, fd: number, stats: Stats, file: CaptureFile): boolean {
  const { identity, size, modified, tail, tailBytes, indexedTo, kind, isCompressed } = known
  if (identity.dev !== stats.dev || identity.ino !== stats.ino || kind !== file.kind) return false
  if (isCompressed !== file.isCompressed || stats.size < size) return false
  if (stats.size === size && stats.mtimeMs === modified) return true
  return !isCompressed && hasHead(fd, identity) && tailOf(fd, indexedTo, tailBytes) === tail
}

function tailOf(fd: number, end: number, length: number): string {
  const bytes = Buffer.alloc(length)
  readSync(fd, bytes, 0, length, end - length)
  return sha256(bytes)
}

/** Reads a capture from its beginning, or from the last block that is known of it. */
class IndexBuild {
  read = 0
  readonly #file: CaptureFile
  readonly #writer: IndexWriter
  readonly #known: IndexFooter | undefined
  readonly #path: string
  readonly #addresses = new AddressSet()
  readonly #block: IndexBlock = {
    offset: 0,
    end: 0,
    first: 0,
    last: 0,
    packets: 0,
    prelude: 0,
    filter: new Uint32Array(0),
  }
  readonly #preludes: string[]
  #prelude: Uint8Array | undefined
  #preludeBytes = 0
  #packets = 0
  /** Damage before the place from which this reads on, and since then before the block at hand. */
  #malformedBefore = 0
  #malformedAtOpen = 0
  #isWhole = false

  constructor(file: CaptureFile, path: string, known: IndexFooter | undefined) {
    this.#file = file
    this.#path = path
    this.#known = known
    this.#preludes = [...(known?.preludes ?? [])]
    this.#writer = new IndexWriter(path)
  }

  async run(fd: number, stats: Stats): Promise<IndexFooter> {
    try {
      return await this.#run(fd, stats)
    } catch (error) {
      this.#writer.abandon()
      throw error
    }
  }

  async #run(fd: number, stats: Stats): Promise<IndexFooter> {
    const { kind, isCompressed, path } = this.#file
    const tap = new CaptureTap(kind, (at) => this.#packet(at))
    const from = this.#known === undefined ? 0 : this.#copyKnown(this.#known, tap)
    const source = isCompressed ? await openWhole(path) : new FileRange(fd, from, stats.size)
    // A plain file may grow, and its last record be whole later; a compressed one is read anew then.
    const to = await tap.read(source, from, isCompressed)
    if (isCompressed) source.close()
    this.read = to - from
    this.#close(to)
    const tailBytes = isCompressed ? 0 : Math.min(mostTail, to)
    return this.#writer.finish({
      path: resolve(path),
      identity: identify(fd, stats),
      kind,
      isCompressed,
      size: stats.size,
      modified: stats.mtimeMs,
      indexedTo: to,
      tail: tailOf(fd, to, tailBytes),
      tailBytes,
      packets: this.#packets,
      malformed: this.#malformedBefore + tap.tally.malformed,
      malformedKept: this.#malformedBefore + this.#malformedAtOpen,
      isWhole: this.#isWhole || tap.isUnbounded,
      preludes: this.#preludes,
    })
  }

  /** Takes over all blocks but the last, which may have grown. @returns where to go on */
  #copyKnown(known: IndexFooter, tap: CaptureTap): number {
    this.#malformedBefore = known.malformedKept
    let from = 0
    let prelude = 0
    for (const block of readBlocks(this.#path, known.bodyBytes)) {
      const isLast = this.#writer.blocks === known.blocks - 1
      from = block.offset
      prelude = block.prelude
      if (isLast) break
      this.#writer.add(block)
      this.#packets += block.packets
    }
    if (known.blocks > 0) tap.resume(Buffer.from(known.preludes[prelude] ?? '', 'base64'))
    return from
  }

  /** hot: no allocation per packet. */
  #packet(tap: CaptureTap): void {
    const block = this.#block
    const addresses = this.#addresses
    const isEnough = block.packets >= blockPackets || tap.offset - block.offset >= blockBytes || addresses.isFull
    if (block.packets > 0 && isEnough) this.#close(tap.offset)
    if (block.packets === 0) this.#open(tap)
    const time = tap.time
    if (time < block.first) block.first = time
    if (time > block.last) block.last = time
    block.packets++
    tap.readEnds()
    const { words, count } = tap.ends
    for (let p = 0; p < 8 * count; p += 4) {
      addresses.add(words[p]! | 0, words[p + 1]! | 0, words[p + 2]! | 0, words[p + 3]! | 0)
    }
  }

  #open(tap: CaptureTap): void {
    const block = this.#block
    this.#malformedAtOpen = tap.tally.malformed
    block.offset = tap.offset
    block.first = Number.POSITIVE_INFINITY
    block.last = Number.NEGATIVE_INFINITY
    if (this.#prelude !== tap.prelude) this.#describe(tap.prelude)
    block.prelude = Math.max(0, this.#preludes.length - 1)
  }

  #describe(prelude: Uint8Array): void {
    this.#prelude = prelude
    this.#preludeBytes += prelude.length
    const text = Buffer.from(prelude).toString('base64')
    if (text === this.#preludes.at(-1)) return
    if (this.#preludeBytes > mostPreludeBytes) this.#isWhole = true
    else this.#preludes.push(text)
  }

  #close(end: number): void {
    const block = this.#block
    if (block.packets === 0) return
    block.end = end
    block.filter = this.#addresses.filter()
    this.#writer.add(block)
    this.#packets += block.packets
    block.packets = 0
    this.#addresses.clear()
  }
}

export function openWhole(path: string): Promise<ByteSource> {
  const [input] = openInputs([path])
  return input!.open()
}
