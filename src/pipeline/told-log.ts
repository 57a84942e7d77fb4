import { closeSync, openSync, readFileSync, renameSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { Entry } from './reporter.ts'

const fileName = 'told.jsonl'

/** What was told since the state was last kept, so that a scan is not told twice by a service that was killed in between. */
export class ToldLog {
  readonly #path: string
  #bytes = 0
  #file: number | undefined

  constructor(directory: string) {
    this.#path = join(directory, fileName)
  }

  /** The entries that were told; a last line that was cut by a kill is left out. */
  read(): Entry[] {
    const text = this.#text()
    this.#bytes = Buffer.byteLength(text)
    return text
      .slice(0, text.lastIndexOf('\n') + 1)
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Entry)
  }

  /**
   * Tells, and notes that it was told. Everything but the write is made ready before: a kill between the two tells once more at the
   * next start, so as little as possible lies between them.
   */
  tell(entry: Entry, tell: () => void): void {
    const line = Buffer.from(`${JSON.stringify(entry)}\n`)
    this.#file ??= openSync(this.#path, 'a', 0o600)
    tell()
    writeSync(this.#file, line)
    this.#bytes += line.length
  }

  /** A mark to `forget` up to. */
  get mark(): number {
    return this.#bytes
  }

  /** What was told before the mark is in the kept state by now. */
  forget(mark: number): void {
    const rest = Buffer.from(this.#text()).subarray(mark)
    writeFileSync(`${this.#path}.new`, rest, { mode: 0o600 })
    if (this.#file !== undefined) closeSync(this.#file)
    this.#file = undefined
    renameSync(`${this.#path}.new`, this.#path)
    this.#bytes = rest.length
  }

  #text(): string {
    try {
      return readFileSync(this.#path, 'utf8')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
      throw error
    }
  }
}
