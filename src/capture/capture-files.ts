import { opendir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { isPcap } from '../framing/pcap.ts'
import { isPcapng } from '../framing/pcapng.ts'
import { Decompressed } from '../source/decompress.ts'
import { unreadable } from '../source/file.ts'
import { openInputs } from '../source/inputs.ts'
import type { CaptureKind } from './capture-tap.ts'

/** A file of packets. */
export interface CaptureFile {
  readonly path: string
  readonly kind: CaptureKind
  /** gzip or Zstandard: it can only be read from its beginning. */
  readonly isCompressed: boolean
  /** Bytes on disk when it was found. */
  readonly size: number
}

export interface FoundCaptures {
  /** In the order of their names. */
  readonly captures: readonly CaptureFile[]
  /** Files that are no captures, or cannot be read. */
  readonly others: readonly string[]
}

/** How deep directories are read, and how many files. */
const deepest = 6
const mostFiles = 200_000
const mostOthers = 1000
const headBytes = 16

/**
 * The captures that paths stand for: files, and directories with all that is in them (hidden files and those that are no regular
 * ones aside), known by their first bytes.
 *
 * @throws Problem `no-such-file` or `unreadable` for a path that is given and cannot be read
 */
export async function findCaptures(paths: readonly string[]): Promise<FoundCaptures> {
  const captures: CaptureFile[] = []
  const others: string[] = []
  const seen = new Set<string>()
  for (const path of paths) {
    for (const file of await filesOf(path)) {
      if (seen.has(file)) continue
      seen.add(file)
      const capture = await recognise(file)
      if (capture) captures.push(capture)
      else if (others.length < mostOthers) others.push(file)
    }
  }
  return { captures, others }
}

async function filesOf(path: string): Promise<string[]> {
  const stats = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    throw unreadable(path, cause)
  })
  if (!stats.isDirectory()) return [path]
  const files: string[] = []
  await walk(path, deepest, files)
  return files.sort()
}

async function walk(directory: string, depth: number, files: string[]): Promise<void> {
  for await (const entry of await opendir(directory)) {
    if (files.length >= mostFiles || entry.name.startsWith('.')) continue
    const path = join(directory, entry.name)
    if (entry.isDirectory() && depth > 0) await walk(path, depth - 1, files).catch(() => {})
    else if (entry.isFile()) files.push(path)
  }
}

async function recognise(path: string): Promise<CaptureFile | undefined> {
  try {
    const stats = await stat(path)
    if (!stats.isFile()) return undefined
    const { head, isCompressed } = await headOf(path)
    const kind = isPcap(head) ? 'pcap' : isPcapng(head) ? 'pcapng' : undefined
    return kind && { path, kind, isCompressed, size: stats.size }
  } catch {
    // It went away, as files of rolling directories do, or is not for us to read.
    return undefined
  }
}

/** The first bytes, decompressed. */
async function headOf(path: string): Promise<{ head: Uint8Array; isCompressed: boolean }> {
  const [input] = openInputs([path])
  const source = await input!.open()
  const head = new Uint8Array(headBytes)
  let filled = 0
  try {
    for (let count = 1; count > 0 && filled < headBytes; filled += count) count = await source.read(head, filled)
  } finally {
    source.close()
  }
  return { head: head.subarray(0, filled), isCompressed: source instanceof Decompressed }
}
