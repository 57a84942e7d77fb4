/** The text that JSON writes as `bytes[from, to)` (without its quotes); as it stands where it is no valid JSON. Cold. */
export function readJsonText(bytes: Uint8Array, from: number, to: number): string {
  const raw = Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString()
  if (!raw.includes('\\')) return raw
  try {
    return JSON.parse(`"${raw}"`) as string
  } catch {
    return raw
  }
}
