/** Cuts a sound input into its records, by another reading of the formats than the one under test. */
import type { Sample } from './corpus.ts'

export interface Records {
  /** What stands before the first record: a file header, the first section and its interfaces. */
  readonly head: Uint8Array
  /** Whole records; for pcapng, blocks. */
  readonly records: readonly Uint8Array[]
}

export function recordsOf({ bytes, isText }: Sample): Records {
  if (isText) return { head: new Uint8Array(0), records: linesOf(bytes) }
  const isNextGeneration = bytes[0] === 0x0a
  return isNextGeneration ? blocksOf(bytes) : packetsOf(bytes)
}

function linesOf(bytes: Uint8Array): Uint8Array[] {
  const lines: Uint8Array[] = []
  let from = 0
  for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, from)) {
    lines.push(bytes.subarray(from, end + 1))
    from = end + 1
  }
  return lines
}

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.length)

function packetsOf(bytes: Uint8Array): Records {
  const view = viewOf(bytes)
  const records: Uint8Array[] = []
  for (let at = 24; at + 16 <= bytes.length; ) {
    const next = at + 16 + view.getUint32(at + 8, true)
    if (next > bytes.length) break
    records.push(bytes.subarray(at, next))
    at = next
  }
  return { head: bytes.subarray(0, 24), records }
}

const enhancedPacket = 6

function blocksOf(bytes: Uint8Array): Records {
  const view = viewOf(bytes)
  const records: Uint8Array[] = []
  let head = 0
  for (let at = 0; at + 12 <= bytes.length; ) {
    const next = at + view.getUint32(at + 4, true)
    if (next > bytes.length) break
    const isPacket = view.getUint32(at, true) === enhancedPacket
    if (records.length === 0 && !isPacket) head = next
    else if (isPacket) records.push(bytes.subarray(at, next))
    at = next
  }
  return { head: bytes.subarray(0, head), records }
}

export function join(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts))
}

/** How many lines a text is cut into: every newline ends one, and so does the end of the input. */
export function countLines(bytes: Uint8Array): number {
  let count = 0
  for (const byte of bytes) if (byte === 10) count++
  return count + (bytes.length > 0 && bytes[bytes.length - 1] !== 10 ? 1 : 0)
}
