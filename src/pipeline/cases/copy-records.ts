import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { sha256 } from '../../base/digest.ts'
import type { Case, CopiedRecord, Evidence } from '../../case/case.ts'
import type { Pointer } from '../../event/pointer.ts'
import { openInputs } from '../../source/inputs.ts'
import type { ByteSource } from '../../source/source.ts'

/** Records of a case that are copied, and bytes of each. */
const mostRecords = 64
const mostBytes = 2048
/** Of each scan's score. */
const mostSteps = 8
/** An archive is not unpacked further than this for a record. */
const furthest = 1 << 30
const chunk = 1 << 20

/**
 * The decisive records of a case, copied with their digests so that rotation does not take the proof away: what the signs rest on,
 * then the last steps of each verdict. Records whose input is gone or was a pipe are left out; those that are copied already too.
 */
export async function copyRecords(one: Case): Promise<CopiedRecord[]> {
  const wanted = decisive(one).slice(0, mostRecords - one.copied.length)
  const copied: CopiedRecord[] = []
  for (const [source, evidence] of Map.groupBy(wanted, (each) => each.source)) {
    const read = await readAt(source, evidence)
    for (const [place, bytes] of read) copied.push(recordOf(place, bytes))
  }
  return copied
}

function decisive({ scans, triage, copied }: Case): Evidence[] {
  const known = new Set(copied.map(keyOf))
  const signs = (triage?.signs ?? []).flatMap(({ evidence }) => evidence)
  const steps = scans.flatMap(({ scan }) =>
    scan.evidence.steps
      .slice(-mostSteps)
      .map(({ at, source, offset, length, term }) => ({ at, source, offset, length, shows: term })),
  )
  return [...signs, ...steps].filter((each) => {
    const key = keyOf(each)
    if (known.has(key) || each.source === '' || each.source === '-') return false
    known.add(key)
    return true
  })
}

function keyOf({ source, offset }: Pointer): string {
  return `${source} ${offset}`
}

function recordOf(place: Evidence, bytes: Buffer): CopiedRecord {
  const text = bytes.toString('utf8')
  const isText = Buffer.from(text).equals(bytes) && !/[\0-\b\x0e-\x1f]/.test(text)
  return {
    ...place,
    bytes: isText ? text : bytes.toString('base64'),
    encoding: isText ? 'utf8' : 'base64',
    sha256: sha256(bytes),
  }
}

/** The bytes at places of one input, whole records of at most 2 KiB; none where it cannot be read any more. */
async function readAt(source: string, places: readonly Evidence[]): Promise<(readonly [Evidence, Buffer])[]> {
  const sorted = [...places].sort((x, y) => x.offset - y.offset)
  try {
    const plain = plainFile(source)
    if (plain !== undefined) return readPlain(plain, sorted)
    const [input] = openInputs([source])
    if (input === undefined) return []
    const bytes = await input.open()
    try {
      return await readThrough(bytes, sorted)
    } finally {
      bytes.close()
    }
  } catch {
    // The log was rotated away meanwhile: the pointer stays, the copy cannot be had.
    return []
  }
}

/** A descriptor of a regular file that is not compressed. */
function plainFile(path: string): number | undefined {
  const fd = openSync(path, 'r')
  const head = Buffer.alloc(4)
  if (fstatSync(fd).isFile() && readSync(fd, head, 0, 4, 0) === 4 && !isCompressed(head)) return fd
  closeSync(fd)
  return undefined
}

/** gzip (RFC 1952) and Zstandard (RFC 8878). */
function isCompressed(head: Buffer): boolean {
  return (head[0] === 0x1f && head[1] === 0x8b) || head.readUInt32LE(0) === 0xfd2fb528
}

function readPlain(fd: number, places: readonly Evidence[]): (readonly [Evidence, Buffer])[] {
  try {
    return places.flatMap((place) => {
      const bytes = Buffer.alloc(Math.min(place.length, mostBytes))
      const count = readSync(fd, bytes, 0, bytes.length, place.offset)
      return count === bytes.length ? [[place, bytes] as const] : []
    })
  } finally {
    closeSync(fd)
  }
}

/** Reads an archive through to the last place. Offsets count what is unpacked. */
async function readThrough(source: ByteSource, places: readonly Evidence[]): Promise<(readonly [Evidence, Buffer])[]> {
  const found: (readonly [Evidence, Buffer])[] = []
  const window = Buffer.alloc(chunk + mostBytes)
  let base = 0
  let filled = 0
  let next = 0
  while (next < places.length && base < furthest) {
    const count = await source.read(window, filled)
    filled += count
    for (let place = places[next]; place !== undefined; place = places[++next]) {
      const length = Math.min(place.length, mostBytes)
      if (place.offset + length > base + filled) break
      if (place.offset >= base)
        found.push([place, Buffer.from(window.subarray(place.offset - base, place.offset - base + length))])
    }
    if (count === 0) break
    // What may begin a record stays in front.
    const keep = Math.min(filled, mostBytes)
    window.copyWithin(0, filled - keep, filled)
    base += filled - keep
    filled = keep
  }
  return found
}
