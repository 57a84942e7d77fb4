import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { deserialize, serialize } from 'node:v8'
import { constants, zstdCompress, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { sha256 } from '../base/digest.ts'
import { Problem } from '../base/problem.ts'

/**
 * The whole state of a live service in one file: a line of JSON (version, digest), then the state as V8 serialises plain data,
 * compressed. It is replaced in one step: a process that is killed leaves the old one, and goes on from there.
 */
const fileName = 'live.sweepwatch'
const version = 3
/** Earlier versions that can be gone on from: they lack what was kept aside for cases, which then begins empty. */
const earlier = [2]
const quick = { params: { [constants.ZSTD_c_compressionLevel]: 1 } }
const compress = promisify(zstdCompress)

interface Header {
  readonly version: number
  readonly sha256: string
}

function liveStatePath(directory: string): string {
  return join(directory, fileName)
}

/** What is kept in a directory; undefined where there is nothing yet. Throws a `Problem` where it is damaged. */
export function loadLive(directory: string): unknown {
  const path = liveStatePath(directory)
  let file: Buffer
  try {
    file = readFileSync(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new Problem('unreadable-state', `${path} cannot be read`, { cause: error })
  }
  try {
    const newline = file.indexOf(10)
    const header = JSON.parse(file.subarray(0, newline).toString('utf8')) as Header
    if (header.version !== version && !earlier.includes(header.version)) throw new Error(`version ${header.version}`)
    const body = file.subarray(newline + 1)
    if (sha256(body) !== header.sha256) throw new Error('digest differs')
    return deserialize(zstdDecompressSync(body))
  } catch (error) {
    throw new Problem('damaged-state', `${path} is damaged or of another version`, {
      hint: 'Remove it to start anew; what sources still hold is read again.',
      cause: error,
    })
  }
}

/**
 * Writes the state. What `state` refers to may change as soon as this returns its promise: it has been copied then.
 * @param once what must have come true before the file is replaced
 */
export function saveLive(directory: string, state: unknown, once?: Promise<void>): Promise<void> {
  return finish(directory, serialize(state), once)
}

async function finish(directory: string, body: Buffer, once: Promise<void> | undefined): Promise<void> {
  await once
  const packed = await compress(body, quick)
  const path = liveStatePath(directory)
  try {
    await writeFile(`${path}.new`, framed(packed), { mode: 0o600 })
    await rename(`${path}.new`, path)
  } catch (error) {
    throw new Problem('unwritable-state', `${path} cannot be written`, { cause: error })
  }
}

/** The same, at once: for the last time. */
export function saveLiveNow(directory: string, state: unknown): void {
  const path = liveStatePath(directory)
  try {
    writeFileSync(`${path}.new`, framed(zstdCompressSync(serialize(state), quick)), { mode: 0o600 })
    renameSync(`${path}.new`, path)
  } catch (error) {
    throw new Problem('unwritable-state', `${path} cannot be written`, { cause: error })
  }
}

function framed(packed: Buffer): Buffer {
  const header: Header = { version, sha256: sha256(packed) }
  return Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), packed])
}
