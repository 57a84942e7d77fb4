import { createReadStream, statSync } from 'node:fs'
import { join } from 'node:path'

const block = 512
/** Names that fit the header without an extension. */
const longestName = 100

/**
 * Files of one directory as a tar archive (POSIX.1-1988 ustar, pax(1)): what every system unpacks. The same files and time give the
 * same bytes.
 * @param prefix a directory's name inside the archive
 * @param seconds since 1970, for all of them
 */
export async function* tarOf(
  directory: string,
  names: readonly string[],
  prefix: string,
  seconds: number,
): AsyncGenerator<Buffer> {
  for (const name of names) {
    const path = join(directory, name)
    const { size } = statSync(path)
    yield header(`${prefix}/${name}`, size, seconds)
    let sent = 0
    if (size > 0) {
      for await (const piece of createReadStream(path, { end: size - 1 })) {
        sent += (piece as Buffer).length
        yield piece as Buffer
      }
    }
    if (sent !== size) throw new Error(`${name} became shorter while it was read`)
    const rest = size % block
    if (rest > 0) yield Buffer.alloc(block - rest)
  }
  yield Buffer.alloc(2 * block)
}

function header(name: string, size: number, seconds: number): Buffer {
  if (Buffer.byteLength(name) > longestName) throw new Error(`${name}: too long a name`)
  const bytes = Buffer.alloc(block)
  const octal = (value: number, at: number, length: number) =>
    bytes.write(
      `${Math.floor(value)
        .toString(8)
        .padStart(length - 1, '0')}\0`,
      at,
    )
  bytes.write(name, 0)
  octal(0o600, 100, 8)
  octal(0, 108, 8)
  octal(0, 116, 8)
  octal(size, 124, 12)
  octal(seconds, 136, 12)
  bytes.write('        0', 148)
  bytes.write('ustar\x0000', 257)
  const sum = bytes.reduce((total, byte) => total + byte, 0)
  bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return bytes
}
