import { closeSync, openSync, readSync, statSync } from 'node:fs'
import type { Pointer } from '../../event/pointer.ts'
import { openInputs } from '../../source/inputs.ts'
import type { ByteSource } from '../../source/source.ts'

export interface ReadLimits {
  /** Bytes of each record. */
  readonly most: number
  /** An archive is not unpacked further than this for a record. Bytes. */
  readonly furthest: number
}

const chunk = 1 << 20

/**
 * The bytes at places of one input, whole records up to a limit; none where it cannot be read any more, or is no regular file: a pipe
 * or a device would wait for ever. Offsets count what is unpacked.
 */
export async function readRecords<Place extends Pointer>(
  source: string,
  places: readonly Place[],
  limits: ReadLimits,
): Promise<(readonly [Place, Buffer])[]> {
  const sorted = [...places].sort((x, y) => x.offset - y.offset)
  try {
    if (!statSync(source).isFile()) return []
    const plain = plainFile(source)
    if (plain !== undefined) return readPlain(plain, sorted, limits)
    const [input] = openInputs([source])
    if (input === undefined) return []
    const bytes = await input.open()
    try {
      return await readThrough(bytes, sorted, limits)
    } finally {
      bytes.close()
    }
  } catch {
    // The log was rotated away meanwhile: the pointer stays, the record cannot be had.
    return []
  }
}

/** A descriptor of a file that is not compressed. */
function plainFile(path: string): number | undefined {
  const fd = openSync(path, 'r')
  const head = Buffer.alloc(4)
  if (readSync(fd, head, 0, 4, 0) === 4 && !isCompressed(head)) return fd
  closeSync(fd)
  return undefined
}

/** gzip (RFC 1952) and Zstandard (RFC 8878). */
function isCompressed(head: Buffer): boolean {
  return (head[0] === 0x1f && head[1] === 0x8b) || head.readUInt32LE(0) === 0xfd2fb528
}

function readPlain<Place extends Pointer>(
  fd: number,
  places: readonly Place[],
  { most }: ReadLimits,
): (readonly [Place, Buffer])[] {
  try {
    return places.flatMap((place) => {
      const bytes = Buffer.alloc(Math.min(place.length, most))
      const count = readSync(fd, bytes, 0, bytes.length, place.offset)
      return count === bytes.length ? [[place, bytes] as const] : []
    })
  } finally {
    closeSync(fd)
  }
}

/** Reads an archive through to the last place. */
async function readThrough<Place extends Pointer>(
  source: ByteSource,
  places: readonly Place[],
  { most, furthest }: ReadLimits,
): Promise<(readonly [Place, Buffer])[]> {
  const found: (readonly [Place, Buffer])[] = []
  const window = Buffer.alloc(chunk + most)
  let base = 0
  let filled = 0
  let next = 0
  while (next < places.length && base < furthest) {
    const count = await source.read(window, filled)
    filled += count
    for (let place = places[next]; place !== undefined; place = places[++next]) {
      const length = Math.min(place.length, most)
      if (place.offset + length > base + filled) break
      if (place.offset >= base)
        found.push([place, Buffer.from(window.subarray(place.offset - base, place.offset - base + length))])
    }
    if (count === 0) break
    // What may begin a record stays in front.
    const keep = Math.min(filled, most)
    window.copyWithin(0, filled - keep, filled)
    base += filled - keep
    filled = keep
  }
  return found
}
