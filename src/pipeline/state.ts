import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { sha256 } from '../base/digest.ts'
import { Problem } from '../base/problem.ts'
import { emptyMemory, type Memory } from '../detect/detector.ts'

/**
 * What is known from one run to the next, in one file: a line of JSON (version, sizes, counters, digest), then the tables
 * as they are in memory (little endian), compressed. It is replaced in one step, so a run that is killed leaves the old one.
 */
const fileName = 'memory.sweepwatch'
const version = 1

interface Header {
  readonly version: number
  readonly bytes: number
  readonly sha256: string
  readonly knowledge: readonly number[]
  readonly outside: readonly number[]
}

/** Reads the memory kept in a directory; an empty one where there is none yet. Throws a `Problem` when it is damaged. */
export function loadMemory(directory: string): Memory {
  makeStateFolder(directory)
  const memory = emptyMemory()
  const path = join(directory, fileName)
  let file: Buffer
  try {
    file = readFileSync(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return memory
    throw new Problem('unreadable-state', `${path} cannot be read`, { cause: error })
  }
  const newline = file.indexOf(10)
  try {
    const header = JSON.parse(file.subarray(0, newline).toString('utf8')) as Header
    if (header.version !== version) throw new Error(`version ${header.version}`)
    const whole = tablesOf(memory)
    const size = whole.reduce((sum, table) => sum + table.byteLength, 0)
    const body = zstdDecompressSync(file.subarray(newline + 1), { maxOutputLength: size })
    if (body.length !== size || sha256(body) !== header.sha256) throw new Error('digest differs')
    let at = 0
    for (const table of whole) {
      bytesOf(table).set(body.subarray(at, at + table.byteLength))
      at += table.byteLength
    }
    memory.knowledge.restore(header.knowledge)
    memory.outside.restore(header.outside)
  } catch (error) {
    throw new Problem('damaged-state', `${path} is damaged or of another version`, {
      hint: 'Remove it to start learning anew.',
      cause: error,
    })
  }
  return memory
}

/** Makes the directory where it is not there; not its parents: a mistyped path should be said, before any work is done. */
export function makeStateFolder(directory: string): void {
  try {
    mkdirSync(directory)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST' && statSync(directory).isDirectory()) return
    throw new Problem('unwritable-state', `${directory} cannot be made`, {
      hint: 'Give --state a directory that is there, or whose parent is.',
      cause: error,
    })
  }
}

/** Writes the memory into its directory. */
export function saveMemory(directory: string, memory: Memory): void {
  const body = Buffer.concat(tablesOf(memory).map(bytesOf))
  const header: Header = {
    version,
    bytes: body.length,
    sha256: sha256(body),
    knowledge: memory.knowledge.counters,
    outside: memory.outside.counters,
  }
  const path = join(directory, fileName)
  try {
    writeFileSync(`${path}.new`, Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), zstdCompressSync(body)]), {
      mode: 0o600,
    })
    renameSync(`${path}.new`, path)
  } catch (error) {
    throw new Problem('unwritable-state', `${path} cannot be written`, { cause: error })
  }
}

function tablesOf(memory: Memory): readonly NodeJS.TypedArray[] {
  return [
    ...memory.knowledge.storage,
    ...memory.outside.storage,
    ...memory.sources.storage,
    ...memory.customary.storage,
  ]
}

function bytesOf(table: NodeJS.TypedArray): Uint8Array {
  return new Uint8Array(table.buffer, table.byteOffset, table.byteLength)
}
