/** The unsigned 32-bit word at `at`, in either byte order: capture files are written in that of their machine. */
export function read32(bytes: Uint8Array, at: number, isLittle: boolean): number {
  const word = isLittle
    ? bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)
    : (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!
  return word >>> 0
}
