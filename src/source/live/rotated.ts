import { closeSync, openSync, readdirSync, readSync, type Stats, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import zlib from 'node:zlib'
import type { FileIdentity, Stream } from '../feed.ts'
import { openInputs } from '../inputs.ts'
import type { ByteSource } from '../source.ts'
import { isHead } from './file-identity.ts'

/** A file we were reading, and how far. */
export interface Former {
  readonly identity: FileIdentity
  readonly offset: number
}

/** A rotated file and where in it (decompressed) to begin. */
export interface Rotated extends Former {
  readonly path: string
}

const mostSiblings = 1000

/**
 * What became of a former file, and the files that came after it and were rotated away too, oldest first; none where the
 * former cannot be found again. Rotated files stand beside the current one and begin with its name or its stem
 * (`fw.log.1`, `fw.log-20261122.gz`, `fw-2026-11-22.log`).
 */
export function rotatedSince(path: string, former: Former): Rotated[] {
  const siblings = siblingsOf(path)
  const at = siblings.findIndex(({ path: each, stats }) => isFormer(each, stats, former))
  if (at < 0) return []
  return siblings.slice(at).map((sibling, k) => ({
    path: sibling.path,
    identity: k === 0 ? former.identity : { dev: sibling.stats.dev, ino: sibling.stats.ino, head: '', headBytes: 0 },
    offset: k === 0 ? former.offset : 0,
  }))
}

/** The rotated files of a log, oldest change first. */
function siblingsOf(path: string): { path: string; stats: Stats }[] {
  const folder = dirname(path)
  const name = basename(path)
  const stem = name.replace(/\.[^.]*$/, '')
  const current = statSync(path, { throwIfNoEntry: false })
  return readdirSync(folder)
    .filter(
      (each) =>
        each !== name && (each.startsWith(`${name}.`) || each.startsWith(`${name}-`) || each.startsWith(`${stem}-`)),
    )
    .slice(0, mostSiblings)
    .flatMap((each) => {
      const sibling = join(folder, each)
      const stats = statSync(sibling, { throwIfNoEntry: false })
      return stats?.isFile() && stats.ino !== current?.ino ? [{ path: sibling, stats }] : []
    })
    .sort((a, b) => a.stats.mtimeMs - b.stats.mtimeMs || (a.path < b.path ? 1 : -1))
}

/** The same file by another name, a copy of it, or a compressed copy: told by its first bytes. */
function isFormer(path: string, stats: Stats, { identity, offset }: Former): boolean {
  if (identity.headBytes === 0) return stats.ino === identity.ino && stats.dev === identity.dev
  const isCompressed = /\.(gz|zst)$/.test(path)
  if (!isCompressed && stats.size < offset) return false
  return isHead(headOf(path, identity.headBytes), identity)
}

function headOf(path: string, length: number): Uint8Array {
  const { gunzipSync, zstdDecompressSync } = zlib
  try {
    const bytes = firstBytes(path, 1 << 16)
    if (path.endsWith('.gz')) return gunzipSync(bytes, { finishFlush: zlib.constants.Z_SYNC_FLUSH }).subarray(0, length)
    if (path.endsWith('.zst'))
      return zstdDecompressSync(bytes, { finishFlush: zlib.constants.ZSTD_e_flush }).subarray(0, length)
    return bytes.subarray(0, length)
  } catch {
    return new Uint8Array(0)
  }
}

function firstBytes(path: string, length: number): Uint8Array {
  const fd = openSync(path, 'r')
  try {
    const bytes = Buffer.alloc(length)
    return bytes.subarray(0, readSync(fd, bytes, 0, length, 0))
  } finally {
    closeSync(fd)
  }
}

/** Hands on what a file holds from its offset on. @returns what went wrong */
export async function readRest(file: Rotated, stream: Stream): Promise<string | undefined> {
  const [input] = openInputs([file.path])
  const source = await input?.open()
  if (!source) return `${file.path}: is gone`
  try {
    await skip(source, file.offset)
    const buffer = new Uint8Array(1 << 18)
    for (;;) {
      const count = await source.read(buffer, 0)
      if (count === 0) break
      stream.push(buffer, count)
    }
    return source.damage === undefined ? undefined : `${file.path}: ${source.damage}`
  } finally {
    source.close()
  }
}

/** Reads past so many bytes. */
export async function skip(source: ByteSource, bytes: number): Promise<void> {
  const buffer = new Uint8Array(1 << 18)
  for (let left = bytes; left > 0; ) {
    const count = await source.read(left < buffer.length ? buffer.subarray(0, left) : buffer, 0)
    if (count === 0) return
    left -= count
  }
}
