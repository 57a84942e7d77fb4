import { type BigIntStats, readSync, type Stats } from 'node:fs'
import { sha256 } from '../../base/digest.ts'
import type { FileIdentity } from '../feed.ts'

const mostHead = 1024

/** The identity of an open file: device, inode, and a digest of its first bytes. */
export function identify(fd: number, stats: Stats | BigIntStats): FileIdentity {
  const bytes = headOf(fd, mostHead)
  return { dev: Number(stats.dev), ino: Number(stats.ino), head: sha256(bytes), headBytes: bytes.length }
}

/** Whether the file's first bytes are still those it was known by: false where it was cut and filled anew. */
export function hasHead(fd: number, identity: FileIdentity): boolean {
  const bytes = headOf(fd, identity.headBytes)
  return bytes.length === identity.headBytes && sha256(bytes) === identity.head
}

/** A digest of first bytes, of what is not a file: a decompressed stream. */
export function isHead(bytes: Uint8Array, identity: FileIdentity): boolean {
  return bytes.length >= identity.headBytes && sha256(bytes.subarray(0, identity.headBytes)) === identity.head
}

function headOf(fd: number, length: number): Buffer {
  const head = Buffer.alloc(length)
  return head.subarray(0, length === 0 ? 0 : readSync(fd, head, 0, length, 0))
}
