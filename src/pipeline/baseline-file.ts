import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { deserialize, serialize } from 'node:v8'
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { sha256 } from '../base/digest.ts'
import { Problem } from '../base/problem.ts'
import type { UncommonDetector, UncommonState } from '../detect/uncommon/uncommon-detector.ts'

/**
 * What is usual, from one run to the next, in a file beside the memory: a line of JSON (version, digest), then the tables as V8
 * serialises plain data, compressed. It is replaced in one step.
 */
const fileName = 'baseline.sweepwatch'
const version = 1
/** More than all tables take. */
const most = 256 << 20

interface Header {
  readonly version: number
  readonly sha256: string
}

/** Takes up the baseline kept in a directory, where there is one. Throws a `Problem` where it is damaged. */
export function loadBaseline(directory: string, detector: UncommonDetector): void {
  const path = join(directory, fileName)
  let file: Buffer
  try {
    file = readFileSync(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    throw new Problem('unreadable-state', `${path} cannot be read`, { cause: error })
  }
  try {
    const newline = file.indexOf(10)
    const header = JSON.parse(file.subarray(0, newline).toString('utf8')) as Header
    if (header.version !== version) throw new Error(`version ${header.version}`)
    const body = zstdDecompressSync(file.subarray(newline + 1), { maxOutputLength: most })
    if (sha256(body) !== header.sha256) throw new Error('digest differs')
    detector.continue(deserialize(body) as UncommonState)
  } catch (error) {
    throw new Problem('damaged-state', `${path} is damaged or of another version`, {
      hint: 'Remove it to start learning anew what is usual.',
      cause: error,
    })
  }
}

/** Writes the baseline into its directory. */
export function saveBaseline(directory: string, detector: UncommonDetector): void {
  const body = serialize(detector.snapshot())
  const header: Header = { version, sha256: sha256(body) }
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
