import { closeSync, fstatSync, openSync } from 'node:fs'
import { type Prefix, parsePrefix } from '../base/prefix.ts'
import { Problem } from '../base/problem.ts'
import { FilterQuestion } from './address-set.ts'
import type { CaptureFile } from './capture-files.ts'
import { type CaptureFilter, PacketFilter } from './capture-filter.ts'
import { CaptureTap } from './capture-tap.ts'
import { FileRange } from './file-range.ts'
import { type CaptureIndex, indexCapture, openWhole } from './index-capture.ts'
import { type IndexBlock, readBlocks } from './index-file.ts'

/** How much was read, in bytes, and how many records were damaged. */
export interface ReadTally {
  /** Of captures, to find packets in. */
  read: number
  /** Of captures, to index them. */
  indexed: number
  malformed: number
}

export interface MatchOptions {
  readonly filter: CaptureFilter
  /** Directory of the indexes; absent: every file is read from its beginning to its end. */
  readonly index?: string | undefined
  /** Takes each packet that is wanted. Hot: the tap is used for all. @returns false to stop */
  readonly take: (tap: CaptureTap) => boolean
}

/** Runs through captures and hands on the packets that a filter wants, file by file, reading no more than it has to. */
export class MatchedPackets {
  readonly tally: ReadTally = { read: 0, indexed: 0, malformed: 0 }
  /** The taker wanted no more. */
  isStopped = false
  readonly #filter: PacketFilter
  readonly #question: FilterQuestion
  readonly #peers: FilterQuestion
  readonly #isAll: boolean
  readonly #options: MatchOptions

  /** @throws Problem `bad-network` */
  constructor(options: MatchOptions) {
    const { networks, peers = [] } = options.filter
    this.#options = options
    this.#filter = new PacketFilter(options.filter)
    this.#question = new FilterQuestion(prefixesOf(networks))
    this.#peers = new FilterQuestion(prefixesOf(peers))
    this.#isAll = networks.length === 0 && peers.length === 0
  }

  /**
   * Reads one capture after the other, until the taker wants no more.
   * @param after called after each
   * @returns those that could not be read: files of rolling directories go away meanwhile
   * @throws Problem `capture-index`
   */
  async readAll(files: readonly CaptureFile[], after?: (file: CaptureFile) => void): Promise<readonly string[]> {
    const skipped: string[] = []
    for (const file of files) {
      if (this.isStopped) break
      try {
        await this.#read(file)
      } catch (error) {
        if (!isOfFile(error)) throw error
        skipped.push(file.path)
      }
      after?.(file)
    }
    return skipped
  }

  async #read(file: CaptureFile): Promise<void> {
    const { index } = this.#options
    if (index === undefined) return this.#readRange(file, undefined, 0, Number.POSITIVE_INFINITY)
    const found = await indexCapture(file, index)
    this.tally.indexed += found.read
    if (found.footer.isWhole) return this.#readRange(file, undefined, 0, Number.POSITIVE_INFINITY)
    await this.#readWanted(file, found)
  }

  /** Blocks that lie behind one another are read at once. */
  async #readWanted(file: CaptureFile, { path, footer }: CaptureIndex): Promise<void> {
    let [from, to, prelude] = [-1, -1, 0]
    const read = async () => {
      if (from >= 0) await this.#readRange(file, footer.preludes[prelude], from, to)
    }
    // Behind the last block may stand what is not whole yet, or damage: it is read from there to the end of the file.
    const hasTail = !file.isCompressed && footer.indexedTo < footer.size
    let blocks = 0
    for (const block of readBlocks(path, footer.bodyBytes)) {
      if (this.isStopped) return
      const isTail = ++blocks === footer.blocks && hasTail
      if (!isTail && !this.#mayHold(block)) continue
      const end = isTail ? Number.POSITIVE_INFINITY : block.end
      const goesOn = from >= 0 && (file.isCompressed || (block.offset === to && block.prelude === prelude))
      if (!goesOn) {
        await read()
        from = file.isCompressed ? 0 : block.offset
        prelude = block.prelude
      }
      to = end
    }
    if (blocks !== footer.blocks) {
      throw new Problem('capture-index', `${path}: the index is damaged`, { hint: 'Remove it: it is made anew.' })
    }
    if (blocks === 0 && hasTail) [from, to] = [0, Number.POSITIVE_INFINITY]
    await read()
  }

  #mayHold({ first, last, filter }: IndexBlock): boolean {
    if (last < this.#filter.from || first > this.#filter.to) return false
    return this.#question.mayHold(filter) && this.#peers.mayHold(filter)
  }

  async #readRange(file: CaptureFile, prelude: string | undefined, from: number, to: number): Promise<void> {
    const tap = new CaptureTap(file.kind, (at) => this.#packet(at))
    if (file.isCompressed) {
      const source = await openWhole(file.path)
      try {
        this.tally.read += await tap.read(source, 0, true, to)
      } finally {
        source.close()
      }
    } else {
      const fd = openSync(file.path, 'r')
      try {
        const end = Math.min(to, fstatSync(fd).size)
        if (from > 0) tap.resume(Buffer.from(prelude ?? '', 'base64'))
        await tap.read(new FileRange(fd, from, end), from, true)
        this.tally.read += Math.max(0, end - from)
      } finally {
        closeSync(fd)
      }
    }
    this.tally.malformed += tap.tally.malformed
  }

  /** hot: no allocation per packet. */
  #packet(tap: CaptureTap): void {
    if (!this.#filter.isIn(tap.time)) return
    if (!this.#isAll) {
      tap.readEnds()
      if (!this.#filter.concerns(tap.ends)) return
    }
    if (this.#options.take(tap)) return
    this.isStopped = true
    tap.stop()
  }
}

/** An error of the file system, or of reading a file. */
function isOfFile(error: unknown): boolean {
  if (error instanceof Problem) return error.code === 'unreadable' || error.code === 'no-such-file'
  return error instanceof Error && 'syscall' in error
}

function prefixesOf(networks: readonly string[]): Prefix[] {
  return networks.flatMap((text) => parsePrefix(text) ?? [])
}
