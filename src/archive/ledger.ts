import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  openSync,
  readFileSync,
  readSync,
  statSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { sha256 } from '../base/digest.ts'

/** An input that was added as a whole. */
export interface Added {
  readonly name: string
  /** SHA-256 of its first bytes on disk, and how many they were. */
  readonly head: string
  readonly headBytes: number
  /** Bytes on disk. */
  readonly size: number
  /** Bytes decoded, after decompression: offsets of its records are below. */
  readonly bytes: number
  readonly events: number
}

/** What one run of `archive add` made, written when all of it is on the disk. */
export interface Run {
  readonly at: string
  readonly mark: number
  readonly inputs: readonly Added[]
}

export type Identity = Pick<Added, 'head' | 'headBytes' | 'size'>

const fileName = 'added.jsonl'
const longestHead = 4096

/** What `archive add` has put into an archive: a line of JSON a run. A run that was killed has none, and its files do not count. */
export class Ledger {
  readonly #path: string
  readonly runs: readonly Run[]
  /** The last mark that counts; undefined where there was no ledger, so that nothing is known of the files that are there. */
  readonly mark: number | undefined

  constructor(directory: string) {
    this.#path = join(directory, fileName)
    const isThere = existsSync(this.#path)
    this.runs = isThere ? parseRuns(readFileSync(this.#path, 'utf8')) : []
    this.mark = isThere ? (this.runs.at(-1)?.mark ?? 0) : undefined
    // From here on files without a line are those of a run that was killed, and not those of a ledger that was removed.
    if (!isThere) closeSync(openSync(this.#path, 'a', 0o600))
  }

  /** How the file that begins like this one was added last, shorter or not. */
  find(path: string): Added | undefined {
    const inputs = this.runs.flatMap((run) => run.inputs).reverse()
    const heads = new Map<number, string | undefined>()
    return inputs.find(({ head, headBytes }) => {
      if (!heads.has(headBytes)) heads.set(headBytes, digestOf(path, headBytes))
      return heads.get(headBytes) === head
    })
  }

  append(run: Run): void {
    const file = openSync(this.#path, 'a+', 0o600)
    try {
      // A line that a kill cut short is ended first, and is none.
      writeSync(file, `${endsLine(file) ? '' : '\n'}${JSON.stringify(run)}\n`)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
  }
}

/** What a file is known by: files that grow keep their first bytes. */
export function identify(path: string): Identity {
  const { size } = statSync(path)
  const headBytes = Math.min(size, longestHead)
  return { head: digestOf(path, headBytes) ?? '', headBytes, size }
}

function digestOf(path: string, length: number): string | undefined {
  const file = openSync(path, 'r')
  try {
    const bytes = new Uint8Array(length)
    return readSync(file, bytes, 0, length, 0) === length ? sha256(bytes) : undefined
  } finally {
    closeSync(file)
  }
}

function endsLine(file: number): boolean {
  const { size } = fstatSync(file)
  const last = new Uint8Array(1)
  return size === 0 || (readSync(file, last, 0, 1, size - 1) === 1 && last[0] === 10)
}

function parseRuns(text: string): readonly Run[] {
  return text.split('\n').flatMap((line) => {
    try {
      return line === '' ? [] : [JSON.parse(line) as Run]
    } catch {
      return []
    }
  })
}
