import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { now } from '../base/clock.ts'
import type { Lock } from '../base/lock.ts'
import type { Prefix } from '../base/prefix.ts'
import { Problem } from '../base/problem.ts'
import { bytes, count, listed, several } from '../base/quantity.ts'
import { type EventBatch, Kind } from '../event/batch.ts'
import { inNetworks } from './address-key.ts'
import { Duck } from './duckdb.ts'
import { type FileOptions, FileWriter } from './file-writer.ts'
import { makeArchive } from './layout.ts'
import { takeLock } from './lock.ts'
import { merge } from './merge.ts'
import { recover } from './recover.ts'
import { prune, type Retention } from './retention.ts'
import { RowBuffer } from './row-buffer.ts'
import { Staging } from './staging.ts'

export interface WriterOptions extends FileOptions {
  /**
   * The last mark that was confirmed, kept by the caller together with how far its input was read. What this writer wrote later is removed
   * at once, for the input is read again from there. Where it is absent nothing is removed.
   */
  readonly mark?: number
  /** Our networks, where they are known: rows then tell their direction. */
  readonly own?: readonly Prefix[]
  /** What is removed as time goes on; without it everything is kept. */
  readonly retention?: Retention
  /** Rows that a file holds at the most, before packets are put together. */
  readonly rowsPerFile?: number
  /** What a person should know. */
  readonly notice: (text: string) => void
}

/** A point in the stream of rows. */
export interface Seal {
  readonly mark: number
  /** Fulfilled when all rows that were observed before are in whole files; rejected where they could not be written. */
  readonly durable: Promise<void>
}

const usualRows = 1 << 19
const usualText = 128 << 20
/** So many times the rows of a file may wait where the disk is slow; what comes beyond is lost, and counted. */
const mostWaiting = 4
const tables = 4
const memory = '2GB'

/**
 * Writes events to an archive. `observe` takes rows at once; they become files in the background, each under its name only when
 * it is whole and on the disk. To keep each event once even if the process is killed, the caller seals, waits until that is durable,
 * keeps the mark together with its own position in the input, and confirms; after a restart it hands the kept mark in.
 */
export class ArchiveWriter {
  readonly #options: WriterOptions
  readonly #lock: Lock
  readonly #duck: Duck
  readonly #files: FileWriter
  readonly #free: Staging[]
  readonly #buffer: RowBuffer
  #staging: Staging
  #hasPackets = false
  #last: number
  #jobs: Promise<void> = Promise.resolve()
  #lost = 0
  #own: readonly Prefix[] | undefined

  private constructor(
    options: WriterOptions,
    lock: Lock,
    duck: Duck,
    files: FileWriter,
    free: Staging[],
    last: number,
  ) {
    this.#options = options
    this.#lock = lock
    this.#duck = duck
    this.#files = files
    this.#free = free
    this.#staging = free.pop() as Staging
    this.#last = last
    this.#own = options.own
    this.#buffer = new RowBuffer((table) => this.#staging.take(this.#buffer, table))
  }

  /**
   * Opens an archive for writing and makes it where there is none. What an earlier process left unfinished is set aside and told.
   * @throws Problem `no-archive`, `unwritable-archive`, `archive-busy`
   */
  static async open(options: WriterOptions): Promise<ArchiveWriter> {
    const { directory, writer, mark, notice } = options
    makeArchive(directory)
    const lock = takeLock(directory, `writer-${writer}`)
    try {
      const recovered = recover(directory, writer, mark, notice)
      if (recovered.torn.length > 0) {
        notice(
          `${several(recovered.torn.length, 'unfinished file')} of the archive set aside: ${listed(recovered.torn)}`,
        )
      }
      const spill = spillFolder(options)
      await rm(spill, { recursive: true, force: true })
      const duck = await Duck.open({ memory_limit: memory, temp_directory: spill, preserve_insertion_order: 'false' })
      const free: Staging[] = []
      for (let number = 0; number < tables; number++) free.push(await Staging.open(duck, number))
      const files = await FileWriter.open(await duck.sibling(), options)
      return new ArchiveWriter(options, lock, duck, files, free, recovered.last)
    } catch (error) {
      lock.release()
      throw error
    }
  }

  /** Our networks may change while a service runs. */
  set own(own: readonly Prefix[] | undefined) {
    this.#own = own
  }

  /** Events that found no room because files were not written as fast as events came. */
  get lost(): number {
    return this.#lost
  }

