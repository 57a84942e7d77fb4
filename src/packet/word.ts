/** The big-endian 32-bit word at `at`, signed: a small integer to the engine, whatever its top bit. */
export function word(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!
}
