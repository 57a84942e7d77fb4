import { readdirSync, type Stats, statSync } from 'node:fs'
import { join } from 'node:path'
import { Problem } from '../base/problem.ts'
import { Decompressed, decompressorFor } from './decompress.ts'
import { openFile, unreadable } from './file.ts'
import { Pushback } from './pushback.ts'
import type { ByteSource, Input } from './source.ts'

/**
 * The inputs that paths stand for, in the order given: a file, `-` for standard input, a directory (its files by name,
 * regular ones only: not those of directories inside it, no hidden
 * ones, no pipes). Throws a `Problem` for a path that does not exist and for a
 * directory without a file to read.
 */
export function openInputs(paths: readonly string[]): Input[] {
  return paths.flatMap((path) => {
    if (path === '-') return [inputOf(path, undefined)]
    const stats = statOf(path)
    if (!stats.isDirectory()) return [inputOf(path, stats)]
    return filesOf(path)
  })
}

function filesOf(directory: string): Input[] {
  const inputs = readdirSync(directory)
    .filter((name) => !name.startsWith('.'))
    .sort()
    .map((name) => join(directory, name))
    .flatMap((path) => {
      // A link to nowhere stays in the list, so that opening it tells.
      const stats = statSync(path, { throwIfNoEntry: false })
      return stats === undefined || stats.isFile() ? [inputOf(path, stats)] : []
    })
  if (inputs.length > 0) return inputs
  throw new Problem('empty-directory', `${directory}: no files in it`, {
    hint: 'Directories inside it and hidden files are not read; name them to read them.',
  })
}

function statOf(path: string): Stats {
  try {
    return statSync(path)
  } catch (error) {
    throw unreadable(path, error as NodeJS.ErrnoException)
  }
}

function inputOf(name: string, stats: Stats | undefined): Input {
  return { name, size: stats?.isFile() ? stats.size : undefined, open: () => openSource(openFile(name)) }
}

/** Looks at the first bytes and puts a decompressor in front where they ask for one. */
async function openSource(raw: ByteSource): Promise<ByteSource> {
  const head = new Uint8Array(4)
  let filled = 0
  while (filled < head.length) {
    const count = await raw.read(head, filled)
    if (count === 0) break
    filled += count
  }
  const whole = new Pushback(head.subarray(0, filled), raw)
  const decompressor = decompressorFor(head)
  return decompressor ? new Decompressed(whole, decompressor()) : whole
}