  /**
   * Takes all rows of a batch; nothing of it is needed afterwards.
   * @param since rows whose record begins before this offset of their input are passed over
   */
  observe(batch: EventBatch, since = 0): void {
    if (this.#isFull(mostWaiting)) {
      if (this.#lost === 0)
        this.#options.notice('the archive cannot be written as fast as events come: some are not kept')
      this.#lost += batch.length
      return
    }
    const { kind, offset } = batch.column
    for (let i = 0; i < batch.length; i++) {
      if (offset[i]! < since) continue
      if (kind[i] === Kind.packet) this.#hasPackets = true
      this.#buffer.add(batch, i)
    }
    // One table is left for whoever seals.
    if (this.#isFull(1) && this.#free.length > 1) this.#turn()
  }

  /** Undefined while there is room for more, else fulfilled when there is again. Who observes faster than files are written waits for it. */
  ready(): Promise<void> | undefined {
    return this.#isFull(1) && this.#free.length <= 1 ? this.#room() : undefined
  }

  /** Ends the file that is being filled. Not to be called again before the last seal is durable. */
  seal(): Seal {
    const job = this.#turn()
    return { mark: this.#last, durable: job ?? this.#jobs }
  }

  /** The caller has kept the mark: what is before it stays whatever happens, and may be put together. */
  confirm(mark: number): void {
    const { directory, writer, retention, notice } = this.#options
    this.#queue(async () => {
      try {
        await merge(this.#files.duck, directory, writer, mark)
        if (retention !== undefined) sayPruned(prune(directory, retention, now()), notice)
      } catch (error) {
        notice(`the archive could not be put in order: ${(error as Error).message}`)
      }
    })
  }

  /**
   * Writes what is left.
   * @returns the last mark, to be kept by the caller
   * @throws Problem `unwritable-archive`
   */
  async close(): Promise<number> {
    try {
      await this.#jobs
      const { mark, durable } = this.seal()
      await durable
      return mark
    } finally {
      await this.#jobs
      this.#files.close()
      for (const staging of [this.#staging, ...this.#free]) staging.close()
      this.#duck.close()
      this.#lock.release()
      await rm(spillFolder(this.#options), { recursive: true, force: true })
    }
  }

  async #room(): Promise<void> {
    while (this.#free.length <= 1) await this.#jobs
    this.#turn()
  }

  #isFull(times: number): boolean {
    const { rows } = this.#staging.counts
    const { rowsPerFile = usualRows } = this.#options
    return rows + this.#buffer.rows.length >= times * rowsPerFile || this.#buffer.textSize >= times * usualText
  }

  /** Lets what was taken become files, and goes on in other tables. Undefined where nothing was taken. */
  #turn(): Promise<void> | undefined {
    this.#buffer.flush()
    this.#staging.flush()
    const staging = this.#staging
    if (staging.counts.rows === 0) return undefined
    const next = this.#free.pop()
    if (next === undefined) throw new Error('sealed again before the last seal was durable')
    const hasPackets = this.#hasPackets
    const isOwn = this.#own && this.#own.length > 0 ? inNetworks(this.#own) : undefined
    const number = ++this.#last
    this.#staging = next
    this.#hasPackets = false
    this.#buffer.begin()
    return this.#queue(async () => {
      try {
        await this.#files.write({ ...staging.tables, hasPackets, isOwn }, number)
      } catch (cause) {
        this.#lost += staging.counts.rows
        throw new Problem(
          'unwritable-archive',
          `${count(staging.counts.rows)} events are not archived: ${(cause as Error).message}`,
          {
            hint: `Look at the disk of ${this.#options.directory}.`,
            cause,
          },
        )
      } finally {
        await staging.clear(this.#files.duck)
        this.#free.push(staging)
      }
    })
  }

  /** One after the other. What fails is told once, and does not keep the next from being tried. */
  #queue(job: () => Promise<void>): Promise<void> {
    const done = this.#jobs.then(job)
    this.#jobs = done.catch((error: Error) => this.#options.notice(error.message))
    return done
  }
}

function spillFolder({ directory, writer }: FileOptions): string {
  return join(directory, `spill-${writer}`)
}

function sayPruned(pruned: ReturnType<typeof prune>, notice: (text: string) => void): void {
  if (pruned.files === 0) return
  notice(`${several(pruned.files, 'file')} (${bytes(pruned.bytes)}) of the archive removed: ${listed(pruned.days)}`)
}
